"""What may be said to a radio device and what is heard of it, each by itself, on unmodified ZHA."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.secure_hub.adapters.zha.gate import FrameCounts
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.tables import ScopeTable, Table
from tests.adapters.zha.conftest import WatchedGate
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually

from .test_gate import BULB, state, turn, unheard


def saying(*, enforce: bool = True, **said: Decision) -> Plan:
    """The bulb with a table."""
    table = Table(tuple((Scope(name), ScopeTable(decision)) for name, decision in said.items()))
    bulb = Member(frozenset(), frozenset(), frozenset({BULB}), PacketClass.OPEN, table)
    return Plan(enforce=enforce, members={"bulb": bulb})


@pytest.mark.parametrize("decision", [Decision.DENY, Decision.ASK])
async def test_who_may_not_be_commanded_is_still_heard(
    hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate, decision: Decision
) -> None:
    await gate.apply(saying(control=decision, report=Decision.ALLOW))
    reached = bulb.unicasts_in
    with pytest.raises(HomeAssistantError, match="may not be commanded"):
        await turn(hass, bulb, "turn_on")
    assert bulb.unicasts_in == reached
    await coordinator.report(bulb, "on_off", "on_off", 1)
    await eventually(lambda: state(hass, bulb) == "on")


@pytest.mark.parametrize("decision", [Decision.DENY, Decision.ASK])
async def test_who_is_not_heard_still_obeys(
    hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate, decision: Decision
) -> None:
    await gate.apply(saying(control=Decision.ALLOW, report=decision))
    await unheard(coordinator, gate, bulb, 1)
    assert state(hass, bulb) == "off", "what it says of itself is not heard"
    await turn(hass, bulb, "turn_on")  # its acknowledgement is
    assert bulb.read("on_off", "on_off") == 1
    assert state(hass, bulb) == "on"
    counts = gate.counts[BULB]
    dropped = counts.dropped
    await unheard(coordinator, gate, bulb, 0)
    assert counts.dropped == dropped + 1
    assert state(hass, bulb) == "on"


async def test_what_is_only_watched_is_counted(
    hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    await gate.apply(saying(enforce=False, control=Decision.DENY, report=Decision.DENY))
    counts = gate.counts.setdefault(BULB, FrameCounts())
    refused, dropped = counts.refused, counts.dropped
    await turn(hass, bulb, "turn_on")
    await coordinator.report(bulb, "on_off", "on_off", 0)
    await eventually(lambda: state(hass, bulb) == "off")
    assert counts.refused > refused
    assert counts.dropped > dropped


async def test_other_scopes_are_nothing_to_the_gate(
    hass: HomeAssistant, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    await gate.apply(saying(internet=Decision.DENY, peers=Decision.DENY, share=Decision.DENY))
    await turn(hass, bulb, "turn_on")
    assert bulb.read("on_off", "on_off") == 1
