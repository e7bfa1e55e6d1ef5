"""Widening: a device that would be allowed more by a manifest or a learned list asks; the answer applies it or not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.adapters.manifest_store import Offer
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.manifests.learned import Conversation, Watch
from custom_components.secure_hub.engine.manifests.model import Direction
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.requests.model import LEARNED, NAMED, Request, Status
from custom_components.secure_hub.hub import SecureHub, offers
from custom_components.secure_hub.hub.widening import Widening
from tests.engine.manifests.documents import ace, document, encoded
from tests.faces import asset, device_id
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import actions_of, journal_of, off_loop, set_up

FILE = f"{DOMAIN}/{offers.FOLDER}/cam.json"
URL = "https://cameras.example.com/cam"
DAY = 86_400.0


def manifest(*ports: int) -> bytes:
    """A file about a camera of Acme's, which lets it reach these TCP ports at home."""
    entries = [ace(f"port-{port}", tcp={"destination-port": {"port": port}}) for port in ports]
    mine = {"mfg-name": "Acme", "model-name": "Cam 1"}
    return encoded(document(entries, acl_type="eth-acl-type", leaves=mine))


@pytest.fixture
async def owned(
    hass: HomeAssistant,
    bare_kernel: Lab,
    hub_entry: MockConfigEntry,
    config_dir: Path,
    device_registry: dr.DeviceRegistry,
) -> AsyncIterator[SecureHub]:
    """A hub whose owner has a file about the camera and the TV, which are of one make and model."""
    (config_dir / FILE).parent.mkdir(parents=True)
    (config_dir / FILE).write_bytes(manifest(7))
    other = MockConfigEntry(domain="onvif")
    other.add_to_hass(hass)
    for name in ("camera", "tv"):
        device_registry.async_get_or_create(
            config_entry_id=other.entry_id,
            identifiers={("onvif", name)},
            connections={(dr.CONNECTION_NETWORK_MAC, bare_kernel.device(name).mac)},
            manufacturer="Acme",
            model="Cam 1",
        )
    return await set_up(hass, hub_entry)  # type: ignore[return-value]


async def forbid(hub: SecureHub, device: Device) -> None:
    """Let a device reach nothing at home."""
    data = {"device_id": device_id(hub, device), "scope": "lan", "decision": "deny"}
    await hub.hass.services.async_call(DOMAIN, "set_permission", data, blocking=True)


async def answer(hub: SecureHub, request: Request, action: str = "approve_request") -> None:
    await hub.hass.services.async_call(DOMAIN, action, {"request_id": request.id}, blocking=True)
    await hub.hass.async_block_till_done()


def asked(hub: SecureHub, device: Device) -> tuple[Request, ...]:
    return hub.requests.book.of(asset(hub, device).id)


async def the_request(hub: SecureHub, device: Device) -> Request:
    await eventually(lambda: asked(hub, device), 15)
    (request,) = asked(hub, device)
    return request


def room(hub: SecureHub) -> Widening:
    return next(one for one in hub.rooms if isinstance(one, Widening))


def repairs(hass: HomeAssistant) -> list[str]:
    return [one.issue_id for one in ir.async_get(hass).issues.values() if one.translation_key == "manifest_offered"]


