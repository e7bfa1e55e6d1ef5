"""Commands about requests: what waits is told as it changes, and answered."""

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
    assert await panel.next_event() == {"changed": [], "gone": []}
    request_id = await raised(hub, camera.id)
    (told,) = (await panel.next_event())["changed"]
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
    while "gone" not in (event := await panel.next_event()):  # it asked once more meanwhile
        assert [one["id"] for one in event["changed"]] == [request_id]
    assert event["gone"] == [request_id]
    listed = await panel.asks("requests/list", answered=5)
    assert (listed["requests"], [one["id"] for one in listed["answered"]]) == ([], [request_id])
    assert (await panel.asks("requests/list"))["answered"] == []
    # What the camera may do now is told of another that asks for the same.
    await raised(hub, asset(hub, lab.device("tv")).id)
    (told,) = (await panel.asks("requests/list"))["requests"]
    assert told["wants"][0]["used_by"] == [camera.name]
    assert await hub.hass.config_entries.async_unload(hub.entry.entry_id)
    while "stopped" not in (event := await panel.next_event()):
        assert event


async def test_what_cannot_be_answered_is_refused(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    request_id = await raised(hub, asset(hub, lab.device("camera")).id)
    assert await panel.refused("requests/answer", request_id="nobody", answer="deny") == "request_unknown"
    assert await panel.refused("requests/answer", request_id=request_id, answer="maybe") == "invalid_format"
    assert await panel.refused("requests/list", answered=101) == "invalid_format"


async def test_many_are_answered_at_once(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    ids = [await raised(hub, asset(hub, lab.device(name)).id, name) for name in ("camera", "tv")]
    figures = (await panel.asks("overview"))["requests"]
    assert (figures["pending"], figures["latest"]) == (2, max(one.last for one in hub.requests.book.pending.values()))
    told = await panel.asks("requests/answer_many", request_ids=[ids[0], "nobody", ids[1]], answer="deny")
    assert told["done"] == [0, 2]
    assert told["failed"]["1"]["translation_key"] == "request_unknown"
    assert (await panel.asks("overview"))["requests"] == {"pending": 0, "latest": None}
    assert await panel.refused("requests/answer_many", request_ids=[], answer="deny") == "invalid_format"
