"""A gate, and a bulb to cut off."""

from collections.abc import AsyncIterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.adapters.zha.gate import ZigbeeGate
from custom_components.secure_hub.engine.enforcement import Status
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import join
from tests.lab.zigbee.zoo import ZOO


class WatchedGate(ZigbeeGate):
    """A gate that keeps what it told of its status."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Nothing told yet."""
        super().__init__(hass, on_status=lambda: self.told.append(self.status))
        self.told: list[Status] = []


@pytest.fixture
async def gate(hass: HomeAssistant) -> AsyncIterator[WatchedGate]:
    """A gate that follows whatever ZHA there is."""
    gate = WatchedGate(hass)
    await gate.start()
    yield gate
    await gate.close()


@pytest.fixture
async def bulb(hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry) -> VirtualDevice:
    """The zoo's bulb, joined and known to ZHA."""
    return await join(hass, coordinator, zha, ZOO["bulb"])
