"""The telemetry record: what one asset did in one minute, as little as says it (docs/telemetry.md).

Written as one line of JSON; what is empty or 0 is left out. Several records of one asset and minute add up.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
import json
from math import isfinite
from typing import Any, Final, Self

from ..detection.observations import Outcome

VERSION: Final = 1
MINUTE: Final = 60
MAX_LINE: Final = 1 << 20
"""Bytes of a record as a line: its rows, each with the longest of texts, take less."""
MAX_TEXT: Final = 255
MAX_COUNT: Final = (1 << 63) - 1
MAX_CONVERSATIONS: Final = 64
MAX_NAMES: Final = 32
MAX_COMMANDS: Final = 32
_LATEST: Final = 32_503_680_000
"""The year 3000, as seconds since the epoch."""


class Count(StrEnum):
    """What is counted: group and member of the record."""

    BEGUN = "flows.begun"
    """Conversations that began."""
    PARTS = "flows.parts"
    """Further parts of conversations that began in an earlier minute or record."""
    ANSWERED = "flows.answered"
    REFUSED = "flows.refused"
    SILENT = "flows.silent"
    INWARD = "flows.inward"
    """Of those that began, how the peer answered, and how many the peer began."""
    SENT = "bytes.sent"
    RECEIVED = "bytes.received"
    PACKETS_SENT = "packets.sent"
    PACKETS_RECEIVED = "packets.received"
    PEERS = "peers.count"
    """Different peers, by name where one is known."""
    PEERS_NEW = "peers.new"
    """Of those, how many the asset was not known to talk to."""
    PEERS_LOCAL = "peers.local"
    """Of those, how many are in the home."""
    PORTS = "peers.ports"
    """Different ports that were called, on either side."""
    ASKED = "dns.asked"
    NOT_FOUND = "dns.not_found"
    FRAMES_FROM = "radio.frames_from"
    FRAMES_TO = "radio.frames_to"
    RADIO_BYTES_FROM = "radio.bytes_from"
    RADIO_BYTES_TO = "radio.bytes_to"
    JOINS = "radio.joins"
    REJOINS = "radio.rejoins"
    UNASKED = "radio.unasked"
    """Messages and joins for which nobody asked."""
    ARP_REQUESTS = "neighbours.arp_requests"
    ARP_CLAIMS = "neighbours.arp_claims"
    DHCP_REQUESTS = "neighbours.dhcp_requests"
    DHCP_REPLIES = "neighbours.dhcp_replies"
    ALERTS = "alerts.raised"
    LOGINS = "logins.let_in"
    LOGINS_REFUSED = "logins.refused"
    DROPPED = "drops.packets"
    """Packets from or to it that the firewall refused, or would have, were it enforced."""
    DROPPED_BYTES = "drops.bytes"
    FRAMES_DROPPED = "drops.frames"
    """Zigbee messages that the gate held back."""
    OMITTED = "rows.omitted"
    """Rows that there was no room for; what they count is in the counts above."""


DISTINCT: Final = frozenset({Count.PEERS, Count.PEERS_NEW, Count.PEERS_LOCAL, Count.PORTS, Count.OMITTED})
"""Counts of different things, which do not add up over minutes."""


@dataclass(slots=True)
class Conversation:
    """All conversations of the minute with one peer about one thing that came out alike."""

    peer: str = ""
    """Address."""
    name: str = ""
    """By which the asset knows the peer."""
    protocol: str = ""
    port: int = 0
    service: str = ""
    outcome: str = Outcome.UNKNOWN.name.lower()
    inward: bool = False
    local: bool = False
    first: float = 0.0
    """Seconds into the minute at which the first began, and the last."""
    last: float = 0.0
    begun: int = 0
    parts: int = 0
    seconds: float = 0.0
    """That they lasted, added up."""
    sent: int = 0
    received: int = 0
    packets_sent: int = 0
    packets_received: int = 0


@dataclass(slots=True)
class Name:
    """A name that was asked for."""

    name: str = ""
    found: bool = False
    first: float = 0.0
    last: float = 0.0
    count: int = 0


@dataclass(slots=True)
class Command:
    """Zigbee messages of one kind, to the asset (`inward`) or from it."""

    profile: int = 0
    cluster: int = 0
    command: int = -1
    """-1 where there is none."""
    general: bool = False
    manufacturer: int = 0
    inward: bool = False
    first: float = 0.0
    last: float = 0.0
    count: int = 0
    size: int = 0
    """Bytes, added up."""


@dataclass(slots=True)
class Quality:
    """How well the asset was heard, in the source's own unit."""

    frames: int = 0
    lowest: int = 0
    highest: int = 0
    total: int = 0

    def add(self, value: int) -> None:
        """Take one frame's."""
        self.lowest = value if not self.frames else min(self.lowest, value)
        self.highest = value if not self.frames else max(self.highest, value)
        self.frames += 1
        self.total += value


