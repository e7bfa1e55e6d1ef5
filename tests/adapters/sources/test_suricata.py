"""An installed Suricata: what of its file becomes observations, and what others tell already."""

from collections.abc import Iterator
from datetime import UTC, datetime
import json
from pathlib import Path
import time
from typing import Any

import pytest

from custom_components.secure_hub.adapters.sources import suricata
from custom_components.secure_hub.adapters.sources.connections import pair
from custom_components.secure_hub.adapters.sources.live import Names, SourceHealth
from custom_components.secure_hub.adapters.sources.suricata import SuricataSource
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind
from custom_components.secure_hub.engine.detection.readers.endpoints import Home
from custom_components.secure_hub.engine.detection.who import Who

CAMERA, CAMERA6, CLOUD = "10.0.0.2", "2001:db8::2", "203.0.113.9"
WHO = Who({CAMERA: "camera", CAMERA6: "camera", "02:00:00:00:00:09": "router"})


def at(seconds: float) -> str:
    return datetime.fromtimestamp(time.time() + seconds, UTC).isoformat()


def flow(source: str = CAMERA, target: str = CLOUD, began: float = -5.0, **rest: Any) -> dict[str, Any]:
    """A flow that ended now."""
    volume = {"bytes_toserver": 3000, "bytes_toclient": 900, "pkts_toserver": 9, "pkts_toclient": 7}
    return {
        "timestamp": at(0),
        "event_type": "flow",
        "src_ip": source,
        "src_port": 40_000,
        "dest_ip": target,
        "dest_port": 443,
        "proto": "TCP",
        "flow": {**volume, "start": at(began), "age": 5, "state": "closed"},
        **rest,
    }


def question(name: str = "cloud.example", **rest: Any) -> dict[str, Any]:
    dns = {"type": "query", "rrname": name}
    ends = {"src_ip": CAMERA, "dest_ip": "10.0.0.1", "dest_port": 53}
    return {"timestamp": at(0), "event_type": "dns", **ends, "dns": dns, **rest}


class Log:
    """A Suricata that writes, and who reads it."""

    def __init__(self, path: Path) -> None:
        """Begin with an old event, which is history."""
        self.path, self.health, self.names = path, SourceHealth(), Names()
        self.write(flow())
        self.source = SuricataSource(self.health, self.names, path)
        assert self.read() == []

    def write(self, *events: dict[str, Any] | str) -> None:
        """Append events."""
        with self.path.open("a") as file:
            file.writelines((it if isinstance(it, str) else json.dumps(it)) + "\n" for it in events)

    def read(self, *, looked: bool = True) -> list[Observation]:
        """Read once."""
        return self.source.read(WHO, Home(), looked=looked)

    def told(self, *events: dict[str, Any] | str) -> list[Observation]:
        """Write, read, and read again when all others have looked."""
        self.write(*events)
        assert all(it.kind is ObservationKind.ALERT for it in self.read())
        return self.read()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    found = Log(tmp_path / "eve.json")
    yield found
    found.source.close()


def test_flows_and_questions_of_assets(log: Log) -> None:
    log.names.note(WHO, CAMERA, "cloud.example", [CLOUD])
    one, two = log.told(flow(), question(), flow("10.0.0.77"), {"event_type": "stats", "timestamp": at(0)})
    assert (one.asset, one.peer, one.port, one.name) == ("camera", CLOUD, 443, "cloud.example")
    assert (one.sent, one.received, one.local, one.duration) == (3000, 900, False, 5.0)
    assert (two.asset, two.kind, two.name) == ("camera", ObservationKind.DNS, "cloud.example")
    assert log.health == SourceHealth(active=True, seen=2)


def test_an_address_of_ipv6_is_the_same_however_it_is_written(log: Log) -> None:
    log.source.flows.begin(time.time() - 60)
    log.source.flows.note(pair(CAMERA6, "2001:db8:1::9"), time.time())
    full, other = "2001:0db8:0000:0000:0000:0000:0000:0002", "2001:0db8:0001:0000:0000:0000:0000:0009"
    assert log.told(flow(full, other)) == []
    (one,) = log.told(flow(full, "2001:0db8:0002:0000:0000:0000:0000:0009"))
    assert (one.asset, one.peer) == ("camera", "2001:db8:2::9")


