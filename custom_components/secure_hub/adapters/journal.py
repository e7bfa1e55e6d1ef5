"""The journal on disk: `<config>/secure_hub/journal.jsonl`, its signed head and its key. See docs/journal.md."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ..engine.journal import Break, BreakKind, Entry, Head, JournalValueError, Record, Verification, Verifier
from .journal_head import SignedHead
from .ledger import Ledger, Page

MAX_PAGE = 500
"""Records that one page may hold."""

type Run = Callable[..., Awaitable[Any]]
"""Runs a blocking function with its arguments off the event loop: `hass.async_add_executor_job`."""


class JournalError(Exception):
    """The journal could not do it; what it was to record must not be reported as done.

    `key` is a translation key of the reason, `detail` what the system said.
    """

    key = "journal_error"

    def __init__(self, detail: str) -> None:
        """Keep the detail for whoever tells the user."""
        super().__init__(f"{self.key}: {detail}")
        self.detail = detail


class JournalUnavailableError(JournalError):
    """The system refused to read or write the files."""

    key = "journal_unavailable"


class JournalRefusedError(JournalError):
    """No record can hold what was given."""

    key = "journal_refused"


@dataclass(frozen=True, slots=True)
class JournalStatus:
    """The last confirmed record, and the first break that loading or writing ever met.

    A break stays until a person has looked into it and put the whole journal away. Its `line` is unknown here; `verify`
    finds it.
    """

    head: Head
    broken: Break | None


class Journal:
    """The append-only record of decisions and of changes of enforcement.

    `run` takes blocking work off the event loop, `now` gives the time with its offset from UTC. Records keep the order
    in which `append` was called.
    """

    def __init__(self, directory: Path, run: Run, now: Callable[[], datetime]) -> None:
        """Name the directory; `load` touches it first."""
        self._ledger = Ledger(directory, now)
        self._run = run
        self._order = asyncio.Lock()

    @property
    def status(self) -> JournalStatus:
        """What is known without reading anything."""
        return _status(self._ledger.signed)

    async def load(self, *, expected: bool = False) -> JournalStatus:
        """Open the journal, or start one; looks at its end only.

        What a crash left is mended: a piece of a record is kept in `journal.torn-<time>`, and a `journal_repaired`
        record says so. Any other difference is a break: a `journal_broken` record says so, and the journal goes on.
        `expected` says that there was a journal before (a store of an earlier run is there), so that none is a break
        too. Raises JournalError when the files cannot be read or written.
        """
        async with self._order:
            try:
                return _status(await self._run(_open, self._ledger, expected))
            except OSError as err:
                raise JournalUnavailableError(str(err)) from err

    async def append(  # noqa: PLR0913 - keywords, one for each member of a record
        self,
        action: str,
        *,
        asset_id: str | None = None,
        actor: str | None = None,
        reason: str | None = None,
        before: Any = None,
        after: Any = None,
        details: dict[str, Any] | None = None,
    ) -> Record:
        """Append a record that is told in words; as `record`."""
        return await self.record(Entry(action, asset_id, actor, reason, before, after, details))

    async def record(self, entry: Entry) -> Record:
        """Append a record; returns once it and the head that names it are on the disk.

        Raises JournalError. The record may then still be found later if the machine stopped in that moment: a journal
        can tell of something that was not done, but nothing was done that it does not tell of.
        """
        async with self._order:
            try:
                record: Record = await self._run(self._ledger.append, entry)
            except OSError as err:
                raise JournalUnavailableError(str(err)) from err
            except JournalValueError as err:
                raise JournalRefusedError(str(err)) from err
            return record

    async def verify(self, progress: Callable[[int, int], None] | None = None) -> Verification:
        """Verify every record, the signed head and the key as they are on the disk now.

        Reads about one mebibyte in each step, so that appending goes on meanwhile; after each, `progress` is told the
        bytes verified and the bytes there were at the start. Changes nothing. Raises JournalError when the files cannot
        be read.
        """
        verifier = Verifier()
        try:
            async with self._order:
                signed, found = await self._run(self._ledger.inspect)
            position = 0
            while position < signed.size:
                position = await self._run(self._ledger.scan, verifier, position, signed.size)
                if progress:
                    progress(position, signed.size)
        except OSError as err:
            raise JournalUnavailableError(str(err)) from err
        result = verifier.result()
        if found is None or not result.ok:
            return result
        if found.kind is BreakKind.TRUNCATED:
            found = replace(found, line=result.count + 1)
        return replace(result, first_break=found, breaks=1)

    async def remember(self, kind: BreakKind) -> None:
        """Record a break that `verify` found, as `load` records what it finds, unless one is recorded already.

        Raises JournalError.
        """
        async with self._order:
            try:
                await self._run(self._ledger.remember, kind)
            except OSError as err:
                raise JournalUnavailableError(str(err)) from err

    async def tail(self, limit: int, before: int | None = None, wanted: Callable[[Record], bool] | None = None) -> Page:
        """Read the newest records, newest first; if `wanted` is given, those of which it, in an executor, says so.

        `before` is a page's `before`, to go on where that page ended. At most MAX_PAGE records and one mebibyte are
        read, so a page may be short, even empty, and still have a `before`. Raises JournalError.
        """
        try:
            page: Page = await self._run(self._ledger.page, max(1, min(limit, MAX_PAGE)), before, wanted)
        except OSError as err:
            raise JournalUnavailableError(str(err)) from err
        return page


def _open(ledger: Ledger, expected: bool) -> SignedHead:  # noqa: FBT001 - executors pass no keywords
    return ledger.open(expected=expected)


def _status(signed: SignedHead) -> JournalStatus:
    return JournalStatus(signed.head, signed.broken)
