"""Packets that our rules copy to us (include/uapi/linux/netfilter/nfnetlink_log.h)."""

import errno
import socket
from typing import Final

from .netlink import ACK, NetfilterSocket, NetlinkError, Request, attribute, attributes, be32, body

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
_PAYLOAD: Final = 9
_DATAGRAMS: Final = 64


class PacketLog:
    """The end of a log group; `fileno` becomes readable when there is something. Needs CAP_NET_ADMIN."""

    def __init__(self, group: int = GROUP) -> None:
        """Bind to the group in this network namespace; raises OSError, or NetlinkError (EPERM also if it is taken)."""
        self._socket = NetfilterSocket()
        mode = SNAPLEN.to_bytes(4) + _COPY_PACKET + b"\0"
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

    def read(self) -> list[bytes]:
        """Packets from the network header on that came since the last call; some may have been lost."""
        found: list[bytes] = []
        try:
            payloads = (attributes(body(m)).get(_PAYLOAD) for m in self._socket.drain(_DATAGRAMS) if m.kind == _PACKET)
            found.extend(filter(None, payloads))
        except NetlinkError as error:
            if error.code != errno.ENOBUFS:
                raise
        return found

    def close(self) -> None:
        """Let go of the group."""
        self._socket.close()
