"""The journal's hash chain: what a record is, how one is sealed to the last, and how a chain is verified.

A journal is lines of canonical JSON (RFC 8785, the JSON Canonicalization Scheme), one record each, ended by one line
feed. A record names the hash of the one before it (`prev`); its own `hash` is the SHA-256, in lower-case hex, of the
canonical JSON of the record without the member `hash`. The first record is number 1 and follows 64 zeros.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
import hashlib
import json
import math
import re
from typing import Any

type JsonValue = bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None

FORMAT = 1
MAX_LINE = 64 * 1024
"""Bytes that a line may have, its line feed included."""
MAX_DEPTH = 16
"""Arrays and objects that may be nested in each other."""
MAX_SAFE_INTEGER = 2**53 - 1
"""Largest number that every JSON reader keeps exact (RFC 7493 section 2.2)."""

ACTION_STARTED = "journal_started"
ACTION_REPAIRED = "journal_repaired"
ACTION_BROKEN = "journal_broken"
"""Written by the journal itself where it found a break; verification reports it there for ever."""

_ACTION = re.compile(r"[a-z][a-z0-9_]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")
_MAX_ID = 128
_MEMBERS = frozenset(
    {"action", "actor", "after", "asset_id", "before", "details", "format", "hash", "prev", "reason", "seq", "time"}
)
_POINT_MAX = 21
_POINT_MIN = -6
"""ECMAScript writes a number with an exponent outside these positions of the decimal point."""


class JournalValueError(ValueError):
    """Something that a journal cannot hold was to be written; the message says what."""


class BreakKind(StrEnum):
    """What is wrong at a place of the journal."""

    MALFORMED = "malformed"
    """The line is not a record in canonical JSON."""
    OVERSIZED = "oversized"
    """The line is longer than any that was written."""
    HASH = "hash"
    """The record's content does not have its hash."""
    CHAIN = "chain"
    """The record does not follow the one before it."""
    TORN = "torn"
    """The last line has no end."""
    TRUNCATED = "truncated"
    """Records that the signed head knows of are gone."""
    UNSIGNED = "unsigned"
    """Records follow that the signed head does not know of."""
    HEAD_MISSING = "head_missing"
    HEAD_FORGED = "head_forged"
    """The head cannot be read, or its signature is not by this journal's key."""
    KEY_MISSING = "key_missing"
    """The signing key is gone or cannot be read."""
    MISSING = "missing"
    """The whole journal is gone although it was there before."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where the journal is broken first: the line (from 1) and the number of the record, where they are known."""

    kind: BreakKind
    line: int | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of a chain: its number and its hash."""

    seq: int = 0
    hash: str = "0" * 64


GENESIS = Head()
"""What the first record follows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, as told to the journal.

    `action` is a word such as `quarantine`; `actor` a user id or None for the hub itself; `before` and `after` any JSON
    values that show the change.
    """

    action: str
    asset_id: str | None = None
    actor: str | None = None
    reason: str | None = None
    before: JsonValue = None
    after: JsonValue = None
    details: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One sealed entry; `time` is ISO 8601 in UTC with microseconds (`2026-11-21T22:00:00.000000+00:00`)."""

    seq: int
    time: str
    entry: Entry
    prev: str
    hash: str

    @property
    def head(self) -> Head:
        """The head of a chain that ends here."""
        return Head(self.seq, self.hash)

    def as_json(self) -> dict[str, JsonValue]:
        """The object that its line is: whoever has it can check the hash."""
        return {**_body(self.entry, self.seq, self.time, self.prev), "hash": self.hash}

    def follows(self, head: Head) -> bool:
        """Whether this is the record after `head`."""
        return self.seq == head.seq + 1 and self.prev == head.hash


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found: lines read, last record that could be read, first break, and how many there are."""

    count: int
    head: Head
    first_break: Break | None = None
    breaks: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return self.first_break is None


class LineError(ValueError):
    """A line is not a record."""

    def __init__(self, kind: BreakKind) -> None:
        """Keep what is wrong with it."""
        super().__init__(kind.value)
        self.kind = kind


def canonical(value: JsonValue) -> bytes:
    """Canonical JSON of a value (RFC 8785): members sorted by UTF-16 code units, no white space, UTF-8.

    Raises JournalValueError for what JSON or I-JSON cannot hold: NaN and infinities, numbers beyond 2^53 - 1, lone
    surrogates, names that are no strings, other types, deeper nesting than MAX_DEPTH.
    """
    try:
        return _canonical(value, 0).encode()
    except UnicodeEncodeError as err:
        msg = "a string holds a lone surrogate"
        raise JournalValueError(msg) from err


def _canonical(value: JsonValue, depth: int) -> str:
    if depth > MAX_DEPTH:
        msg = "nested too deeply"
        raise JournalValueError(msg)
    match value:
        case None | bool():
            return json.dumps(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case int() | float():
            return _number(value)
        case Mapping():
            if not all(isinstance(name, str) for name in value):
                msg = "a member's name is no string"
                raise JournalValueError(msg)
            names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
            members = (f"{json.dumps(n, ensure_ascii=False)}:{_canonical(value[n], depth + 1)}" for n in names)
            return f"{{{','.join(members)}}}"
        case list() | tuple():
            return f"[{','.join(_canonical(item, depth + 1) for item in value)}]"
        case _:
            msg = f"{type(value).__name__} is no JSON value"
            raise JournalValueError(msg)


def _number(value: float) -> str:
    """A number as ECMAScript writes it (ECMA-262, Number::toString; RFC 8785 section 3.2.2.3)."""
    if not math.isfinite(value) or abs(value) > MAX_SAFE_INTEGER:
        msg = "a number that JSON readers would not keep"
        raise JournalValueError(msg)
    if value == int(value):
        return str(int(value))
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + int(exponent)
    minus = "-" if sign else ""
    if 0 < point <= _POINT_MAX:
        return f"{minus}{text[:point]}.{text[point:]}"
    if _POINT_MIN < point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    fraction = f".{text[1:]}" if text[1:] else ""
    return f"{minus}{text[0]}{fraction}e{point - 1:+d}"


def seal(entry: Entry, time: datetime, previous: Head) -> tuple[Record, bytes]:
    """Seal an entry to the record before it; the record and its line, line feed included.

    `time` must know its offset from UTC. Raises JournalValueError when the entry is no JSON, has an action or an id
    that no record may have, or makes a line of more than MAX_LINE bytes.
    """
    if time.utcoffset() is None:
        msg = "the time has no offset from UTC"
        raise JournalValueError(msg)
    stamp = time.astimezone(UTC).isoformat(timespec="microseconds")
    body = _body(entry, previous.seq + 1, stamp, previous.hash)
    digest = hashlib.sha256(canonical(body)).hexdigest()
    line = canonical(body | {"hash": digest}) + b"\n"
    if len(line) > MAX_LINE:
        msg = f"a record of {len(line)} bytes"
        raise JournalValueError(msg)
    try:
        return read(line), line
    except LineError as err:
        msg = f"no record can have this entry: {entry.action[:64]!r}"
        raise JournalValueError(msg) from err


def _body(entry: Entry, seq: int, time: str, prev: str) -> dict[str, JsonValue]:
    """What is sealed: all members of a record but its hash."""
    return {
        "action": entry.action,
        "actor": entry.actor,
        "after": entry.after,
        "asset_id": entry.asset_id,
        "before": entry.before,
        "details": entry.details,
        "format": FORMAT,
        "prev": prev,
        "reason": entry.reason,
        "seq": seq,
        "time": time,
    }


def read(line: bytes) -> Record:
    """Read one line, line feed included, and check the record's own hash. Raises LineError and nothing else."""
    if len(line) > MAX_LINE:
        raise LineError(BreakKind.OVERSIZED)
    if not line.endswith(b"\n"):
        raise LineError(BreakKind.TORN)
    try:
        body = json.loads(line)
        is_record = isinstance(body, dict) and _is_record(body) and canonical(body) + b"\n" == line
    except ValueError, RecursionError:
        is_record = False
    if not is_record:
        raise LineError(BreakKind.MALFORMED)
    digest = body.pop("hash")
    if hashlib.sha256(canonical(body)).hexdigest() != digest:
        raise LineError(BreakKind.HASH)
    names = ("action", "asset_id", "actor", "reason", "before", "after", "details")
    return Record(body["seq"], body["time"], Entry(**{name: body[name] for name in names}), body["prev"], digest)


