"""Updates over the air on unmodified ZHA over the virtual coordinator: from a file in a folder to a new version."""

from collections.abc import AsyncIterator
from pathlib import Path
import sys
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.secure_hub.adapters.zha.updates import RadioUpdates
from custom_components.secure_hub.engine.firmware.facts import Radio
from custom_components.secure_hub.hub import SecureHub
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.ota import OtaClient, image
from tests.lab.zigbee.plugin import eventually, join
from tests.lab.zigbee.zoo import MANUFACTURER_CODE, ZOO
from tests.updates import started

BULB = 1
"""Image type of the zoo's bulb."""

pytestmark = pytest.mark.usefixtures("unloaded")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's folder of images, of which ZHA is told; must come before `zha`."""
    found = tmp_path / "secure_hub" / "ota"
    found.mkdir(parents=True)
    (found / "index.json").write_text('{"firmwares": []}')
    ota = {"enabled": True, "providers": [{"type": "zigpy_local", "index_file": str(found / "index.json")}]}
    monkeypatch.setattr("tests.lab.zigbee.plugin.CONFIG", {"zha": {"zigpy_config": {"ota": ota}}})
    monkeypatch.setattr("zigpy.device.AFTER_OTA_ATTR_READ_DELAY", 0.2)  # a real device restarts meanwhile
    return found


@pytest.fixture
async def client(
    folder: Path,  # noqa: ARG001 - before ZHA
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
) -> AsyncIterator[OtaClient]:
    """The zoo's bulb, joined, and able to be updated."""
    device = await join(hass, coordinator, zha, ZOO["bulb"])
    return OtaClient(coordinator, device, MANUFACTURER_CODE, BULB)


def asset_id(hass: HomeAssistant, hub: SecureHub, zha: ConfigEntry) -> str:
    """Id of the bulb's asset."""
    device = dr.async_get(hass).async_get_device_by_identifier(("zha", str(ZOO["bulb"].ieee)), zha.entry_id)
    assert device
    asset = hub.asset_of_device(device.id)
    assert asset
    return asset.id


def firmware(hass: HomeAssistant, hub: SecureHub, zha: ConfigEntry) -> Any:
    """What the hub shows of the bulb's software."""
    key = f"{asset_id(hass, hub, zha)}-firmware_status"
    entity_id = er.async_get(hass).async_get_entity_id("sensor", "secure_hub", key)
    assert entity_id
    return hass.states.get(entity_id)


async def check(hass: HomeAssistant, **data: Any) -> Any:
    """Have the folder checked."""
    return await hass.services.async_call("secure_hub", "check_images", data, blocking=True, return_response=True)


async def test_a_local_image_from_the_folder_to_the_device(
    hass: HomeAssistant, folder: Path, zha: ConfigEntry, client: OtaClient
) -> None:
    hub = await started(hass, updates_backup=False, updates_soak_hours=0)
    assert hub.firmware.radio.kinds()[str(ZOO["bulb"].ieee)] is Radio.NEVER_ASKED
    found = firmware(hass, hub, zha)
    assert (found.state, found.attributes["why"]) == ("unknown", "never_asked")
    client.query()
    await eventually(hub.firmware.radio.targets)
    hub.firmware.async_judge_anew()
    await hub.firmware.async_settle()
    assert firmware(hass, hub, zha).attributes["why"] == "unknown_to_sources"
    good = image(MANUFACTURER_CODE, BULB, 0x0200)
    for name, data in (
        ("good.ota", good),
        ("cut.ota", good[:-5]),
        ("other.ota", image(MANUFACTURER_CODE, 77, 0x0200)),
        ("old.ota", image(MANUFACTURER_CODE, BULB, 0x0050)),
    ):
        await hass.async_add_executor_job((folder / name).write_bytes, data)
    answer = await check(hass)
    assert [(one["name"], one["version"]) for one in answer["offered"]] == [("good.ota", "0x00000200")]
    assert {one["name"]: one["problem"] for one in answer["refused"]} == {
        "cut.ota": "wrong_length",
        "other.ota": "no_device",
        "old.ota": "downgrade",
    }
    await eventually(lambda: firmware(hass, hub, zha).state == "update_available")
    assert firmware(hass, hub, zha).attributes["latest"] == "0x00000200"
    ordered = await hub.rollouts.async_install(None, actor=None, immediate=True)
    assert list(ordered.versions.values()) == ["0x00000200"]
    await eventually(lambda: client.version == 0x0200)
    assert client.fetched == good
    await eventually(lambda: hub.rollouts.active is None, 60)
    (item,) = hub.rollouts.recent[0].items.values()
    assert item.state == "installed"
    await eventually(lambda: firmware(hass, hub, zha).attributes["version"] == "0x00000200")
    older = await check(hass, allow_downgrade=True)
    assert [one["name"] for one in older["offered"]] == ["old.ota"]


class Gateway:
    """A ZHA of another version."""

    def __init__(self, **members: Any) -> None:
        """Have some members and no others."""
        self.__dict__.update(members)


@pytest.mark.parametrize(
    "helpers",
    [
        Gateway(),
        Gateway(get_zha_gateway=lambda _hass: Gateway()),
        Gateway(get_zha_gateway=lambda _hass: Gateway(application_controller=Gateway())),
        Gateway(get_zha_gateway=lambda _hass: Gateway(application_controller=Gateway(ota=Gateway(), devices={1: 2}))),
    ],
)
async def test_a_zha_of_another_version_is_left_alone(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, helpers: Gateway
) -> None:
    monkeypatch.setitem(sys.modules, "homeassistant.components.zha.helpers", helpers)
    radio = RadioUpdates(hass)
    assert radio.kinds() == {}
    assert radio.targets() == ()
    await radio.async_look_again()
    assert caplog.text.count("This version of ZHA does not show") == 1


async def test_without_zha_there_is_nothing_to_say(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_hass: HomeAssistant) -> None:
        raise ValueError

    monkeypatch.setitem(sys.modules, "homeassistant.components.zha.helpers", Gateway(get_zha_gateway=none))
    radio = RadioUpdates(hass)
    assert (radio.kinds(), radio.targets()) == ({}, ())
    monkeypatch.delitem(sys.modules, "homeassistant.components.zha.helpers")
    assert radio.application() is None


async def test_a_folder_that_cannot_be_written_is_told(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_arguments: Any, **_options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("custom_components.secure_hub.hub.images.write_index", full)
    await started(hass)
    assert "Images for updates over the air cannot be offered" in caplog.text
    with pytest.raises(HomeAssistantError, match="No space left"):
        await check(hass)
