"""Strict, bounded JSON."""

from contextlib import suppress
import itertools
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.manifests.i_json import MAX_BYTES, MAX_DEPTH, read
from custom_components.secure_hub.engine.manifests.model import MudError

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(_JSON)
def test_reads_what_json_writes(value: Any) -> None:
    assert read(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{} {}", "not JSON"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b'{"a": 1, "b": 2, "a": 1}', '"a": named twice'),
        (b'[{"x": {"\\u0061": 1, "a": 2}}]', '"a": named twice'),
        (b"[NaN]", "NaN is not"),
        (b"[-Infinity]", "-Infinity is not"),
        (b"1" * 5000, "too long"),
        (b'["\\ud800"]', "surrogate"),
        (b'{"\\udc00": 1}', "surrogate"),
        (b"[" * 100_000, "not JSON|nested deeper"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested deeper"),
        (b" " * (MAX_BYTES + 1), "longer than"),
        (b'{"a": "' + b"x" * 10_000_000 + b'"}', "longer than"),
    ],
    ids=itertools.count(),
)
def test_refuses(data: bytes, reason: str) -> None:
    with pytest.raises(MudError, match=reason):
        read(data)


def test_depth_is_counted_exactly() -> None:
    assert read(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(MudError, match="nested deeper"):
        read(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(MudError):
        assert read(data) == json.loads(data)
