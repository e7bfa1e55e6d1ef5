"""Entities of a denied device are taken away and given back; nobody else's are."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.secure_hub.adapters.enforcers.ha_gate import ENABLED_BY_HAND, HomeAssistantGate
from custom_components.secure_hub.engine.containment import COMMANDS, Reach
from custom_components.secure_hub.engine.enforcement import Health
from custom_components.secure_hub.engine.firewall.coverage import Coverage, CoverageLevel
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.tables import ScopeTable, Table

from .thermostat import SENSOR, SWITCH, installed

OPEN, HELD, QUARANTINED = PacketClass.OPEN, PacketClass.HELD, PacketClass.QUARANTINED
MAC = "02:00:00:00:00:01"
AWAY = Coverage(CoverageLevel.FULL, "ha_gate")
NOTHING: frozenset[Scope] = frozenset()


def plan(packet_class: PacketClass = OPEN, *, enforce: bool = True, mac: str = MAC, **said: Decision) -> Plan:
    table = Table(tuple((Scope(scope), ScopeTable(decision)) for scope, decision in said.items())) if said else None
    member = Member(
        frozenset({mac} if mac else ()), frozenset(), frozenset({"ieee"} if not mac else ()), packet_class, table
    )
    return Plan(enforce=enforce, members={"a": member})


class Home:
    """A gate, the device that asset `a` is, and what was remembered."""

    def __init__(self, hass: HomeAssistant, device_id: str, entry: MockConfigEntry, orders: list[str]) -> None:
        """Know them."""
        self.hass, self.entry, self.orders = hass, entry, orders
        self.told: list[Mapping[str, Collection[str]]] = []
        self.statuses: list[None] = []
        self._device_id = device_id
        self.gate = self.make()

    def make(self, **arguments: Any) -> HomeAssistantGate:
        """Make another gate, as after a restart."""
        self.gate = HomeAssistantGate(
            self.hass,
            lambda asset_id: [self._device_id] if asset_id == "a" else [],
            on_taken=self.told.append,
            on_status=lambda: self.statuses.append(None),
            **arguments,
        )
        return self.gate

    def there(self) -> set[str]:
        """Entities that are in the state machine."""
        return {entity_id for entity_id in (SENSOR, SWITCH) if self.hass.states.get(entity_id)}

    async def command(self) -> None:
        """Turn the heating on."""
        await self.hass.services.async_call("switch", "turn_on", {"entity_id": SWITCH}, blocking=True)

    async def later(self) -> None:
        """Let the time pass after which Home Assistant reloads what was enabled."""
        async_fire_time_changed(self.hass, dt_util.utcnow() + timedelta(seconds=31))
        await self.hass.async_block_till_done()


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncIterator[Home]:
    orders: list[str] = []
    async with installed(hass, MAC, orders) as (entry, device_id):
        found = Home(hass, device_id, entry, orders)
        assert found.there() == {SENSOR, SWITCH}
        yield found
        await found.later()


async def test_quarantine_takes_everything_away_and_release_gives_it_back(home: Home) -> None:
    gate = home.gate
    await gate.apply(plan())
    assert gate.reach("a") == Reach(AWAY, COMMANDS, COMMANDS, OPEN)
    await gate.apply(plan(QUARANTINED), {"a"})
    assert home.there() == set()
    assert gate.held() == {"a": QUARANTINED}
    assert gate.reach("a") == Reach(AWAY, COMMANDS, COMMANDS, QUARANTINED)
    await home.command()
    assert home.orders == [], "no action finds it"
    await gate.apply(plan(), {"a"})
    await home.later()
    assert home.there() == {SENSOR, SWITCH}
    assert gate.held() == {}
    await home.command()
    assert home.orders == ["on"]
    assert home.told[-1] == {}
    await gate.close()


@pytest.mark.parametrize(
    ("said", "ruled", "away"),
    [
        ({}, COMMANDS, False),
        ({"control": Decision.DENY}, NOTHING, False),
        ({"report": Decision.DENY}, NOTHING, False),
        ({"control": Decision.ASK, "report": Decision.DENY}, COMMANDS, True),
        ({"control": Decision.DENY, "report": Decision.DENY}, COMMANDS, True),
    ],
)
async def test_both_or_neither(home: Home, said: dict[str, Decision], ruled: frozenset[Scope], away: bool) -> None:  # noqa: FBT001 - a case
    await home.gate.apply(plan(**said))
    assert (home.there() == set()) is away
    reach = home.gate.reach("a")
    assert reach
    assert reach.ruled == ruled
    assert reach.current
    await home.gate.remove()
    await home.later()
    assert home.there() == {SENSOR, SWITCH}


async def test_who_is_left_alone(home: Home) -> None:
    """Monitor mode, the protected, who has a radio's own gate, newcomers, and who is nobody's device."""
    gate = home.gate
    await gate.apply(plan(QUARANTINED, enforce=False))
    assert home.there()
    protected = plan(QUARANTINED)
    await gate.apply(Plan(enforce=True, members=protected.members, protected_macs=frozenset({MAC})))
    assert home.there()
    for other in (plan(QUARANTINED, mac=""), plan(HELD)):
        await gate.apply(other)
        assert home.there()
        assert gate.reach("a") is None
    assert gate.reach("b") is None
    await gate.close()


async def test_what_cannot_be_reloaded_is_not_taken(hass: HomeAssistant) -> None:
    async with installed(hass, MAC, [], reloadable=False) as (entry, device_id):
        home = Home(hass, device_id, entry, [])
        await home.gate.apply(plan(QUARANTINED))
        assert home.there() == {SENSOR, SWITCH}
        assert home.gate.reach("a") is None
        await home.gate.close()


async def test_what_was_disabled_by_hand_stays_so(home: Home) -> None:
    registry = er.async_get(home.hass)
    registry.async_update_entity(SENSOR, disabled_by=er.RegistryEntryDisabler.USER)
    await home.hass.async_block_till_done()
    await home.gate.apply(plan(QUARANTINED))
    await home.gate.apply(plan())
    await home.later()
    assert home.there() == {SWITCH}
    await home.gate.close()


async def test_what_is_spared_is_not_taken(home: Home) -> None:
    gate = home.make(spared={SWITCH})
    await gate.apply(plan(QUARANTINED))
    assert home.there() == {SWITCH}
    assert gate.held() == {"a": QUARANTINED}
    await gate.close()


async def test_who_enables_by_hand_is_not_fought_but_seen(home: Home) -> None:
    gate = home.gate
    await gate.apply(plan(QUARANTINED))
    er.async_get(home.hass).async_update_entity(SENSOR, disabled_by=None)
    await home.later()
    assert home.there() == {SENSOR}
    assert (gate.status.health, gate.status.reason, gate.status.detail) == (Health.DEGRADED, ENABLED_BY_HAND, "a")
    assert gate.held() == {}
    assert home.statuses
    await gate.apply(plan(QUARANTINED), {"a"})
    assert home.there() == set()
    assert gate.status.health is Health.IN_SYNC
    await gate.close()


async def test_what_appears_later_is_taken_too(home: Home) -> None:
    gate = home.gate
    await gate.apply(plan(QUARANTINED))
    device_id = er.async_get(home.hass).async_get(SENSOR).device_id
    added = er.async_get(home.hass).async_get_or_create(
        "light", "thermostat", "lamp", config_entry=home.entry, device_id=device_id
    )
    await home.hass.async_block_till_done()
    assert er.async_get(home.hass).async_get(added.entity_id).disabled
    er.async_get(home.hass).async_remove(added.entity_id)
    await home.hass.async_block_till_done()
    assert gate.held() == {"a": QUARANTINED}
    await gate.close()


async def test_a_restart_and_switching_it_off(home: Home) -> None:
    """What was taken is remembered; switched off, the gate gives it back."""
    await home.gate.apply(plan(QUARANTINED))
    await home.gate.close()
    assert home.there() == set()
    gate = home.make(taken=home.told[-1])
    await gate.apply(plan(QUARANTINED))
    assert gate.held() == {"a": QUARANTINED}
    await gate.close()
    gate = home.make(taken=home.told[-1], active=False)
    await gate.apply(plan(QUARANTINED))
    assert gate.reach("a") is None
    await home.later()
    assert home.there() == {SENSOR, SWITCH}
    await gate.close()
