"""A Green Power switch: a device without battery that a router hears, and passes on (Green Power spec A.3.3.4.1)."""

from zigpy.zcl.clusters.greenpower import NotificationOptions, NotificationSchema
from zigpy.zgp.types import ApplicationID, GPDCommandID, SrcID

from .coordinator import VirtualCoordinator
from .device import VirtualDevice
from .zcl import Frame

PROFILE = 0xA1E0
CLUSTER = 0x0021
ENDPOINT = 242
TOGGLE = 0x22
_CLUSTER_COMMAND = 0x11
_NOTIFICATION = 0x00


class GreenPowerSwitch:
    """One switch; it has no network address and knows no network key."""

    def __init__(self, source: int) -> None:
        """Fresh from the box, with the number that its maker gave it."""
        self.source = SrcID(source)
        self._counter = 0

    async def press(self, coordinator: VirtualCoordinator, proxy: VirtualDevice, command: int = TOGGLE) -> None:
        """Its button is pressed, and `proxy` passes that on."""
        self._counter += 1
        options = NotificationOptions.deserialize(b"\x00\x00")[0]
        notification = NotificationSchema(
            options=options.replace(application_id=ApplicationID.SrcID),
            gpd_id=self.source,
            frame_counter=self._counter,
            command_id=GPDCommandID(command),
            payload=b"",
        )
        header = bytes((_CLUSTER_COMMAND, self._counter % 256, _NOTIFICATION))
        await coordinator.transmit(
            proxy, Frame(PROFILE, CLUSTER, ENDPOINT, ENDPOINT, header + notification.serialize())
        )
