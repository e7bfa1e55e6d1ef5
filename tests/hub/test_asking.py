"""Asking on the wire: what a device under `ask` reaches for is held off, heard, asked, and opened by the answer."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
import errno
import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_socket import socket_allow_hosts

from custom_components.secure_hub.adapters.netfilter import backend
from custom_components.secure_hub.adapters.netfilter.asking import GROUP
from custom_components.secure_hub.adapters.netfilter.log import PacketLog
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.adapters.netfilter.probe import Capabilities
from custom_components.secure_hub.adapters.sources.reaches import ReachTap
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.enforcement import Health
from custom_components.secure_hub.engine.requests.model import Kind, Request
from custom_components.secure_hub.engine.requests.reach import Reach
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset, device_id
from tests.lab.network.catalogue import SITES
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import actions_of, enforcement, off_loop
from tests.root_helper import installed, running

CLOUD, OTHER = SITES[1], SITES[2]
NAME = CLOUD.names[0]


@pytest.fixture(autouse=True)
def known(lab: Lab) -> Iterator[None]:
    """All devices' addresses are known."""
    for device in lab.devices:
        assert lab.hub.ping(device.ipv4, 3.0)
        assert lab.hub.ping(device.ipv6, 3.0)
    return None


async def under_ask(hub: SecureHub, device: Device) -> None:
    """Let a device ask for everything."""
    data = {"device_id": device_id(hub, device), "profile": "ask"}
    await hub.hass.services.async_call(DOMAIN, "set_profile", data, blocking=True)


async def answer(hub: SecureHub, request: Request, action: str = "approve_request", **data: Any) -> None:
    await hub.hass.services.async_call(DOMAIN, action, {"request_id": request.id, **data}, blocking=True)


def requests_of(hub: SecureHub, device: Device) -> tuple[Request, ...]:
    return tuple(one for one in hub.requests.book.of(asset(hub, device).id) if one.kind is Kind.DESTINATION)


def wants(hub: SecureHub, device: Device) -> set[str]:
    return {f"{want.scope} {want.destination}" for request in requests_of(hub, device) for want in request.wants}


async def reaches(device: Device, address: str, patience: float = 0.4, **service: int) -> bool:
    return await off_loop(device.can_reach, address, timeout=patience, **service)


