"""The detector as a whole: bounded whatever it is shown, and not one to repeat itself."""

from dataclasses import replace
from random import Random
import tracemalloc

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.detection.detector import MAX_ASSETS, Detector
from custom_components.secure_hub.engine.detection.listed import ListedNetworks
from custom_components.secure_hub.engine.detection.memory import Distinct, Recent, Tally
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome
from custom_components.secure_hub.engine.policy.lists import read_list

from .test_hallmarks import ASSET, ATTACKS, HARMLESS, NOW, WAN, call


def hostile(number: int) -> list[Observation]:
    """Return what shows a detector as many different things as can be."""
    random, outcomes = Random(7), list(Outcome)
    ports = [21, 22, 23, 80, 443, 445, 8123, *(random.randrange(65_536) for _ in range(40))]
    flows = [
        call(
            i / 50,
            f"2001:db8:{random.randrange(65_536):x}::{i:x}",
            random.choice(ports),
            random.choice(outcomes),
            local=bool(i & 4),
            inward=bool(i & 8),
            packets=(1000, 0),
        )
        for i in range(number)
    ]
    names = [
        Observation(
            NOW + i, ASSET, ObservationKind.DNS, name=f"{i:x}.{i % 999:x}.example{i % 77}.org", found=bool(i & 1)
        )
        for i in range(number // 10)
    ]
    rest = [
        Observation(NOW + i, ASSET, kind, name=f"10.{i % 251}.{i % 241}.{i % 239}", hardware=f"{i:x}")
        for i in range(number // 100)
        for kind in (ObservationKind.ARP_REQUEST, ObservationKind.DHCP_REQUEST, ObservationKind.ALERT)
    ]
    return flows + names + rest


def test_memory_of_an_asset_is_bounded() -> None:
    shown = hostile(60_000)
    before = Detector()
    for one in shown:  # what a coverage tracer notes of each line the first time is not the detector's
        before.observe(one)
    detector = Detector()
    tracemalloc.start()
    try:
        for one in shown[: len(shown) // 2]:
            detector.observe(one)
        half = tracemalloc.get_traced_memory()[0]
        for one in shown[len(shown) // 2 :]:
            detector.observe(one)
        whole = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert half < 64 * 1024
    assert whole < 64 * 1024


def test_assets_are_bounded() -> None:
    detector = Detector()
    for number in range(MAX_ASSETS + 500):
        detector.observe(Observation(NOW, f"{number:x}", ObservationKind.DNS, name="example.org"))
    assert detector.assets == MAX_ASSETS


def test_the_same_is_said_once_a_day() -> None:
    detector = Detector()
    scan = ATTACKS["horizontal_scan"]
    said = [len(detector.observe(one)) for _ in range(5) for one in scan]
    assert sum(said) == 1
    day = [
        Observation(one.time + 90_000, one.asset, one.kind, one.peer, "tcp", one.port, "", one.outcome) for one in scan
    ]
    assert sum(len(detector.observe(one)) for one in day) == 1


@pytest.mark.parametrize("kind", ATTACKS)
def test_who_is_let_go_is_watched_anew(kind: str) -> None:
    """The same that was said before its release is said again: it is what the release was on trial for."""
    detector = Detector(listed=ListedNetworks({"drop": read_list("203.0.113.0/24")}))
    again = [replace(one, time=one.time + 7200) for one in ATTACKS[kind]]
    found = [it for one in ATTACKS[kind] for it in detector.observe(one) if it.kind == kind]
    for asset in {it.asset for it in found}:
        detector.forget(asset)
    assert [it.kind for one in again for it in detector.observe(one) if it.kind == kind] == [kind]


def test_scanning_all_ports_is_not_said_for_each() -> None:
    detector = Detector()
    found = [
        finding
        for port in range(100, 160)
        for i, peer in enumerate(WAN[:10])
        for finding in detector.observe(call(port + i / 100, peer, port, Outcome.SILENT))
    ]
    assert sum(finding.kind == "horizontal_scan" for finding in found) == 4


def test_one_asset_does_not_hide_or_accuse_another() -> None:
    detector = Detector()
    scan = ATTACKS["horizontal_scan"]
    quiet = [one for life in HARMLESS.values() for one in life if one.kind is ObservationKind.FLOW][: len(scan)]
    found = []
    for one, other in zip(scan, quiet, strict=True):
        found += detector.observe(one)
        found += detector.observe(
            Observation(one.time, "other", other.kind, other.peer, other.protocol, other.port, "", Outcome.ANSWERED)
        )
    assert {finding.asset for finding in found} == {ASSET}


def test_a_clock_that_jumps_begins_anew() -> None:
    detector = Detector()
    for i, peer in enumerate(WAN[:200]):
        jumped = call((-1) ** i * i * 86_400.0, peer, 23, Outcome.SILENT)
        assert detector.observe(jumped) == []


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(-1e4, 1e4)), max_size=300))
def test_recent_holds_no_more_than_it_may(uses: list[tuple[int, float]]) -> None:
    recent: Recent[int, Tally] = Recent(8, 100.0, Tally)
    for key, time in uses:
        assert -60 <= time - recent.at(key, time).began <= 100
        assert len(recent) <= 8


def test_distinct_misses_few_of_few() -> None:
    missed = 0
    for home in range(100):
        distinct = Distinct()
        for device in range(32):
            distinct.add(f"192.168.{home}.{device * 7 % 251}")
        missed += 32 - distinct.count
    assert missed < 100 * 3


@given(st.sets(st.text(max_size=20), max_size=400))
def test_distinct_counts_no_more_than_there_were(texts: set[str]) -> None:
    distinct = Distinct()
    assert sum(distinct.add(text) for text in texts) == distinct.count <= min(len(texts), 256)
    assert not any(distinct.add(text) for text in texts)
