"""Telemetry made into observations again: one JSON record a line, an asset and minute each (docs/telemetry.md).

A record counts; it does not say when each of many alike came. They are set between the first and the last at growing
distances, so that nothing looks like clockwork that was not: beacons show from minute to minute, not within one.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from ..detection.observations import Observation, ObservationKind, Outcome, Radio
from ..detection.readers.unread import Unread
from .record import MINUTE, Command, Conversation, Count, Name, Record

MAX_OF_A_ROW: Final = 4096
"""Observations that one row is made into at most."""
_PLAIN: Final = {
    Count.JOINS: ObservationKind.RADIO_JOIN,
    Count.REJOINS: ObservationKind.RADIO_JOIN,
    Count.LOGINS: ObservationKind.LOGIN,
    Count.LOGINS_REFUSED: ObservationKind.LOGIN,
}
"""What a count alone tells; of ARP, DHCP and alerts it does not say about what, which is all that matters there."""


class TelemetryReader:
    """Lines made into observations; `unread` counts those that are no records."""

    def __init__(self) -> None:
        """Nothing was read."""
        self.unread = Unread()

    def read(self, lines: Iterable[str]) -> Iterator[Observation]:
        """Yield what the lines say, each record by itself in the order of its time."""
        for line in lines:
            if not line.strip():
                continue
            try:
                record = Record.from_line(line)
            except ValueError:
                self.unread.add()
                continue
            yield from sorted(_of(record), key=lambda it: it.time)


def _of(record: Record) -> Iterator[Observation]:
    for conversation in record.conversations:
        yield from _flows(record, conversation)
    for name in record.names:
        for time in _times(record, name, name.count):
            yield Observation(time, record.asset, ObservationKind.DNS, name=name.name, found=name.found)
    for command in record.commands:
        yield from _frames(record, command)
    if dropped := record.counts.get(Count.DROPPED, 0):
        kind = ObservationKind.REFUSED
        yield Observation(float(record.minute), record.asset, kind, duration=MINUTE, packets_sent=dropped)
    for count, kind in _PLAIN.items():
        outcome = Outcome.REFUSED if count is Count.LOGINS_REFUSED else Outcome.ANSWERED
        for _ in range(min(record.counts.get(count, 0), MAX_OF_A_ROW)):
            yield Observation(
                float(record.minute),
                record.asset,
                kind,
                outcome=outcome if kind is ObservationKind.LOGIN else Outcome.UNKNOWN,
                inward=kind is ObservationKind.LOGIN,
                began=count is not Count.REJOINS,
                radio=Radio() if kind is ObservationKind.RADIO_JOIN else None,
            )


def _times(record: Record, row: Conversation | Name | Command, count: int) -> Iterator[float]:
    """Yield so many times from the row's first to its last, each further from the one before."""
    number = min(count, MAX_OF_A_ROW)
    span = max(row.last - row.first, 0.0)
    for at in range(number):
        yield record.minute + row.first + (span * (at / (number - 1)) ** 2 if number > 1 else 0.0)


def _flows(record: Record, row: Conversation) -> Iterator[Observation]:
    total = min(row.begun + row.parts, MAX_OF_A_ROW)
    for number, time in enumerate(_times(record, row, total)):
        sent, received = _share(row.sent, total, number), _share(row.received, total, number)
        packets = _share(row.packets_sent, total, number), _share(row.packets_received, total, number)
        yield Observation(
            time,
            record.asset,
            ObservationKind.FLOW,
            row.peer,
            row.protocol,
            row.port,
            row.service,
            Outcome[row.outcome.upper()],
            row.inward,
            row.local,
            number < row.begun,
            row.seconds / total,
            sent,
            received,
            *packets,
            name=row.name,
        )


def _share(whole: int, parts: int, number: int) -> int:
    """Return an equal part; the first has what does not divide."""
    return whole // parts + (whole % parts if number == 0 else 0)


def _frames(record: Record, row: Command) -> Iterator[Observation]:
    quality = record.lqi, record.rssi
    lqi, rssi = (0 if row.inward or not it.frames else round(it.total / it.frames) for it in quality)
    total = min(row.count, MAX_OF_A_ROW)
    radio = Radio(row.profile, row.cluster, row.command, row.general, row.manufacturer, lqi, rssi)
    for number, time in enumerate(_times(record, row, total)):
        size = _share(row.size, total, number)
        yield Observation(
            time,
            record.asset,
            ObservationKind.RADIO_FRAME,
            inward=row.inward,
            sent=0 if row.inward else size,
            received=size if row.inward else 0,
            radio=radio,
        )