async def test_more_than_it_may_is_asked_for_and_applied(hass: HomeAssistant, owned: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    await eventually(lambda: len(repairs(hass)) == 2, 15)
    await room(owned).async_look()
    assert not owned.requests.book.pending, "who may do everything wants nothing"
    await forbid(owned, camera)
    request = await the_request(owned, camera)
    assert [(want.scope, want.destination) for want in request.wants] == [("lan", "tcp/7")]
    assert request.detail == FILE
    assert not await off_loop(camera.tcp, lab.laptop.ipv4, 7, 0.4)

    # A restart loses no request, and what is applied is what was asked.
    assert await hass.config_entries.async_reload(owned.entry.entry_id)
    await hass.async_block_till_done()
    hub: SecureHub = owned.entry.runtime_data
    assert [one.id for one in asked(hub, camera)] == [request.id]
    file = Path(hass.config.config_dir) / FILE
    file.write_bytes(manifest(7, 23))
    room(hub)._documents.clear()
    with pytest.raises(HomeAssistantError) as refused:
        await answer(hub, request)
    assert refused.value.translation_key == "manifest_changed"
    file.write_bytes(manifest(7))
    await answer(hub, request)
    assert hub.permissions.profiles[asset(hub, camera).id] is Profile.RESTRICTED
    assert len(repairs(hass)) == 1
    assert {"import_manifest", "request_approved"} <= set(actions_of(hass, asset(hub, camera).id))

    # The same manifest of the same make and model needs no question.
    await forbid(hub, tv)
    await eventually(lambda: asset(hub, tv).id in hub.manifests.kept.imported, 15)
    await hass.async_block_till_done()
    record = next(
        one for one in journal_of(hass) if one["action"] == "request_approved" and one["asset_id"] == asset(hub, tv).id
    )
    assert record["reason"] == "approved_manifest"


async def test_no_is_no(hass: HomeAssistant, owned: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await forbid(owned, camera)
    request = await the_request(owned, camera)
    await answer(owned, request, "deny_request")
    assert len(repairs(hass)) == 1, "the TV's is left"
    assert await hass.config_entries.async_reload(owned.entry.entry_id)
    await hass.async_block_till_done()
    hub: SecureHub = owned.entry.runtime_data
    await room(hub).async_look()
    await hass.async_block_till_done()
    assert asked(hub, camera) == ()
    assert hub.manifests.kept.offers[asset(hub, camera).id].declined
    assert asset(hub, camera).id not in hub.manifests.kept.imported


async def test_what_a_device_names_is_fetched_when_somebody_says_so(
    owned: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug = lab.device("plug")
    fetched: list[str] = []

    async def fetch(source: str, **_options: Any) -> Any:
        fetched.append(source)
        return owned.manifests._examine(manifest(7), source)

    monkeypatch.setattr(owned.manifests, "async_open", fetch)
    await owned.manifests.async_offer({asset(owned, plug).id: Offer(URL, "dhcp", time.time())})
    await forbid(owned, plug)
    request = await the_request(owned, plug)
    assert (request.family.startswith(NAMED), request.detail, request.wants) == (True, URL, ())
    assert fetched == []
    await answer(owned, request)
    request = await the_request(owned, plug)
    assert [want.destination for want in request.wants] == ["tcp/7"]
    assert asset(owned, plug).id not in owned.manifests.kept.imported, "it was fetched, and no more"
    await answer(owned, request)
    assert owned.manifests.kept.imported[asset(owned, plug).id].source == URL
    assert fetched == [URL]


async def test_what_an_approved_file_says_later(hass: HomeAssistant, owned: SecureHub, lab: Lab) -> None:
    camera, file = lab.device("camera"), Path(hass.config.config_dir) / FILE
    file.write_bytes(manifest(7, 23))
    await owned.manifests.async_import(asset(owned, camera).id, FILE, actor=None)
    widening = room(owned)

    async def renew(*ports: int) -> None:
        file.write_bytes(manifest(*ports))
        widening._renew_at = 0.0
        await widening.async_look()
        await hass.async_block_till_done()

    await renew(7)
    assert asked(owned, camera) == ()
    listed = {one.destination.text for one in owned.permissions.allow_lists[asset(owned, camera).id]}
    assert {"tcp/7", "tcp/23"} & listed == {"tcp/7"}
    await renew(7, 25)
    request = await the_request(owned, camera)
    assert {want.destination for want in request.wants} == {"tcp/25"}
    await owned.manifests.async_import(asset(owned, camera).id, FILE, actor=None)  # by hand, meanwhile
    await hass.async_block_till_done()
    await eventually(lambda: asked(owned, camera) == ())
    assert owned.requests.book.settled[-1].status is Status.WITHDRAWN
    file.write_bytes(b"{")
    await renew()
    file.unlink()
    widening._renew_at = 0.0
    await widening.async_look()


@pytest.mark.parametrize("action", ["approve_request", "deny_request"])
async def test_what_was_learned_is_asked(hass: HomeAssistant, hub: SecureHub, lab: Lab, action: str) -> None:
    camera, now = lab.device("camera"), time.time()
    talk = Conversation(now - DAY, Direction.FROM_DEVICE, 6, ip_address("203.0.113.10"), 443)
    key = asset(hub, camera).id
    hub.learning.watches = {key: Watch(now - 2 * DAY, now + DAY, (talk,))}
    await room(hub).async_look()
    assert asked(hub, camera) == (), "it is not over"
    hub.learning.watches = {key: replace(hub.learning.watches[key], until=now)}
    await room(hub).async_look()
    request = await the_request(hub, camera)
    assert request.family == LEARNED
    assert "203.0.113.10" in request.wants[0].destination
    await answer(hub, request, action)
    assert (key in hub.permissions.allow_lists) is (action == "approve_request")
    await room(hub).async_look()
    await hass.async_block_till_done()
    assert asked(hub, camera) == ()
