"""Install codes: what makers print is read, what people mistype is not."""

from contextlib import suppress

from hypothesis import given, strategies as st
import pytest
from zigpy.util import convert_install_code

from custom_components.secure_hub.engine.radio.install_code import (
    MAX_TEXT,
    OF_ANOTHER,
    UNREADABLE,
    WRONG_CRC,
    WRONG_LENGTH,
    InstallCodeError,
    crc,
    parse,
)

CODE = "83FED3407A939723A5C639B26916D505C3B5"  # the example of Zigbee Base Device Behaviour 10.1
IEEE = "00:15:8d:00:01:23:ab:cd"
PLAIN = IEEE.replace(":", "")


def test_the_specifications_own_example() -> None:
    raw = bytes.fromhex(CODE)
    assert crc(raw[:-2]) == 0xB5C3
    assert parse(CODE, IEEE).code == raw
    assert crc(b"123456789") == 0x906E  # the check value of CRC-16/X-25


@pytest.mark.parametrize(
    "text",
    [
        f"{PLAIN}|{CODE}",
        f"Z:{PLAIN}$I:{CODE}",
        f"G$M:S1$S:123$D:00000000$A:{PLAIN}$I:{CODE}",
        f"RB01SG{'0' * 34}{PLAIN.upper()}DLK{CODE}",
        f" {PLAIN}, {CODE}\n",
    ],
    ids=["stroke", "Z", "A", "DLK", "words"],
)
def test_what_makers_print(text: str) -> None:
    found = parse(text)
    assert (found.ieee, found.code, found.key) == (IEEE, bytes.fromhex(CODE), b"")
    assert parse(text, IEEE) == found
    with pytest.raises(InstallCodeError) as caught:
        parse(text, "00:00:00:00:00:00:00:01")
    assert caught.value.key == OF_ANOTHER
    assert CODE.lower() not in repr(found).lower(), "a secret stays out of logs"


def test_a_link_key_instead_of_a_code() -> None:
    key = "00112233445566778899aabbccddeeff"
    assert parse(f"RB01SG{'0' * 34}{PLAIN}DLK{key}").key == bytes.fromhex(key)


@pytest.mark.parametrize("text", [CODE, "83fe-d340 7a93:9723-A5C6 39B2 6916 D505 C3B5"])
def test_a_bare_code_needs_an_address(text: str) -> None:
    assert parse(text, IEEE).code == bytes.fromhex(CODE)
    with pytest.raises(InstallCodeError) as caught:
        parse(text)
    assert caught.value.key == UNREADABLE


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", UNREADABLE),
        ("hello", UNREADABLE),
        (f"Z:{PLAIN}$I:{CODE[:-4]}FFFF", WRONG_CRC),
        (CODE[:-1], UNREADABLE),
        (CODE[:-2], WRONG_LENGTH),
        ("x" * (MAX_TEXT + 1), UNREADABLE),
        (f"Z:{PLAIN[:-1]}$I:{CODE}", UNREADABLE),
    ],
)
def test_what_is_no_code(text: str, key: str) -> None:
    with pytest.raises(InstallCodeError) as caught:
        parse(text, IEEE)
    assert caught.value.key == key


@given(size=st.sampled_from([6, 8, 12, 16]), data=st.data())
def test_one_wrong_digit_is_always_found_and_zigpy_agrees(size: int, data: st.DataObject) -> None:
    secret = data.draw(st.binary(min_size=size, max_size=size))
    code = secret + crc(secret).to_bytes(2, "little")
    assert parse(code.hex(), IEEE).code == code
    assert convert_install_code(code)
    digit = data.draw(st.integers(0, len(code) * 2 - 1))
    wrong = data.draw(st.sampled_from([one for one in "0123456789abcdef" if one != code.hex()[digit]]))
    with pytest.raises(InstallCodeError):
        parse(code.hex()[:digit] + wrong + code.hex()[digit + 1 :], IEEE)


@given(st.text(max_size=120))
def test_nonsense_is_refused_and_never_thrown(text: str) -> None:
    with suppress(InstallCodeError):
        assert parse(text).ieee
