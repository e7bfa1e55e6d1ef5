"""A new camera takes the place of an old one on the network: what it is held to, and what people called it."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, label_registry as lr

from custom_components.secure_hub.adapters.device_pages import page_of
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.plugin import asset_with, connects, reach


def page(hass: HomeAssistant, hub: SecureHub, device: Device) -> dr.DeviceEntry:
    """A device's page in Home Assistant."""
    asset = asset_with(hub, device.mac)
    assert asset
    found = page_of(hass, hub.entry.entry_id, asset)
    assert found
    return found


async def test_the_new_one_is_held_to_what_the_old_one_was(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    old, new = lab.device("camera"), lab.device("tv")
    garden, label = ar.async_get(hass).async_create("Garden"), lr.async_get(hass).async_create("Outdoors")
    dr.async_get(hass).async_update_device(
        page(hass, hub, old).id, name_by_user="Garden camera", area_id=garden.id, labels={label.label_id}
    )
    await hub.async_look()
    target = {"device_id": page(hass, hub, old).id}
    for scope in ("internet", "lan"):
        data = {**target, "scope": scope, "decision": "deny"}
        await hass.services.async_call(DOMAIN, "set_permission", data, blocking=True)
    await hass.services.async_call(DOMAIN, "set_limit", {**target, "quota": 5}, blocking=True)
    assert await connects(new, lab.internet)

    answer = await hass.services.async_call(
        DOMAIN,
        "replace_device",
        {"old_device_id": page(hass, hub, old).id, "new_device_id": page(hass, hub, new).id},
        blocking=True,
        return_response=True,
    )
    assert answer
    assert answer["state"] == "done", answer
    assert not {"wan4", "wan6", "lan4", "lan6"} & await reach(lab, new)
    successor = asset_with(hub, new.mac)
    assert successor
    assert hub.permissions.limits[successor.id].quota == 5_000_000
    taken_over = page(hass, hub, new)
    assert (taken_over.name_by_user, taken_over.area_id, taken_over.labels) == (
        "Garden camera",
        garden.id,
        {label.label_id},
    )
