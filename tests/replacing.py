"""A house in which a new bulb is to take the place of an old one, on unmodified ZHA."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import zigpy.types as t

from custom_components.secure_hub.adapters.zha.links import DEVICE_SILENT, LinkError, ZigbeeLinks
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.assets.model import Asset, IdentifierKind
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.radio.links import Link
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import join, settled
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import set_up

ON_OFF = 6
GROUP = 0x0042
DUSK = 3
DIM = bytes.fromhex("05 00 04") + b"dusk" + bytes.fromhex("06 00 01 01 08 00 01 20")
"""Transition, name, on, and level 32."""


class House:
    """A hub, an old bulb and its twin, and a remote that commands the old one directly."""

    def __init__(self, hass: HomeAssistant, hub: SecureHub, zha: ConfigEntry, *devices: VirtualDevice) -> None:
        """Know them."""
        self.hass, self.hub, self.zha = hass, hub, zha
        self.old, self.new, self.remote = devices

    @property
    def links(self) -> ZigbeeLinks:
        """What devices are tied by, asked of themselves."""
        return self.hub.isolation.links

    def asset(self, device: VirtualDevice) -> Asset:
        """Asset that a device is."""
        return next(a for a in self.hub.assets.values() if str(device.ieee) in a.values(IdentifierKind.IEEE))

    def page(self, device: VirtualDevice) -> dr.DeviceEntry:
        """Its page."""
        found = dr.async_get(self.hass).async_get_device_by_identifier(("zha", str(device.ieee)), self.zha.entry_id)
        assert isinstance(found, dr.DeviceEntry)
        return found

    def light(self, device: VirtualDevice) -> str:
        """Entity id of its light."""
        entities = er.async_get(self.hass).entities.values()
        return next(e.entity_id for e in entities if e.domain == "light" and e.unique_id.startswith(str(device.ieee)))

    async def call(self, action: str, **data: Any) -> Any:
        """Call one of our actions."""
        return await self.hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)

    async def replace(self, *, dry_run: bool = False) -> Any:
        """Replace the old bulb by the new one."""
        old, new = self.page(self.old).id, self.page(self.new).id
        return await self.call("replace_device", old_device_id=old, new_device_id=new, dry_run=dry_run)

    def direct(self, target: VirtualDevice) -> Link:
        """Binding of the remote to a bulb."""
        return Link(str(self.remote.ieee), 1, ON_OFF, target=str(target.ieee), target_endpoint=1)


@pytest.fixture
async def house(
    bare_kernel: Lab,  # noqa: ARG001 - what the firewall guards
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    hub_entry: MockConfigEntry,
) -> AsyncIterator[House]:
    """The old bulb is called something, is somewhere, may not do everything, is in a group and obeys a remote."""
    twin = replace(ZOO["bulb"], key="twin", ieee=t.EUI64.convert("02:5a:00:00:00:00:01:01"))
    devices = [await join(hass, coordinator, zha, one) for one in (ZOO["bulb"], twin, ZOO["remote"])]
    hub = await set_up(hass, hub_entry)
    home = House(hass, hub, zha, *devices)
    attic = ar.async_get(hass).async_create("Attic")
    dr.async_get(hass).async_update_device(home.page(home.old).id, name_by_user="Desk lamp", area_id=attic.id)
    er.async_get(hass).async_update_entity(
        home.light(home.old), new_entity_id="light.desk", name="Desk", icon="mdi:desk-lamp"
    )
    await settled(hass)
    await home.links.give(Link(str(home.old.ieee), 1, group=GROUP))
    await home.links.give(home.direct(home.old))
    home.old.servers[1].scenes[GROUP, DUSK] = DIM
    await hass.services.async_call(
        DOMAIN,
        "set_permission",
        {"device_id": home.page(home.old).id, "scope": "report", "decision": "deny"},
        blocking=True,
    )
    await hub.async_look()
    yield home
    await hass.config_entries.async_unload(hub_entry.entry_id)


def fall_silent(patched: pytest.MonkeyPatch, *, membership: bool) -> None:
    """From now on no device answers when it is to be put into a group, or else when a binding is to be given to it."""
    give = ZigbeeLinks.give

    async def silent(links: ZigbeeLinks, link: Link) -> None:
        if link.is_membership is membership:
            raise LinkError(DEVICE_SILENT, link.holder)
        await give(links, link)

    patched.setattr(ZigbeeLinks, "give", silent)


def states(home: House) -> dict[str, Any]:
    """All that a replacement changes, to be compared."""
    page = home.page(home.new)
    registry, asset = er.async_get(home.hass), home.asset(home.new)
    light = registry.async_get(home.light(home.new))
    assert light
    table = home.hub.home.tables[asset.id].scope(Scope.REPORT)
    return {
        "name": page.name_by_user,
        "area": page.area_id,
        "light": (light.entity_id, light.name, light.icon),
        "may_report": table is None or table.default is Decision.ALLOW,
        "in_group": home.new.in_group(GROUP),
        "scenes": dict(home.new.servers[1].scenes),
        "manifest": home.hub.manifests.named(asset.id),
        "guest_until": home.hub.people.ownership.guests.get(asset.id),
        "switch": er.async_get(home.hass).async_get_entity_id(
            "switch", DOMAIN, f"{home.asset(home.new).id}-quarantine"
        ),
    }