async def test_a_name_is_asked_for_and_opened(hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await under_ask(hub, camera)
    assert await off_loop(camera.resolve, NAME) == [CLOUD.ipv4], "what is asked for by its name must have one"
    assert not await reaches(camera, CLOUD.ipv4)
    await eventually(lambda: requests_of(hub, camera))
    assert wants(hub, camera) == {f"internet {NAME} tcp/7"}
    (request,) = requests_of(hub, camera)
    began = time.monotonic()
    await answer(hub, request)
    assert await reaches(camera, CLOUD.ipv4, 3.0)
    assert time.monotonic() - began < 1.0
    assert not await reaches(camera, OTHER.ipv4)
    await eventually(lambda: requests_of(hub, camera))
    assert wants(hub, camera) == {f"internet {OTHER.ipv4} tcp/7"}
    (request,) = requests_of(hub, camera)
    await answer(hub, request, "deny_request")
    assert not await reaches(camera, OTHER.ipv4)
    await asyncio.sleep(0.6)
    assert requests_of(hub, camera) == (), "no is no"


async def test_what_is_near_is_asked_for_too(hub: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    await under_ask(hub, camera)
    assert not await reaches(camera, tv.ipv4)
    assert not await reaches(camera, lab.laptop.ipv6, tcp=7)
    await eventually(lambda: len(requests_of(hub, camera)) == 2)
    tv_id = asset(hub, tv).id
    assert wants(hub, camera) == {f"peers asset:{tv_id} tcp/7", f"lan {lab.laptop.ipv6} tcp/7"}
    for request in requests_of(hub, camera):
        await answer(hub, request, duration="1_hour")
    assert await reaches(camera, tv.ipv4, 3.0)
    assert await reaches(camera, lab.laptop.ipv6, 3.0)
    assert not await reaches(camera, lab.device("plug").ipv4)


async def test_only_what_is_under_ask_is_asked_for(hub: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    await under_ask(hub, camera)
    ids = device_id(hub, camera)
    deny = {"device_id": ids, "scope": "internet", "decision": "deny", "destination": f"{CLOUD.ipv4} tcp/7"}
    await hub.hass.services.async_call(DOMAIN, "set_permission", deny, blocking=True)
    tv_deny = {"device_id": device_id(hub, tv), "scope": "internet", "decision": "deny"}
    await hub.hass.services.async_call(DOMAIN, "set_permission", tv_deny, blocking=True)
    assert not await reaches(camera, CLOUD.ipv4)
    assert not await reaches(tv, CLOUD.ipv4)
    assert not await reaches(camera, CLOUD.ipv4, udp=9)
    await eventually(lambda: requests_of(hub, camera))
    assert wants(hub, camera) == {f"internet {CLOUD.ipv4} udp/9"}
    assert requests_of(hub, tv) == ()


async def test_a_flood_is_one_request(hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await under_ask(hub, camera)
    for batch in range(4):
        probes = {str(n): ("udp", f"203.0.113.{100 + n}", 1000 + n + 64 * batch) for n in range(64)}
        await off_loop(camera.probe, probes, 0.1)
    await eventually(lambda: requests_of(hub, camera))
    await asyncio.sleep(1.0)
    (request,) = requests_of(hub, camera)
    assert len(request.wants) == 8
    assert request.count <= 60, "the kernel copies a few of each device"
    assert not await reaches(camera, CLOUD.ipv4)


async def test_who_cannot_listen_says_so(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    with closing(PacketLog(GROUP)):
        await under_ask(hub, camera)
        await hass.async_block_till_done()
        assert (hub.asking.status.health, hub.asking.status.reason) == (Health.DEGRADED, "requests_not_heard")
        assert enforcement(hass) == "degraded"
        assert ir.async_get(hass).async_get_issue(DOMAIN, "requests_not_heard")
        assert not await reaches(camera, CLOUD.ipv4), "held off all the same"
    data = {"device_id": device_id(hub, camera), "profile": "trusted"}
    await hass.services.async_call(DOMAIN, "set_profile", data, blocking=True)
    await hass.async_block_till_done()
    assert enforcement(hass) == "in_sync"
    PacketLog(GROUP).close()


async def test_who_hears_nothing_any_more_says_so(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = lab.device("camera")
    await under_ask(hub, camera)

    def broken(_tap: ReachTap) -> list[Reach]:
        raise NetlinkError(errno.EIO)

    monkeypatch.setattr(ReachTap, "read", broken)
    assert not await reaches(camera, CLOUD.ipv4)
    await eventually(lambda: hub.asking.status.health is Health.DEGRADED)
    await hass.async_block_till_done()
    assert enforcement(hass) == "degraded"
    assert hub.asking.held() == {}
    await hub.asking.remove()


async def test_without_rights_the_helper_hears(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's notes come through the helper: a name is asked for, and what is granted once ends once used."""
    camera = lab.device("camera")
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    with installed() as folder, running(folder) as helper:
        monkeypatch.setattr(backend, "probe", lambda: Capabilities(reason="firewall_no_permission"))
        monkeypatch.setattr(backend, "HELPER_SOCKET", helper)
        await under_ask(hub, camera)
        assert await off_loop(camera.resolve, NAME) == [CLOUD.ipv4]
        assert not await reaches(camera, CLOUD.ipv4)
        await eventually(lambda: requests_of(hub, camera))
        assert wants(hub, camera) == {f"internet {NAME} tcp/7"}
        (request,) = requests_of(hub, camera)
        await answer(hub, request, duration="once")
        assert await reaches(camera, CLOUD.ipv4, 3.0)
        await eventually(lambda: "grant_used" in actions_of(hass))
        assert (hub.asking.status.health, hub.naming.status.health) == (Health.IN_SYNC, Health.IN_SYNC)
        await hass.config_entries.async_unload(hub.entry.entry_id)
