"""What devices say to the whole home, heard where it enters this machine: ARP, neighbours, DHCP, DNS (packet(7)).

Needs CAP_NET_RAW. The kernel's socket filter hands over these and nothing else; conversations are not listened to.
"""

from collections.abc import Collection, Iterator
import time
from typing import Final

from ..packets import Listeners

_SNAP: Final = 600
"""Octets of a frame: a DNS question, or the head of an answer (RFC 1035, 2.3.4), and DHCP's first options."""
_FRAMES: Final = 512
_BUFFER: Final = 1 << 20

_LOAD_HALF, _LOAD_BYTE, _LOAD_HEAD, _LOAD_HALF_INDEX = 0x28, 0x30, 0xB1, 0x48
_EQUAL, _RETURN = 0x15, 0x06
_ARP, _IPV4, _IPV6, _UDP, _ICMP6 = 0x0806, 0x0800, 0x86DD, 17, 58

# linux/filter.h: ARP; ICMPv6 135 and 136; UDP from or to 53, 67, 68 by IPv4 (no later fragment) and IPv6
_PROGRAM: Final = (
    (_LOAD_HALF, 0, 0, 12),
    (_EQUAL, 23, 0, _ARP),
    (_EQUAL, 0, 10, _IPV6),
    (_LOAD_BYTE, 0, 0, 20),
    (_EQUAL, 0, 3, _ICMP6),
    (_LOAD_BYTE, 0, 0, 54),
    (_EQUAL, 18, 0, 135),
    (_EQUAL, 17, 18, 136),
    (_EQUAL, 0, 17, _UDP),
    (_LOAD_HALF, 0, 0, 54),
    (_EQUAL, 14, 0, 53),
    (_LOAD_HALF, 0, 0, 56),
    (_EQUAL, 12, 13, 53),
    (_EQUAL, 0, 12, _IPV4),
    (_LOAD_BYTE, 0, 0, 23),
    (_EQUAL, 0, 10, _UDP),
    (_LOAD_HEAD, 0, 0, 14),
    (_LOAD_HALF_INDEX, 0, 0, 14),
    (_EQUAL, 6, 0, 53),
    (_EQUAL, 5, 0, 67),
    (_EQUAL, 4, 0, 68),
    (_LOAD_HALF_INDEX, 0, 0, 16),
    (_EQUAL, 2, 0, 53),
    (_EQUAL, 1, 0, 67),
    (_EQUAL, 0, 1, 68),
    (_RETURN, 0, 0, _SNAP),
    (_RETURN, 0, 0, 0),
)


# At a bridge's ports: ARP; ICMPv6 136; UDP from 67
_PORT_PROGRAM: Final = (
    (_LOAD_HALF, 0, 0, 12),
    (_EQUAL, 11, 0, _ARP),
    (_EQUAL, 0, 4, _IPV6),
    (_LOAD_BYTE, 0, 0, 20),
    (_EQUAL, 0, 9, _ICMP6),
    (_LOAD_BYTE, 0, 0, 54),
    (_EQUAL, 6, 7, 136),
    (_EQUAL, 0, 6, _IPV4),
    (_LOAD_BYTE, 0, 0, 23),
    (_EQUAL, 0, 4, _UDP),
    (_LOAD_HEAD, 0, 0, 14),
    (_LOAD_HALF_INDEX, 0, 0, 14),
    (_EQUAL, 0, 1, 67),
    (_RETURN, 0, 0, _SNAP),
    (_RETURN, 0, 0, 0),
)


class WireTap:
    """Frames as they enter some interfaces, and claims as they enter the ports of a bridge.

    What the wall drops in a bridge, and what one port sends to another, never comes to the bridge itself.
    """

    def __init__(self, interfaces: Collection[str], ports: Collection[str] = ()) -> None:
        """Listen; raises OSError where that is not permitted. An interface that is not there is passed over."""
        self._listeners = Listeners(interfaces, _PROGRAM, buffer=_BUFFER)
        try:
            self._ports = Listeners(ports, _PORT_PROGRAM, outgoing=False)
        except BaseException:
            self._listeners.close()
            raise

    def read(self) -> Iterator[tuple[float, bytes]]:
        """Yield when it came (seconds since the epoch) and the frame; does not wait, and reads a bounded number.

        What came in by a port and went up to its bridge is heard at both, and told once; so is what is said again and
        again between two calls.
        """
        claimed = set()
        for frame in self._ports.frames(_SNAP, _FRAMES):
            if frame not in claimed:
                claimed.add(frame)
                yield time.time(), frame
        for frame in self._listeners.frames(_SNAP, _FRAMES):
            if frame not in claimed:
                yield time.time(), frame

    def dropped(self) -> int:
        """Count the frames since the last call that were not read in time."""
        return self._listeners.dropped() + self._ports.dropped()

    def close(self) -> None:
        """Listen no more."""
        self._listeners.close()
        self._ports.close()
