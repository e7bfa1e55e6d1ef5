"""Telemetry read again: what it says is what was recorded, and a scan in it is found as it was live."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
import json
from pathlib import Path
import subprocess
import sys
from typing import Any

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.detection.detector import Detector
from custom_components.secure_hub.engine.detection.findings import FindingKind
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome, Radio
from custom_components.secure_hub.engine.telemetry.aggregate import Aggregator
from custom_components.secure_hub.engine.telemetry.reader import MAX_OF_A_ROW, TelemetryReader
from custom_components.secure_hub.engine.telemetry.record import Count, Record
from tests.engine.telemetry.observed import NOON, observations

ROOT = Path(__file__).parents[3]
FLOW = Observation(NOON + 1.5, "camera", ObservationKind.FLOW, "192.0.2.7", "tcp", 443, outcome=Outcome.ANSWERED)


def recorded(seen: list[Observation]) -> list[str]:
    """Return the lines that are written of what was seen in an hour."""
    aggregator = Aggregator()
    records: list[Record] = []
    for one in sorted(seen, key=lambda it: it.time):
        records += aggregator.close(one.time)
        aggregator.add(one, one.time)
    return [it.line() for it in (*records, *aggregator.flush())]


@given(st.lists(observations(assets=1), max_size=60))
def test_volumes_and_numbers_come_back(seen: list[Observation]) -> None:
    reader = TelemetryReader()
    again = list(reader.read(recorded(seen)))
    assert not reader.unread
    for kind in (ObservationKind.FLOW, ObservationKind.DNS, ObservationKind.LOGIN, ObservationKind.RADIO_JOIN):
        assert sum(it.kind is kind for it in again) == sum(it.kind is kind for it in seen)
    flows = [[it for it in them if it.kind is ObservationKind.FLOW] for them in (seen, again)]
    assert len({(sum(it.sent for it in them), sum(it.received for it in them)) for them in flows}) == 1
    assert len({sum(it.began for it in them) for them in flows}) == 1


def test_one_conversation_comes_back_as_it_was() -> None:
    flow = replace(FLOW, duration=2.5, sent=7, received=9, packets_sent=1, packets_received=2, name="cloud.example")
    assert list(TelemetryReader().read(recorded([flow]))) == [flow]


def test_a_scan_is_found_again() -> None:
    scan = [
        replace(FLOW, time=NOON + 5 + number, peer=f"198.51.100.{number}", port=23, outcome=Outcome.SILENT, local=False)
        for number in range(1, 30)
    ]
    detector = Detector()
    found = [finding for one in TelemetryReader().read(recorded(scan)) for finding in detector.observe(one)]
    assert FindingKind.HORIZONTAL_SCAN in {it.kind for it in found}
    assert found[0].time < NOON + 60


def test_many_of_a_kind_are_no_clockwork() -> None:
    calls = [replace(FLOW, time=NOON + number * 1.7, port=6667) for number in range(30)]
    times = [it.time for it in TelemetryReader().read(recorded(calls))]
    gaps = [round(b - a, 3) for a, b in pairwise(times)]
    assert len(times) == 30
    assert Counter(gaps).most_common(1)[0][1] < 5
    detector = Detector()
    found = [it.kind for one in TelemetryReader().read(recorded(calls)) for it in detector.observe(one)]
    assert FindingKind.BEACON not in found


def test_the_radio_comes_back() -> None:
    radio = Radio(260, 6, 1, manufacturer=4711, lqi=200, rssi=-60)
    frame = Observation(NOON + 3.0, "lamp", ObservationKind.RADIO_FRAME, sent=9, radio=radio)
    join = Observation(NOON + 9.0, "lamp", ObservationKind.RADIO_JOIN, began=False, radio=radio)
    asked = replace(frame, sent=0, received=4, inward=True, radio=replace(radio, lqi=0, rssi=0))
    rejoined, *frames = TelemetryReader().read(recorded([frame, asked, join]))
    assert (rejoined.kind, rejoined.began) == (ObservationKind.RADIO_JOIN, False)
    assert frames == [frame, asked]


def test_what_runs_against_the_wall_is_found() -> None:
    line = Record("tv", NOON, {Count.DROPPED: 2_500, Count.DROPPED_BYTES: 150_000}).line()
    detector = Detector()
    (found,) = (it for one in TelemetryReader().read([line]) for it in detector.observe(one))
    assert (found.kind, found.asset) == (FindingKind.REFUSED_FLOOD, "tv")


def test_garbage_is_counted_and_a_lie_is_bounded() -> None:
    liar = Record("camera", NOON, {Count.LOGINS_REFUSED: 1 << 60})
    reader = TelemetryReader()
    (line,) = recorded([FLOW])
    row: Any = json.loads(line)
    row["conversations"][0]["begun"] = 1 << 60
    seen = list(reader.read(["", "x", "{}", line[:-1], liar.line(), json.dumps(row)]))
    assert len(reader.unread) == 3
    assert len(seen) == 2 * MAX_OF_A_ROW


def test_replay_reads_it(tmp_path: Path) -> None:
    scan = [
        replace(FLOW, time=NOON + 5 + number, peer=f"198.51.100.{number}", port=23, outcome=Outcome.SILENT)
        for number in range(1, 30)
    ]
    file = tmp_path / "telemetry.jsonl"
    file.write_text("".join(f"{line}\n" for line in recorded(scan)) + "garbage\n")
    done = subprocess.run(
        [sys.executable, ROOT / "script/print_replay.py", "telemetry", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "an entry that says nothing" in done.stderr
    *findings, last = (json.loads(line) for line in done.stdout.splitlines())
    assert "horizontal_scan" in {it["kind"] for it in findings}
    assert last["captures"][str(tmp_path)]["assets"] == 1
