"""Weeks of a home's normal life as observations, in seconds: made up, repeatable, and with what upsets detectors.

Ten devices keep their habits; beside those there are firmware updates, a power cut, addresses that are given out anew,
a television that is bought, clocks that change, guests, a film night and a holiday.
"""

from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from random import Random
from typing import Final

from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome, Radio

MINUTE: Final = 60.0
HOUR: Final = 3600.0
DAY: Final = 86_400.0
WEEK: Final = 7 * DAY
START: Final = 1_791_590_400.0
"""Sunday 2026-10-11 00:00 UTC: two weeks before clocks change in Europe."""
DEVICES: Final = ("camera", "speaker", "plug", "tv", "thermostat", "printer", "bridge", "lamp", "motion", "vacuum")
NEW_TV: Final = "new tv"
CHANGE: Final = START + 14 * DAY + HOUR
"""From here on, people do everything an hour later by UTC."""
POWER_CUT: Final = START + 17 * DAY + 15 * HOUR
BOUGHT: Final = START + 18 * DAY + 11 * HOUR
UPDATES: Final = {"camera": 16, "speaker": 19, "thermostat": 20, "tv": 22, "lamp": 24}
"""Day on which each is updated."""
HOLIDAY: Final = (START + 23 * DAY, START + 25 * DAY)


def _local(time: float) -> float:
    return time - (HOUR if time >= CHANGE else 0.0)


def _awake(time: float) -> bool:
    return 6.5 <= _local(time) % DAY / HOUR <= 23 and not HOLIDAY[0] <= time < HOLIDAY[1]


