"""Diagnostics: enough to help, and nothing by which the home could be known."""

import json
from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.secure_hub.adapters.sources.live import SourceName
from custom_components.secure_hub.engine.enforcement import Health, Status
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab

from .faces import asset, device_id

IEEE = "00:0d:6f:00:0a:90:69:e7"
NAME = "Grandmother's bedroom"
USER_NAME = "Do not enter"
SERIAL = "SN-31415926"
AREA = "Attic"
REASON = "Saw it talk to the bank"


def furnish(hass: HomeAssistant, lab: Lab) -> None:
    """Have another integration know the camera by everything that identifies it."""
    other = MockConfigEntry(domain="onvif", title=NAME)
    other.add_to_hass(hass)
    registry = dr.async_get(hass)
    camera = registry.async_get_or_create(
        config_entry_id=other.entry_id,
        identifiers={("onvif", SERIAL)},
        connections={(dr.CONNECTION_NETWORK_MAC, lab.device("camera").mac)},
        name=NAME,
        manufacturer="Acme",
        model="Eye 3",
        serial_number=SERIAL,
        suggested_area=AREA,
    )
    registry.async_update_device(camera.id, name_by_user=USER_NAME)


def furnish_radio(hass: HomeAssistant) -> None:
    """Have another integration know a Zigbee device."""
    other = MockConfigEntry(domain="deconz")
    other.add_to_hass(hass)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=other.entry_id,
        identifiers={("deconz", IEEE)},
        connections={(dr.CONNECTION_ZIGBEE, IEEE)},
        name=f"Lamp {IEEE[-8:]}",
    )


def identifying(lab: Lab) -> set[str]:
    """Return what must not be told, in every way in which it is written."""
    texts = {NAME, USER_NAME, SERIAL, AREA, REASON, IEEE}
    for device in lab.devices:
        texts |= {device.mac, device.ipv4, device.ipv6, device.ipv6_link_local, device.spec.hostname}
        # a device that nobody named is called by the end of its address
        texts.add(device.mac[-8:])
    texts |= {lab.laptop.ipv4, lab.laptop.ipv6, IEEE[-8:]}
    return texts | {text.replace(":", "") for text in texts if text.count(":") == 5}


def told(data: Any, lab: Lab) -> set[str]:
    """Return what is told of it all the same."""
    text = json.dumps(data).lower()
    return {one for one in identifying(lab) if one.lower() in text}


async def test_nothing_identifying_is_told(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, hass_client: ClientSessionGenerator
) -> None:
    furnish(hass, lab)
    furnish_radio(hass)
    await hub.async_look()
    await hass.async_block_till_done()
    assert any(IEEE in str(one.record.identifiers) for one in hub.assets.values())
    camera = lab.device("camera")
    await hub.async_quarantine(asset(hub, camera).id, actor=None, reason=REASON)
    assert asset(hub, camera).name in identifying(lab), "it is known by what must not be told"

    data = await get_diagnostics_for_config_entry(hass, hass_client, hub.entry)
    assert told(data, lab) == set()
    device = dr.async_get(hass).async_get(device_id(hub, lab.device("tv")))
    assert device
    of_device = await get_diagnostics_for_device(hass, hass_client, hub.entry, device)
    assert told(of_device, lab) == set()


async def test_what_helps_is_told(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, hass_client: ClientSessionGenerator
) -> None:
    furnish(hass, lab)
    await hub.async_look()
    camera = asset(hub, lab.device("camera"))
    await hub.async_quarantine(camera.id, actor=None, reason=REASON)
    hub.monitoring.sources.health[SourceName.ZIGBEE].lost = 7
    data: Any = await get_diagnostics_for_config_entry(hass, hass_client, hub.entry)
    assert set(data["sources"]) == set(SourceName)
    assert data["sources"]["zigbee"] | {"reason": ""} == {
        "active": False,
        "reason": "",
        "seen": 0,
        "lost": 7,
        "rejected": 0,
    }
    assert data["settings"] == {
        "iot_interfaces": ["br-iot"],
        "lan_interfaces": ["eth-lan"],
        "mode": "enforce",
        "newcomers": "hold",
    }
    assert data["enforcement"] == "in_sync"
    assert data["enforcers"]["nftables"]["health"] == "in_sync"
    assert data["journal"] == {"intact": True, "records": hub.journal.status.head.seq}
    assert {link["name"] for link in data["topology"]["links"]} >= {"br-iot", "eth-lan", "eth-wan"}
    assert len(data["assets"]) == len(hub.assets)
    told_of_camera = next(one for one in data["assets"] if one["id"] == camera.id)
    assert told_of_camera["manufacturer"] == "Acme"
    assert told_of_camera["model"] == "Eye 3"
    assert told_of_camera["identifiers"]["mac"] == 1
    assert told_of_camera["interfaces"] == ["br-iot"]
    assert (told_of_camera["standing"], told_of_camera["contained"]) == ("quarantined", True)


async def test_a_device_that_is_no_asset_has_nothing_to_tell(
    hass: HomeAssistant, hub: SecureHub, hass_client: ClientSessionGenerator
) -> None:
    own = next(one for one in dr.async_get(hass).devices if one.name == "Secure Hub")
    assert await get_diagnostics_for_device(hass, hass_client, hub.entry, own) == {"asset": None}


async def test_what_kernel_and_radio_say_is_told_without_addresses(
    hub: SecureHub, lab: Lab, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = lab.device("camera")
    addresses = (camera.mac, camera.ipv4, camera.ipv6, camera.ipv6_link_local, IEEE, IEEE.replace(":", ""))
    status = Status(Health.DEGRADED, "firewall_refused", f"errno 22 on br-iot: {', '.join(addresses)}")
    monkeypatch.setattr(type(hub.firewall), "status", status)
    data: Any = await get_diagnostics_for_config_entry(hub.hass, hass_client, hub.entry)
    assert told(data, lab) == set()
    expected = f"errno 22 on br-iot: {', '.join([REDACTED] * len(addresses))}"
    assert data["enforcers"]["nftables"]["detail"] == expected


async def test_every_scope_says_what_holds_and_what_is_enforced(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, hub: SecureHub, lab: Lab
) -> None:
    data = {"device_id": device_id(hub, lab.device("camera")), "profile": "local_only"}
    await hass.services.async_call("secure_hub", "set_profile", data, blocking=True)
    told: Any = await get_diagnostics_for_config_entry(hass, hass_client, hub.entry)
    camera = next(one for one in told["assets"] if one["id"] == asset(hub, lab.device("camera")).id)
    assert camera["scopes"]["internet"] == {
        "decision": "deny",
        "reason": "profile",
        "coverage": "full",
        "coverage_reason": "behind_bridge",
        "enforced": "deny",
        "too_large": False,
    }
    assert camera["scopes"]["share"]["enforced"] == "not_enforceable"
    assert set(camera["scopes"]) == {"internet", "lan", "peers", "hub", "control", "report", "share"}
