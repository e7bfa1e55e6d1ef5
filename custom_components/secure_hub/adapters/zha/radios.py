"""What the radio library knows of how a device is heard: whether it sleeps, and whether it speaks to the hub itself."""

import time
from typing import Any, Final

from .gateway import ZhaGateway

_KNOWN_S: Final = 60.0
"""Seconds for which what was read is taken for true; parents change seldom, and frames are many."""
_CHILD: Final = 1
"""Relationship of a neighbour whose parent is the asking device (Zigbee R22, table 2-127: Mgmt_Lqi_rsp)."""


class Radios:
    """Reads zigpy's devices and its topology of neighbours, now and then."""

    def __init__(self, gateway: ZhaGateway) -> None:
        """Know nothing yet."""
        self._gateway = gateway
        self._read_at = float("-inf")
        self._devices: dict[str, Any] = {}
        self._neighbours: dict[str, int] = {}
        """Relationship to the coordinator, by IEEE address."""

    def is_sleepy(self, ieee: str | None) -> bool:
        """Whether a device sleeps, by its node descriptor; of one that says nothing, nothing is expected."""
        descriptor = getattr(self._device(ieee), "node_desc", None)
        return descriptor is not None and not getattr(descriptor, "is_receiver_on_when_idle", True)

    def is_direct(self, ieee: str | None) -> bool:
        """Whether what is heard of a device comes from its own radio: the strength of a router's says nothing of it.

        Certain of the coordinator's children, which have no other way, and of neighbours of whom the radio recorded a
        way without routers. Other neighbours may come by one way now and by another later.
        """
        device = self._device(ieee)
        relays, near = getattr(device, "relays", None), self._neighbours.get(ieee or "")
        return device is not None and not relays and (near == _CHILD or (near is not None and relays is not None))

    def _device(self, ieee: str | None) -> Any | None:
        now = time.monotonic()
        if now - self._read_at >= _KNOWN_S:
            self._read_at = now
            self._look()
        return self._devices.get(ieee or "")

    def _look(self) -> None:
        application: Any = self._gateway.application
        self._devices = {str(key): it for key, it in dict(getattr(application, "devices", None) or {}).items()}
        try:
            own = application.state.node_info.ieee
            neighbours = application.topology.neighbors.get(own, ())
            self._neighbours = {str(it.ieee): int(it.relationship) for it in neighbours}
        except AttributeError, TypeError, ValueError:
            self._neighbours = {}
