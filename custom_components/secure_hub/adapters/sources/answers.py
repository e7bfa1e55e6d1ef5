"""DNS answers to devices, read from the frames that leave for them: for watching, where the firewall copies nothing.

Needs CAP_NET_RAW. What passes between two ports of one bridge is not heard.
"""

from collections.abc import Callable, Collection
from typing import Final

from ...engine.assets.model import Address
from ...engine.firewall.names import Answer
from ..packets import Listeners
from .dns import answer_in_packet

_SNAP: Final = 1514
_FRAMES: Final = 256
_HEADER: Final = 14

# linux/filter.h: IPv4 from UDP port 53, IPv6 from UDP port 53
_PROGRAM: Final = (
    (0x28, 0, 0, 12),
    (0x15, 0, 4, 0x86DD),
    (0x30, 0, 0, 20),
    (0x15, 0, 9, 17),
    (0x28, 0, 0, 54),
    (0x15, 6, 7, 53),
    (0x15, 0, 6, 0x0800),
    (0x30, 0, 0, 23),
    (0x15, 0, 4, 17),
    (0xB1, 0, 0, 14),
    (0x48, 0, 0, 14),
    (0x15, 0, 1, 53),
    (0x06, 0, 0, _SNAP),
    (0x06, 0, 0, 0),
)


class AnswerTap:
    """Answers as they go to the devices behind some interfaces."""

    def __init__(self, interfaces: Collection[str]) -> None:
        """Listen; raises OSError where that is not permitted. An interface that is not there is passed over."""
        self._listeners = Listeners(interfaces, _PROGRAM)

    def read(self, on_answer: Callable[[Address, Answer], None]) -> None:
        """Tell of what came since the last call; does not wait, and reads a bounded number."""
        for frame in self._listeners.frames(_SNAP, _FRAMES):
            if found := answer_in_packet(frame[_HEADER:]):
                on_answer(*found)

    def close(self) -> None:
        """Listen no more."""
        self._listeners.close()
