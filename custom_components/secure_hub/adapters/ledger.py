"""The journal's files. Everything here blocks; `journal.py` is the way in from the event loop.

A record is confirmed once it and then the signed head that names it are on the disk. Between the two a crash leaves one
record, or a piece of one, behind the confirmed end: a whole record is kept, a piece is moved aside. Anything else that
differs from the head was not a crash. Such a break is written into the journal and into the head, and nothing that was
found is overwritten.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace as changed
from datetime import datetime
import os
from pathlib import Path
import threading

from ..engine.journal import (
    ACTION_BROKEN,
    ACTION_REPAIRED,
    ACTION_STARTED,
    GENESIS,
    MAX_LINE,
    Break,
    BreakKind,
    Entry,
    Head,
    LineError,
    Record,
    Verifier,
    read,
    seal,
)
from . import durable
from .journal_head import MAX_HEAD, MAX_KEY, SignedHead, Signer

SCAN_BYTES = 1 << 20
"""Bytes that one step of a verification or of a search reads."""

_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class Page:
    """Records newest first, and where to go on towards older ones; None at the beginning of the journal."""

    records: tuple[Record, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class _Last:
    """Head of the chain at a place of the file, or what is wrong there."""

    head: Head
    kind: BreakKind | None = None


@dataclass(frozen=True, slots=True)
class _Finding:
    """What the files on the disk are: the signer and head they have, what is broken, and what a crash left."""

    signer: Signer | None
    signed: SignedHead | None
    size: int | None
    """Bytes of the journal; None when it is not there."""
    kind: BreakKind | None = None
    unconfirmed: bytes = b""
    base: Head = GENESIS
    """What the next record follows."""
    unfinished: bool = False
    """Nothing was ever confirmed here: a first start, or one that was interrupted."""


class Ledger:
    """One journal directory. Calls may come from any thread; each waits for the one before it."""

    def __init__(self, directory: Path, now: Callable[[], datetime]) -> None:
        """Name the directory; nothing is touched before the first call."""
        self._directory = directory
        self._journal = directory / "journal.jsonl"
        self._head = directory / "journal.head"
        self._key = directory / "journal.key"
        self._now = now
        self._guard = threading.Lock()
        self._signer: Signer | None = None
        self._signed = SignedHead(GENESIS, 0)

    @property
    def signed(self) -> SignedHead:
        """The confirmed head."""
        return self._signed

    def open(self, *, expected: bool) -> SignedHead:
        """Look at the files, mend what a crash left, record what is broken. Raises OSError, with nothing lost."""
        with self._guard:
            self._open(expected=expected)
            return self._signed

    def append(self, entry: Entry) -> Record:
        """Append one record and confirm it.

        Raises OSError when the disk refuses, JournalValueError when the entry is no record; nothing is confirmed then.
        """
        with self._guard:
            return self._write(self._ready(), entry)

    def remember(self, kind: BreakKind) -> None:
        """Record a break that only reading everything could find, unless one is recorded already. Raises OSError."""
        with self._guard:
            signer = self._ready()
            if self._signed.broken is None:
                self._record_break(signer, kind)

    def inspect(self) -> tuple[SignedHead, Break | None]:
        """Look at the files without changing them: how far they are confirmed, and what is wrong with them."""
        with self._guard:
            finding = self._look()
            found = Break(finding.kind) if finding.kind else None
            signed = finding.signed or changed(self._signed, size=finding.size or 0)
            return signed, found or signed.broken

    def scan(self, verifier: Verifier, start: int, end: int) -> int:
        """Feed about SCAN_BYTES of whole lines from `start` to a verifier; the offset to go on from, at most `end`."""
        descriptor = durable.open_regular(self._journal)
        if descriptor is None:
            return end
        with os.fdopen(descriptor, "rb") as file:
            file.seek(start)
            position = start
            while position < min(end, start + SCAN_BYTES):
                line = file.readline(MAX_LINE + 1)
                if not line:
                    return end
                verifier.feed(line)
                position += len(line)
                while not line.endswith(b"\n") and (line := file.readline(MAX_LINE)):
                    position += len(line)
        return min(position, end)

    def page(self, limit: int, before: int | None, wanted: Callable[[Record], bool] | None) -> Page:
        """Read up to `limit` records that end before offset `before`, newest first, in one step of SCAN_BYTES.

        A search for those that are `wanted` may find none in its step and still have somewhere to go on. Lines that
        are no records are left out: `verify` tells of them.
        """
        end = self._signed.size if before is None else max(0, min(before, self._signed.size))
        start = max(0, end - SCAN_BYTES)
        data = self._read(start, end)
        records: list[Record] = []
        stop = len(data)
        while stop and len(records) < limit:
            cut = data.rfind(b"\n", 0, stop - 1) + 1
            if cut == 0 and start and stop < len(data):
                break  # the rest of this line is in the next step
            with suppress(LineError):
                record = read(data[cut:stop])
                if wanted is None or wanted(record):
                    records.append(record)
            stop = cut
        return Page(tuple(records), start + stop or None)

    def _ready(self) -> Signer:
        """The signer, after another look at the files if they are not as this process left them."""
        if self._signer is None or self._journal_size() != self._signed.size:
            return self._open(expected=self._signed.head != GENESIS)
        return self._signer

    def _open(self, *, expected: bool) -> Signer:
        self._signer = None
        durable.ensure_directory(self._directory)
        for path in (self._journal, self._head, self._key):
            durable.make_private(path)
        finding = self._look()
        if finding.unfinished:
            return self._create(expected=expected)
        signed = finding.signed or SignedHead(finding.base, finding.size or 0)
        signer = finding.signer or self._new_key()
        if finding.kind is None:
            self._signed = signed
            self._adopt_or_mend(signer, finding)
        else:
            self._end_last_line()
            self._signed = SignedHead(finding.base, self._journal_size() or 0, signed.broken)
            self._record_break(signer, finding.kind)
        self._signer = signer
        return signer

    def _create(self, *, expected: bool) -> Signer:
        """Start a journal. The key comes last: while there is none, nothing was ever confirmed."""
        for path in (self._journal, self._head, self._key):
            if path.exists(follow_symlinks=False):
                durable.move_aside(path, f"unfinished-{self._stamp()}")
        signer = Signer.generate()
        started = Entry(ACTION_STARTED, details={"key": signer.key_id, "public_key": signer.public_key.hex()})
        record, line = seal(started, self._now(), GENESIS)
        durable.create(self._journal, line)
        self._confirm(signer, SignedHead(record.head, len(line)))
        durable.create(self._key, signer.dump())
        if expected:
            self._record_break(signer, BreakKind.MISSING)
        self._signer = signer
        return signer

    def _new_key(self) -> Signer:
        """A break has taken the key: a new one, so that the journal goes on; the break stays recorded."""
        signer = Signer.generate()
        if self._key.exists(follow_symlinks=False):
            durable.move_aside(self._key, f"aside-{self._stamp()}")
        durable.create(self._key, signer.dump())
        return signer

    def _record_break(self, signer: Signer, kind: BreakKind) -> None:
        seq = self._signed.head.seq + 1
        self._signed = changed(self._signed, broken=self._signed.broken or Break(kind, seq=seq))
        details = {"kind": kind.value, "key": signer.key_id}
        self._write(signer, Entry(ACTION_BROKEN, details=details))

    def _adopt_or_mend(self, signer: Signer, finding: _Finding) -> None:
        """Deal with what a crash left behind the confirmed end."""
        if not finding.unconfirmed:
            return
        if finding.base != self._signed.head:
            size = self._signed.size + len(finding.unconfirmed)
            self._cut(size)  # brings the record to the disk: its writer may have died before that
            self._confirm(signer, changed(self._signed, head=finding.base, size=size))
            return
        torn = durable.free_name(self._directory / f"journal.torn-{self._stamp()}")
        durable.create(torn, finding.unconfirmed)
        self._cut(self._signed.size)
        self._write(signer, Entry(ACTION_REPAIRED, details={"file": torn.name, "bytes": len(finding.unconfirmed)}))

    def _write(self, signer: Signer, entry: Entry) -> Record:
        """Append a record and confirm it. After a failure the next call looks at the files again."""
        record, line = seal(entry, self._now(), self._signed.head)
        self._signer = None
        descriptor = os.open(self._journal, _APPEND, 0o600)
        try:
            durable.write_all(descriptor, line)
        except OSError:
            with suppress(OSError):  # a full disk gets its bytes back; what stays is mended by the next call
                os.ftruncate(descriptor, self._signed.size)
            raise
        finally:
            os.close(descriptor)
        durable.sync_directory(self._directory)
        self._confirm(signer, changed(self._signed, head=record.head, size=self._signed.size + len(line)))
        self._signer = signer
        return record

    def _confirm(self, signer: Signer, signed: SignedHead) -> None:
        durable.replace(self._head, signer.sign(signed))
        self._signed = signed

    def _cut(self, size: int) -> None:
        with self._journal.open("r+b") as file:
            file.truncate(size)
            os.fsync(file.fileno())

    def _end_last_line(self) -> None:
        """Keep what stands there and give it a line feed, so that the next record has a line of its own."""
        size = self._journal_size()
        if size and self._read(size - 1, size) != b"\n":
            descriptor = os.open(self._journal, _APPEND, 0o600)
            try:
                durable.write_all(descriptor, b"\n")
            finally:
                os.close(descriptor)

    def _look(self) -> _Finding:
        """Compare journal, head and key; changes nothing."""
        signer = Signer.load(durable.read_small(self._key, MAX_KEY))
        size = self._journal_size()
        head_there = self._head.exists(follow_symlinks=False)
        if signer is None:
            unfinished = self._is_unfinished(size, head_there=head_there)
            return _Finding(None, None, size, BreakKind.KEY_MISSING, base=self._last(size).head, unfinished=unfinished)
        signed = signer.open(durable.read_small(self._head, MAX_HEAD) or b"")
        if signed is None:
            kind = BreakKind.HEAD_FORGED if head_there else BreakKind.HEAD_MISSING
            return _Finding(signer, None, size, kind, base=self._last(size).head)
        if size is None or size < signed.size:
            return _Finding(signer, signed, size, BreakKind.TRUNCATED, base=signed.head)
        finding = _Finding(signer, signed, size, base=signed.head)
        last = self._last(signed.size)
        if last.head != signed.head:
            return changed(finding, kind=last.kind or BreakKind.CHAIN)
        return self._beyond(finding, signed)

    def _beyond(self, finding: _Finding, signed: SignedHead) -> _Finding:
        """What stands behind the confirmed end: nothing, what a crash left, or what nobody here wrote."""
        size = finding.size or 0
        if size - signed.size > MAX_LINE:
            return changed(finding, kind=BreakKind.UNSIGNED)
        rest = self._read(signed.size, size)
        if b"\n" in rest[:-1]:
            return changed(finding, kind=BreakKind.UNSIGNED)
        try:
            record = read(rest)
        except LineError:
            return changed(finding, unconfirmed=rest)
        if not record.follows(signed.head):
            return changed(finding, kind=BreakKind.UNSIGNED)
        return changed(finding, unconfirmed=rest, base=record.head)

    def _is_unfinished(self, size: int | None, *, head_there: bool) -> bool:
        """Whether a first start, or nothing at all, explains files without a usable key."""
        if size is None:
            return not head_there and not self._key.exists(follow_symlinks=False)
        if size > MAX_LINE:
            return False
        data = self._read(0, size)
        try:
            record = read(data)
        except LineError as err:
            started = b'{"action":"journal_started",'
            torn = err.kind is BreakKind.TORN and (data.startswith(started) or started.startswith(data))
            return torn and not head_there
        return record.entry.action == ACTION_STARTED and record.follows(GENESIS)

    def _last(self, end: int | None) -> _Last:
        """The record in the last line up to an offset."""
        if not end:
            return _Last(GENESIS)
        start = max(0, end - MAX_LINE - 1)
        data = self._read(start, end)
        cut = data.rfind(b"\n", 0, len(data) - 1) + 1
        try:
            return _Last(read(data[cut:]).head)
        except LineError as err:
            return _Last(GENESIS, err.kind)

    def _journal_size(self) -> int | None:
        descriptor = durable.open_regular(self._journal)
        if descriptor is None:
            return None
        try:
            return os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)

    def _read(self, start: int, end: int) -> bytes:
        descriptor = durable.open_regular(self._journal)
        if descriptor is None:
            return b""
        with os.fdopen(descriptor, "rb") as file:
            file.seek(start)
            return file.read(end - start)

    def _stamp(self) -> str:
        return f"{self._now():%Y%m%dT%H%M%S}"
