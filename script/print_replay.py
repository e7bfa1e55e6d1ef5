"""Print what is suspicious in recordings: one JSON line a finding, and a summary of all captures as the last line.

The exit status is 0 if everything could be read, 1 if something was left out; what, goes to standard error.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import heapq
import io
from ipaddress import ip_network
import json
from pathlib import Path
import sys
from typing import Any, Final, TextIO
import zlib

from recordings import SUFFIXES, Capture, UnreadableError, captures, log_name, opened

# The engine alone: the integration's own package would import Home Assistant, and has a calendar.py of its own.
sys.path.append(str(Path(__file__).resolve().parents[1] / "custom_components" / "secure_hub"))

from engine.detection.baselines.baselines import Baselines
from engine.detection.calibration import Calibration
from engine.detection.detector import Detector
from engine.detection.findings import Finding
from engine.detection.listed import ListedNetworks
from engine.detection.observations import Observation
from engine.detection.readers.binetflow import BinetflowReader
from engine.detection.readers.endpoints import PRIVATE, Home
from engine.detection.readers.eve import EveReader
from engine.detection.readers.pcap import PcapReader
from engine.detection.readers.zeek import ZeekReader
from engine.detection.readers.zigbee import ZigbeeReader
from engine.policy.lists import ListError, read_list
from engine.policy.scopes import PolicyError
from engine.telemetry.reader import TelemetryReader

MAX_LINE: Final = 1 << 20
SORTED: Final = 1_000_000
"""Observations that are held to bring them into the order of their time: recordings are ordered by other things."""
KEY_SIZE: Final = 16


class Problems:
    """What could not be read; each goes to standard error once."""

    def __init__(self) -> None:
        """Start with none."""
        self.count = 0

    def add(self, path: Path, reason: str) -> None:
        """Say one."""
        self.count += 1
        print(f"{path}: {reason}", file=sys.stderr)


def lines(stream: TextIO) -> Iterator[str]:
    """Yield lines; of one that is longer than a megabyte, pieces, which no reader takes for something."""
    while line := stream.readline(MAX_LINE):
        yield line


@dataclass(frozen=True, slots=True)
class Reading:
    """How recordings are to be read, and what could not be."""

    form: str
    home: Home
    keys: tuple[bytes, ...]
    listed: ListedNetworks
    problems: Problems


def observations(how: Reading, capture: Capture, *, benign: bool) -> Iterator[Observation]:
    """Yield what a capture shows, as it stands in its files; nothing that goes wrong with one ends the others."""
    for path in capture.files:
        reader = _reader(how, path)
        try:
            with opened(path) as stream:
                if not stream.peek(1):
                    how.problems.add(path, "it is empty")
                elif isinstance(reader, PcapReader | ZigbeeReader):
                    yield from reader.read(stream.read)
                else:
                    text = lines(io.TextIOWrapper(stream, encoding="utf-8-sig", errors="backslashreplace"))
                    if isinstance(reader, ZeekReader | BinetflowReader):
                        yield from reader.read(text, only_benign=benign)
                    else:
                        yield from reader.read(text)
        except (EOFError, zlib.error) as error:
            how.problems.add(path, f"what is packed in it is torn: {error}")
        except UnreadableError as error:
            how.problems.add(path, str(error))
        except OSError as error:
            how.problems.add(path, error.strerror or str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other captures and the last line are owed
            how.problems.add(path, f"reading it failed: {error!r}")
        for reason in reader.unread:
            how.problems.add(path, reason)


def _reader(
    how: Reading, path: Path
) -> PcapReader | ZigbeeReader | EveReader | BinetflowReader | TelemetryReader | ZeekReader:
    match how.form:
        case "pcap":
            return PcapReader(how.home)
        case "zigbee-pcap":
            return ZigbeeReader(how.keys)
        case "eve":
            return EveReader(how.home)
        case "binetflow":
            return BinetflowReader(how.home)
        case "telemetry":
            return TelemetryReader()
    return ZeekReader(how.home, log_name(path))


def in_order(seen: Iterable[Observation]) -> Iterator[Observation]:
    """Bring observations into the order of their time, as far as a million of them tell it."""
    waiting: list[tuple[float, int, Observation]] = []
    for number, one in enumerate(seen):
        entry = (one.time, number, one)
        if len(waiting) < SORTED:
            heapq.heappush(waiting, entry)
        else:
            yield heapq.heappushpop(waiting, entry)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


class Replay:
    """One capture gone through, and what is said of it in the end."""

    def __init__(self, baselines: Baselines, listed: ListedNetworks) -> None:
        """Start with nothing seen but what is known of the assets' normal life, and of bad networks."""
        self._detector = Detector(baselines, listed)
        self.findings: list[Finding] = []
        self.first: float | None = None
        self.last = 0.0
        self.assets: set[str] = set()

    def run(self, seen: Iterable[Observation]) -> Iterator[Finding]:
        """Yield the findings as they come."""
        for one in in_order(seen):
            if self.first is None:
                self.first = self.last = one.time
            self.last = max(self.last, one.time)
            self.assets.add(one.asset)
            yield from self._detector.observe(one)

    @property
    def span(self) -> float:
        """Seconds from the first observation to the last."""
        return self.last - (self.first or 0.0)

    def summary(self, reported: list[Finding]) -> dict[str, Any]:
        """Return the capture's member of the last line."""
        return {
            "findings": len(reported),
            "by_kind": dict(sorted(Counter(it.kind.value for it in reported).items())),
            "first_s": round(reported[0].time - (self.first or 0.0), 3) if reported else None,
            "assets": len(self.assets),
            "span_s": round(self.span, 3),
        }


