"""Named lists in a home: what rules about them do to packets, and what is said of lists that are not there."""

import asyncio
from pathlib import Path
import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset, device_id
from tests.lab.network.catalogue import SITES
from tests.lab.network.lab import Lab
from tests.plugin import journal_of, off_loop

CLOUD, OTHER = SITES[1], SITES[2]


async def reload(hass: HomeAssistant, files: dict[str, str | None]) -> dict[str, Any]:
    """Write and remove lists, and have them read."""

    def write() -> None:
        folder = Path(hass.config.path(DOMAIN)) / "lists"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            if text is None:
                (folder / name).unlink()
            else:
                (folder / name).write_text(text)

    await off_loop(write)
    answer = await hass.services.async_call(DOMAIN, "reload_lists", {}, blocking=True, return_response=True)
    assert answer
    return answer


def issues(hass: HomeAssistant) -> dict[str, Any]:
    """Placeholders of the issues about lists, by id."""
    found = ir.async_get(hass).issues
    return {one: issue.translation_placeholders for (_, one), issue in found.items() if one.startswith("list_")}


async def test_a_list_in_the_life_of_a_rule(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    owner = asset(hub, camera).id
    data = {"device_id": device_id(hub, camera), "scope": "internet"}

    async def say(decision: str, **more: str) -> None:
        await hass.services.async_call(DOMAIN, "set_permission", {**data, "decision": decision, **more}, blocking=True)

    async def reaches(address: str) -> bool:
        return await off_loop(camera.can_reach, address, timeout=0.5)

    with pytest.raises(ServiceValidationError):
        await say("allow", destination="set:cloud")
    text = f"{CLOUD.ipv4} # the camera's\n{CLOUD.ipv6}\n"
    assert (await reload(hass, {"cloud.txt": text}))["lists"] == {"cloud": 2}
    assert [r["details"] for r in journal_of(hass) if r["action"] == "lists_changed"] == [{"networks": {"cloud": 2}}]
    await say("deny")
    await say("allow", destination="set:cloud")
    assert [await reaches(one) for one in (CLOUD.ipv4, CLOUD.ipv6, OTHER.ipv4)] == [True, True, False]
    assert hub.explain(owner, Scope.INTERNET, parse(CLOUD.ipv4)).winner.destination.text == "set:cloud"
    assert hub.explain(owner, Scope.INTERNET, parse(OTHER.ipv4)).decision is Decision.DENY

    network = f"{CLOUD.ipv4.rpartition('.')[0]}.0/24"
    await reload(hass, {"cloud.txt": f"{network}\n"})
    assert await reaches(CLOUD.ipv4), "as part of a network too"
    assert not await reaches(CLOUD.ipv6)

    told = await reload(hass, {"cloud.txt": f"{network}\n\n{network[:-2]}8\n"})
    assert [(one["file"], one["line"]) for one in told["refused"]] == [("cloud.txt", 3)]
    assert issues(hass)["list_line_unreadable_cloud.txt"]["line"] == "3"
    assert await reaches(CLOUD.ipv4), "what it held goes on counting"

    assert (await reload(hass, {"cloud.txt": None, "A B.txt": ""}))["missing"] == ["cloud"]
    assert issues(hass)["list_missing"] == {"names": "cloud"}
    assert "list_unreadable_A B.txt" in issues(hass)
    assert not await reaches(CLOUD.ipv4)
    await say("allow")
    assert await reaches(CLOUD.ipv4)

    await reload(hass, {"cloud.txt": f"{CLOUD.ipv4}\n", "A B.txt": None})
    assert issues(hass) == {}
    await say("deny", destination="set:cloud")
    assert [await reaches(one) for one in (CLOUD.ipv4, OTHER.ipv4)] == [False, True]
    await reload(hass, {"cloud.txt": None})
    assert not await reaches(OTHER.ipv4), "nobody knows what is denied, so everything is"
    assert list(issues(hass)) == ["list_missing"]
    assert not ir.async_get(hass).async_get_issue(DOMAIN, "rules_too_many"), "the list is what has to be mended"


async def test_a_country_of_twenty_thousand_networks(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    """What is in it and what is not, in both families; Home Assistant goes on meanwhile, and a change costs little."""
    longest, running = 0.0, True

    async def watch() -> None:
        nonlocal longest
        while running:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            longest = max(longest, time.monotonic() - began)

    camera, tv = lab.device("camera"), lab.device("tv")
    networks = [f"{11 + (at >> 16)}.{at >> 8 & 255}.{at & 255}.0/25" for at in range(15_000)]
    networks += [f"2a00:{at:x}::/48" for at in range(5_000)]
    text = "\n".join([*networks, CLOUD.ipv4, CLOUD.ipv6, f"{CLOUD.ipv4}/32 # again"])
    watching = asyncio.create_task(watch())
    assert (await reload(hass, {"country.txt": text}))["lists"] == {"country": 20_002}
    for device in (camera, tv):
        data = {
            "device_id": device_id(hub, device),
            "scope": "internet",
            "decision": "deny",
            "destination": "set:country",
        }
        began = time.monotonic()
        await hass.services.async_call(DOMAIN, "set_permission", data, blocking=True)
        assert time.monotonic() - began < 1.0
        for address, wanted in ((CLOUD.ipv4, False), (CLOUD.ipv6, False), (OTHER.ipv4, True), (OTHER.ipv6, True)):
            assert await off_loop(device.can_reach, address, timeout=3.0 if wanted else 0.5) is wanted, address
    rules = hub.home.plan.members[asset(hub, camera).id].rules
    assert rules is not None
    assert (len(rules.regions), rules.refused) == (1, frozenset())
    running = False
    await watching
    assert longest < 0.5, "some ten milliseconds where nobody else computes"
    await hass.services.async_call(
        DOMAIN, "set_permission", data | {"decision": "allow", "destination": CLOUD.ipv4}, blocking=True
    )
    assert await off_loop(tv.can_reach, CLOUD.ipv4, timeout=3.0), "what is narrower than a list wins"
    assert not await off_loop(tv.can_reach, CLOUD.ipv6, timeout=0.5)
    await reload(hass, {"country.txt": "\n".join([*networks, OTHER.ipv4])})
    assert await off_loop(camera.can_reach, CLOUD.ipv4, timeout=3.0)
    assert not await off_loop(camera.can_reach, OTHER.ipv4, timeout=0.5)
