"""What the tests of the faces share: how to find what a device of the virtual home became, and a hub for snapshots."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from uuid import UUID

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from homeassistant.helpers.entity import Entity
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.assets.model import Asset
from custom_components.secure_hub.engine.policy.rules import MatcherKind
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab

from .plugin import ENFORCING, NETWORKS, asset_with, set_up, switch_of


def asset(hub: SecureHub, device: Device) -> Asset:
    """The asset that a device of the lab is."""
    found = asset_with(hub, device.mac)
    assert found
    return found


def switch(hub: SecureHub, device: Device) -> str:
    """Entity id of its quarantine switch."""
    entity_id = switch_of(hub.hass, hub, device.mac)
    assert entity_id
    return entity_id


def device_id(hub: SecureHub, device: Device) -> str:
    """Id of the Home Assistant device whose page carries that switch."""
    entity = er.async_get(hub.hass).async_get(switch(hub, device))
    assert entity
    assert entity.device_id
    return entity.device_id


async def sit_down_at(hub: SecureHub, lab: Lab, name: str) -> str:
    """Let an administrator sit at a device, which must never be cut off then; the asset that it is."""
    device = lab.device(name)
    await hub.hass.async_add_executor_job(lab.hub.ping, device.ipv4)
    user = MockUser(is_owner=True).add_to_hass(hub.hass)
    token = await hub.hass.auth.async_create_refresh_token(user, "http://localhost/")
    hub.hass.auth.async_create_access_token(token, device.ipv4)
    await hub.async_look()
    async with asyncio.timeout(20):
        while device.ipv4 not in map(str, asset(hub, device).addresses):  # noqa: ASYNC110 - the kernel's news take a moment
            await asyncio.sleep(0.1)
    return asset(hub, device).id


async def furnish(hub: SecureHub, device: Device) -> None:
    """Let another integration know a device: in area `porch`, with label `outside`, of a maker and a model."""
    hass = hub.hass
    entry = MockConfigEntry(domain="onvif")
    entry.add_to_hass(hass)
    known = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={("onvif", device.name)},
        connections={(dr.CONNECTION_NETWORK_MAC, device.mac)},
        manufacturer="Acme",
        model="Cam One",
    )
    porch, outside = ar.async_get(hass).async_create("Porch"), lr.async_get(hass).async_create("Outside")
    dr.async_get(hass).async_update_device(known.id, area_id=porch.id, labels={outside.label_id})
    await hub.async_look()
    await hass.async_block_till_done()


def sets_of(hub: SecureHub, device: Device) -> dict[MatcherKind, tuple[str, str]]:
    """What a rule may know a furnished device by: a value, and what completes it."""
    return {
        MatcherKind.ASSET: (asset(hub, device).id, ""),
        MatcherKind.LABEL: ("outside", ""),
        MatcherKind.AREA: ("porch", ""),
        MatcherKind.CLASS: (asset(hub, device).classification.asset_class.value, ""),
        MatcherKind.MODEL: ("Acme", "Cam One"),
        MatcherKind.MANUFACTURER: ("ACME", ""),
        MatcherKind.INTEGRATION: ("onvif", ""),
        MatcherKind.EVERYONE: ("", ""),
    }


async def reaches_the_internet(hass: HomeAssistant, lab: Lab, device: Device) -> bool:
    """Whether a connection from the device to the internet opens, by IPv4 and by IPv6; both or neither."""
    four = await hass.async_add_executor_job(lambda: device.can_reach(lab.internet))
    six = await hass.async_add_executor_job(lambda: device.can_reach(lab.internet, v6=True))
    assert four is six
    return four


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write snapshots as Home Assistant's own tests do: without what differs from run to run."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def every_entity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entities that are off by default are on."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture
def set_up_only(
    bare_kernel: Lab, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Platform], Awaitable[str]]:
    """Set the hub up with one platform and with ids that are the same in every run; gives the entry's id."""

    async def only(platform: Platform) -> str:
        for host in (bare_kernel.laptop, *bare_kernel.devices):  # all have spoken, so that all are seen
            await hass.async_add_executor_job(bare_kernel.hub.ping, host.ipv4)
        numbers = count(1)
        monkeypatch.setattr("custom_components.secure_hub.hub.keeper.uuid4", lambda: UUID(int=next(numbers)))
        monkeypatch.setattr("custom_components.secure_hub.PLATFORMS", [platform])
        entry = MockConfigEntry(domain=DOMAIN, entry_id="steady", data=NETWORKS, options=ENFORCING, version=1)
        await set_up(hass, entry)
        return entry.entry_id

    return only
