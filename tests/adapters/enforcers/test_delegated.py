"""Switches of other integrations as enforcers: honest ones, and those that lie, are away, are slow, or break."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
import json
from pathlib import Path
from typing import Any

from homeassistant import components
from homeassistant.components.switch import SwitchEntity
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockPlatform,
    mock_platform,
)

from custom_components.secure_hub.adapters.enforcers.block_switches import BlockSwitch, Meaning, find_block_switch
from custom_components.secure_hub.adapters.enforcers.delegated import NOT_CONFIRMED, UNAVAILABLE, DelegatedEnforcer
from custom_components.secure_hub.engine.containment import Reach
from custom_components.secure_hub.engine.enforcement import EnforcementError, Health
from custom_components.secure_hub.engine.firewall.coverage import Coverage, CoverageLevel
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES, Scope

OPEN, HELD, QUARANTINED = PacketClass.OPEN, PacketClass.HELD, PacketClass.QUARANTINED
MAC = "02:00:00:00:00:01"
INTERNET = frozenset({Scope.INTERNET})
CAMERA = BlockSwitch("input_boolean.camera", Meaning.BLOCKED)
SWITCH = BlockSwitch("switch.camera", Meaning.ALLOWED)
SHORT = 0.3
"""Seconds of deadline where it is meant to pass."""


def plan(standing: PacketClass, *names: str, **changes: Any) -> Plan:
    members = {
        name: Member(frozenset({f"02:00:00:00:00:{number:02x}"}), frozenset(), frozenset(), standing)
        for number, name in enumerate(names or ("camera",), 1)
    }
    return replace(Plan(enforce=True, members=members), **changes)


class Toggle(SwitchEntity):
    """A switch of an integration: `effect` says what becomes of an order; `_attr_is_on` is what it shows."""

    _attr_should_poll = False

    def __init__(self, name: str, effect: Callable[[Toggle, bool], Awaitable[None]]) -> None:
        """Make it; on."""
        self._attr_name = name
        self._attr_unique_id = name
        self._attr_is_on = True
        self.truth = True
        self.orders: list[bool] = []
        self._effect = effect

    async def async_turn_on(self, **_: Any) -> None:
        """Turn on."""
        self.orders.append(True)
        await self._effect(self, True)  # noqa: FBT003 - a position

    async def async_turn_off(self, **_: Any) -> None:
        """Turn off."""
        self.orders.append(False)
        await self._effect(self, False)  # noqa: FBT003 - a position

    async def async_update(self) -> None:
        """Look what is true."""
        self._attr_is_on = self.truth

    def show(self, on: bool, **attributes: Any) -> None:  # noqa: FBT001 - a position
        """Show a position."""
        for name, value in attributes.items():
            setattr(self, f"_attr_{name}", value)
        self._attr_is_on = on
        self.async_write_ha_state()


async def honest(toggle: Toggle, on: bool) -> None:  # noqa: FBT001 - a position
    toggle.truth = on
    toggle.show(on)


async def optimistic(toggle: Toggle, on: bool) -> None:  # noqa: FBT001 - a position
    toggle.show(on)


async def deaf(*_: object) -> None:
    """Do nothing."""


async def slow(toggle: Toggle, on: bool) -> None:  # noqa: FBT001 - a position
    async def later() -> None:
        await asyncio.sleep(0.1)
        await honest(toggle, on)

    toggle.hass.async_create_background_task(later(), "slow switch")


async def stuck(*_: object) -> None:
    await asyncio.sleep(5)


async def broken(_: Toggle, on: bool) -> None:  # noqa: FBT001 - a position
    message = "no answer from the controller"
    raise HomeAssistantError(message) if on else RuntimeError(message)


async def plug_in(
    hass: HomeAssistant, effect: Callable[[Toggle, bool], Awaitable[None]], name: str = "camera"
) -> Toggle:
    """Set up a switch of an integration `maker`; on while the client is allowed."""
    toggle = Toggle(name, effect)

    async def set_up(_: HomeAssistant, __: Any, add: Callable[..., None], ___: Any = None) -> None:
        add([toggle])

    mock_platform(hass, "maker.switch", MockPlatform(async_setup_platform=set_up))
    assert await async_setup_component(hass, "switch", {"switch": {"platform": "maker"}})
    await hass.async_block_till_done()
    assert hass.states.get(f"switch.{name}")
    return toggle


def allowing(name: str = "camera") -> dict[str, BlockSwitch]:
    return {name: BlockSwitch(f"switch.{name}", Meaning.ALLOWED)}


@pytest.fixture
async def helper(hass: HomeAssistant) -> None:
    """Input booleans, and a template switch over one, as a user makes them."""
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"camera": {}, "wire": {}}})
    template = {
        "name": "Uplink",
        "state": "{{ is_state('input_boolean.wire', 'on') }}",
        "turn_on": {"action": "input_boolean.turn_on", "target": {"entity_id": "input_boolean.wire"}},
        "turn_off": {"action": "input_boolean.turn_off", "target": {"entity_id": "input_boolean.wire"}},
    }
    assert await async_setup_component(hass, "template", {"template": {"switch": template}})
    await hass.async_block_till_done()


@pytest.mark.usefixtures("helper")
@pytest.mark.parametrize("standing", [HELD, QUARANTINED])
@pytest.mark.parametrize(
    ("entity", "truth", "meaning"),
    [
        ("input_boolean.camera", "input_boolean.camera", Meaning.BLOCKED),
        ("switch.uplink", "input_boolean.wire", Meaning.ALLOWED),
    ],
)
async def test_blocks_and_allows(
    hass: HomeAssistant, standing: PacketClass, entity: str, truth: str, meaning: Meaning
) -> None:
    """A switch is turned, in its own sense, and said to hold only what it was read back as blocking."""
    blocked, allowed = ("on", "off") if meaning is Meaning.BLOCKED else ("off", "on")
    await hass.services.async_call("input_boolean", f"turn_{allowed}", {"entity_id": truth}, blocking=True)
    await hass.async_block_till_done()
    enforcer = DelegatedEnforcer(hass, {"camera": BlockSwitch(entity, meaning)})
    await enforcer.apply(plan(OPEN))
    assert enforcer.held() == {}
    await enforcer.apply(plan(standing), {"camera"})
    assert hass.states.is_state(truth, blocked)
    assert enforcer.held() == {"camera": standing}
    assert enforcer.denied() == {"camera": NETWORK_SCOPES}
    assert enforcer.status.health is Health.IN_SYNC
    await enforcer.apply(plan(OPEN), {"camera"})
    assert hass.states.is_state(truth, allowed)
    assert enforcer.held() == enforcer.denied() == {}
    await enforcer.close()


@pytest.mark.usefixtures("helper")
async def test_what_others_blocked_stays(hass: HomeAssistant) -> None:
    """A client that its owner blocked by hand stays blocked, and is not said to be held."""
    await hass.services.async_call("input_boolean", "turn_on", {"entity_id": CAMERA.entity_id}, blocking=True)
    enforcer = DelegatedEnforcer(hass, {"camera": CAMERA})
    await enforcer.apply(plan(OPEN))
    await enforcer.remove()
    assert hass.states.is_state(CAMERA.entity_id, "on")
    assert enforcer.held() == {}


@pytest.mark.usefixtures("helper")
async def test_monitor_and_protected(hass: HomeAssistant) -> None:
    """Nothing is turned in monitor mode, nor for who must never be cut off."""
    enforcer = DelegatedEnforcer(hass, {"camera": CAMERA})
    for spared in ({"enforce": False}, {"protected_macs": frozenset({MAC})}, {"hub_macs": frozenset({MAC})}):
        await enforcer.apply(plan(QUARANTINED, **spared))
        assert hass.states.is_state(CAMERA.entity_id, "off")
        assert enforcer.held() == {}
    await enforcer.apply(plan(QUARANTINED))
    assert hass.states.is_state(CAMERA.entity_id, "on")
    await enforcer.apply(plan(QUARANTINED, enforce=False))
    assert hass.states.is_state(CAMERA.entity_id, "off")


@pytest.mark.usefixtures("helper")
async def test_remove_and_gone(hass: HomeAssistant) -> None:
    """An asset that leaves the home blocked stays blocked until all is taken away."""
    enforcer = DelegatedEnforcer(hass, {"camera": CAMERA})
    await enforcer.apply(plan(QUARANTINED))
    await enforcer.apply(plan(OPEN, "tv"), {"camera"})
    assert hass.states.is_state(CAMERA.entity_id, "on")
    assert enforcer.held() == {}
    await enforcer.remove()
    assert hass.states.is_state(CAMERA.entity_id, "off")


async def test_lies_by_optimism(hass: HomeAssistant) -> None:
    """A switch that says what it was asked before anything happened is found out by asking it to refresh."""
    toggle = await plug_in(hass, optimistic)
    enforcer = DelegatedEnforcer(hass, allowing(), deadline=SHORT)
    await enforcer.apply(plan(QUARANTINED))
    assert toggle.orders == [False]
    assert enforcer.held() == enforcer.denied() == {}
    assert (enforcer.status.health, enforcer.status.reason) == (Health.DEGRADED, NOT_CONFIRMED)
    assert enforcer.status.detail == "camera"


async def test_lies_by_assuming(hass: HomeAssistant) -> None:
    """A switch that admits to assume its state is turned, and never believed; nobody waits for it."""
    toggle = await plug_in(hass, honest)
    toggle.show(True, assumed_state=True)  # noqa: FBT003 - a position
    enforcer = DelegatedEnforcer(hass, allowing())
    async with asyncio.timeout(2):
        await enforcer.apply(plan(QUARANTINED))
    assert toggle.orders == [False]
    assert enforcer.held() == {}
    assert enforcer.status.reason == NOT_CONFIRMED


async def test_lies_later(hass: HomeAssistant) -> None:
    """A switch is believed as long as it says so; who changes it back takes the claim away at once."""
    told: list[Health] = []
    toggle = await plug_in(hass, honest)
    enforcer = DelegatedEnforcer(hass, allowing(), on_status=lambda: told.append(enforcer.status.health))
    await enforcer.apply(plan(QUARANTINED))
    assert enforcer.held() == {"camera": QUARANTINED}
    await honest(toggle, on=True)
    await hass.async_block_till_done()
    assert enforcer.held() == {}
    assert enforcer.status.reason == NOT_CONFIRMED
    await honest(toggle, on=False)
    await hass.async_block_till_done()
    assert enforcer.held() == {"camera": QUARANTINED}
    assert told == [Health.DEGRADED, Health.IN_SYNC]
    await enforcer.close()
    await honest(toggle, on=True)
    await hass.async_block_till_done()
    assert told == [Health.DEGRADED, Health.IN_SYNC]


@pytest.mark.parametrize("effect", [deaf, stuck, broken])
async def test_does_nothing(hass: HomeAssistant, effect: Callable[[Toggle, bool], Awaitable[None]]) -> None:
    """A switch that does nothing, hangs or fails holds nobody, and does not keep the others from it."""
    await plug_in(hass, effect)
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"tv": {}}})
    others = {"tv": BlockSwitch("input_boolean.tv", Meaning.BLOCKED)}
    enforcer = DelegatedEnforcer(hass, allowing() | others, deadline=SHORT)
    await enforcer.apply(plan(QUARANTINED, "camera", "tv"))
    assert enforcer.held() == {"tv": QUARANTINED}
    assert (enforcer.status.reason, enforcer.status.detail) == (NOT_CONFIRMED, "camera")
    await enforcer.close()


async def test_slow(hass: HomeAssistant) -> None:
    """A switch may take its time, up to the deadline; after that it counts when it says so by itself."""
    toggle = await plug_in(hass, slow)
    enforcer = DelegatedEnforcer(hass, allowing())
    await enforcer.apply(plan(QUARANTINED))
    assert enforcer.held() == {"camera": QUARANTINED}
    await enforcer.apply(plan(OPEN))
    assert toggle.truth
    hasty = DelegatedEnforcer(hass, allowing(), deadline=0.02)
    await hasty.apply(plan(QUARANTINED))
    assert hasty.held() == {}
    await asyncio.sleep(0.2)
    await hass.async_block_till_done()
    assert hasty.held() == {"camera": QUARANTINED}


async def test_unavailable(hass: HomeAssistant) -> None:
    """A switch that is away holds nobody, is not waited for, and is turned when it comes back."""
    toggle = await plug_in(hass, honest)
    toggle.show(True, available=False)  # noqa: FBT003 - a position
    enforcer = DelegatedEnforcer(hass, allowing())
    async with asyncio.timeout(2):
        await enforcer.apply(plan(QUARANTINED))
    assert toggle.orders == []
    assert enforcer.held() == {}
    assert (enforcer.status.health, enforcer.status.reason) == (Health.DEGRADED, UNAVAILABLE)
    toggle.show(True, available=True)  # noqa: FBT003 - a position
    await hass.async_block_till_done()
    assert toggle.orders == [False]
    assert enforcer.held() == {"camera": QUARANTINED}
    assert enforcer.status.health is Health.IN_SYNC


async def test_missing(hass: HomeAssistant) -> None:
    """A switch that is in no registry holds nobody."""
    enforcer = DelegatedEnforcer(hass, allowing())
    await enforcer.apply(plan(QUARANTINED))
    assert enforcer.held() == {}
    assert enforcer.status.reason == UNAVAILABLE


async def test_remove_says_what_stays(hass: HomeAssistant) -> None:
    toggle = await plug_in(hass, honest)
    enforcer = DelegatedEnforcer(hass, allowing(), deadline=SHORT)
    await enforcer.apply(plan(QUARANTINED))
    toggle._effect = deaf
    with pytest.raises(EnforcementError) as refused:
        await enforcer.remove()
    assert (refused.value.key, refused.value.detail) == (NOT_CONFIRMED, "camera")


def known_switch(
    hass: HomeAssistant,
    platform: str,
    translation_key: str,
    mac: str = MAC,
    disabled: er.RegistryEntryDisabler | None = None,
) -> str:
    """Register what an integration registers: a device with the client's MAC, and its switch."""
    entry = MockConfigEntry(domain=platform)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, connections={(dr.CONNECTION_NETWORK_MAC, mac.upper())}
    )
    entity = er.async_get(hass).async_get_or_create(
        "switch",
        platform,
        f"{translation_key}-{mac}",
        config_entry=entry,
        device_id=device.id,
        translation_key=translation_key,
        disabled_by=disabled,
    )
    return entity.entity_id


