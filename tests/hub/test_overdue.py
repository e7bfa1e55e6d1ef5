"""Devices whose update is overdue are restricted, if that was chosen, until it is installed."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.secure_hub.engine.choices import set_profile
from custom_components.secure_hub.engine.firmware.settings import WhenOverdue
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.hub import SecureHub
from tests.lab.gadgets import Gadget, Gadgets, Manners
from tests.lab.network.lab import Lab
from tests.plugin import NETWORKS, actions_of, set_up
from tests.updates import WATCHING, settled, status

pytestmark = pytest.mark.usefixtures("bare_kernel")

DAY = timedelta(days=1)


async def after(hass: HomeAssistant, hub: SecureHub, freezer: FrozenDateTimeFactory, delta: timedelta) -> None:
    """Let time pass."""
    freezer.tick(delta)
    for _ in range(3):
        async_fire_time_changed(hass)
        await settled(hass, hub)
        await hub.rollouts.async_settle()
        await hub.overdue.async_settle()


async def prepared(hass: HomeAssistant, *gadgets: Gadget, **options: Any) -> tuple[Gadgets, SecureHub]:
    """Devices of the virtual home's network, and a hub that enforces."""
    made = Gadgets(hass, gadgets)
    await made.async_set_up()
    choice = {**WATCHING, "mode": "enforce", "updates_backup": False, **options}
    hub = await set_up(hass, MockConfigEntry(domain="secure_hub", data=NETWORKS, options=choice, version=1))
    await settled(hass, hub)
    return made, hub


def asset_id(hub: SecureHub, made: Gadgets, key: str) -> str:
    """Id of a gadget's asset."""
    found = hub.asset_of_device(made.device_id(key))
    assert found
    return found.id


async def test_an_overdue_device_is_kept_from_the_internet_until_it_is_updated(
    hass: HomeAssistant, bare_kernel: Lab, freezer: FrozenDateTimeFactory
) -> None:
    macs = [device.mac for device in bare_kernel.devices[:2]]
    made, hub = await prepared(
        hass,
        Gadget("plug", mac=macs[0]),
        Gadget("mine", mac=macs[1], model="Smart Plug 4"),
        updates_overdue="local_only",
    )
    plug, mine = (asset_id(hub, made, key) for key in ("plug", "mine"))
    await hub.async_decide(lambda home: set_profile(home, mine, Profile.TRUSTED, actor=None))
    await after(hass, hub, freezer, 31 * DAY)
    assert status(hass, made, "plug").state == status(hass, made, "mine").state == "overdue"
    assert hub.permissions.profiles == {plug: Profile.LOCAL_ONLY, mine: Profile.TRUSTED}
    assert hub.overdue.restricted == {plug: WhenOverdue.LOCAL_ONLY}
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    hub = hub.entry.runtime_data
    await after(hass, hub, freezer, timedelta(minutes=1))
    assert hub.overdue.restricted == {plug: WhenOverdue.LOCAL_ONLY}
    await hub.rollouts.async_install([plug], actor=None, immediate=True)
    await after(hass, hub, freezer, timedelta(minutes=1))
    assert made.gadgets["plug"].installed == "1.1.0"
    assert hub.permissions.profiles == {mine: Profile.TRUSTED}
    assert hub.overdue.restricted == {}
    assert actions_of(hass, plug).count("set_profile") == 2


async def test_one_that_fails_is_restricted_again(
    hass: HomeAssistant, bare_kernel: Lab, freezer: FrozenDateTimeFactory
) -> None:
    plug = Gadget("plug", mac=bare_kernel.devices[0].mac, manners=Manners.FAILS)
    made, hub = await prepared(hass, plug, updates_overdue="quarantine")
    key = asset_id(hub, made, "plug")
    await after(hass, hub, freezer, 31 * DAY)
    assert hub.policy.quarantined[key].reason == "update overdue"
    await hub.rollouts.async_install([key], actor=None, immediate=True)
    await after(hass, hub, freezer, timedelta(minutes=1))
    assert plug.installs == 1
    assert key in hub.policy.quarantined
    assert actions_of(hass, key).count("release") == 1, "it was let go of for its update"
    await hub.async_release(key, actor=None)  # a person decides otherwise
    await hub.async_quarantine(key, actor=None, reason="a person's own")
    plug.installed = "1.1.0"
    made.async_show()
    await after(hass, hub, freezer, timedelta(minutes=1))
    assert hub.overdue.restricted == {}
    assert hub.policy.quarantined[key].reason == "a person's own"


async def test_without_that_choice_nothing_is_restricted(
    hass: HomeAssistant, bare_kernel: Lab, freezer: FrozenDateTimeFactory
) -> None:
    made, hub = await prepared(hass, Gadget("plug", mac=bare_kernel.devices[0].mac))
    await after(hass, hub, freezer, 31 * DAY)
    assert status(hass, made, "plug").state == "overdue"
    assert hub.permissions.profiles == {}


async def test_what_cannot_be_restricted_is_said_once(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    made, hub = await prepared(hass, Gadget("plug"), updates_overdue="quarantine")
    await after(hass, hub, freezer, 31 * DAY)
    await after(hass, hub, freezer, DAY)
    assert status(hass, made, "plug").state == "overdue"
    assert hub.overdue.restricted == {}
    assert caplog.text.count("was not restricted or released") == 1