def _flow(  # noqa: PLR0913 - a conversation has many sides
    time: float,
    asset: str,
    peer: str,
    port: int = 443,
    volume: tuple[float, float] = (2_000, 4_000),
    *,
    protocol: str = "tcp",
    name: str = "",
    local: bool = False,
    outcome: Outcome = Outcome.ANSWERED,
    duration: float = 1.0,
) -> Observation:
    sent, received = int(volume[0]), int(volume[1])
    return Observation(
        time,
        asset,
        ObservationKind.FLOW,
        peer,
        protocol,
        port,
        outcome=outcome,
        local=local,
        duration=duration,
        sent=sent,
        received=received if outcome is Outcome.ANSWERED else 0,
        packets_sent=max(sent // 1000, received // 2000, 2),  # acknowledgements are one for two
        packets_received=max(received // 1000, sent // 2000, 2) if outcome is Outcome.ANSWERED else 0,
        name=name,
    )


def _clock(random: Random, begin: float, end: float, every: float) -> Iterator[float]:
    time = begin + random.random() * every
    while time < end:
        yield time + random.gauss(0.0, every / 200)
        time += every


def _whims(random: Random, begin: float, end: float, a_day: float) -> Iterator[float]:
    """Moments that people choose, while they are awake."""
    time = begin
    while (time := time + random.expovariate(a_day / DAY * 24 / 16.5)) < end:
        if _awake(time):
            yield time


def _cloud(  # noqa: PLR0913, PLR0917 - who calls whom, when
    random: Random, asset: str, begin: float, end: float, every: float, site: int
) -> Iterator[Observation]:
    """A keep-alive to the maker, who moves now and then from one address to another."""
    for time in _clock(random, begin, end, every):
        address = f"198.18.{site}.{1 + int(time // (3 * DAY)) % 5}"
        yield _flow(
            time, asset, address, 8883, (random.uniform(200, 900), 400), name=f"iot.{asset.rpartition(' ')[2]}.example"
        )


def _camera(random: Random, begin: float, end: float) -> Iterator[Observation]:
    yield from merge(
        _cloud(random, "camera", begin, end, 5 * MINUTE, 10),
        (
            _flow(
                time,
                "camera",
                "198.18.11.4",
                443,
                (random.uniform(0.5e6, 9e6), 60_000),
                name="clips.camera.example",
                duration=12,
            )
            for time in _whims(random, begin, end, 14)
        ),
        key=lambda it: it.time,
    )


def _speaker(random: Random, begin: float, end: float) -> Iterator[Observation]:
    """Talkative: every song comes from somewhere else."""
    for time in _whims(random, begin, end, 30):
        for number in range(random.randrange(1, 9)):
            host = f"198.19.{random.randrange(180)}.7"
            name = f"a{random.randrange(400)}.cdn{random.randrange(40)}.example.net"
            yield _flow(time + number * 2.0, "speaker", host, 443, (9_000, random.uniform(1e5, 6e6)), name=name)


def _tv(random: Random, asset: str, begin: float, end: float) -> Iterator[Observation]:
    evenings = (
        (asset, day * DAY + START + 19.5 * HOUR + (HOUR if day * DAY + START >= CHANGE else 0)) for day in range(60)
    )
    for _, evening in evenings:
        if not begin <= evening < end or not _awake(evening):
            continue
        long = random.choice((1, 2, 2, 3, 5))
        for number in range(long * 20):
            time = evening + random.uniform(0, HOUR / 2) / 20 + number * 3 * MINUTE
            host, volume = f"198.18.30.{random.randrange(1, 9)}", (40_000, random.uniform(2e7, 9e7))
            yield _flow(time, asset, host, 443, volume, name=f"v{random.randrange(9)}.video.example.org", duration=170)


def _plain(random: Random, begin: float, end: float) -> Iterator[Observation]:
    streams = [
        _cloud(random, "plug", begin, end, 10 * MINUTE, 40),
        _cloud(random, "thermostat", begin, end, 15 * MINUTE, 41),
        _cloud(random, "vacuum", begin, end, 10 * MINUTE, 42),
        (
            _flow(time, asset, "10.66.1.1", 123, (90, 90), protocol="udp", local=True)
            for asset in ("plug", "thermostat", "vacuum", "tv", "camera")
            for time in _clock(random, begin, end, 6 * HOUR)
        ),
        (
            _flow(time, "bridge", "10.66.1.20", 80, (400, 900), local=True)
            for time in _clock(random, begin, end, 5 * MINUTE)
        ),
        (
            _flow(time, "printer", "198.18.50.1", 443, (9_000, 9_000), name="ink.printer.example")
            for time in _whims(random, begin, end, 0.6)
        ),
        (
            _flow(time, "vacuum", "198.18.51.1", 443, (random.uniform(1e5, 2e6), 9_000), name="map.vacuum.example")
            for time in _whims(random, begin, end, 1)
        ),
    ]
    for stream in streams:
        yield from stream


def _zigbee(random: Random, begin: float, end: float) -> Iterator[Observation]:
    report = Radio(260, 6, 0x0A, general=True, direct=True, lqi=180, rssi=-60)
    for time in _clock(random, begin, end, 10 * MINUTE):
        yield Observation(
            time, "lamp", ObservationKind.RADIO_FRAME, sent=12, radio=replace(report, rssi=-60 - random.randrange(12))
        )
    for time in _whims(random, begin, end, 40):
        for asset, radio in (("motion", Radio(260, 0x0406, 0x0A, general=True, sleepy=True)), ("lamp", report)):
            yield Observation(time + 0.2, asset, ObservationKind.RADIO_FRAME, sent=12, radio=radio)


def _upsets(random: Random, end: float) -> Iterator[Observation]:
    """What does not happen every week."""
    for asset, day in UPDATES.items():
        time = START + day * DAY + 3 * HOUR + random.uniform(0, HOUR)
        if time > end:
            continue
        if asset == "lamp":
            piece = Radio(260, 0x19, 3)
            yield from (
                Observation(time + it / 2, "lamp", ObservationKind.RADIO_FRAME, sent=20, radio=piece)
                for it in range(900)
            )
        else:
            name = f"firmware.{asset}.example"
            yield Observation(time, asset, ObservationKind.DNS, name=name)
            yield _flow(time, asset, f"198.18.60.{day}", 443, (300_000, 120e6), name=name, duration=200)
    if end > POWER_CUT:
        yield from _power_cut(random)
    for day in range(int((end - START) // DAY)):
        for number, asset in enumerate(DEVICES[:6]):
            time = START + day * DAY + number * 40.0 + 4 * HOUR
            wanted = f"10.66.1.{20 + (number + day // 9) % 60}"
            yield Observation(time, asset, ObservationKind.DHCP_REQUEST, name=wanted)
            yield Observation(
                time + 1, asset, ObservationKind.ARP_CLAIM, name=wanted, hardware=f"02:00:00:00:00:0{number}"
            )
    yield from _a_failed_cloud(random, end)


def _power_cut(random: Random) -> Iterator[Observation]:
    """Everybody is back at once, looks for everybody, and does not find the internet yet."""
    for number, asset in enumerate(DEVICES):
        time = POWER_CUT + random.uniform(0, 20)
        if asset in {"lamp", "motion"}:
            yield Observation(time, asset, ObservationKind.RADIO_JOIN, began=False, radio=Radio())
            continue
        yield Observation(time, asset, ObservationKind.DHCP_REQUEST, name=f"10.66.1.{20 + number}")
        for it in range(12):
            yield Observation(time + 1 + it / 3, asset, ObservationKind.ARP_REQUEST, name=f"10.66.1.{20 + it}")
        for it in range(6):
            yield _flow(time + 5 + it * 8, asset, f"198.18.{40 + number}.1", 8883, (60, 0), outcome=Outcome.SILENT)


def _a_failed_cloud(random: Random, end: float) -> Iterator[Observation]:
    """One maker is out of order for an evening; the thing tries what its DNS names, a dozen addresses at most."""
    begin = START + 21 * DAY + 18 * HOUR
    if begin < end:
        for time in _clock(random, begin, begin + 4 * HOUR, 2 * MINUTE):
            host = f"198.18.41.{random.randrange(1, 6)}"
            yield _flow(time, "thermostat", host, 443, (60, 0), outcome=Outcome.SILENT, name="iot.thermostat.example")


def life(weeks: int = 4, seed: int = 1) -> list[Observation]:
    """Return so many weeks of it, in the order of time."""
    random, end = Random(seed), START + weeks * WEEK
    found = [
        *_camera(random, START, end),
        *_speaker(random, START, end),
        *_tv(random, "tv", START, end),
        *_plain(random, START, end),
        *_zigbee(random, START, end),
        *_upsets(random, end),
    ]
    if end > BOUGHT:
        found += [*_tv(random, NEW_TV, BOUGHT, end), *_cloud(random, NEW_TV, BOUGHT, end, 10 * MINUTE, 31)]
    found = [it for it in found if not POWER_CUT - 600 <= it.time < POWER_CUT]
    return sorted(found, key=lambda it: it.time)


def attacks(time: float, asset: str) -> dict[str, list[Observation]]:
    """Return what a device does that turned hostile at a time, by the name of the attack; each lasts a minute."""
    return _calls(time, asset) | _announcements(time, asset) | _frames(time, asset)


def _steps(time: float, count: int) -> Iterator[tuple[int, float]]:
    return ((it, time + it * MINUTE / count) for it in range(count))


def _calls(time: float, asset: str) -> dict[str, list[Observation]]:
    dead, refused = Outcome.SILENT, Outcome.REFUSED
    return {
        "scan of the internet": [
            _flow(at, asset, f"203.0.{it}.{it}", 23, (60, 0), outcome=dead) for it, at in _steps(time, 120)
        ],
        "scan of the home": [
            _flow(at, asset, f"10.66.1.{it + 10}", 80, (60, 0), outcome=dead, local=True)
            for it, at in _steps(time, 100)
        ],
        "scan of ports": [
            _flow(at, asset, "10.66.1.1", it + 1, (60, 0), outcome=refused, local=True) for it, at in _steps(time, 200)
        ],
        "passwords": [_flow(at, asset, "10.66.1.30", 22, (900, 1200), local=True) for _, at in _steps(time, 30)],
        "flood": [
            _flow(at, asset, "203.0.113.66", 9, (14e6, 0), protocol="udp", outcome=dead) for _, at in _steps(time, 60)
        ],
        "data carried out": [
            _flow(at, asset, "203.0.113.77", 443, (9e6, 20_000), duration=2) for _, at in _steps(time, 30)
        ],
        "a master at an odd port": [_flow(at, asset, "203.0.113.88", 6667, (200, 200)) for _, at in _steps(time, 6)],
    }


def _announcements(time: float, asset: str) -> dict[str, list[Observation]]:
    dns, claim, given = ObservationKind.DNS, ObservationKind.ARP_CLAIM, ObservationKind.DHCP_REPLY
    return {
        "tunnel": [
            Observation(at, asset, dns, name=f"{Random(it).randbytes(22).hex()}.t.example.org")
            for it, at in _steps(time, 60)
        ],
        "made-up names": [
            Observation(at, asset, dns, name=f"{Random(it).randbytes(6).hex()}.com", found=False)
            for it, at in _steps(time, 40)
        ],
        "spoofed addresses": [
            Observation(at, asset, claim, name="10.66.1.1", hardware="02:aa", genuine=False)
            for _, at in _steps(time, 60)
        ],
        "a second giver of addresses": [
            one
            for _, at in _steps(time, 10)
            for one in (Observation(at, "router", given), Observation(at + 1, asset, given))
        ],
    }


def _frames(time: float, asset: str) -> dict[str, list[Observation]]:
    frame, joined = ObservationKind.RADIO_FRAME, ObservationKind.RADIO_JOIN
    return {
        "Zigbee commands": [
            Observation(at, asset, frame, sent=5, radio=Radio(260, 6, 2)) for _, at in _steps(time, 1500)
        ],
        "Zigbee orders": [
            Observation(at, asset, frame, sent=5, radio=Radio(0xC05E, 0x1000, 7)) for _, at in _steps(time, 3)
        ],
        "Zigbee returns": [Observation(at, asset, joined, began=False, radio=Radio()) for _, at in _steps(time, 12)],
    }
