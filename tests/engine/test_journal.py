"""The hash chain: canonical JSON, sealing, reading, and what verification notices."""

from datetime import UTC, datetime, timedelta, timezone
import hashlib
import json
import math
import struct
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.journal import (
    ACTION_BROKEN,
    GENESIS,
    MAX_DEPTH,
    MAX_LINE,
    MAX_SAFE_INTEGER,
    Break,
    BreakKind,
    Entry,
    Head,
    JournalValueError,
    LineError,
    canonical,
    read,
    seal,
    verify,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

numbers = st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | st.floats(
    -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER, allow_nan=False
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
entries = st.builds(
    Entry,
    action=st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True).filter(lambda word: word != ACTION_BROKEN),
    asset_id=st.none() | texts,
    actor=st.none() | texts,
    reason=st.none() | texts,
    before=values,
    after=values,
    details=st.none() | st.dictionaries(texts, values, max_size=3),
)


def chain(count: int) -> list[bytes]:
    lines, head = [], GENESIS
    for number in range(count):
        record, line = seal(Entry("quarantine", asset_id=f"{number:032x}", before="open", after=number), NOON, head)
        lines.append(line)
        head = record.head
    return lines


def forge(line: bytes, **members: Any) -> bytes:
    """Change members of a record and give it the hash that its new content has."""
    body = json.loads(line) | members
    del body["hash"]
    body["hash"] = hashlib.sha256(canonical(body)).hexdigest()
    return canonical(body) + b"\n"


def bits(pattern: str) -> float:
    (number,) = struct.unpack(">d", bytes.fromhex(pattern))
    assert isinstance(number, float)
    return number


@pytest.mark.parametrize(
    ("pattern", "text"),
    [  # RFC 8785, appendix B, as far as I-JSON keeps the numbers
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("433fffffffffffff", "9007199254740991"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
    ],
)
def test_numbers_are_written_as_rfc_8785_shows(pattern: str, text: str) -> None:
    assert canonical(bits(pattern)) == text.encode()


def test_the_example_of_rfc_8785() -> None:
    """Section 3.2.3: members are sorted by UTF-16 code units; section 3.2.2: what is escaped and how."""
    names = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    values_in_order = [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]
    assert list(json.loads(canonical(names)).values()) == values_in_order
    assert canonical('\u20ac$\x0f\nA\'B"\\\\"/') == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    assert canonical([56, {"d": True, "10": None, "1": []}]) == b'[56,{"1":[],"10":null,"d":true}]'


@given(values)
def test_canonical_json_says_the_same_and_only_one_way(value: Any) -> None:
    text = canonical(value)
    assert canonical(json.loads(text)) == text
    assert json.loads(text) == value


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, 2**53, -(2**53), 1e300, "\ud800", {"\udfff": 1}, {1: 2}, {1, 2}, b"x", object()],
)
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(JournalValueError):
        canonical(value)


def test_nesting_is_bounded() -> None:
    value: Any = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    canonical(value)
    with pytest.raises(JournalValueError):
        canonical([value])


@given(entries, st.integers(0, MAX_SAFE_INTEGER - 1))
def test_what_was_sealed_reads_the_same(entry: Entry, seq: int) -> None:
    head = Head(seq, "ab" * 32)
    record, line = seal(entry, NOON, head)
    assert record.follows(head)
    assert record.entry == entry
    assert read(line) == record
    assert line.count(b"\n") == 1


def test_the_hash_is_what_the_documentation_says() -> None:
    record, line = seal(Entry("quarantine", "a" * 32, "user", "scan", before="open", after="cut"), NOON, GENESIS)
    text = (
        '{"action":"quarantine","actor":"user","after":"cut","asset_id":"' + "a" * 32 + '","before":"open",'
        '"details":null,"format":1,"prev":"' + "0" * 64 + '","reason":"scan","seq":1,'
        '"time":"2026-11-21T12:00:00.000000+00:00"}'
    )
    assert record.hash == hashlib.sha256(text.encode()).hexdigest()
    body = json.loads(line)
    assert body.pop("hash") == record.hash
    assert body == json.loads(text)


def test_times_are_kept_in_utc() -> None:
    record, _ = seal(Entry("x"), NOON.astimezone(timezone(timedelta(hours=5, minutes=45))), GENESIS)
    assert record.time == "2026-11-21T12:00:00.000000+00:00"


@pytest.mark.parametrize(
    "members",
    [
        {"action": ""},
        {"action": "Quarantine"},
        {"action": "a" * 65},
        {"asset_id": "a" * 129},
        {"actor": 7},
        {"reason": 7},
        {"details": []},
        {"reason": "x" * MAX_LINE},
        {"before": math.nan},
    ],
    ids=lambda members: str(members)[:30],
)
def test_an_entry_that_no_record_can_have_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(JournalValueError):
        seal(Entry(**({"action": "x"} | members)), NOON, GENESIS)


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(JournalValueError):
        seal(Entry("x"), NOON.replace(tzinfo=None), GENESIS)


