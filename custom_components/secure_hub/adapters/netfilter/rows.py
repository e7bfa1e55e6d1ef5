"""What the kernel lets us see, as the rows in which the helper tells it, and back."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from .connections import Connection
from .conntrack import Connection as Answered
from .log import Copy
from .protocol import ProtocolError


def copy_row(copy: Copy) -> list[Any]:
    """Write a copied packet."""
    return [copy.mac, copy.prefix, copy.packet.hex()]


def copy_of(row: Any) -> Copy:
    """Read a copied packet; raises ProtocolError."""
    mac, prefix, packet = _read(row, str, str, bytes.fromhex)
    return Copy(mac, prefix, packet)


def connection_of(row: Any) -> Connection:
    """Read a connection, which is its own row; raises ProtocolError."""
    return Connection(*_read(row, int, str, str, str, int, bool, bool, bool, _pair, _pair, float))


def answered_row(one: Answered) -> list[Any]:
    """Write a connection that was answered."""
    ends = str(one.opened_by), str(one.target), str(one.answered_by)
    return [one.identity.hex(), one.protocol, *ends, one.port, one.answering_port]


def answered_of(row: Any) -> Answered:
    """Read a connection that was answered; raises ProtocolError."""
    identity, protocol, opened_by, target, answered_by, port, answering_port = _read(
        row, bytes.fromhex, int, ip_address, ip_address, ip_address, _port, _port
    )
    return Answered(identity, protocol, opened_by, target, port, answered_by, answering_port)


def _pair(value: Any) -> tuple[int, int]:
    first, second = value
    return int(first), int(second)


def _port(value: Any) -> int | None:
    return None if value is None else int(value)


def _read(row: Any, *readers: Callable[[Any], Any]) -> list[Any]:
    try:
        return [reader(value) for reader, value in zip(readers, row, strict=True)]
    except (TypeError, ValueError) as error:
        msg = "bad row"
        raise ProtocolError(msg) from error