@pytest.mark.parametrize(
    ("platform", "translation_key", "scopes"),
    [
        ("unifi", "block_client", NETWORK_SCOPES),
        ("fritz", "internet_access", INTERNET),
        ("netgear", "allowed_on_network", INTERNET),
    ],
)
async def test_known_switches(
    hass: HomeAssistant, platform: str, translation_key: str, scopes: frozenset[Scope]
) -> None:
    """Known switches are found by MAC; the table names entities that Home Assistant's integrations really make."""
    assert find_block_switch(hass, {MAC}) is None
    known_switch(hass, "unifi", "poe_port_control")
    known_switch(hass, platform, translation_key, "02:00:00:00:00:99")
    assert find_block_switch(hass, {MAC}) is None
    entity_id = known_switch(hass, platform, translation_key)
    assert find_block_switch(hass, {MAC, "02:00:00:00:00:98"}) == BlockSwitch(entity_id, Meaning.ALLOWED, scopes)

    named = json.loads((Path(components.__path__[0]) / platform / "strings.json").read_text(encoding="utf-8"))
    assert translation_key in named["entity"]["switch"]


async def test_the_best_known_switch(hass: HomeAssistant) -> None:
    """Of several the one that cuts most counts; a disabled one does not."""
    internet = known_switch(hass, "fritz", "internet_access")
    known_switch(hass, "unifi", "block_client", disabled=er.RegistryEntryDisabler.USER)
    found = find_block_switch(hass, {MAC})
    assert found is not None
    assert found.entity_id == internet
    entity_id = er.async_get(hass).async_get_entity_id("switch", "unifi", f"block_client-{MAC}")
    assert entity_id
    er.async_get(hass).async_update_entity(entity_id, disabled_by=None)
    assert find_block_switch(hass, {MAC}) == BlockSwitch(entity_id, Meaning.ALLOWED)


