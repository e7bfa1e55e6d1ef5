"""Offers: what devices name of themselves on the wire is kept and asked about, and nothing is applied by itself."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.secure_hub.adapters.manifest_store import Offer
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub, offers
from tests.adapters.sources.test_mud_urls import MUD_TLV, URL, lldp
from tests.engine.manifests.documents import ace, document, encoded
from tests.faces import asset
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import journal_of, off_loop, set_up
from tests.translated import find, placeholders

FLOW = "/api/repairs/issues/fix"
NAMED = "https://10.66.1.1/camera"


def offered(hub: SecureHub, device: Device) -> Offer | None:
    """What is offered to a device."""
    return hub.manifests.kept.offers.get(asset(hub, device).id)


def questions(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Which offers somebody is asked about."""
    issues = ir.async_get(hass).issues.values()
    return [one for one in issues if one.domain == DOMAIN and one.translation_key == "manifest_offered"]


async def test_what_a_device_names_by_dhcp_is_asked(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, hass_client: ClientSessionGenerator
) -> None:
    camera, before = lab.device("camera"), hub.permissions
    await off_loop(camera.join, 3.0, mud_url=NAMED)
    await eventually(lambda: bool(questions(hass)), 15)
    found = offered(hub, camera)
    assert found
    assert (found.source, found.by) == (NAMED, "dhcp")
    assert hub.permissions == before, "nothing is applied by itself"
    (question,) = questions(hass)
    assert question.is_fixable
    assert question.translation_placeholders == {"device": asset(hub, camera).name, "source": NAMED}
    # It is kept, and asked again after a restart.
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    hub = hub.entry.runtime_data
    assert offered(hub, camera) == found
    assert [one.issue_id for one in questions(hass)] == [question.issue_id]
    # What a device names leads nobody into the home: it is fetched from the internet alone.
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    answer = await (await client.post(FLOW, json={"handler": DOMAIN, "issue_id": question.issue_id})).json()
    assert (answer["type"], answer["reason"]) == ("abort", "manifest_refused")
    assert hub.permissions == before


async def test_what_a_device_names_by_lldp_is_asked(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    tv = lab.device("tv")
    frame = lldp(MUD_TLV, (0, b""))
    named = frame[:6] + bytes.fromhex(tv.mac.replace(":", "")) + frame[12:]
    await off_loop(tv.agent.call, "send_raw", frame=named.hex())
    await eventually(lambda: offered(hub, tv) is not None, 15)
    found = offered(hub, tv)
    assert found
    assert (found.source, found.by) == (URL.decode(), "lldp")
    # Somebody else's address offers nothing.
    await off_loop(tv.agent.call, "send_raw", frame=frame.replace(URL, b"https://x.example/").hex())
    await eventually(lambda: len(questions(hass)) == 1, 15)


def lamp(**leaves: Any) -> bytes:
    """A file of the owner's, about a camera of Acme's."""
    mine = {"mfg-name": "ACME ", "model-name": "Cam 1"} | leaves
    return encoded(document([ace("echo", tcp={"destination-port": {"port": 7}})], acl_type="eth-acl-type", leaves=mine))


@pytest.fixture
async def owned(
    hass: HomeAssistant,
    bare_kernel: Lab,
    hub_entry: MockConfigEntry,
    config_dir: Path,
    device_registry: dr.DeviceRegistry,
) -> SecureHub:
    """A hub whose owner put files into the folder, one of them about the camera."""
    folder = config_dir / DOMAIN / offers.FOLDER
    folder.mkdir(parents=True)
    (folder / "cam.json").write_bytes(lamp())
    (folder / "other.json").write_bytes(lamp(**{"model-name": "Cam 2"}))
    (folder / "none.json").write_bytes(encoded(document()))
    (folder / "torn.json").write_bytes(b"{")
    other = MockConfigEntry(domain="onvif")
    other.add_to_hass(hass)
    device_registry.async_get_or_create(
        config_entry_id=other.entry_id,
        identifiers={("onvif", "camera")},
        connections={(dr.CONNECTION_NETWORK_MAC, bare_kernel.device("camera").mac)},
        manufacturer="Acme",
        model="cam 1",
    )
    return await set_up(hass, hub_entry)


async def test_the_owner_s_files_are_offered_and_applied_as_they_were_shown(  # noqa: PLR0913, PLR0917 - fixtures
    hass: HomeAssistant,
    owned: SecureHub,
    lab: Lab,
    config_dir: Path,
    hass_client: ClientSessionGenerator,
    hass_admin_user: Any,
) -> None:
    camera = lab.device("camera")
    await eventually(lambda: bool(questions(hass)), 15)
    assert offered(owned, camera) == owned.manifests.kept.offers[asset(owned, camera).id]
    (question,) = questions(hass)
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    form = await (await client.post(FLOW, json={"handler": DOMAIN, "issue_id": question.issue_id})).json()
    shown = form["description_placeholders"]
    assert shown["source"] == "secure_hub/manifests/cam.json"
    assert "- `lan tcp/7`" in shown["allowed"]
    words = find("issues", "manifest_offered", "fix_flow", "step", "confirm", "description")
    assert placeholders(words) == set(shown)
    # What is written there meanwhile is not what was shown.
    (config_dir / shown["source"]).write_bytes(lamp(**{"mud-url": "https://lamps.example.com/later"}))
    answer = await (await client.post(f"{FLOW}/{form['flow_id']}", json={})).json()
    assert answer["type"] == "create_entry"
    await hass.async_block_till_done()
    imported = owned.manifests.kept.imported[asset(owned, camera).id]
    assert imported.mud_url == "https://lamps.example.com/lamp"
    assert questions(hass) == []
    assert offered(owned, camera) is None
    record = next(one for one in journal_of(hass) if one["action"] == "import_manifest")
    assert record["actor"] == hass_admin_user.id
    assert await off_loop(camera.tcp, lab.laptop.ipv4, 7, 5.0)
    # What is applied is not offered again.
    assert await hass.config_entries.async_reload(owned.entry.entry_id)
    await hass.async_block_till_done()
    assert questions(hass) == []


async def test_an_offer_to_nobody_is_no_question(
    hass: HomeAssistant, owned: SecureHub, hass_client: ClientSessionGenerator
) -> None:
    await eventually(lambda: bool(questions(hass)), 15)
    (question,) = questions(hass)
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    assert await hass.config_entries.async_unload(owned.entry.entry_id)
    response = await client.post(FLOW, json={"handler": DOMAIN, "issue_id": question.issue_id})
    assert response.status == HTTPStatus.OK
    assert (await response.json())["reason"] == "not_loaded"
