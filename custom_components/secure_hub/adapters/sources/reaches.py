"""What devices under `ask` reach for: packets that the firewall copies to us before it drops them (NFLOG)."""

from ipaddress import IPv4Address, IPv6Address
import struct
from typing import Final

from ...engine.policy.scopes import NETWORK_SCOPES, Scope
from ...engine.requests.reach import Reach
from ..netfilter.log import Copy
from ..netfilter.protocol import REACHES
from ..netfilter.sight import open_copies

_PORTS: Final = struct.Struct("!HH")
_PORTED: Final = frozenset({6, 17})
_IPV4: Final = 4
_IPV6: Final = 6
_IPV4_LEAST: Final = 20
_IPV6_LENGTH: Final = 40
_FRAGMENT_OFFSET: Final = 0x1FFF


class ReachTap:
    """Packets of devices that were held off. Needs CAP_NET_ADMIN or the helper."""

    def __init__(self, what: str = REACHES) -> None:
        """Listen to what is to be asked, or to `protocol.DENIALS`. Raises OSError, NetlinkError."""
        self._log = open_copies(what)

    def fileno(self) -> int:
        """Readable when there are packets: for `loop.add_reader`, with `read`."""
        return self._log.fileno()

    def read(self) -> list[Reach]:
        """What was reached for, each once; does not wait, and reads a bounded number."""
        found = (reach_of(copy) for copy in self._log.receive())
        return list(dict.fromkeys(reach for reach in found if reach is not None))

    def close(self) -> None:
        """Listen no more."""
        self._log.close()


def reach_of(copy: Copy) -> Reach | None:
    """What a copied packet reached for; None for what is no whole IP header of a known sender and scope."""
    if not copy.mac or copy.prefix not in NETWORK_SCOPES:
        return None
    scope, packet = Scope(copy.prefix), copy.packet
    address: IPv4Address | IPv6Address
    try:
        version = packet[0] >> 4
        if version == _IPV4:
            start, protocol = (packet[0] & 0xF) * 4, packet[9]
            address = IPv4Address(packet[16:20])
            first = start >= _IPV4_LEAST and not int.from_bytes(packet[6:8]) & _FRAGMENT_OFFSET
        elif version == _IPV6:
            start, protocol, first = _IPV6_LENGTH, packet[6], True
            address = IPv6Address(packet[24:40])
        else:
            return None
        port = _PORTS.unpack_from(packet, start)[1] if first and protocol in _PORTED else None
    except IndexError, ValueError, struct.error:
        return None
    return Reach(copy.mac, scope, address, protocol, port)
