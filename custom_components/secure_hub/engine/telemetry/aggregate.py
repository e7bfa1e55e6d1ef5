"""Observations gathered into records: one for each asset and minute."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from ..detection.observations import Observation, ObservationKind, Outcome
from .record import (
    MAX_COMMANDS,
    MAX_CONVERSATIONS,
    MAX_COUNT,
    MAX_NAMES,
    MAX_TEXT,
    MINUTE,
    Command,
    Conversation,
    Count,
    Name,
    Record,
)

GRACE: Final = 60
"""Seconds after its end for which a minute stays open: conversations are told of when they end, in parts of 30 s."""
_BEHIND: Final = 10 * MINUTE
"""Seconds that an observation may be older than now, at most, to be counted into its own minute."""
MAX_ASSETS: Final = 4096
MAX_PEERS: Final = 256
"""Peers of an asset that are remembered; the one that was not met for longest makes room."""
MAX_DISTINCT: Final = 1024
"""Peers, or ports, of an asset and minute that are told apart."""

_OUTCOMES: Final = {Outcome.ANSWERED: Count.ANSWERED, Outcome.REFUSED: Count.REFUSED, Outcome.SILENT: Count.SILENT}
_PLAIN: Final = {
    ObservationKind.ARP_REQUEST: Count.ARP_REQUESTS,
    ObservationKind.ARP_CLAIM: Count.ARP_CLAIMS,
    ObservationKind.DHCP_REQUEST: Count.DHCP_REQUESTS,
    ObservationKind.DHCP_REPLY: Count.DHCP_REPLIES,
    ObservationKind.ALERT: Count.ALERTS,
}


class KnownPeers:
    """Whom each asset was seen to talk to, as 48 bits of a checksum each; bounded, and not a word of who it was."""

    def __init__(self) -> None:
        """Know nobody."""
        self._known: dict[str, dict[int, None]] = {}

    def meet(self, asset: str, peer: str) -> bool:
        """Remember a peer; say whether it was known."""
        known = self._known.pop(asset, None)
        if known is None:
            if len(self._known) >= MAX_ASSETS:
                del self._known[next(iter(self._known))]
            known = {}
        self._known[asset] = known
        digest = int.from_bytes(blake2b(peer.encode("utf-8", "replace"), digest_size=6).digest())
        was_known = digest in known
        known.pop(digest, None)
        if len(known) >= MAX_PEERS:
            del known[next(iter(known))]
        known[digest] = None
        return was_known

    def recall(self, record: Record) -> None:
        """Remember those that a record of earlier names."""
        for row in record.conversations:
            if whom := row.name or row.peer:
                self.meet(record.asset, whom)


@dataclass(slots=True)
class _Open:
    """A minute of an asset that is not over."""

    record: Record
    conversations: dict[tuple[object, ...], Conversation] = field(default_factory=dict)
    names: dict[tuple[object, ...], Name] = field(default_factory=dict)
    commands: dict[tuple[object, ...], Command] = field(default_factory=dict)
    peers: set[str] = field(default_factory=set)
    ports: set[tuple[str, int]] = field(default_factory=set)

    def count(self, what: Count, more: int = 1) -> None:
        counts = self.record.counts
        counts[what] = min(counts.get(what, 0) + max(more, 0), MAX_COUNT)

    def row[R](self, rows: dict[tuple[object, ...], R], key: tuple[object, ...], most: int, new: R) -> R | None:
        """Return the row of a key; None if there is no room for another."""
        found = rows.get(key)
        if found is None:
            if len(rows) >= most:
                self.count(Count.OMITTED)
                return None
            found = rows[key] = new
        return found


class Aggregator:
    """Minutes that are open. Give it what is seen, in any order; take away what is over."""

    def __init__(self, peers: KnownPeers | None = None) -> None:
        """Begin with nothing but whom assets are known to talk to."""
        self._peers = peers or KnownPeers()
        self._open: dict[tuple[int, str], _Open] = {}
        self._floor = 0
        """The first minute that is still open."""
        self.lost = 0
        """Observations of assets that were too many."""

    def add(self, seen: Observation, now: float) -> None:
        """Count an observation into its minute; one too old, or of the future, into the nearest that is open."""
        kind = seen.kind
        if kind in {ObservationKind.REFUSED, ObservationKind.FALSE_SENDER}:
            return  # what the wall dropped comes by `drop`, with its bytes
        found, at = self._minute(seen.asset, seen.time, now)
        if found is None:
            return
        if kind is ObservationKind.FLOW:
            self._flow(found, seen, at)
        elif kind is ObservationKind.DNS:
            _dns(found, seen, at)
        elif kind in {ObservationKind.RADIO_FRAME, ObservationKind.RADIO_JOIN}:
            _radio(found, seen, at)
        elif kind is ObservationKind.LOGIN:
            found.count(Count.LOGINS if seen.outcome is Outcome.ANSWERED else Count.LOGINS_REFUSED)
        elif (what := _PLAIN.get(kind)) is not None:
            found.count(what)

    def drop(self, asset: str, now: float, *, packets: int = 0, size: int = 0, frames: int = 0) -> None:
        """Count what was kept from an asset, or from others of it; `size` in bytes."""
        found, _ = self._minute(asset, now, now)
        if found is not None:
            found.count(Count.DROPPED, packets)
            found.count(Count.DROPPED_BYTES, size)
            found.count(Count.FRAMES_DROPPED, frames)

    def close(self, now: float) -> list[Record]:
        """Take away the minutes that are over, oldest first, and those that a clock set back makes future."""
        this = int(now) // MINUTE * MINUTE
        over = (int(now) - GRACE) // MINUTE * MINUTE
        due = [key for key in self._open if key[0] < over or key[0] > this]
        self._floor = over
        return self._take(due)

    def flush(self) -> list[Record]:
        """Take everything away."""
        return self._take(self._open)

    def _take(self, keys: Iterable[tuple[int, str]]) -> list[Record]:
        return [_finished(self._open.pop(key)) for key in sorted(keys)]

    def _minute(self, asset: str, time: float, now: float) -> tuple[_Open | None, float]:
        latest = int(now) // MINUTE * MINUTE
        floor = min(max(self._floor, latest - _BEHIND), latest)
        minute = min(max(int(time) // MINUTE * MINUTE, floor), latest)
        key = minute, asset[:MAX_TEXT]
        found = self._open.get(key)
        if found is None:
            if len(self._open) >= 3 * MAX_ASSETS or not asset:
                self.lost += 1
                return None, 0.0
            found = self._open[key] = _Open(Record(key[1], minute))
        return found, round(min(max(time - minute, 0.0), MINUTE), 2)

    def _flow(self, found: _Open, seen: Observation, at: float) -> None:
        peer, name = seen.peer[:MAX_TEXT], seen.name[:MAX_TEXT]
        protocol, service = seen.protocol[:MAX_TEXT], seen.service[:MAX_TEXT]
        if seen.began:
            found.count(Count.BEGUN)
            if outcome := _OUTCOMES.get(seen.outcome):
                found.count(outcome)
            if seen.inward:
                found.count(Count.INWARD)
        else:
            found.count(Count.PARTS)
        found.count(Count.SENT, seen.sent)
        found.count(Count.RECEIVED, seen.received)
        found.count(Count.PACKETS_SENT, seen.packets_sent)
        found.count(Count.PACKETS_RECEIVED, seen.packets_received)
        self._meet(found, name or peer, local=seen.local)
        if seen.port and (protocol, seen.port) not in found.ports and len(found.ports) < MAX_DISTINCT:
            found.ports.add((protocol, seen.port))
            found.count(Count.PORTS)
        key = (peer, name, protocol, seen.port, service, seen.outcome, seen.inward, seen.local)
        new = Conversation(
            peer,
            name,
            protocol,
            seen.port,
            service,
            seen.outcome.name.lower(),
            inward=seen.inward,
            local=seen.local,
            first=at,
            last=at,
        )
        if (row := found.row(found.conversations, key, MAX_CONVERSATIONS, new)) is None:
            return
        row.first, row.last = min(row.first, at), max(row.last, at)
        if seen.began:
            row.begun += 1
        else:
            row.parts += 1
        row.seconds = round(row.seconds + max(seen.duration, 0.0), 3)
        row.sent = min(row.sent + max(seen.sent, 0), MAX_COUNT)
        row.received = min(row.received + max(seen.received, 0), MAX_COUNT)
        row.packets_sent = min(row.packets_sent + max(seen.packets_sent, 0), MAX_COUNT)
        row.packets_received = min(row.packets_received + max(seen.packets_received, 0), MAX_COUNT)

    def _meet(self, found: _Open, whom: str, *, local: bool) -> None:
        if not whom or whom in found.peers or len(found.peers) >= MAX_DISTINCT:
            return
        found.peers.add(whom)
        found.count(Count.PEERS)
        if local:
            found.count(Count.PEERS_LOCAL)
        if not self._peers.meet(found.record.asset, whom):
            found.count(Count.PEERS_NEW)


def _dns(found: _Open, seen: Observation, at: float) -> None:
    found.count(Count.ASKED)
    if not seen.found:
        found.count(Count.NOT_FOUND)
    name = seen.name[:MAX_TEXT]
    if row := found.row(found.names, (name, seen.found), MAX_NAMES, Name(name, seen.found, at, at)):
        row.first, row.last = min(row.first, at), max(row.last, at)
        row.count += 1


def _radio(found: _Open, seen: Observation, at: float) -> None:
    size = seen.sent + seen.received
    if seen.kind is ObservationKind.RADIO_JOIN:
        found.count(Count.JOINS if seen.began else Count.REJOINS)
    if not seen.genuine:
        found.count(Count.UNASKED)
    found.count(Count.FRAMES_TO if seen.inward else Count.FRAMES_FROM)
    found.count(Count.RADIO_BYTES_TO if seen.inward else Count.RADIO_BYTES_FROM, size)
    radio = seen.radio
    if radio is None or seen.kind is ObservationKind.RADIO_JOIN:
        return
    if not seen.inward:
        if radio.lqi:
            found.record.lqi.add(radio.lqi)
        if radio.rssi:
            found.record.rssi.add(radio.rssi)
    key = (radio.profile, radio.cluster, radio.command, radio.general, radio.manufacturer, seen.inward)
    new = Command(
        radio.profile,
        radio.cluster,
        radio.command,
        radio.general,
        radio.manufacturer,
        inward=seen.inward,
        first=at,
        last=at,
    )
    if row := found.row(found.commands, key, MAX_COMMANDS, new):
        row.first, row.last = min(row.first, at), max(row.last, at)
        row.count += 1
        row.size += max(size, 0)


def _finished(found: _Open) -> Record:
    record = found.record
    record.conversations = list(found.conversations.values())
    record.names = list(found.names.values())
    record.commands = list(found.commands.values())
    return record
