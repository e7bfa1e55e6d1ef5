"""What tests of a home with a radio share: a hub on unmodified ZHA, and how to find what a device became."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.assets.model import Asset, IdentifierKind
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, join
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import set_up


@pytest.fixture
async def bulb(hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry) -> VirtualDevice:
    """The zoo's bulb, joined and known to ZHA."""
    return await join(hass, coordinator, zha, ZOO["bulb"])


@pytest.fixture
async def home(
    bare_kernel: Lab,  # noqa: ARG001 - what the firewall guards
    hass: HomeAssistant,
    zha: ConfigEntry,  # noqa: ARG001 - the radio
    bulb: VirtualDevice,  # noqa: ARG001 - known before the hub
    hub_entry: MockConfigEntry,
) -> AsyncIterator[SecureHub]:
    """A hub in a home with a radio; it goes before the radio does."""
    hub = await set_up(hass, hub_entry)
    yield hub
    await hass.config_entries.async_unload(hub_entry.entry_id)


def asset_of(hub: SecureHub, device: VirtualDevice) -> Asset:
    """The asset that a virtual device is."""
    return next(a for a in hub.assets.values() if str(device.ieee) in a.values(IdentifierKind.IEEE))


async def known(hub: SecureHub, device: VirtualDevice) -> Asset:
    """The asset that a device becomes, as soon as it is one."""

    def found() -> Asset | None:
        return next((a for a in hub.assets.values() if str(device.ieee) in a.values(IdentifierKind.IEEE)), None)

    await eventually(found)
    asset = found()
    assert asset is not None
    return asset


async def act(hass: HomeAssistant, name: str, *, answer: bool = False, **data: Any) -> Any:
    """Call an action of ours."""
    return await hass.services.async_call(DOMAIN, name, data, blocking=True, return_response=answer)


async def light(hass: HomeAssistant, device: VirtualDevice, service: str, context: Context | None = None) -> None:
    """Switch a lamp as a user does."""
    entities = er.async_get(hass).entities.values()
    lamp = next(e.entity_id for e in entities if e.domain == "light" and e.unique_id.startswith(str(device.ieee)))
    await hass.services.async_call("light", service, {"entity_id": lamp}, blocking=True, context=context)
