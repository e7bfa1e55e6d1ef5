"""Every change by another hand is told, and the journal goes on behind it."""

from collections.abc import Callable
from pathlib import Path
import shutil

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.secure_hub.adapters.journal import (
    JournalUnavailableError,
)
from custom_components.secure_hub.adapters.journal_head import SignedHead, Signer
from custom_components.secure_hub.engine.journal import (
    ACTION_BROKEN,
    MAX_LINE,
    Break,
    BreakKind,
    Entry,
    Head,
    read,
    seal,
)

from .journals import NOON, assert_goes_on, filled, journal_in, lines_of, reopened, write_lines


def flip(place: float) -> Callable[[Path], None]:
    def work(directory: Path) -> None:
        path = directory / "journal.jsonl"
        data = bytearray(path.read_bytes())
        data[int(place * (len(data) - 1))] ^= 4
        path.write_bytes(data)

    return work


def rewrite(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    return lambda directory: write_lines(directory, change(lines_of(directory)))


def gone(*names: str) -> Callable[[Path], None]:
    def work(directory: Path) -> None:
        for name in names:
            (directory / name).unlink()

    return work


def replaced(name: str, data: bytes) -> Callable[[Path], None]:
    def work(directory: Path) -> None:
        (directory / name).write_bytes(data)

    return work


def foreign_head(directory: Path) -> None:
    """Shorten the journal and sign its new end with another key."""
    lines = lines_of(directory)[:-2]
    write_lines(directory, lines)
    head = SignedHead(read(lines[-1]).head, len(b"".join(lines)))
    (directory / "journal.head").write_bytes(Signer(Ed25519PrivateKey.generate()).sign(head))


def unsigned_records(directory: Path) -> None:
    """Write two good records without signing them: no crash leaves two."""
    lines = lines_of(directory)
    for _ in range(2):
        lines.append(seal(Entry("release"), NOON, read(lines[-1]).head)[1])
    write_lines(directory, lines)


def foreign_record(directory: Path) -> None:
    write_lines(directory, [*lines_of(directory), seal(Entry("release"), NOON, Head(7, "ab" * 32))[1]])


def old_state(directory: Path) -> None:
    """Put an old, well-signed head beside the newer journal."""
    signer = Signer.load((directory / "journal.key").read_bytes())
    assert signer is not None
    lines = lines_of(directory)
    old = SignedHead(read(lines[2]).head, len(b"".join(lines[:3])))
    (directory / "journal.head").write_bytes(signer.sign(old))


BREAKS_AT_THE_END = {
    "last line flipped": (flip(0.999), {BreakKind.MALFORMED, BreakKind.HASH}),
    "two last lines swapped": (rewrite(lambda lines: [*lines[:-2], lines[-1], lines[-2]]), {BreakKind.CHAIN}),
    "tail gone": (rewrite(lambda lines: lines[:-2]), {BreakKind.TRUNCATED}),
    "middle gone": (rewrite(lambda lines: lines[:2] + lines[3:]), {BreakKind.TRUNCATED}),
    "journal gone": (gone("journal.jsonl"), {BreakKind.TRUNCATED}),
    "journal empty": (replaced("journal.jsonl", b""), {BreakKind.TRUNCATED}),
    "journal without its end": (replaced("journal.jsonl", b"x" * 200_000), {BreakKind.OVERSIZED, BreakKind.TORN}),
    "head gone": (gone("journal.head"), {BreakKind.HEAD_MISSING}),
    "head garbage": (replaced("journal.head", b"\x00garbage"), {BreakKind.HEAD_FORGED}),
    "head oversized": (replaced("journal.head", b"[" * 9000), {BreakKind.HEAD_FORGED}),
    "head of another key": (foreign_head, {BreakKind.HEAD_FORGED}),
    "head of an older day": (old_state, {BreakKind.UNSIGNED}),
    "key gone": (gone("journal.key"), {BreakKind.KEY_MISSING}),
    "key garbage": (replaced("journal.key", b"garbage"), {BreakKind.KEY_MISSING}),
    "key replaced": (replaced("journal.key", Signer.generate().dump()), {BreakKind.HEAD_FORGED}),
    "key gone, long journal": (
        lambda directory: (replaced("journal.jsonl", b"x" * 200_000)(directory), gone("journal.key")(directory)),
        {BreakKind.KEY_MISSING},
    ),
    "key and head gone": (gone("journal.key", "journal.head"), {BreakKind.KEY_MISSING}),
    "only the key left": (gone("journal.jsonl", "journal.head"), {BreakKind.HEAD_MISSING}),
    "only the head left": (gone("journal.jsonl", "journal.key"), {BreakKind.KEY_MISSING}),
    "two unsigned records": (unsigned_records, {BreakKind.UNSIGNED}),
    "a foreign record": (foreign_record, {BreakKind.UNSIGNED}),
    "much behind the end": (rewrite(lambda lines: [*lines, b"y" * MAX_LINE, b"z"]), {BreakKind.UNSIGNED}),
}


@pytest.mark.parametrize(("damage", "kinds"), BREAKS_AT_THE_END.values(), ids=BREAKS_AT_THE_END)
async def test_loading_tells_of_a_break_and_goes_on(
    tmp_path: Path, damage: Callable[[Path], None], kinds: set[BreakKind]
) -> None:
    directory = tmp_path / "j"
    await filled(directory, 6)
    damage(directory)
    journal = directory / "journal.jsonl"
    evidence = journal.read_bytes() if journal.exists() else b""
    key = directory / "journal.key"
    old_key = key.read_bytes() if key.exists() else None
    verification = await journal_in(directory).verify()
    assert not verification.ok
    assert (journal.read_bytes() if journal.exists() else b"") == evidence
    status, _ = await reopened(directory)
    assert status.broken is not None
    assert status.broken.kind in kinds
    assert journal.read_bytes().startswith(evidence)
    told = [read(line).entry for line in lines_of(directory)[-1:]]
    assert [(entry.action, (entry.details or {})["kind"]) for entry in told] == [(ACTION_BROKEN, status.broken.kind)]
    if old_key is not None:
        assert old_key in [path.read_bytes() for path in directory.glob("journal.key*")]
    await assert_goes_on(directory)


@pytest.mark.parametrize("place", [0.0, 0.2, 0.4, 0.6])
async def test_a_flip_far_from_the_end_is_found_by_verifying(tmp_path: Path, place: float) -> None:
    directory = tmp_path / "j"
    await filled(directory, 8)
    data = (directory / "journal.jsonl").read_bytes()
    line = data.count(b"\n", 0, int(place * (len(data) - 1))) + 1
    flip(place)(directory)
    status, verification = await reopened(directory)
    assert status.broken is None
    assert verification.first_break is not None
    assert verification.first_break.line == line


async def test_a_break_that_verifying_found_stays_told(tmp_path: Path) -> None:
    directory = tmp_path / "j"
    await filled(directory, 8)
    flip(0.4)(directory)
    journal = journal_in(directory)
    await journal.load()
    found = (await journal.verify()).first_break
    assert found is not None
    evidence = (directory / "journal.jsonl").read_bytes()
    await journal.remember(found.kind)
    assert journal.status.broken is not None
    assert journal.status.broken.kind is found.kind
    told = lines_of(directory)
    await journal.remember(BreakKind.TRUNCATED)  # told once
    assert lines_of(directory) == told
    assert read(told[-1]).entry.action == ACTION_BROKEN
    assert (directory / "journal.jsonl").read_bytes().startswith(evidence)
    status, _ = await reopened(directory)
    assert status.broken == journal.status.broken


async def test_a_break_that_cannot_be_recorded(tmp_path: Path) -> None:
    (tmp_path / "j").write_text("a file")
    with pytest.raises(JournalUnavailableError):
        await journal_in(tmp_path / "j").remember(BreakKind.HASH)


async def test_a_whole_journal_that_should_be_there(tmp_path: Path) -> None:
    await filled(tmp_path / "j", 3)
    shutil.rmtree(tmp_path / "j")
    status = await journal_in(tmp_path / "j").load(expected=True)
    assert status.broken == Break(BreakKind.MISSING, seq=2)
    await assert_goes_on(tmp_path / "j")


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (gone("journal.jsonl"), BreakKind.TRUNCATED),
        (gone("journal.jsonl", "journal.head", "journal.key"), BreakKind.MISSING),
        (rewrite(lambda lines: lines[:-1]), BreakKind.TRUNCATED),
        (unsigned_records, BreakKind.UNSIGNED),
    ],
)
async def test_a_break_under_a_running_journal(tmp_path: Path, damage: Callable[[Path], None], kind: BreakKind) -> None:
    journal = await filled(tmp_path / "j", 4)
    damage(tmp_path / "j")
    record = await journal.append("release")
    assert journal.status.broken is not None
    assert journal.status.broken.kind is kind
    assert (await journal.tail(2)).records[0] == record
    assert (await journal.tail(2)).records[1].entry.action == ACTION_BROKEN
    await assert_goes_on(tmp_path / "j")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    journal=st.none() | st.binary(max_size=600) | st.integers(0, 3000),
    head=st.none() | st.binary(max_size=200) | st.just(b"keep"),
    key=st.none() | st.binary(max_size=200) | st.just(b"keep"),
)
async def test_garbage_is_reported_and_never_raised(
    tmp_path: Path, journal: bytes | int | None, head: bytes | None, key: bytes | None
) -> None:
    origin, directory = tmp_path / "origin", tmp_path / "j"
    if not origin.exists():
        await filled(origin, 5)
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(origin, directory)
    size = len((origin / "journal.jsonl").read_bytes())
    for name, content in (("journal.jsonl", journal), ("journal.head", head), ("journal.key", key)):
        path = directory / name
        if content is None:
            path.unlink()
        elif isinstance(content, int):
            path.write_bytes(path.read_bytes()[:content])
        elif content != b"keep":
            path.write_bytes(content)
    whole = isinstance(journal, int) and journal >= size and head == key == b"keep"
    status, verification = await reopened(directory, expected=True)
    assert (status.broken is None) == verification.ok == whole
    if not whole:
        await assert_goes_on(directory)
