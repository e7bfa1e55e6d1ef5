"""Somebody else changes the wall, or the network behind it: noticed, mended, told."""

from dataclasses import replace

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.secure_hub.adapters.netfilter import backend
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import (
    actions_of,
    asset_with,
    enforcement,
    is_on,
    journal_of,
    off_loop,
    press,
    reach,
    tables,
)


@pytest.fixture
def unowned(
    lab: Lab,  # noqa: ARG001 - whose kernel it is
    socket_enabled: None,  # noqa: ARG001 - netlink
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A kernel that lets every root change every table, as before Linux 5.12 and 6.9."""
    found = backend.probe()
    monkeypatch.setattr(backend, "probe", lambda: replace(found, owner=False))


async def test_who_flushes_the_ruleset_does_not_touch_the_wall(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    await off_loop(lab.hub.nft, "flush ruleset")
    assert await reach(lab, camera) == set()
    assert "ip lab_nat" not in tables()
    assert enforcement(hass) == "in_sync"


@pytest.mark.usefixtures("unowned")
@pytest.mark.parametrize("foreign", ["flush ruleset", f"delete table inet {DOMAIN}", f"delete table bridge {DOMAIN}"])
async def test_a_wall_that_somebody_tore_down_is_back_within_seconds(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, foreign: str
) -> None:
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    await off_loop(lab.hub.nft, foreign)
    await eventually(lambda: "drift" in actions_of(hass), 10)
    assert await reach(lab, camera) == set()
    drift = next(record for record in journal_of(hass) if record["action"] == "drift")
    assert drift["reason"] == "rules_changed"
    assert drift["details"]["healed"] is True
    assert enforcement(hass) == "in_sync"
    assert is_on(hass, hub, camera.mac) is True


@pytest.mark.usefixtures("unowned")
async def test_a_fight_is_given_up_and_told(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> None:
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    for count in range(1, 5):
        await off_loop(lab.hub.nft, f"delete table inet {DOMAIN}")
        await eventually(lambda count=count: actions_of(hass).count("drift") == count, 10)
        issue = ir.async_get(hass).async_get_issue(DOMAIN, "rules_fought")
        assert (issue is not None) is (count == 3), "three heals in a minute are told"
    await eventually(lambda: enforcement(hass) == "drifted")
    assert ir.async_get(hass).async_get_issue(DOMAIN, "rules_given_up") is not None
    last = [record for record in journal_of(hass) if record["action"] == "drift"][-1]
    assert (last["reason"], last["details"]["healed"]) == ("rules_given_up", False)
    # A reload is what the issue advises.
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert enforcement(hass) == "in_sync"
    assert ir.async_get(hass).async_get_issue(DOMAIN, "rules_given_up") is None
    assert await reach(lab, camera) == set()


async def test_an_interface_that_vanishes_is_told_and_loses_nothing(
    hass: HomeAssistant, lab: Lab, hub: SecureHub
) -> None:
    """The bridge is gone, as far as anybody can find it by its name."""
    camera = lab.device("camera")
    await press(hass, hub, camera.mac, on=True)
    known = set(hub.assets)
    await off_loop(lab.hub.agent.call, "ip", lines=["link set br-iot down", "link set br-iot name br-gone"])
    try:
        await eventually(lambda: enforcement(hass) == "degraded", 10)
        assert ir.async_get(hass).async_get_issue(DOMAIN, "interface_missing") is not None
        assert known <= set(hub.assets)
        assert hub.standing(asset_with(hub, camera.mac).id) is Standing.QUARANTINED  # type: ignore[union-attr]
    finally:
        await off_loop(lab.hub.agent.call, "ip", lines=["link set br-gone name br-iot", "link set br-iot up"])
    await eventually(lambda: enforcement(hass) == "in_sync", 10)
    assert ir.async_get(hass).async_get_issue(DOMAIN, "interface_missing") is None
    assert is_on(hass, hub, camera.mac) is True
    assert not await off_loop(camera.can_reach, lab.gateway)
