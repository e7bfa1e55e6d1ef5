"""Learned lists, with real packets: what a device does is seen, shown, and all that is left after one confirmation."""

import asyncio
import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
import voluptuous as vol

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.manifests.learned import rules_of
from custom_components.secure_hub.engine.manifests.mud import parse
from custom_components.secure_hub.hub import SecureHub, learning
from tests.faces import asset, device_id
from tests.lab.network.catalogue import SITES
from tests.lab.network.lab import Lab
from tests.plugin import actions_of, off_loop

CLOUD, OTHER = SITES[1], SITES[2]
NAME = CLOUD.names[0]


@pytest.fixture(autouse=True)
def known(lab: Lab) -> None:
    """All devices' addresses are known: who owns an address is whose connection it is."""
    for device in lab.devices:
        assert lab.hub.ping(device.ipv4, 3.0)
        assert lab.hub.ping(device.ipv6, 3.0)


async def ask(hass: HomeAssistant, hub: SecureHub, lab: Lab, action: str, **data: Any) -> dict[str, Any]:
    """Perform an action for the camera."""
    answers = action not in {"learn", "set_profile", "remove_manifest"}
    answer = await hass.services.async_call(
        DOMAIN,
        action,
        {"device_id": device_id(hub, lab.device("camera")), **data},
        blocking=True,
        return_response=answers,
    )
    return answer or {}  # type: ignore[return-value]


def brief(told: dict[str, Any]) -> set[tuple[Any, ...]]:
    """What was seen, without how often and when."""
    return {
        (one["opened_by"], one["protocol"], one["remote"], *map(tuple, one["ports"]))
        for one in told["seen"]
        if one["family"] == "ipv4"
    }


async def lives(lab: Lab) -> None:
    """Let the camera do what it needs: its cloud by name, a server by address, the laptop; and be looked at."""
    camera = lab.device("camera")
    assert await off_loop(camera.resolve, NAME)
    assert await off_loop(camera.tcp, CLOUD.ipv4, 443, 3.0)
    assert await off_loop(camera.udp_echo, lab.laptop.ipv4, 7, 3.0)
    assert await off_loop(lab.laptop.tcp, camera.ipv4, 80, 3.0)


NEEDED = {
    ("device", "tcp", NAME, (443, 443)),
    ("device", "udp", "the laptop", (7, 7)),
    ("far_end", "tcp", "the laptop", (80, 80)),
}


