"""With whom assets talk."""

import pytest

from custom_components.secure_hub.engine.telemetry import flows as module
from custom_components.secure_hub.engine.telemetry.flows import MAX_OF_ASSET, MAX_OF_HOME, Flow, FlowBook
from custom_components.secure_hub.engine.telemetry.record import Conversation, Record

from .observed import NOON

CLOUD = Conversation(
    "198.51.100.7",
    "cloud.example",
    "tcp",
    443,
    first=1.0,
    last=2.0,
    begun=2,
    sent=10,
    received=5,
    packets_sent=3,
    packets_received=4,
)


def record(*rows: Conversation, asset: str = "camera", minute: int = NOON) -> Record:
    return Record(asset, minute, conversations=list(rows))


def test_minutes_add_up() -> None:
    book = FlowBook()
    moved = Conversation("198.51.100.8", "cloud.example", "tcp", 443, last=9.0, parts=1, sent=1)
    book.take(record(CLOUD))
    book.take(record(moved, minute=NOON + 60))
    (flow,) = book.of_asset("camera")
    assert (flow.peer, flow.name, flow.last) == ("198.51.100.8", "cloud.example", NOON + 69.0)
    assert (flow.sent, flow.received, flow.packets, flow.allowed, flow.held) == (11, 5, 7, 2, 0)


def test_what_was_held_off_stands_with_what_was_let_through() -> None:
    book = FlowBook()
    for asset in ("camera", "lamp"):
        for _ in range(2):
            held = Flow(asset, CLOUD.peer, CLOUD.name, "tcp", 443, "", inward=False, local=False, last=1.0, held=1)
            book.hold(held)
    book.take(record(CLOUD))
    (flow,) = book.of_asset("camera")
    assert (flow.allowed, flow.held, flow.last) == (2, 2, NOON + 2.0)
    assert [it.held for it in book.of_asset("lamp")] == [2]
    assert book.of_asset("nobody") == []


def test_a_port_scan_fills_no_memory() -> None:
    book = FlowBook()
    for port in range(1000):
        book.take(record(Conversation("192.0.2.1", protocol="tcp", port=port, sent=port)))
    found = book.of_asset("camera")
    assert [it.port for it in found] == list(range(999, 999 - MAX_OF_ASSET, -1))
    book.forget("camera")
    assert book.of(["camera"]) == []


def test_the_home_tells_of_those_that_carried_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_REMEMBERED", 700)
    book = FlowBook()
    for asset in range(20):
        for port in range(MAX_OF_ASSET):
            book.take(record(Conversation("192.0.2.1", protocol="udp", port=port, sent=port), asset=str(asset)))
    assert book.of_asset("5") == [], "those that were quiet for longest made room"
    found = book.of(map(str, range(20)))
    assert len(found) == MAX_OF_HOME
    assert found[0].port == MAX_OF_ASSET - 1
    assert len(book.of(map(str, range(20)))) == 500
    assert sum(len(book.of_asset(str(it))) for it in range(20)) == 700
