"""Scenes as they stand on the air."""

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.radio.scenes import Scene, read_membership, read_view

SCENE = Scene(1, 0x0042, 3, 5, b"dusk", ((6, b"\x01"), (8, b"\x7f"), (0x0300, bytes(11))))
HEAD = bytes.fromhex("42 00 03 05 00 04") + b"dusk"


def test_a_scene_is_carried_byte_for_byte() -> None:
    payload = HEAD + bytes.fromhex("06 00 01 01 08 00 01 7f 00 03 0b") + bytes(11)
    assert read_view(1, b"\x00" + payload) == SCENE
    assert SCENE.payload() == payload
    dimmable = SCENE.with_clusters({6, 8})
    assert dimmable.payload() == HEAD + bytes.fromhex("06 00 01 01 08 00 01 7f")


@pytest.mark.parametrize(
    "answer", [b"", b"\x00", b"\x00\x42\x00\x03\x05", b"\x00" + HEAD[:-1], b"\x00" + HEAD + b"\x06\x00\x02\x01"]
)
def test_what_is_cut_short_is_no_scene(answer: bytes) -> None:
    with pytest.raises(ValueError, match="too short"):
        read_view(1, answer)


def test_scenes_of_a_group() -> None:
    assert read_membership(bytes.fromhex("00 0a 42 00 02 01 03")) == (1, 3)
    assert read_membership(bytes.fromhex("00 0a 42 00 00")) == ()
    assert read_membership(bytes.fromhex("87 0a 42 00")) == read_membership(b"") == ()
    assert read_view(1, bytes.fromhex("8b 42 00 03")) is None
    for short in ("00 0a 42 00", "00 0a 42 00 03 01"):
        with pytest.raises(ValueError, match="too short"):
            read_membership(bytes.fromhex(short))


@given(st.binary(max_size=80))
def test_whatever_comes_is_a_scene_or_none(answer: bytes) -> None:
    for read in (read_membership, lambda data: read_view(1, data)):
        try:
            found = read(answer)
        except ValueError:
            continue
        if isinstance(found, Scene):
            assert b"\x00" + found.payload() == answer