@dataclass(slots=True)
class Record:
    """What one asset did in one minute."""

    asset: str
    minute: int
    """Seconds since the epoch at which it began."""
    counts: dict[Count, int] = field(default_factory=dict)
    lqi: Quality = field(default_factory=Quality)
    rssi: Quality = field(default_factory=Quality)
    """dBm."""
    conversations: list[Conversation] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def line(self) -> str:
        """Spell it as one line of JSON, in ASCII, without the line's end."""
        return json.dumps(self.as_json(), separators=(",", ":"))

    def as_json(self) -> dict[str, Any]:
        """Spell it as JSON."""
        told: dict[str, Any] = {"v": VERSION, "asset": self.asset, "minute": self.minute}
        for count, value in self.counts.items():
            if value:
                group, _, member = count.partition(".")
                told.setdefault(group, {})[member] = value
        for key, rows in (("conversations", self.conversations), ("names", self.names), ("commands", self.commands)):
            if rows:
                told[key] = [_filled(row) for row in rows]
        for key in ("lqi", "rssi"):
            quality: Quality = getattr(self, key)
            if quality.frames:
                told[key] = _filled(quality)
        return told

    @classmethod
    def from_line(cls, line: str | bytes) -> Self:
        """Read what `line` wrote.

        Raises:
            ValueError: It is no record of this version.
        """
        try:
            return cls.from_json(json.loads(line))
        except RecursionError as error:
            raise ValueError(_NO_RECORD) from error

    @classmethod
    def from_json(cls, told: Any) -> Self:
        """Read what `as_json` wrote.

        Raises:
            ValueError: It is no record of this version.
        """
        if not isinstance(told, dict) or told.get("v") != VERSION:
            raise ValueError(_NO_RECORD)
        rest = {key: value for key, value in told.items() if key != "v"}
        asset, minute = _text(rest.pop("asset", None)), _whole(rest.pop("minute", None))
        if not asset or minute % MINUTE or minute > _LATEST:
            raise ValueError(_NO_RECORD)
        record = cls(asset, minute)
        record.conversations = _rows(rest.pop("conversations", []), Conversation, MAX_CONVERSATIONS)
        record.names = _rows(rest.pop("names", []), Name, MAX_NAMES)
        record.commands = _rows(rest.pop("commands", []), Command, MAX_COMMANDS)
        record.lqi = _row(rest.pop("lqi", {}), Quality)
        record.rssi = _row(rest.pop("rssi", {}), Quality)
        for group, members in rest.items():
            if not isinstance(members, dict):
                raise ValueError(_NO_RECORD)  # noqa: TRY004 - to whoever reads, a wrong value like any other
            for member, value in members.items():
                record.counts[Count(f"{group}.{member}")] = _whole(value)
        return record


_NO_RECORD: Final = "no telemetry record of this version"


def _filled(row: Any) -> dict[str, Any]:
    """Members that are not what they are without being said."""
    return {it.name: value for it in fields(row) if (value := getattr(row, it.name)) != it.default}


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(_NO_RECORD)
    return value


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_COUNT:
        raise ValueError(_NO_RECORD)
    return value


def _signed(value: object) -> int:
    if type(value) is not int or not -MAX_COUNT <= value <= MAX_COUNT:
        raise ValueError(_NO_RECORD)
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or not 0 <= value < _LATEST:
        raise ValueError(_NO_RECORD)
    return float(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(_NO_RECORD)  # noqa: TRY004 - to whoever reads, it is a wrong value like any other
    return value


_READ: Final[Mapping[type, Callable[[object], Any]]] = {str: _text, int: _whole, float: _seconds, bool: _flag}
_SIGNED: Final = frozenset({"command", "lowest", "highest", "total"})
_OUTCOMES: Final = frozenset(it.name.lower() for it in Outcome)


def _row[R](told: object, kind: type[R]) -> R:
    if not isinstance(told, dict):
        raise ValueError(_NO_RECORD)  # noqa: TRY004 - as above
    defaults = {it.name: it.default for it in fields(kind) if it.default is not MISSING}  # type: ignore[arg-type]  # of a dataclass, which no type can say
    values: dict[str, Any] = {}
    for key, value in told.items():
        if key not in defaults:
            raise ValueError(_NO_RECORD)
        values[key] = _signed(value) if key in _SIGNED else _READ[type(defaults[key])](value)
    if values.get("outcome", "unknown") not in _OUTCOMES:
        raise ValueError(_NO_RECORD)
    return kind(**values)


def _rows[R](told: object, kind: type[R], most: int) -> list[R]:
    if not isinstance(told, list) or len(told) > most:
        raise ValueError(_NO_RECORD)
    return [_row(it, kind) for it in told]
