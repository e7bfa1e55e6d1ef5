"""Updates whose deadline is near or over are asked about as everything is: by the policy over requests."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.requests.model import Kind, Request, Status
from custom_components.secure_hub.hub import SecureHub
from tests.lab.gadgets import Gadget
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import actions_of
from tests.updates import status

from .test_overdue import after, asset_id, prepared

pytestmark = pytest.mark.usefixtures("bare_kernel")

DAY = timedelta(days=1)


def asked(hub: SecureHub) -> list[Request]:
    return [one for one in hub.requests.book.pending.values() if one.kind is Kind.UPDATE]


async def answer(hass: HomeAssistant, request: Request, action: str) -> None:
    await hass.services.async_call(DOMAIN, action, {"request_id": request.id}, blocking=True)


async def test_an_update_is_asked_about_when_its_deadline_is_near(
    hass: HomeAssistant, bare_kernel: Lab, freezer: FrozenDateTimeFactory
) -> None:
    made, hub = await prepared(hass, Gadget("plug", mac=bare_kernel.devices[0].mac))
    await after(hass, hub, freezer, 26 * DAY)
    assert asked(hub) == []
    await after(hass, hub, freezer, 2 * DAY)
    await eventually(lambda: asked(hub))
    (request,) = asked(hub)
    assert (request.family, request.detail) == ("due 1.1.0", "1.0.0 -> 1.1.0")
    # "No" puts it off, and asks no more until that is over.
    await answer(hass, request, "deny_request")
    await after(hass, hub, freezer, 4 * DAY)
    assert status(hass, made, "plug").state == "update_available"
    assert asked(hub) == []
    assert "snooze_update" in actions_of(hass, asset_id(hub, made, "plug"))
    await after(hass, hub, freezer, 4 * DAY)
    await eventually(lambda: [one.family for one in asked(hub)] == ["overdue 1.1.0"])
    (request,) = asked(hub)
    await answer(hass, request, "approve_request")
    assert hub.rollouts.active is not None
    assert list(hub.rollouts.active.items) == [request.asset_id]


async def test_what_cannot_be_installed_goes_on_waiting_until_it_is(
    hass: HomeAssistant, bare_kernel: Lab, freezer: FrozenDateTimeFactory
) -> None:
    plug = Gadget("plug", mac=bare_kernel.devices[0].mac, can_install=False)
    made, hub = await prepared(hass, plug)
    await after(hass, hub, freezer, 31 * DAY)
    await eventually(lambda: asked(hub))
    (request,) = asked(hub)
    with pytest.raises(ServiceValidationError) as refused:
        await answer(hass, request, "approve_request")
    assert refused.value.translation_key == "update_not_installed"
    assert asked(hub) == [request]
    plug.installed = "1.1.0"
    made.async_show()
    await after(hass, hub, freezer, timedelta(minutes=1))
    await eventually(lambda: asked(hub) == [])
    assert hub.requests.book.settled[-1].status is Status.WITHDRAWN