def test_what_the_kernel_saw_is_not_told_again(log: Log) -> None:
    flows, now = log.source.flows, time.time()
    flows.begin(now - 60)
    flows.note(pair(CLOUD, CAMERA), now)
    elsewhere = flow(target="203.0.113.10")
    assert [it.peer for it in log.told(flow(), flow(CLOUD, CAMERA), elsewhere)] == ["203.0.113.10"]
    assert log.told(flow(target="203.0.113.11", began=-600.0)) == [], "the kernel may have seen it before we looked"
    assert log.told(flow(began=9e6)) == [], "a date in the future is no excuse"
    flows.note(pair(CAMERA, "203.0.113.12"), now - 50)
    assert len(log.told(flow(target="203.0.113.12"))) == 1, "that was another flow"


def test_it_waits_for_who_looks_more_slowly(log: Log) -> None:
    log.source.flows.begin(time.time() - 60)
    log.write(flow(), question())
    assert log.read() == []
    assert log.read(looked=False) == []
    log.source.flows.note(pair(CAMERA, CLOUD), time.time())
    assert [it.kind for it in log.read()] == [ObservationKind.DNS]
    assert log.read() == []


def test_what_the_wire_heard_is_not_told_again(log: Log) -> None:
    log.source.questions.begin(time.time() - 60)
    assert len(log.told(question())) == 1
    log.source.questions.note("camera", time.time())
    assert log.told(question("other.example")) == []


def test_hardware_of_a_router_names_nobody_whose_address_is_known(log: Log) -> None:
    passed_on = {"ether": {"src_mac": "02:00:00:00:00:09", "dest_mac": "02:00:00:00:00:08"}}
    (one,) = log.told(flow(**passed_on))
    assert one.asset == "camera"
    assert log.told(flow("198.51.100.7", "198.51.100.8", **passed_on)) == []
    (two,) = log.told(flow("10.0.0.3", **passed_on))
    assert two.asset == "router"


def test_alerts_do_not_wait_and_time_is_kept_within_a_minute(log: Log) -> None:
    alert = {"signature": "ET MALWARE Mirai", "severity": 1}
    ends = {"src_ip": CAMERA, "dest_ip": CLOUD, "event_type": "alert", "alert": alert}
    log.write({**ends, "timestamp": at(9e8)}, {**ends, "timestamp": "1970-01-01T00:00:00+0000"})
    now = time.time()
    future, past = log.read(looked=False)
    assert abs(future.time - now) < 5
    assert abs(past.time - now + 60) < 5
    (long,) = log.told(flow(began=-7200.0))
    assert abs(long.time - now + 60) < 5


def test_garbage_is_counted_and_the_rest_stands(log: Log) -> None:
    bad = ["\x00\xff garbage", "{", "[]", '{"event_type": "flow"}', "9" * 5000, '{"event_type": "dns", "timestamp": 5}']
    bad += [json.dumps(flow() | {"flow": 5}), json.dumps(question() | {"timestamp": "yesterday"})]
    assert len(log.told(*bad, flow(), "")) == 1
    assert log.health.rejected == len(bad)


def test_a_file_that_is_rotated_while_it_is_written_and_cut(log: Log) -> None:
    log.write(flow(target="203.0.113.1"))
    log.path.rename(log.path.with_suffix(".1"))
    log.write(flow(target="203.0.113.2"))
    log.read()
    assert [it.peer for it in log.read()] == ["203.0.113.1", "203.0.113.2"], "also what was written before"
    log.path.write_text("")
    log.write(flow(target="203.0.113.3"))
    log.read()
    assert [it.peer for it in log.read()] == ["203.0.113.3"]
    log.path.unlink()
    assert log.read() == []
    assert not log.health.active
    assert "No such file" in log.health.reason
    log.write(flow(target="203.0.113.4"))
    assert [it.peer for it in log.told()] == ["203.0.113.4"]
    assert log.health.active


def test_what_waits_is_bounded(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suricata, "_MAX_WAITING", 10)
    assert len(log.told(*(flow(target=f"203.0.113.{it}") for it in range(25)))) == 10
    assert log.health.lost == 15
