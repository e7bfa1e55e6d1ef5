"""What the root helper tells without being asked again, for as long as somebody listens."""

import select
import socket
from typing import Any, Final

from . import asking, log
from .connections import Ends
from .log import PacketLog
from .protocol import ANSWERS, DENIALS, REACHES, answer, send
from .rows import copy_row

COPIES: Final = {
    ANSWERS: (log.GROUP, log.SNAPLEN),
    REACHES: (asking.GROUP, asking.SNAPLEN),
    DENIALS: (asking.DENIED_GROUP, asking.SNAPLEN),
}
"""Log group, and bytes of a packet, by what is heard."""
_ENDS_AT_ONCE: Final = 256


def tell(connection: socket.socket, what: str) -> None:
    """Tell what comes until the other side hangs up or says anything. Raises OSError, NetlinkError.

    What is not taken in time is lost in the kernel, whose buffers are bounded; here nothing waits.
    """
    source = PacketLog(*COPIES[what]) if what in COPIES else Ends()
    try:
        send(connection, answer(None))
        while True:
            ready, _, _ = select.select([source, connection], [], [])
            if connection in ready:
                return
            if rows := _rows(source):
                send(connection, answer(rows))
    finally:
        source.close()


def _rows(source: PacketLog | Ends) -> list[Any]:
    if isinstance(source, Ends):
        return list(source.read(_ENDS_AT_ONCE))
    return [copy_row(copy) for copy in source.receive()]
