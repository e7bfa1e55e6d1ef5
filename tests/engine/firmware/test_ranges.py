"""Ranges of versions, as advisories have them."""

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.firmware.ranges import MAX_CONSTRAINTS, MAX_LENGTH, parse_range


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("vers:generic/<1.1.0", "1.0.9", "1.1.0"),
        ("vers:semver/>=1.0.0|<2.0.0", "1.5.0", "2.0.0"),
        ("vers:semver/>=1.0.0|<2.0.0", "1.0.0", "0.9.0"),
        ("vers:generic/>=1.0|<1.5|>=2.0|<2.3", "2.1", "1.7"),
        ("vers:generic/<1.5|>=2.0|<2.3", "1.2", "1.9"),
        ("vers:generic/1.0|1.2", "1.2", "1.1"),
        ("vers:generic/!=1.1|<2.0", "1.0", "1.1"),
        ("vers:generic/>1.0", "1.1", "1.0"),
        ("< 1.2.3", "1.2.2", "1.2.3"),
        ("<= V5.4.0", "5.4.0", "5.4.1"),
        ("<V2.2.1", "V2.2.0", "V2.2.1"),
        (">= 1.0, < 2.0", "1.9", "2.0"),
        (">=1.0 <2.0", "1.0", "2.0"),
        (">1.0 and <=1.4", "1.4", "1.0"),
        ("prior to 7.57", "07.56", "7.57"),
        ("All versions prior to 4.1", "4.0.9", "4.1"),
        ("versions before 3.2", "3.1", "3.2"),
        ("up to and including 2.0", "2.0", "2.0.1"),
        ("1.3.2 and earlier", "1.3.2", "1.3.3"),
        ("1.3.2 and later", "1.4", "1.3.1"),
        ("1.0 - 2.0", "1.5", "2.1"),
        ("v1.0 to v2.0", "2.0", "2.1"),
        ("0x01002000", "0x01002000", "0x01002001"),
        ("5.2.2.2950 build 20241114", "5.2.2.2950 build 20241114", "5.2.2.2952 build 20241116"),
    ],
)
def test_what_is_in_a_range(text: str, inside: str, outside: str) -> None:
    found = parse_range(text)
    assert found
    assert (found.contains(inside), found.contains(outside)) == (True, False)


@pytest.mark.parametrize("text", ["*", "all", "All versions", "vers:all/*", ""])
def test_everything(text: str) -> None:
    found = parse_range(text)
    assert found
    assert found.contains("0x00000001") is True


@pytest.mark.parametrize("text", ["several", "vers:generic/<=several", "x" * (MAX_LENGTH + 1), "see the release notes"])
def test_what_nobody_can_read(text: str) -> None:
    assert parse_range(text) is None


def test_a_range_is_bounded() -> None:
    assert parse_range("vers:generic/" + "|".join(f"={i}" for i in range(MAX_CONSTRAINTS + 1))) is None


def test_another_scheme_is_neither_in_nor_out() -> None:
    found = parse_range("<1.1.0")
    assert found
    assert found.contains("20240101") is None


@given(st.text(max_size=80), st.text(max_size=30))
def test_no_text_breaks_it(text: str, version: str) -> None:
    found = parse_range(text)
    if found is not None:
        found.contains(version)