def _is_record(body: dict[str, Any]) -> bool:
    """Whether an object has a record's members with a record's types."""
    return (
        body.keys() == _MEMBERS
        and body["format"] == FORMAT
        and type(body["seq"]) is int
        and body["seq"] > 0
        and _is_time(body["time"])
        and _matches(_ACTION, body["action"])
        and _matches(_HASH, body["prev"])
        and _matches(_HASH, body["hash"])
        and all(v is None or (isinstance(v, str) and len(v) <= _MAX_ID) for v in (body["asset_id"], body["actor"]))
        and (body["reason"] is None or isinstance(body["reason"], str))
        and (body["details"] is None or isinstance(body["details"], dict))
    )


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return False
    time = datetime.fromisoformat(value)
    return time.utcoffset() == timedelta(0) and time.isoformat(timespec="microseconds") == value


class Verifier:
    """Verifies a chain line by line in constant memory.

    After a break it goes on from the next record that can be read, so that one break does not hide the others.
    """

    def __init__(self) -> None:
        """Start before the first record."""
        self._count = 0
        self._breaks = 0
        self._first: Break | None = None
        self._head = GENESIS
        self._linked = True

    def feed(self, line: bytes) -> None:
        """Take the next line, its line feed included; of a line that is too long its beginning is enough."""
        self._count += 1
        try:
            record = read(line)
        except LineError as err:
            self._note(err.kind, None)
            self._linked = False
            return
        if record.entry.action == ACTION_BROKEN:
            self._note(recorded_kind(record), record.seq)
        elif self._linked and not record.follows(self._head):
            self._note(BreakKind.CHAIN, record.seq)
        self._head = record.head
        self._linked = True

    def _note(self, kind: BreakKind, seq: int | None) -> None:
        self._breaks += 1
        self._first = self._first or Break(kind, self._count, seq)

    def result(self) -> Verification:
        """What was found so far."""
        return Verification(self._count, self._head, self._first, self._breaks)


def recorded_kind(record: Record) -> BreakKind:
    """The kind of break that a `journal_broken` record tells of."""
    kind = (record.entry.details or {}).get("kind")
    return BreakKind(kind) if isinstance(kind, str) and kind in BreakKind else BreakKind.CHAIN


def verify(lines: Iterable[bytes]) -> Verification:
    """Verify a whole chain given as lines with their line feeds. Never raises for what the lines hold."""
    verifier = Verifier()
    for line in lines:
        verifier.feed(line)
    return verifier.result()
