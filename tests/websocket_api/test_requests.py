"""Commands about requests: what waits is told as it changes, and answered."""

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.model import Ask, Kind, Want
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually

from .conftest import Panel

WANT = Want(Scope.INTERNET, "cloud.camera.example tcp/443")


async def raised(hub: SecureHub, asset_id: str, family: str = "internet camera.example") -> str:
    hub.requests.async_ask([Ask(asset_id, Kind.DESTINATION, family, (WANT,))])
    key = (asset_id, Kind.DESTINATION, family)
    await eventually(lambda: hub.requests.book.find(key))
    request = hub.requests.book.find(key)
    assert request
    return request.id


async def test_what_waits_is_told_as_it_changes(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera"))
    await panel.asks("requests/subscribe")
    assert await panel.next_event() == {"requests": []}
    request_id = await raised(hub, camera.id)
    (told,) = (await panel.next_event())["requests"]
    assert (told["id"], told["asset"], told["kind"], told["status"]) == (
        request_id,
        camera.name,
        "destination",
        "pending",
    )
    (want,) = told["wants"]
    assert (want["description"], want["destination"], want["used_by"]) == (
        "cloud.camera.example (HTTPS)",
        WANT.destination,
        [],
    )
    assert told["answers"] == ["once", "1_hour", "until_tonight", "always", "deny", "quarantine"]
    answered = await panel.asks("requests/answer", request_id=request_id, answer="always")
    assert (answered["status"], answered["answer"]) == ("approved", "always")
    assert await panel.next_event() == {"requests": []}
    listed = await panel.asks("requests/list", answered=5)
    assert (listed["requests"], [one["id"] for one in listed["answered"]]) == ([], [request_id])
    assert (await panel.asks("requests/list"))["answered"] == []
    # What the camera may do now is told of another that asks for the same.
    await raised(hub, asset(hub, lab.device("tv")).id)
    (told,) = (await panel.asks("requests/list"))["requests"]
    assert told["wants"][0]["used_by"] == [camera.name]
    assert await hub.hass.config_entries.async_unload(hub.entry.entry_id)
    while "stopped" not in (event := await panel.next_event()):
        assert "requests" in event


async def test_what_cannot_be_answered_is_refused(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    request_id = await raised(hub, asset(hub, lab.device("camera")).id)
    assert await panel.refused("requests/answer", request_id="nobody", answer="deny") == "request_unknown"
    assert await panel.refused("requests/answer", request_id=request_id, answer="maybe") == "invalid_format"
    assert await panel.refused("requests/list", answered=101) == "invalid_format"


async def test_owners(panel: Panel, hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera")).id
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    anna, ben = (MockUser(name=name, groups=[group]).add_to_hass(hass).id for name in ("Anna", "Ben"))
    await panel.asks("requests/set_owner", asset_id=camera, owners=[anna])
    assert hub.people.ownership.of(camera) == {anna}
    assert hub.requests.book.of(camera) == ()
    await panel.asks("requests/set_owner", asset_id=camera, owners=[ben], transfer=True)
    await eventually(lambda: hub.requests.book.of(camera))
    assert [one.kind for one in hub.requests.book.of(camera)] == [Kind.OWNER]
    assert await panel.refused("requests/set_owner", asset_id=camera, owners=["nobody"]) == "unknown_person"
    assert await panel.refused("requests/set_owner", asset_id="nobody", owners=[]) == "unknown_asset"
