"""Connections that are looked at every few seconds."""

from dataclasses import dataclass, replace
import tracemalloc

from custom_components.secure_hub.engine.detection.connections import ConnectionTracker
from custom_components.secure_hub.engine.detection.observations import Observation, Outcome
from custom_components.secure_hub.engine.detection.readers.endpoints import Home

OWNERS = {"10.0.0.2": "camera", "10.0.0.3": "tv"}


@dataclass(frozen=True)
class Seen:
    """A connection as the kernel tells of it."""

    identity: int = 1
    protocol: str = "tcp"
    caller: str = "10.0.0.2"
    called: str = "203.0.113.5"
    port: int = 443
    replied: bool = True
    established: bool = True
    closed: bool = False
    packets: tuple[int, int] = (3, 2)
    volume: tuple[int, int] = (300, 200)
    opened: float = 0.0


class Watch:
    """A tracker that has looked once, at nothing."""

    def __init__(self) -> None:
        """Look at nothing."""
        self.tracker = ConnectionTracker(Home().place, {"10.0.0.1"}.__contains__)
        assert self.look(0.0) == []

    def look(self, time: float, *seen: Seen, ended: tuple[Seen, ...] = (), cut: bool = False) -> list[Observation]:
        """Look at what there is now, and at what ended."""
        name = "{}.{}.example".format
        return self.tracker.look(seen, ended, time, OWNERS.get, name, cut=cut)


def test_who_is_refused_is_told_at_once_and_who_is_not_answered_soon() -> None:
    watch = Watch()
    refused = Seen(established=False, closed=True)
    silent = Seen(2, replied=False, established=False)
    (one,) = watch.look(5.0, refused, silent)
    assert (one.outcome, one.began, one.asset) == (Outcome.REFUSED, True, "camera")
    (two,) = watch.look(10.0, refused, silent)
    assert (two.outcome, two.time) == (Outcome.SILENT, 5.0)
    assert watch.look(15.0) == []


def test_a_connection_began_when_the_kernel_says() -> None:
    watch = Watch()
    seen = {31.5: 35.0, 36.0: 35.0, 1.0: 35.0, 0.0: 35.0}
    found = [watch.look(35.0, Seen(number, opened=it, closed=True)) for number, it in enumerate(seen)]
    assert [one.time for (one,) in found] == [31.5, 35.0, 35.0, 35.0], "not ahead of us, nor long ago"


def test_a_conversation_is_told_with_what_it_carried() -> None:
    watch = Watch()
    assert watch.look(5.0, Seen()) == []
    (one,) = watch.look(10.0)
    assert (one.outcome, one.sent, one.received, one.packets_sent) == (Outcome.ANSWERED, 300, 200, 3)
    assert (one.name, one.local, one.port) == ("camera.203.0.113.5.example", False, 443)


def test_a_long_one_is_told_in_parts() -> None:
    watch = Watch()
    told = [one for it in range(20) for one in watch.look(5.0 * it, Seen(volume=(100 * it, 10 * it)))]
    assert [one.began for one in told] == [True, False, False]
    assert sum(one.sent for one in told) == 1800
    assert watch.look(200.0, Seen(volume=(1900, 190)))[0].sent == 100
    assert watch.look(300.0, Seen(volume=(1900, 190))) == []
    (end,) = watch.look(301.0, Seen(volume=(1950, 190), closed=True))
    assert (end.sent, end.began) == (50, False)
    assert watch.look(302.0, Seen(volume=(1950, 190), closed=True)) == watch.look(303.0) == []


def test_what_a_look_that_was_cut_omits_has_not_ended() -> None:
    watch = Watch()
    large = Seen(volume=(2_000_000, 0))
    told = [*watch.look(5.0, large), *watch.look(10.0, cut=True), *watch.look(15.0, large, cut=True)]
    told += watch.look(20.0, cut=True) + watch.look(25.0, ended=(Seen(volume=(2_000_001, 0)),), cut=True)
    told += watch.look(30.0)
    assert [(one.sent, one.began) for one in told] == [(2_000_001, True)]


def test_what_was_there_before_did_not_begin() -> None:
    tracker = ConnectionTracker(Home().place, lambda _: False)
    assert tracker.look([Seen(replied=False)], [], 0.0, OWNERS.get, lambda *_: "") == []
    assert tracker.look([], [], 60.0, OWNERS.get, lambda *_: "") == []


def test_who_is_judged() -> None:
    def told(caller: str, called: str) -> list[tuple[str, str, bool, bool]]:
        watch = Watch()
        seen = Seen(caller=caller, called=called, closed=True)
        return [(it.asset, it.peer, it.inward, it.local) for it in watch.look(5.0, seen)]

    assert told("203.0.113.5", "10.0.0.2") == [("camera", "203.0.113.5", True, False)]
    assert told("10.0.0.2", "10.0.0.3") == [("camera", "10.0.0.3", False, True)]
    assert told("10.0.0.1", "10.0.0.3") == [], "the hub asks, the device answers"
    assert told("10.0.0.2", "239.255.255.250") == [], "everybody is nobody in particular"
    assert told("203.0.113.5", "203.0.113.6") == []


def test_what_comes_in_is_received() -> None:
    watch = Watch()
    (one,) = watch.look(5.0, Seen(caller="203.0.113.5", called="10.0.0.2", closed=True))
    assert (one.sent, one.received, one.packets_sent, one.packets_received) == (200, 300, 2, 3)


def test_a_number_that_is_used_again_is_another_connection() -> None:
    watch = Watch()
    watch.look(5.0, Seen())
    (one,) = watch.look(10.0, Seen(called="203.0.113.6"))
    assert one.peer == "203.0.113.5"


def test_bounded() -> None:
    watch = Watch()
    many = [Seen(it, replied=False) for it in range(70_000)]
    tracemalloc.start()
    watch.look(5.0, *many)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert watch.tracker.missed == 70_000 - 65_536
    assert size < 64 << 20


def test_what_ended_between_two_looks() -> None:
    watch = Watch()
    refused = Seen(replied=False, established=False, packets=(1, 1), volume=(60, 40))
    (one,) = watch.look(5.0, ended=(refused,))
    assert (one.outcome, one.began) == (Outcome.REFUSED, True)
    (two,) = watch.look(10.0, ended=(replace(refused, packets=(0, 0), volume=(0, 0)),))
    assert two.outcome is Outcome.REFUSED, "a kernel that does not count forgets others only after minutes"
    (three,) = watch.look(15.0, ended=(replace(refused, packets=(3, 0)),))
    assert three.outcome is Outcome.SILENT
    assert watch.look(20.0, Seen(7)) == []
    (four,) = watch.look(25.0, ended=(Seen(7, volume=(900, 800)),))
    assert (four.outcome, four.sent, four.time) == (Outcome.ANSWERED, 900, 20.0)
    assert watch.look(30.0) == []