async def test_what_it_needs_is_seen_shown_and_locked(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await ask(hass, hub, lab, "set_profile", profile="trusted")
    before = hub.permissions
    needed = {tuple(f"{lab.laptop.ipv4}/32" if part == "the laptop" else part for part in one) for one in NEEDED}
    session = await off_loop(camera.open_session, lab.internet)  # stands before anybody watches
    await ask(hass, hub, lab, "learn", days=2)
    await lives(lab)
    told = await ask(hass, hub, lab, "learned_list")
    assert brief(told) >= needed
    assert ("device", "tcp", f"{lab.internet.ipv4}/32", (4444, 4444)) in brief(told), "what stood already is needed too"
    assert told["complete"]
    assert {f"{one['scope']} {one['destination']}" for one in told["allowed"]} >= {f"internet {NAME} tcp/443"}
    served = f"lan {lab.laptop.ipv4} own:tcp/80"
    assert served in {f"{one['scope']} {one['destination']}" for one in told["allowed"]}, "a server of its own is too"
    assert hub.permissions == before, "watching changes nothing"
    await off_loop(session.close)

    # A restart forgets nothing.
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    hub = hub.entry.runtime_data
    assert brief(await ask(hass, hub, lab, "learned_list")) >= needed

    exported = await ask(hass, hub, lab, "export_manifest")
    profile = parse(json.dumps(exported).encode())
    assert not profile.problems
    learned = await hub.learning.async_learned(asset(hub, camera).id)
    assert len(profile.rules) == len(rules_of(learned.needs))

    await ask(hass, hub, lab, "confirm_learned")
    assert hub.permissions.profiles[asset(hub, camera).id] == "restricted"
    assert await off_loop(camera.resolve, NAME)
    assert await off_loop(camera.tcp, CLOUD.ipv4, 443, 5.0)
    assert await off_loop(camera.udp_echo, lab.laptop.ipv4, 7, 3.0)
    assert not await off_loop(camera.tcp, OTHER.ipv4, 443)
    assert not await off_loop(camera.tcp, CLOUD.ipv4, 80)
    assert not await off_loop(camera.tcp, lab.laptop.ipv4, 7)
    assert await off_loop(lab.laptop.tcp, camera.ipv4, 80, 3.0)
    assert not await off_loop(lab.laptop.tcp, camera.ipv4, 554)
    assert {"learn", "confirm_learned"} <= set(actions_of(hass, asset(hub, camera).id))
    assert hub.learning.watches[asset(hub, camera).id].until <= hub.learning.now(), "what is locked is not watched"
    await ask(hass, hub, lab, "remove_manifest")
    assert hub.permissions.profiles[asset(hub, camera).id] == "trusted", "what was said before counts again"


async def test_days_are_counted_and_end(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    clock = [hub.learning.now()]
    hub.learning.now = lambda: clock[0]
    await ask(hass, hub, lab, "learn", days=2)
    for _ in range(2):
        await lives(lab)
        await ask(hass, hub, lab, "learned_list")
        clock[0] += 86_400 - 60
    told = await ask(hass, hub, lab, "learned_list")
    (cloud,) = [one for one in told["seen"] if one["remote"] == NAME]
    assert cloud["days"] == 2 or cloud["conversations"] >= 2
    clock[0] += 86_400
    camera = lab.device("camera")
    assert await off_loop(camera.tcp, OTHER.ipv4, 443, 3.0)
    told = await ask(hass, hub, lab, "learned_list")
    assert not any(OTHER.ipv4 in one["remote"] for one in told["seen"]), "its days are over"


async def test_it_watches_by_itself_and_stops(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "POLL", 0.1)
    monkeypatch.setattr(learning, "SAVE", 0.0)
    await ask(hass, hub, lab, "learn")
    await lives(lab)
    owner = asset(hub, lab.device("camera")).id
    for _ in range(100):
        if any(talk.name == NAME for talk in hub.learning.watches[owner].seen):
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail("nothing was seen")
    hub.learning.now = lambda: hub.learning.watches[owner].until
    task = hub.learning._task
    assert task
    await asyncio.wait_for(task, 15)


async def test_what_cannot_be_said_or_seen_is_refused(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    for action in ("learned_list", "confirm_learned", "export_manifest"):
        with pytest.raises(ServiceValidationError, match="not watched yet"):
            await ask(hass, hub, lab, action)
    for days in (0, 61):
        with pytest.raises(vol.Invalid):
            await ask(hass, hub, lab, "learn", days=days)
    with monkeypatch.context() as without:
        without.setattr(learning, "AnswerTap", _Forbidden)
        with pytest.raises(HomeAssistantError, match="cannot be seen"):
            await ask(hass, hub, lab, "learn")
    assert not hub.learning.watches
    with monkeypatch.context() as without:
        without.setattr(learning, "MAX_WATCHES", 0)
        with pytest.raises(ServiceValidationError, match="can be watched"):
            await ask(hass, hub, lab, "learn")


class _Forbidden:
    """A process without CAP_NET_RAW."""

    def __init__(self, _interfaces: object) -> None:
        """Refuse as the kernel does."""
        raise PermissionError


async def test_a_memory_that_cannot_be_read_is_put_aside(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await ask(hass, hub, lab, "learn")
    hass_storage["secure_hub.learning"]["data"] = {"watches": 7}
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    hass_storage["secure_hub.learning"]["data"] = {"watches": 7}
    assert await hass.config_entries.async_setup(hub.entry.entry_id)
    assert hub.entry.runtime_data.learning.watches == {}
    assert "What was learned cannot be read" in caplog.text
