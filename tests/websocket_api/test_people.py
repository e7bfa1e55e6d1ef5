"""Commands about people and their devices: who there is, whose a device is, and that one leaves."""

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.secure_hub.engine.requests.model import Kind
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import journal_of

from .conftest import Panel


async def test_owners(panel: Panel, hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera")).id
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    anna, ben = (MockUser(name=name, groups=[group]).add_to_hass(hass).id for name in ("Anna", "Ben"))
    MockUser(name="Carl", groups=[group], is_active=False).add_to_hass(hass)
    people = {one["name"]: one for one in (await panel.asks("people"))["people"]}
    assert people["Anna"] == {"id": anna, "name": "Anna", "admin": False}
    assert any(one["admin"] for one in people.values())
    assert "Carl" not in people
    await panel.asks("requests/set_owner", asset_id=camera, owners=[anna])
    assert hub.people.ownership.of(camera) == {anna}
    assert (await panel.asks("asset", asset_id=camera))["owners"] == [{"id": anna, "name": "Anna"}]
    assert hub.requests.book.of(camera) == ()
    await panel.asks("requests/set_owner", asset_id=camera, owners=[ben], transfer=True)
    await eventually(lambda: hub.requests.book.of(camera))
    assert [one.kind for one in hub.requests.book.of(camera)] == [Kind.OWNER]
    assert await panel.refused("requests/set_owner", asset_id=camera, owners=["nobody"]) == "unknown_person"
    assert await panel.refused("requests/set_owner", asset_id="nobody", owners=[]) == "unknown_asset"


async def test_a_device_that_leaves(panel: Panel, hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    tv = asset(hub, lab.device("tv")).id
    await panel.asks("set_profile", asset_ids=[tv], profile="trusted")
    await panel.asks("retire", asset_id=tv, reason="it is broken")
    assert tv not in hub.permissions.profiles
    (left,) = [record for record in journal_of(hass) if record["action"] == "retire_device"]
    assert (left["asset_id"], left["reason"]) == (tv, "it is broken")
    assert await panel.refused("retire", asset_id="nobody") == "unknown_asset"
