"""The demo's self-check: each claim of Secure Hub's main job, proven through what users and devices can do."""

import asyncio
from collections.abc import Awaitable, Callable
import time
from typing import Any

from ..network.catalogue import DeviceSpec
from ..network.hosts import Device
from .client import ApiError, Client
from .world import World

type Claim = Callable[[World], Awaitable[None]]

CLAIMS: list[tuple[str, Claim]] = []
TRANSITION_S = 2.0
"""Seconds for which ZHA takes no report of a light after a command of its own."""
NEWCOMER = DeviceSpec("newcomer", "02:00:5e:00:00:99", "who-is-this", "udhcp 1.0", (1, 3, 6))


class ClaimError(Exception):
    """A claim is not true; the message says what was seen instead."""


def claim(text: str) -> Callable[[Claim], Claim]:
    """Register what proves `text`."""

    def register(prove: Claim) -> Claim:
        CLAIMS.append((text, prove))
        return prove

    return register


def expect(condition: object, seen: object) -> None:
    """Raise ClaimError with what was seen unless the condition holds."""
    if not condition:
        raise ClaimError(str(seen))


async def check(world: World) -> bool:
    """Prove every claim in order, one line each; whether all are true."""
    all_true = True
    for text, prove in CLAIMS:
        start = time.monotonic()
        try:
            async with asyncio.timeout(40):
                await prove(world)
        except (ClaimError, ApiError, LookupError, TimeoutError) as error:
            all_true = False
            print(f"FAIL {time.monotonic() - start:6.2f} s  {text}: {error or type(error).__name__}", flush=True)
        else:
            print(f"ok   {time.monotonic() - start:6.2f} s  {text}", flush=True)
    return all_true


async def _matrix(world: World, device: Device) -> dict[str, bool]:
    return await asyncio.to_thread(world.lab.matrix, device)


async def _set(world: World, entity_id: str, *, on: bool) -> None:
    """Flip a quarantine switch as a user does, and see that it says so at once."""
    await world.client.action(f"switch.turn_{'on' if on else 'off'}", {"entity_id": entity_id})
    state = await world.client.state(entity_id)
    expect(state == ("on" if on else "off"), f"{entity_id} is {state}")


async def _camera_switch(world: World) -> str:
    return await world.quarantine_switch(mac=world.lab.device("camera").mac)


async def _bulb_switch(world: World) -> str:
    return await world.quarantine_switch(ieee=str(world.radio["bulb"].description.ieee))


@claim("before: the camera talks with internet, trusted network, hub and neighbours, both ways, IPv4 and IPv6")
async def _talks(world: World) -> None:
    seen = await _matrix(world, world.lab.device("camera"))
    closed = {way for way, is_open in seen.items() if not is_open} - {"from_wan6"}  # nothing may call in unasked
    expect(not closed, f"closed: {sorted(closed)}")


@claim("quarantine cuts the camera off within a second: an open connection to a command-and-control server dies")
async def _cuts(world: World) -> None:
    camera = world.lab.device("camera")
    session = await asyncio.to_thread(camera.open_session, world.lab.internet)
    expect(await asyncio.to_thread(session.alive_within, 1.0), "the session never lived")
    start = time.monotonic()
    await _set(world, await _camera_switch(world), on=True)
    alive = await asyncio.to_thread(session.alive_within, 0.5)
    expect(not alive and session.last_seen - start < 1.0, f"last heard {session.last_seen - start:.2f} s after")


@claim("quarantined: nothing reaches the camera and the camera reaches nothing, in every direction")
async def _is_cut(world: World) -> None:
    seen = await _matrix(world, world.lab.device("camera"))
    expect(not any(seen.values()), f"open: {sorted(way for way, is_open in seen.items() if is_open)}")


@claim("quarantined: the camera still renews its DHCP lease, so that it comes back as itself")
async def _renews(world: World) -> None:
    await asyncio.to_thread(world.lab.device("camera").dhcp_renew)


@claim("meanwhile the television notices nothing")
async def _others(world: World) -> None:
    television = world.lab.device("tv")
    seen = await asyncio.to_thread(
        television.probe, {"wan": ("tcp", world.lab.internet.ipv4, 7), "lan6": ("tcp", world.lab.laptop.ipv6, 7)}
    )
    expect(all(seen.values()), seen)