def as_line(finding: Finding, capture: str) -> str:
    """Spell a finding."""
    return json.dumps(
        {
            "asset": finding.asset,
            "time": round(finding.time, 6),
            "kind": finding.kind.value,
            "severity": finding.severity.value,
            "confidence": finding.confidence,
            "technique": finding.technique,
            "evidence": finding.evidence,
            "capture": capture,
        }
    )


def learn(how: Reading, paths: Iterable[Path], budget: float) -> tuple[Calibration, dict[str, Any]]:
    """Return how much may be said, and what is usual, after recordings of normal life."""
    calibration, baselines = Calibration(budget), Baselines()
    baselines.trusting = True
    for capture in captures(how.form, paths, how.problems.add):
        normal = Replay(baselines, how.listed)
        found = list(normal.run(observations(how, capture, benign=True)))
        calibration.learn(found, len(normal.assets), normal.span)
    baselines.settle()
    return calibration, baselines.save()


def read_lists(paths: Iterable[Path], problems: Problems) -> ListedNetworks:
    """Read lists of bad networks, as the hub reads them: one that is none is left out as a whole, and that is told."""
    lists = {}
    for path in paths:
        try:
            lists[path.stem] = read_list(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            problems.add(path, error.strerror or str(error))
        except ListError as error:
            problems.add(path, f"line {error.line}: {error}")
        except (UnicodeDecodeError, PolicyError) as error:
            problems.add(path, str(error))
    return ListedNetworks(lists)


def network_key(text: str) -> bytes:
    """Read 16 bytes in hexadecimal, with or without colons; raises ValueError."""
    key = bytes.fromhex(text.replace(":", ""))
    if len(key) != KEY_SIZE:
        raise ValueError(text)
    return key


def main() -> int:
    """Replay what the command line names."""
    parser = argparse.ArgumentParser(prog="script/replay", description="Print what is suspicious in recordings.")
    parser.add_argument("--baseline", type=Path, action="append", default=[], help="a recording of normal life")
    parser.add_argument("--budget", type=float, default=1.0, help="false alarms a device and week (default: 1)")
    parser.add_argument(
        "--home", type=ip_network, action="append", help="a network of the home (default: private ones)"
    )
    parser.add_argument("--key", type=network_key, action="append", default=[], help="a Zigbee network key")
    parser.add_argument("--listed", type=Path, action="append", default=[], help="a list of bad networks, one a line")
    parser.add_argument("format", choices=SUFFIXES, metavar="FORMAT", help=", ".join(SUFFIXES))
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH")
    arguments = parser.parse_args()
    problems = Problems()
    listed = read_lists(arguments.listed, problems)
    how = Reading(arguments.format, Home(tuple(arguments.home or PRIVATE)), tuple(arguments.key), listed, problems)
    summaries: dict[str, Any] = {}
    try:
        for path, summary in judged(how, arguments):
            summaries[str(path)] = summary
    finally:
        print(json.dumps({"captures": summaries}))
    return 1 if how.problems.count else 0


def judged(how: Reading, arguments: argparse.Namespace) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each capture's name and summary, having said what was found in it."""
    calibration, normal = learn(how, arguments.baseline, arguments.budget)
    for capture in captures(how.form, arguments.paths, how.problems.add):
        if not capture.name.exists():
            how.problems.add(capture.name, "No such file or directory")
            continue
        baselines = Baselines()
        baselines.load(normal)  # each capture is judged by normal life, and not by the capture before it
        replay, reported, before = Replay(baselines, how.listed), [], how.problems.count
        for finding in replay.run(observations(how, capture, benign=False)):
            if calibration.lets_through(finding):
                reported.append(finding)
                print(as_line(finding, str(capture.name)))
        if replay.first is None and how.problems.count == before:
            print(f"{capture.name}: nothing in it tells of a device of the home", file=sys.stderr)
        yield capture.name, replay.summary(reported)


if __name__ == "__main__":
    sys.exit(main())
