"""Packets that our rules copy to us (include/uapi/linux/netfilter/nfnetlink_log.h)."""

import errno
import socket
from typing import Final, NamedTuple

from .netlink import ACK, NetfilterSocket, NetlinkError, Request, attribute, attributes, be32, body, string

GROUP: Final = 5
"""Number of the log group that our rules and we agree on."""
SNAPLEN: Final = 1500
"""Bytes of a packet that are copied: a DNS answer by UDP (RFC 6891 suggests 1232) whole."""

_SUBSYSTEM: Final = 4
_PACKET: Final = _SUBSYSTEM << 8
_CONFIG: Final = _SUBSYSTEM << 8 | 1
_COMMAND: Final = 1
_BIND: Final = b"\x01"
_MODE: Final = 2
_COPY_PACKET: Final = b"\x02"
_THRESHOLD: Final = 5
_SENDER: Final = 8
_PAYLOAD: Final = 9
_PREFIX: Final = 10
_MAC_SIZE: Final = 6
_DATAGRAMS: Final = 64


class Copy(NamedTuple):
    """A packet that was copied: its sender's MAC (empty where there is none), the rule's word, and its bytes.

    The bytes are those from the network header on.
    """

    mac: str
    prefix: str
    packet: bytes


class PacketLog:
    """The end of a log group; `fileno` becomes readable when there is something. Needs CAP_NET_ADMIN."""

    def __init__(self, group: int = GROUP, snaplen: int = SNAPLEN) -> None:
        """Bind to the group in this network namespace; raises OSError, or NetlinkError (EPERM also if it is taken)."""
        self._socket = NetfilterSocket()
        mode = snaplen.to_bytes(4) + _COPY_PACKET + b"\0"
        wanted = (attribute(_COMMAND, _BIND), attribute(_MODE, mode) + be32(_THRESHOLD, 1))
        requests = [Request(_CONFIG, socket.AF_UNSPEC, part, resource=group) for part in wanted]
        try:
            for answer in self._socket.ask(requests, ACK):
                if isinstance(answer, NetlinkError):
                    raise answer
        except NetlinkError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Return the descriptor, for a selector."""
        return self._socket.fileno()

    def receive(self) -> list[Copy]:
        """Packets that came since the last call; some may have been lost. Does not wait. Raises NetlinkError."""
        found: list[Copy] = []
        try:
            copies = (_copy(attributes(body(m))) for m in self._socket.drain(_DATAGRAMS) if m.kind == _PACKET)
            found.extend(filter(None, copies))
        except NetlinkError as error:
            if error.code != errno.ENOBUFS:
                raise
        return found

    def close(self) -> None:
        """Let go of the group."""
        self._socket.close()


def _copy(parts: dict[int, bytes]) -> Copy | None:
    packet = parts.get(_PAYLOAD)
    if not packet:
        return None
    sender = parts.get(_SENDER, b"")  # size of the address, two bytes of nothing, address
    size = int.from_bytes(sender[:2])
    mac = sender[4 : 4 + _MAC_SIZE].hex(":") if size == _MAC_SIZE else ""
    return Copy(mac, string(parts.get(_PREFIX, b"")), packet)
