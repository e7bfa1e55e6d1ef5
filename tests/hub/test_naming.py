"""Names on the wire: what a device was told for an allowed name opens, at once, and nothing else does."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
import json
from pathlib import Path
import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.adapters.netfilter.log import PacketLog
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.diagnostics import async_get_config_entry_diagnostics
from custom_components.secure_hub.engine.enforcement import Health
from custom_components.secure_hub.engine.firewall import names, regions
from custom_components.secure_hub.hub import SecureHub, naming
from tests.faces import asset, device_id
from tests.lab.network.catalogue import SITES
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import enforcement, off_loop, set_up

CLOUD, OTHER = SITES[1], SITES[2]
NAME = CLOUD.names[0]
ZONE = {name: [site.ipv4, site.ipv6] for site in SITES for name in site.names}


@pytest.fixture(autouse=True)
def zone(lab: Lab) -> Iterator[None]:
    """More names below the camera's, of an alias and of a second address; all devices' addresses are known."""
    for device in lab.devices:
        assert lab.hub.ping(device.ipv4, 3.0)
        assert lab.hub.ping(device.ipv6, 3.0)
    more = {
        "alias.camera.example": ["=edge.cdn.example"],
        "edge.cdn.example": [CLOUD.ipv4],
        "two.camera.example": [CLOUD.ipv4, OTHER.ipv4],
    }
    lab.internet.agent.call("zone", names=ZONE | more)
    yield
    lab.internet.agent.call("zone", names=ZONE)


async def say(hub: SecureHub, device: Device, decision: str, destination: str | None = None) -> None:
    """Say what a device may do in the internet, as an automation does."""
    data: dict[str, Any] = {"device_id": device_id(hub, device), "scope": "internet", "decision": decision}
    if destination:
        data["destination"] = destination
    await hub.hass.services.async_call(DOMAIN, "set_permission", data, blocking=True)


async def asked_of(hub: SecureHub, device: Device, destination: str, scope: str = "internet") -> dict[str, Any]:
    """What the hub says of a device and a destination."""
    data = {"device_id": device_id(hub, device), "scope": scope, "destination": destination}
    answer: Any = await hub.hass.services.async_call(DOMAIN, "explain", data, blocking=True, return_response=True)
    told: dict[str, Any] = answer["assets"][asset(hub, device).id]
    return told


async def explained(hub: SecureHub, device: Device, destination: str, scope: str = "internet") -> tuple[str, str]:
    """The decision, and the destination of the voice that won."""
    told = await asked_of(hub, device, destination, scope)
    return told["decision"], told["winner"]["destination"]


async def allow_only(hub: SecureHub, device: Device, name: str) -> None:
    """Let a device reach one name of the internet and nothing else."""
    await say(hub, device, "deny")
    await say(hub, device, "allow", name)


async def reaches(device: Device, address: str, patience: float = 0.4) -> bool:
    """Whether a connection to one address of the internet opens."""
    return await off_loop(device.can_reach, address, timeout=patience)


async def opens_within(device: Device, address: str, seconds: float) -> float:
    """Connect again and again, as the hasty do; seconds until one connection opened."""
    began = time.monotonic()
    while (spent := time.monotonic() - began) < seconds:
        if await reaches(device, address, 0.1):
            return time.monotonic() - began
    return spent


def told(hub: SecureHub, device: Device) -> dict[str, set[str]]:
    """What the names of a device stand for, as far as the hub has heard."""
    found = hub.naming.names.get(asset(hub, device).id, {})
    return {name: set(map(str, addresses)) for name, addresses in found.items()}


def nobody_listens() -> bool:
    """Whether the log group is free."""
    try:
        PacketLog().close()
    except NetlinkError:
        return False
    return True


async def test_an_allowed_name_opens_when_the_device_has_asked(hub: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    assert nobody_listens(), "no permission names a name yet"
    await allow_only(hub, camera, NAME)
    assert not nobody_listens()
    assert not await reaches(camera, CLOUD.ipv4)
    assert await off_loop(camera.resolve, NAME) == [CLOUD.ipv4]
    assert await opens_within(camera, CLOUD.ipv4, 5.0) < 1.0
    assert await explained(hub, camera, CLOUD.ipv4) == ("allow", NAME)
    assert await explained(hub, camera, CLOUD.ipv6) == ("deny", "any")
    assert not await reaches(camera, CLOUD.ipv6), "that address it was not told yet"
    assert await off_loop(camera.resolve, NAME, v6=True) == [CLOUD.ipv6]
    assert await opens_within(camera, CLOUD.ipv6, 5.0) < 1.0
    assert await off_loop(camera.resolve, OTHER.names[0]) == [OTHER.ipv4]
    await eventually(lambda: OTHER.names[0] in told(hub, camera), 2)
    assert not await reaches(camera, OTHER.ipv4)
    assert not await reaches(camera, OTHER.ipv6)
    await off_loop(tv.resolve, NAME)
    assert await reaches(tv, OTHER.ipv4, 3.0)
    assert told(hub, tv) == {}, "of whom no name is asked nothing is heard"
    await hub.async_look()
    assert await reaches(camera, CLOUD.ipv4, 3.0), "a look forgets nothing"


async def test_the_first_question_from_an_address_that_nobody_has_seen(hub: SecureHub, lab: Lab) -> None:
    """As after a first lease: the answer is heard, for the device is known by its MAC."""
    camera = lab.device("camera")
    await allow_only(hub, camera, NAME)
    plan, own = hub.home.plan, asset(hub, camera).id
    unseen = replace(plan.members[own], addresses=frozenset())
    await hub.enforcement.apply(replace(plan, members={**plan.members, own: unseen}), None)
    assert await off_loop(camera.resolve, NAME) == [CLOUD.ipv4]
    assert await opens_within(camera, CLOUD.ipv4, 5.0) < 1.0
    assert told(hub, camera) == {NAME: {CLOUD.ipv4}}
    assert not await reaches(camera, OTHER.ipv4)


async def test_aliases_and_second_addresses(hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await allow_only(hub, camera, "*.camera.example")
    assert await off_loop(camera.resolve, "alias.camera.example") == [CLOUD.ipv4]
    assert await opens_within(camera, CLOUD.ipv4, 5.0) < 1.0
    assert told(hub, camera) == {"alias.camera.example": {CLOUD.ipv4}}
    assert not await reaches(camera, OTHER.ipv4)
    assert set(await off_loop(camera.resolve, "two.camera.example")) == {CLOUD.ipv4, OTHER.ipv4}
    assert await opens_within(camera, OTHER.ipv4, 5.0) < 1.0
    # Told for a name that is not allowed too, an address is closed: the strictest holds.
    await off_loop(camera.resolve, OTHER.names[0])
    await eventually(lambda: OTHER.names[0] in told(hub, camera), 2)
    await eventually(lambda: hub.home.names == hub.naming.names, 2)
    await hub.async_look()  # waits for the one that closes
    assert not await reaches(camera, OTHER.ipv4)
    assert await reaches(camera, CLOUD.ipv4, 3.0)
    assert await explained(hub, camera, OTHER.ipv4) == ("deny", "any")
    assert await explained(hub, camera, CLOUD.ipv4) == ("allow", "*.camera.example")
    shared = {OTHER.names[0]: "deny", "two.camera.example": "allow"}
    for asked in ("any", OTHER.ipv4, "two.camera.example"):
        answer = await asked_of(hub, camera, asked)
        assert answer["shared_addresses"] == [{"address": OTHER.ipv4, "names": shared}], "why an allowed name is closed"
    assert "shared_addresses" not in await asked_of(hub, camera, CLOUD.ipv4)
    entity_id = er.async_get(hub.hass).async_get_entity_id("select", DOMAIN, f"{asset(hub, camera).id}-internet")
    state = hub.hass.states.get(entity_id or "")
    assert state
    assert state.attributes["closed_names"] == ["two.camera.example"]


async def test_a_device_is_denied_at_whatever_address_it_has(hub: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    data = {"scope": "peers", "decision": "deny", "destination": f"asset:{asset(hub, tv).id}"}
    assert await off_loop(camera.can_reach, tv)
    await hub.hass.services.async_call(
        DOMAIN, "set_permission", {"device_id": device_id(hub, camera), **data}, blocking=True
    )
    assert not await off_loop(camera.can_reach, tv)
    assert not await off_loop(camera.can_reach, tv, v6=True)
    for address in (tv.ipv4, tv.ipv6):
        assert await explained(hub, camera, address, "peers") == ("deny", data["destination"])
    assert (await explained(hub, camera, lab.device("plug").ipv4, "peers"))[0] == "allow"


async def test_what_expires_is_closed_by_itself(hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "CEILING", 2.0)
    monkeypatch.setattr(naming, "_SWEEP", 0.0)
    camera = lab.device("camera")
    await allow_only(hub, camera, NAME)
    await off_loop(camera.resolve, NAME)
    assert await opens_within(camera, CLOUD.ipv4, 5.0) < 1.0
    await eventually(lambda: told(hub, camera) == {} and not hub.home.names, 10)
    await hub.async_look()  # waits for the one that closes
    assert not await reaches(camera, CLOUD.ipv4)


async def test_nobody_listens_when_the_last_name_is_gone(hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await allow_only(hub, camera, NAME)
    await say(hub, camera, "default", NAME)
    assert nobody_listens()
    assert not await reaches(camera, CLOUD.ipv4)


async def test_a_restart_forgets_nothing_that_still_counts(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera, entry = lab.device("camera"), hub.entry
    await allow_only(hub, camera, NAME)
    await off_loop(camera.resolve, NAME)
    assert await opens_within(camera, CLOUD.ipv4, 5.0) < 1.0
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert nobody_listens()
    assert await reaches(camera, CLOUD.ipv4, 3.0), "the wall stays as it was"
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert await reaches(camera, CLOUD.ipv4, 3.0)
    again: SecureHub = entry.runtime_data
    assert told(again, camera) == {NAME: {CLOUD.ipv4}}
    assert not await reaches(camera, OTHER.ipv4)


async def test_what_two_ids_were_told_counts_for_the_one_that_they_are(hub: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    for device, name in ((camera, NAME), (tv, OTHER.names[0])):
        await allow_only(hub, device, name)
        await off_loop(device.resolve, name)
        await eventually(lambda device=device: told(hub, device))
    kept, absorbed = asset(hub, camera).id, asset(hub, tv).id
    names = await hub.naming.merge([(kept, absorbed)])
    assert set(names[kept]) == {NAME, OTHER.names[0]}
    assert absorbed not in names


async def test_names_that_cannot_be_read_are_put_aside(
    hass: HomeAssistant, bare_kernel: Lab, hub_entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    path = Path(hass.config.path(".storage", f"{DOMAIN}.names"))
    bad = {"version": 1, "minor_version": 1, "key": path.name, "data": {"at": 0, "told": []}}

    def write() -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(bad))

    await hass.async_add_executor_job(write)
    hass_storage[path.name] = bad
    hub = await set_up(hass, hub_entry)
    assert told(hub, bare_kernel.device("camera")) == {}


async def test_who_cannot_listen_says_so(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    with closing(PacketLog()):
        await allow_only(hub, camera, NAME)
        await hass.async_block_till_done()
        assert (hub.naming.status.health, hub.naming.status.reason) == (Health.DEGRADED, "names_not_heard")
        assert enforcement(hass) == "degraded"
        assert ir.async_get(hass).async_get_issue(DOMAIN, "names_not_heard")
    await say(hub, camera, "allow", "*.other.example")
    await hass.async_block_till_done()
    assert enforcement(hass) == "in_sync"
    assert not ir.async_get(hass).async_get_issue(DOMAIN, "names_not_heard")


async def test_a_flood_of_answers_neither_stops_the_loop_nor_the_hearing(hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await allow_only(hub, camera, "*.camera.example")
    longest, running = 0.0, True

    async def watch() -> None:
        nonlocal longest
        while running:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            longest = max(longest, time.monotonic() - began)

    watching = asyncio.create_task(watch())
    flood = {f"n{number}.camera.example": [CLOUD.ipv4] for number in range(100)}
    lab.internet.agent.call("zone", names=ZONE | flood)
    for name in flood:
        await off_loop(camera.resolve, name)
    await eventually(lambda: len(told(hub, camera)) == len(flood), 5)
    running = False
    await watching
    assert longest < 0.25, "the machine of a test may be busy; what blocked would block for seconds"
    assert await opens_within(camera, CLOUD.ipv4, 5.0) < 1.0


async def test_too_much_is_denied_as_a_whole_and_said(
    hass: HomeAssistant,
    hub: SecureHub,
    lab: Lab,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(regions, "MAX_REGIONS", 2)
    camera = lab.device("camera")
    owner = asset(hub, camera)
    entity_id = er.async_get(hass).async_get_entity_id("select", DOMAIN, f"{owner.id}-internet")
    assert entity_id
    state = hass.states.get(entity_id)
    assert state
    assert "too_large" not in state.attributes
    for network in ("198.51.100.1 tcp/1", "198.51.100.3 tcp/2", "198.51.100.5 tcp/3"):
        await say(hub, camera, "deny", network)
    await hub.async_look()
    await hass.async_block_till_done()
    state = hass.states.get(entity_id)
    assert state
    assert (state.attributes["too_large"], state.attributes["enforced"]) == (True, "deny")
    assert not await reaches(camera, CLOUD.ipv4)
    assert sum("as a whole" in record.message for record in caplog.records) == 1
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "rules_too_many")
    assert issue
    assert issue.translation_placeholders == {"names": f"{owner.name} (internet)"}
    data = await async_get_config_entry_diagnostics(hass, hub.entry)
    found = next(one for one in data["assets"] if one["id"] == owner.id)
    assert found["scopes"]["internet"]["too_large"] is True
    assert found["scopes"]["lan"]["too_large"] is False
    await say(hub, camera, "default", "198.51.100.5 tcp/3")
    assert not ir.async_get(hass).async_get_issue(DOMAIN, "rules_too_many")
    assert await reaches(camera, CLOUD.ipv4)
