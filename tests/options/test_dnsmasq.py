"""The folder of dnsmasq's configuration, chosen in the options."""

from pathlib import Path

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.secure_hub.adapters.dnsmasq import FILE
from custom_components.secure_hub.const import CONF_DNSMASQ, CONF_MODE
from custom_components.secure_hub.hub import SecureHub
from tests.plugin import off_loop


async def chosen(hass: HomeAssistant, hub: SecureHub, folder: str) -> ConfigFlowResult:
    menu = await hass.config_entries.options.async_init(hub.entry.entry_id)
    form = await hass.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": "dnsmasq"})
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "dnsmasq")
    result = await hass.config_entries.options.async_configure(form["flow_id"], {CONF_DNSMASQ: folder})
    await hass.async_block_till_done()
    return result


async def test_a_folder_and_back(hass: HomeAssistant, hub: SecureHub, tmp_path: Path) -> None:
    assert (await chosen(hass, hub, str(tmp_path)))["type"] is FlowResultType.CREATE_ENTRY
    assert hub.entry.options[CONF_MODE] == "enforce", "what others chose stays"
    assert await off_loop((tmp_path / FILE).exists)
    assert hub.entry.runtime_data.networks.named
    assert (await chosen(hass, hub, ""))["type"] is FlowResultType.CREATE_ENTRY
    assert not await off_loop((tmp_path / FILE).exists)
    assert not hub.entry.runtime_data.networks.named


@pytest.mark.parametrize("folder", ["relative", "/no/such/folder"])
async def test_no_folder(hass: HomeAssistant, hub: SecureHub, folder: str) -> None:
    assert (await chosen(hass, hub, folder))["errors"] == {CONF_DNSMASQ: "no_such_folder"}


async def test_a_folder_that_is_not_ours_to_write(
    hass: HomeAssistant, hub: SecureHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert (await chosen(hass, hub, str(tmp_path)))["errors"] == {CONF_DNSMASQ: "folder_not_writable"}
