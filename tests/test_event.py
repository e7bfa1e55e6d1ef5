"""Security events: told when something happened, by the asset's entity and by the hub's."""

from collections.abc import Awaitable, Callable
import json

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.events import SecurityEvent
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab

from .faces import asset
from .plugin import press
from .translated import INTEGRATION, find


def told(hass: HomeAssistant, hub: SecureHub, device: Device | None = None) -> State:
    """What the event entity of a device, or of the hub, told last."""
    owner = hub.entry.entry_id if device is None else asset(hub, device).id
    entity_id = er.async_get(hass).async_get_entity_id("event", DOMAIN, f"{owner}-security")
    assert entity_id
    state = hass.states.get(entity_id)
    assert state
    return state


async def test_every_event_entity(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    set_up_only: Callable[[Platform], Awaitable[str]],
) -> None:
    await snapshot_platform(hass, entity_registry, snapshot, await set_up_only(Platform.EVENT))


async def test_a_quarantine_is_told_by_its_device_and_by_the_hub(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    assert told(hass, hub, camera).state == "unknown"
    await press(hass, hub, camera.mac, on=True)
    one, all_ = told(hass, hub, camera), told(hass, hub)
    assert one.attributes["event_type"] == all_.attributes["event_type"] == "quarantined"
    assert one.attributes["details"] == all_.attributes["details"] == {"reason": "manual"}
    assert all_.attributes["asset_id"] == asset(hub, camera).id
    assert all_.attributes["asset"] == asset(hub, camera).name
    assert told(hass, hub, tv).state == "unknown"
    await press(hass, hub, camera.mac, on=False)
    assert told(hass, hub, camera).attributes["event_type"] == "released"
    assert "details" not in told(hass, hub, camera).attributes


async def test_what_is_of_the_home_is_told_by_the_hub_alone(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    before = told(hass, hub)
    hub.async_tell(SecurityEvent.DRIFT, process="nft", healed=True)
    state = told(hass, hub)
    assert state != before
    assert state.attributes["event_type"] == "drift"
    assert "asset_id" not in state.attributes
    assert told(hass, hub, lab.device("camera")).state == "unknown"
    hub.async_tell(SecurityEvent.FINDING, "no-such-asset", hallmark="scan")
    assert told(hass, hub).attributes["asset"] is None


async def test_details_are_not_recorded(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    await press(hass, hub, lab.device("camera").mac, on=True)
    for state in (told(hass, hub), told(hass, hub, lab.device("camera"))):
        assert state.state_info
        assert {"details", "event_types"} <= state.state_info["unrecorded_attributes"]
        assert "event_type" not in state.state_info["unrecorded_attributes"]


def test_every_event_has_its_words_and_its_icon() -> None:
    expected = {event.value for event in SecurityEvent}
    assert set(find("entity", "event", "security", "state_attributes", "event_type", "state")) == expected
    icons = json.loads((INTEGRATION / "icons.json").read_text())["entity"]["event"]["security"]
    assert set(icons["state_attributes"]["event_type"]["state"]) == expected
