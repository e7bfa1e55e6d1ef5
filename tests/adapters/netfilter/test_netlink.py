"""The codec: what is packed comes back, and bytes that are no netlink raise one error and nothing else."""

from contextlib import suppress
import errno
import struct

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.netfilter.monitor import Monitor
from custom_components.secure_hub.adapters.netfilter.netlink import (
    ACK,
    CREATE,
    Message,
    NetfilterSocket,
    NetlinkError,
    Request,
    attribute,
    attribute_list,
    attributes,
    be32,
    body,
    error_of,
    family,
    frame,
    messages,
    nested,
    number,
    string,
    text,
)
from custom_components.secure_hub.adapters.netfilter.nftables import (
    Family,
    Kind,
    class_value,
    element,
    element_requests,
    parse_class_value,
    parse_elements,
    parse_generation,
    parse_rule,
    request,
    value_data,
)

KINDS = st.integers(0, 0x3FFF)


@given(st.lists(st.tuples(KINDS, st.binary(max_size=300)), max_size=10))
def test_attributes_come_back(items: list[tuple[int, bytes]]) -> None:
    data = b"".join(attribute(kind, value) for kind, value in items)
    assert attribute_list(data) == items
    assert len(data) % 4 == 0
    assert attributes(nested(5, data)) == {5: data}


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
    st.integers(-(2**31), 2**32 - 1),
)
def test_texts_and_numbers_come_back(words: str, value: int) -> None:
    found = attributes(text(1, words) + be32(2, value))
    assert string(found[1]) == words
    assert number(found[2]) == value & 0xFFFFFFFF


@given(st.integers(0, 0xFFFF), st.integers(0, 255), st.binary(max_size=100), st.integers(0, 2**32 - 1))
def test_messages_come_back(kind: int, number_: int, content: bytes, sequence: int) -> None:
    data = frame(Request(kind, number_, content, CREATE), sequence, ACK)
    (found,) = messages(data)
    assert (found.kind, found.sequence, body(found), family(found)) == (kind, sequence, content, number_)
    assert found.flags & (CREATE | ACK) == CREATE | ACK


@given(st.binary(max_size=200))
def test_garbage_raises_only_our_error(data: bytes) -> None:
    for parse in (
        lambda: list(messages(data)),
        lambda: attribute_list(data),
        lambda: list(parse_elements(data)),
        lambda: parse_rule(data),
        lambda: parse_generation(data),
        lambda: error_of(Message(2, 0x200, 0, 0, data)),
        lambda: body(Message(2, 0, 0, 0, data)),
        lambda: family(Message(2, 0, 0, 0, data)),
    ):
        with suppress(NetlinkError):
            parse()


@given(st.integers(0, 0xFFFF), st.binary(max_size=80), st.integers(0, 0xFFFFFFFF))
def test_monitor_survives_garbage(kind: int, data: bytes, port: int) -> None:
    monitor = Monitor.__new__(Monitor)
    monitor._own, monitor._open, monitor._beside = 7, {}, {}
    with suppress(NetlinkError):
        monitor.consider(Message(kind, 0, 0, port, data))


def test_a_foreign_flow_table_is_noticed() -> None:
    """By its message, for not every kernel has them."""
    monitor = Monitor.__new__(Monitor)
    monitor._own, monitor._open, monitor._beside = 7, {}, {}
    made = bytes((1, 0, 0, 0)) + text(1, "foe") + text(2, "fast")
    assert monitor.consider(Message(0xA00 | Kind.NEW_FLOWTABLE, 0, 0, 9, made)) is None
    touch = monitor.consider(Message(0xA00 | Kind.NEW_GENERATION, 0, 0, 9, bytes(4)))
    assert touch is not None
    assert (touch.what, touch.competing) == ((), ("flowtable fast of inet foe",))


@given(st.lists(st.tuples(st.binary(min_size=6, max_size=6), st.integers(0, 2**32 - 1)), max_size=3000))
def test_elements_come_back_in_as_many_messages_as_needed(items: list[tuple[bytes, int]]) -> None:
    made = [element(key, value_data(class_value(value))) for key, value in items]
    requests = list(element_requests(Kind.NEW_ELEMENT, Family.INET, "t", "s", made))
    found = [pair for one in requests for pair in parse_elements(one.body)]
    assert [(key, parse_class_value(value)) for key, value in found] == items
    assert all(len(one.body) < 0xFFFF for one in requests)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(NetlinkError) as refused:
        attribute(1, bytes(0x10000))
    assert refused.value.code == errno.EMSGSIZE
    assert parse_class_value(b"\0") is None


def test_error_has_the_kernels_words() -> None:
    payload = struct.pack("=i", -errno.ENOENT) + bytes(16) + text(1, "no such thing")
    error = error_of(Message(2, 0x200, 1, 0, payload))
    assert error is not None
    assert (error.code, error.detail) == (errno.ENOENT, "no such thing")
    assert error_of(Message(2, 0, 1, 0, bytes(20))) is None


@pytest.mark.usefixtures("netns")
def test_kernel_that_does_not_answer_is_not_waited_for() -> None:
    """A request without an answer ends by the clock, and its late answer is not taken for the next one's."""
    with NetfilterSocket(timeout=0.2) as kernel:
        kernel._send(frame(request(Kind.GET_GENERATION, 0), 1))
        kernel._sequence = 5
        with pytest.raises(NetlinkError) as refused:
            list(kernel._answers(99, 99))
        assert refused.value.code == errno.ETIMEDOUT
        (answer,) = kernel.ask([request(Kind.GET_GENERATION, 0)])
        assert isinstance(answer, bytes)
        assert parse_generation(answer)[0] >= 0
