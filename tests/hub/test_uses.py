"""A grant for once ends by its first use, and by nothing else."""

from datetime import timedelta
import time

from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.policy import grants
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.hub import SecureHub, uses
from tests.faces import asset, device_id
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import actions_of, connects, off_loop


async def ask(hass: HomeAssistant, action: str, hub: SecureHub, device: Device, **data: str) -> None:
    await hass.services.async_call(DOMAIN, action, {"device_id": device_id(hub, device), **data}, blocking=True)


def grant_of(hub: SecureHub, device: Device) -> Grant:
    (grant,) = hub.permissions.grants[asset(hub, device).id].values()
    return grant


@pytest.mark.parametrize("where", ["any", "address"])
async def test_the_first_use_begins_the_end(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    camera = lab.device("camera")
    destination = {"any": "any", "address": f"{lab.internet.ipv4}/32"}[where]
    await ask(hass, "set_permission", hub, camera, scope="internet", decision="deny")
    await ask(hass, "grant", hub, camera, scope="internet", duration="once", destination=destination)
    assert await connects(lab.device("tv"), lab.internet)
    assert await connects(camera, lab.laptop)
    await hub.uses.async_look()
    assert not grant_of(hub, camera).used, "neither another's connection nor another scope's is its use"

    assert await connects(camera, lab.internet)
    monkeypatch.setattr(grants, "USED_ONCE", timedelta(seconds=5))
    await eventually(lambda: grant_of(hub, camera).used)  # whose address it is the hub may have to learn first
    assert grant_of(hub, camera).expires < time.time() + 60
    await hub.uses.async_look()
    assert actions_of(hass).count("grant_used") == 1
    await eventually(lambda: not hub.permissions.grants)
    await hub.async_look()  # after which the kernel has it too
    assert not await off_loop(camera.can_reach, lab.internet)


async def test_what_is_allowed_anyway_uses_nothing(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await ask(hass, "grant", hub, camera, scope="internet", duration="once")
    assert await connects(camera, lab.internet)
    assert await connects(lab.laptop, camera)
    await hub.uses.async_look()
    assert not grant_of(hub, camera).used


async def test_who_cannot_see_says_so_once(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def blind() -> None:
        raise NetlinkError(1, "no right")

    monkeypatch.setattr(uses, "open_table", blind)
    await ask(hass, "grant", hub, lab.device("camera"), scope="internet", duration="once")
    await hub.uses.async_look()
    await hub.uses.async_look()
    assert caplog.text.count("Grants for once end after an hour") == 1
    await hub.uses.async_stop()
    await hub.uses.async_stop()