def test_the_longest_line() -> None:
    spare = MAX_LINE - len(seal(Entry("x", reason=""), NOON, GENESIS)[1])
    assert len(seal(Entry("x", reason="x" * spare), NOON, GENESIS)[1]) == MAX_LINE
    with pytest.raises(JournalValueError):
        seal(Entry("x", reason="x" * (spare + 1)), NOON, GENESIS)


def test_an_untouched_chain_verifies() -> None:
    lines = chain(5)
    verification = verify(lines)
    assert verification.ok
    assert (verification.count, verification.breaks) == (5, 0)
    assert verification.head == read(lines[-1]).head
    assert verify([]).ok
    assert verify([]).head == GENESIS


def test_every_flipped_bit_is_noticed_at_its_line() -> None:
    lines = chain(3)
    for position in range(len(lines[1])):
        for bit in range(8):
            flipped = bytearray(lines[1])
            flipped[position] ^= 1 << bit
            found = verify([lines[0], bytes(flipped), lines[2]]).first_break
            assert found is not None
            assert found.line == 2
            assert found.kind in {BreakKind.MALFORMED, BreakKind.HASH, BreakKind.TORN}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([0, 2, 1, 3], Break(BreakKind.CHAIN, 2, 3)),
        ([0, 2, 3], Break(BreakKind.CHAIN, 2, 3)),
        ([1, 2, 3], Break(BreakKind.CHAIN, 1, 2)),
        ([0, 1, 1, 2, 3], Break(BreakKind.CHAIN, 3, 2)),
    ],
    ids=["swapped", "deleted", "beheaded", "doubled"],
)
def test_lines_moved_or_gone(order: list[int], expected: Break) -> None:
    lines = chain(4)
    assert verify([lines[number] for number in order]).first_break == expected


def test_a_record_written_anew_with_its_own_hash_breaks_the_next() -> None:
    lines = chain(4)
    lines[1] = forge(lines[1], actor="somebody else")
    assert verify(lines).first_break == Break(BreakKind.CHAIN, 3, 3)


def test_one_break_does_not_hide_the_next() -> None:
    lines = chain(8)
    lines[1] = b"garbage\n"
    lines[5] = lines[5].replace(b"open", b"OPEN")
    found = verify(lines)
    assert found.breaks == 2
    assert found.first_break == Break(BreakKind.MALFORMED, 2, None)
    assert found.head == read(lines[-1]).head


def test_a_break_that_the_journal_recorded_is_told_for_ever() -> None:
    lines = chain(2)
    head = read(lines[-1]).head
    told: list[dict[str, Any] | None] = [{"kind": "truncated"}, {"kind": "?"}, {"kind": []}, None]
    for details in told:
        record, line = seal(Entry(ACTION_BROKEN, details=details), NOON, head)
        _, after = seal(Entry("release"), NOON, record.head)
        kind = BreakKind.TRUNCATED if details == {"kind": "truncated"} else BreakKind.CHAIN
        found = verify([*lines, line, after])
        assert found.first_break == Break(kind, 3, 3)
        assert found.breaks == 1


@pytest.mark.parametrize(
    "members",
    [
        {"format": 2},
        {"seq": 0},
        {"seq": True},
        {"seq": 1.5},
        {"time": "yesterday"},
        {"time": "2026-11-21T12:00:00+00:00"},
        {"time": "2026-11-21T12:00:00.000000+01:00"},
        {"time": "2026-11-21T12:00:00.000000"},
        {"time": 5},
        {"action": "No Word"},
        {"prev": "x" * 64},
        {"prev": None},
        {"asset_id": 5},
        {"reason": []},
        {"details": []},
        {"extra": 1},
    ],
    ids=str,
)
def test_a_line_with_a_good_hash_must_still_be_a_record(members: dict[str, Any]) -> None:
    with pytest.raises(LineError) as caught:
        read(forge(chain(1)[0], **members))
    assert caught.value.kind is BreakKind.MALFORMED


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"\n", BreakKind.MALFORMED),
        (b"", BreakKind.TORN),
        (b"[" * 60_000 + b"\n", BreakKind.MALFORMED),
        (b"[1" + b"0" * 60_000 + b"]\n", BreakKind.MALFORMED),
        (b'{"hash":NaN}\n', BreakKind.MALFORMED),
        (b"\xff\xfe{\x00}\x00\n", BreakKind.MALFORMED),
        (b"x" * MAX_LINE + b"\n", BreakKind.OVERSIZED),
    ],
)
def test_garbage_is_named(line: bytes, kind: BreakKind) -> None:
    with pytest.raises(LineError) as caught:
        read(line)
    assert caught.value.kind is kind


def test_a_second_spelling_of_the_same_record_is_refused() -> None:
    line = chain(1)[0]
    body = json.loads(line)
    for other in (json.dumps(body).encode() + b"\n", line[:-1] + b" \n", line.replace(b'"seq":1', b'"seq":1.0')):
        assert json.loads(other) == body
        with pytest.raises(LineError):
            read(other)


@given(st.lists(st.binary(max_size=200) | st.sampled_from(chain(6)), max_size=8))
def test_verification_never_raises(lines: list[bytes]) -> None:
    found = verify(lines)
    assert found.count == len(lines)
    assert found.ok == (lines == chain(6)[: len(lines)])
