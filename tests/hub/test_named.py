"""Names from dnsmasq: a real one fills our sets before it answers, and is known to have read which."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import subprocess

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.adapters.dnsmasq import FILE
from custom_components.secure_hub.const import CONF_DNSMASQ, DOMAIN
from custom_components.secure_hub.hub import SecureHub, named
from tests.hub.test_naming import CLOUD, NAME, OTHER, allow_only, reaches, say, told
from tests.lab.network.catalogue import SITES
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import ENFORCING, NETWORKS, journal_of, off_loop, set_up

SERVER = "10.66.1.2"


@pytest.fixture
async def hub(bare_kernel: Lab, hass: HomeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SecureHub:
    """The hub, with a folder for dnsmasq."""
    monkeypatch.setattr(named, "_LOOK", 0.2)
    for device in bare_kernel.devices:
        assert bare_kernel.hub.ping(device.ipv4, 3.0)
    options = ENFORCING | {CONF_DNSMASQ: str(tmp_path)}
    return await set_up(hass, MockConfigEntry(domain=DOMAIN, data=NETWORKS, options=options, version=1))


@contextmanager
def name_server(lab: Lab, folder: Path) -> Iterator[None]:
    """A second dnsmasq on the hub, which reads the folder; the devices ask it."""
    lab.hub.agent.call("ip", lines=[f"address replace {SERVER}/24 dev br-iot"])
    argv = ["/usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", f"--conf-dir={folder}", "--no-hosts"]
    argv += ["--no-resolv", "--bind-interfaces", f"--listen-address={SERVER}", "--except-interface=lo"]
    process = subprocess.Popen([*argv, f"--server={SITES[0].ipv4}"], stdin=subprocess.DEVNULL)
    try:
        for device in lab.devices:
            device.agent.call("resolve_by", server=SERVER)
        yield
    finally:
        process.terminate()
        process.wait(5)
        for device in lab.devices:
            device.agent.call("resolve_by", server=lab.topology.iot.ipv4.ip.compressed)
        lab.hub.agent.call("ip", lines=[f"address del {SERVER}/24 dev br-iot"])


async def test_what_dnsmasq_tells_opens_at_once(hass: HomeAssistant, hub: SecureHub, lab: Lab, tmp_path: Path) -> None:
    camera, tv, speaker = map(lab.device, ("camera", "tv", "speaker"))
    for device in (camera, speaker):
        await allow_only(hub, device, NAME)
    await say(hub, tv, "deny")
    await say(hub, tv, "allow", OTHER.names[0])
    assert NAME in await off_loop((tmp_path / FILE).read_text)
    assert hub.named[0].status.reason == "dnsmasq_to_restart", "the home's other one was started before"
    assert ir.async_get(hass).async_get_issue(DOMAIN, "dnsmasq_to_restart")
    await hub.naming.close()  # what follows, nobody has heard
    with name_server(lab, tmp_path):
        await eventually(lambda: not ir.async_get(hass).async_get_issue(DOMAIN, "dnsmasq_to_restart"), 10)
        assert not await reaches(camera, CLOUD.ipv4)
        assert await off_loop(camera.resolve, NAME, timeout=5.0) == [CLOUD.ipv4]
        assert await reaches(camera, CLOUD.ipv4, 0.9), "its very first packet passes"
        assert await off_loop(camera.resolve, NAME, v6=True) == [CLOUD.ipv6]
        assert await reaches(camera, CLOUD.ipv6, 0.9)
        assert await off_loop(camera.resolve, OTHER.names[0]) == [OTHER.ipv4]
        assert not await reaches(camera, OTHER.ipv4), "that is another's name"
        assert await reaches(tv, OTHER.ipv4, 0.9), "which stands for what anybody was told"
        assert not await reaches(tv, CLOUD.ipv4)
        assert await reaches(speaker, CLOUD.ipv4, 0.9)
        assert told(hub, camera) == {}
        sets = await off_loop(
            subprocess.check_output, ["/usr/sbin/nft", "list", "table", "inet", "secure_hub"], text=True
        )
        assert CLOUD.ipv4 in sets
        assert "timeout 1d" in sets
        await say(hub, camera, "default", NAME)
        assert not await reaches(camera, CLOUD.ipv4), "a rule that is gone opens nothing"
        assert await reaches(speaker, CLOUD.ipv4, 0.9)
        assert not [r for r in journal_of(hass) if r["action"] == "drift"], "what it adds is no attack"


async def test_a_folder_that_is_gone_is_said(hass: HomeAssistant, hub: SecureHub, lab: Lab, tmp_path: Path) -> None:
    await off_loop((tmp_path / FILE).unlink)
    await off_loop(tmp_path.rmdir)
    await allow_only(hub, lab.device("camera"), NAME)
    await hass.async_block_till_done()
    assert hub.named[0].status.reason == "dnsmasq_not_written"
    assert ir.async_get(hass).async_get_issue(DOMAIN, "dnsmasq_not_written")


async def test_removal_takes_the_file_away(hass: HomeAssistant, hub: SecureHub, tmp_path: Path) -> None:
    assert await off_loop((tmp_path / FILE).exists)
    assert await hass.config_entries.async_remove(hub.entry.entry_id)
    assert not await off_loop((tmp_path / FILE).exists)
