"""The owner's tables of networks: requests say whose the network is; what cannot be read is told."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.adapters.network_owners import FOLDER
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.model import Want
from custom_components.secure_hub.hub.describing import describe, network_of
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import off_loop, set_up

from .test_asking import CLOUD, NAME, reaches, requests_of, under_ask

TABLE = "203.0.113.0\t203.0.113.127\t64500\tNL\tCAMERA-CLOUD\n203.0.113.128\t203.0.113.255\t64501\tUS\tOTHER\n"


@pytest.mark.usefixtures("bare_kernel")
async def test_a_request_says_whose_the_network_is(
    hass: HomeAssistant, hub_entry: MockConfigEntry, lab: Lab, config_dir: Path
) -> None:
    folder = config_dir / DOMAIN / FOLDER
    folder.mkdir(parents=True)
    (folder / "ip2asn.tsv").write_text(TABLE)
    (folder / "torn.tsv").write_text("203.0.113.0\n")
    camera = lab.device("camera")
    assert lab.hub.ping(camera.ipv4, 3.0)
    hub = await set_up(hass, hub_entry)
    await eventually(lambda: hub.network_owners.troubles)
    await hass.async_block_till_done()
    assert ir.async_get(hass).async_get_issue(DOMAIN, "owners_unreadable_torn.tsv")
    await under_ask(hub, camera)
    assert await off_loop(camera.resolve, NAME)
    assert not await reaches(camera, CLOUD.ipv4, tcp=443)
    await eventually(lambda: requests_of(hub, camera))
    answer = await hass.services.async_call(DOMAIN, "list_requests", {}, blocking=True, return_response=True)
    (want,) = answer["requests"][0]["wants"]  # type: ignore[index, call-overload, union-attr]
    assert want["description"] == f"{NAME} (HTTPS) [CAMERA-CLOUD, NL]"  # type: ignore[index, call-overload]
    assert want["network"] == {"number": 64500, "country": "NL", "name": "CAMERA-CLOUD"}  # type: ignore[index, call-overload]
    camera_id = asset(hub, camera).id
    two = Want(Scope.INTERNET, "203.0.113.0/24 tcp/1")
    assert (describe(hub, camera_id, two), network_of(hub, camera_id, two)) == ("203.0.113.0/24 (tcp/1)", None)
    assert describe(hub, camera_id, Want(Scope.INTERNET, "???")) == "???"
    assert network_of(hub, camera_id, Want(Scope.INTERNET, "???")) is None
    assert describe(hub, camera_id, Want(Scope.CONTROL)) == "control"
    (folder / "ip2asn.tsv").unlink()
    (folder / "torn.tsv").unlink()
    await hub.network_owners.async_read()
    assert network_of(hub, camera_id, Want(Scope.INTERNET, CLOUD.ipv4)) is None
    assert hub.network_owners.troubles == {}
