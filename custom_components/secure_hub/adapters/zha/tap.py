"""The frame tap: every frame between ZHA and its devices, in both directions, to whoever listens.

It hangs in the gate's doors, so it also sees what the gate holds back, and sees frames before zigpy's filter of
duplicates. A listener is called in the event loop for each frame and must be quick; what it raises stops at the tap.
"""

from collections.abc import Callable
from functools import partial
import logging
import time
from typing import Any, Final, NamedTuple

_LOGGER = logging.getLogger(__name__)

_CLUSTER_COMMAND: Final = 0b001
_MANUFACTURER_SPECIFIC: Final = 0b100
_GROUP, _NETWORK, _IEEE, _BROADCAST = 1, 2, 3, 15
"""Kinds of address (zigpy.types.AddrMode)."""
_HEADER: Final = 3
"""Bytes of a ZCL header without manufacturer code: frame control, sequence number, command (ZCL 2.4.1)."""
_CODE: Final = 2
"""Bytes of a manufacturer code."""


class ZigbeeFrame(NamedTuple):
    """One frame (an APS data unit) to or from a device; only what a look at its header gives, payload left out.

    A tuple, because one is made for every frame and nothing frozen is made faster.
    """

    time: float
    """Seconds since the epoch."""
    inbound: bool
    """From a device, rather than to one."""
    ieee: str | None
    """IEEE address of the sender, or of the receiver of an outbound frame; None for strangers, groups, broadcasts."""
    nwk: int | None
    """Network address, group or broadcast address of the same; None if it was sent by IEEE address."""
    group: int | None
    """Group that the frame is for."""
    broadcast: bool
    """Whether the frame is for everybody."""
    profile: int
    cluster: int
    src_ep: int
    dst_ep: int
    """Endpoint that it is for; 0 is the device itself (ZDO), -1 is none given, as in a groupcast."""
    command: int | None
    """ZCL command; None for ZDO, where the cluster says it, and for a frame too short to have one."""
    is_general: bool
    """Whether the command is one of every cluster (read, report, ...) rather than of this one."""
    manufacturer: int | None
    """Manufacturer code of a manufacturer-specific command."""
    tsn: int | None
    """Sequence number of the transaction."""
    size: int
    """Bytes of the payload, ZCL header included."""
    lqi: int | None
    rssi: int | None
    """dBm."""
    passed: bool
    """Whether the gate let it through."""


class FrameTap:
    """Hands frames to listeners; without a listener it costs nothing."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self.listeners: tuple[Callable[[ZigbeeFrame], None], ...] = ()
        self.failures = 0
        """Calls of a listener that raised, and frames that could not be read."""

    def subscribe(self, listener: Callable[[ZigbeeFrame], None]) -> Callable[[], None]:
        """Call `listener` with every frame from now on; gives what ends it."""
        self.listeners = (*self.listeners, listener)
        return partial(self._end, listener)

    def _end(self, listener: Callable[[ZigbeeFrame], None]) -> None:
        self.listeners = tuple(one for one in self.listeners if one is not listener)

    def note(self, packet: Any, ieee: str | None, *, inbound: bool, passed: bool) -> None:
        """Tell of a packet, zigpy's `ZigbeePacket`; never raises."""
        try:
            frame = _frame(packet, ieee, inbound, passed)
        except Exception as error:  # noqa: BLE001  # nothing of ours may stop ZHA's reader
            self._fail(error)
            return
        for listener in self.listeners:
            try:
                listener(frame)
            except Exception as error:  # noqa: BLE001  # as above
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        self.failures += 1
        if self.failures == 1:
            _LOGGER.error("A frame could not be told of", exc_info=error)


def _frame(packet: Any, ieee: str | None, inbound: bool, passed: bool) -> ZigbeeFrame:  # noqa: FBT001  # hot path
    data = packet.data.serialize()
    destination = packet.dst
    mode = int(destination.addr_mode) if destination is not None else _NETWORK
    address = packet.src if inbound else destination
    command = manufacturer = tsn = None
    general = False
    if packet.dst_ep == 0:
        tsn = data[0] if data else None
    elif len(data) >= _HEADER:
        control = data[0]
        general = not control & _CLUSTER_COMMAND
        if not control & _MANUFACTURER_SPECIFIC:
            tsn, command = data[1], data[2]
        elif len(data) >= _HEADER + _CODE:
            manufacturer, tsn, command = data[1] | data[2] << 8, data[3], data[4]
    return ZigbeeFrame(
        time.time(),
        inbound,
        ieee,
        None if address is None or int(address.addr_mode) == _IEEE else int(address.address),
        int(destination.address) if mode == _GROUP else None,
        mode == _BROADCAST,
        packet.profile_id,
        packet.cluster_id,
        packet.src_ep,
        -1 if packet.dst_ep is None else packet.dst_ep,
        command,
        general,
        manufacturer,
        tsn,
        len(data),
        packet.lqi,
        packet.rssi,
        passed,
    )