async def test_a_switch_that_cuts_less(hass: HomeAssistant) -> None:
    """A switch that denies the internet only is used and told, and is no quarantine."""
    toggle = await plug_in(hass, honest)
    cuts_internet = BlockSwitch("switch.camera", Meaning.ALLOWED, INTERNET)
    enforcer = DelegatedEnforcer(hass, {"camera": cuts_internet})
    await enforcer.apply(plan(QUARANTINED))
    assert not toggle.truth
    assert enforcer.denied() == {"camera": INTERNET}
    assert enforcer.held() == {}
    assert enforcer.status.health is Health.IN_SYNC
    assert enforcer.reach("camera") == Reach(Coverage(CoverageLevel.ROUTED, "block_switch"), INTERNET, held=QUARANTINED)
    assert enforcer.reach("tv") is None


async def test_only_what_was_named_is_turned(hass: HomeAssistant) -> None:
    """A known switch is offered; it is not used unasked."""
    known_switch(hass, "unifi", "block_client")
    enforcer = DelegatedEnforcer(hass, {})
    await enforcer.apply(plan(QUARANTINED))
    assert enforcer.reach("camera") is None
    assert enforcer.held() == {}


async def test_a_restart_remembers_what_was_blocked_here(hass: HomeAssistant) -> None:
    """So that it is allowed again when it is released, also while nobody was there."""
    toggle = await plug_in(hass, honest)
    told: list[Mapping[str, BlockSwitch]] = []
    before = DelegatedEnforcer(hass, {"camera": SWITCH}, on_turned=told.append)
    await before.apply(plan(QUARANTINED))
    assert told == [{"camera": SWITCH}]
    await before.close()
    after = DelegatedEnforcer(hass, {"camera": SWITCH}, turned=told[-1], on_turned=told.append)
    await after.apply(plan(QUARANTINED))
    assert after.held() == {"camera": QUARANTINED}
    assert len(told) == 1, "nothing new to remember"
    await after.close()
    assert not toggle.truth
    last = DelegatedEnforcer(hass, {"camera": SWITCH}, turned=told[-1], on_turned=told.append)
    await last.apply(plan(OPEN))
    assert toggle.truth
    assert told[-1] == {}


async def test_a_switch_that_is_named_no_more_is_turned_back(hass: HomeAssistant) -> None:
    toggle = await plug_in(hass, honest)
    told: list[Mapping[str, BlockSwitch]] = []
    before = DelegatedEnforcer(hass, {"camera": SWITCH}, on_turned=told.append)
    await before.apply(plan(QUARANTINED))
    await before.close()
    after = DelegatedEnforcer(hass, {}, turned=told[-1], on_turned=told.append)
    await after.apply(plan(QUARANTINED))
    assert toggle.truth
    assert told[-1] == {}
    assert after.status.health is Health.IN_SYNC
    await after.apply(plan(QUARANTINED), {"camera"})
    assert toggle.truth


@pytest.mark.parametrize("state", ["unknown", "unavailable", "", None])
def test_states_that_say_nothing(state: str | None) -> None:
    assert CAMERA.blocks(state) is None


@pytest.mark.parametrize("entity_id", ["lock.door", "light.kitchen", "camera"])
def test_no_switch(entity_id: str) -> None:
    with pytest.raises(ValueError, match=entity_id):
        BlockSwitch(entity_id, Meaning.ALLOWED)