@claim("a user who is no administrator is refused, by switch and by action")
async def _refused(world: World) -> None:
    switch = await _camera_switch(world)
    device = next(
        entity["device_id"]
        for entity in await world.client.command("config/entity_registry/list")
        if entity["entity_id"] == switch
    )
    attempts: tuple[tuple[str, dict[str, Any]], ...] = (
        ("switch.turn_off", {"entity_id": switch}),
        ("secure_hub.release", {"device_id": device}),
    )
    async with world.resident.client(world.home_assistant.url) as resident:
        for action, data in attempts:
            await _expect_refusal(resident, action, data)
    async with Client(world.home_assistant.url) as stranger:
        for action, data in attempts:
            await _expect_refusal(stranger, action, data)
    expect(await world.client.state(switch) == "on", "it was released")


async def _expect_refusal(client: Client, action: str, data: dict[str, Any]) -> None:
    try:
        await client.action(action, data)
    except ApiError as error:
        expect(error.status in {401, 403}, f"{action}: {error}")
    else:
        expect(condition=False, seen=f"{action} was carried out")


@claim("Home Assistant crashes: the camera stays cut off, and is still shown so when Home Assistant is back")
async def _crash(world: World) -> None:
    await world.home_assistant.stop(kill=True)
    seen = await _matrix(world, world.lab.device("camera"))
    expect(not any(seen.values()), f"open while down: {sorted(way for way, is_open in seen.items() if is_open)}")
    await world.home_assistant.start()
    await world.client.wait_for(await _camera_switch(world), lambda state: state == "on", 30)


@claim("release: the camera talks again in every direction")
async def _released(world: World) -> None:
    await _set(world, await _camera_switch(world), on=False)
    await _talks(world)


@claim("a newcomer is held off everything until it is let in")
async def _newcomer(world: World) -> None:
    device = await asyncio.to_thread(world.lab.add_device, NEWCOMER)
    seen = await _matrix(world, device)
    expect(not any(seen.values()), f"open: {sorted(way for way, is_open in seen.items() if is_open)}")
    switch = await world.quarantine_switch(mac=NEWCOMER.mac)
    await world.client.wait_for(switch, lambda state: state == "on")
    await _set(world, switch, on=False)
    await asyncio.to_thread(device.refresh, 2.0)
    expect((await _matrix(world, device))["wan4"], "let in, but it reaches nothing")


@claim("the bulb obeys and reports over Zigbee")
async def _bulb_talks(world: World) -> None:
    await _bulb_obeys(world, obeys=True)


@claim("quarantined: commands do not reach the bulb, and what it reports changes nothing")
async def _bulb_cut(world: World) -> None:
    await _set(world, await _bulb_switch(world), on=True)
    await _bulb_obeys(world, obeys=False)


@claim("release: the bulb obeys and reports again")
async def _bulb_released(world: World) -> None:
    await _set(world, await _bulb_switch(world), on=False)
    await _bulb_obeys(world, obeys=True)


async def _bulb_obeys(world: World, *, obeys: bool) -> None:
    """See whether a command reaches the bulb and whether a report of it reaches Home Assistant."""
    bulb = world.radio["bulb"]
    light = await _light(world)
    for on in (True, False):
        before = bulb.read("on_off", "on_off")
        try:
            await world.client.action(f"light.turn_{'on' if on else 'off'}", {"entity_id": light})
        except ApiError as error:
            expect(not obeys, error)
        expect(
            bulb.read("on_off", "on_off") == (on if obeys else before),
            f"the bulb's on_off is {bulb.read('on_off', 'on_off')}",
        )
    shown = await world.client.state(light)
    await asyncio.sleep(TRANSITION_S)
    await world.coordinator.report(bulb, "on_off", "on_off", shown != "on")
    await asyncio.sleep(0.5)
    expect((await world.client.state(light) != shown) is obeys, "its report was not treated so")
    await world.coordinator.report(bulb, "on_off", "on_off", shown == "on")


async def _light(world: World) -> str:
    ieee = str(world.radio["bulb"].description.ieee)
    return await world.entity("zha", ieee=ieee, domain="light")


@claim("the journal of all this is complete and unchanged")
async def _journal(world: World) -> None:
    answer = (await world.client.action("secure_hub.verify_journal", {}, response=True))["service_response"]
    expect(answer["ok"] and answer["records"] > len(CLAIMS) // 2, answer)


@claim("removed: Secure Hub's firewall tables are gone, and nobody else's")
async def _removed(world: World) -> None:
    entry = (await world.client.command("config_entries/get", domain="secure_hub"))[0]["entry_id"]
    await world.client.call("DELETE", f"/api/config/config_entries/entry/{entry}")
    listing = await asyncio.create_subprocess_exec("nft", "list", "tables", stdout=asyncio.subprocess.PIPE)
    tables = (await listing.communicate())[0].decode().split("\n")
    expect(not any("secure_hub" in table for table in tables) and any("lab" in table for table in tables), tables)
