"""Facts of the radio: read of unmodified ZHA, and of a radio library that tells of joins, which is a fake here."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from zigpy.types import EUI64
from zigpy.zdo.types import Neighbor

from custom_components.secure_hub.adapters.zha.facts import RadioFacts
from custom_components.secure_hub.engine.radio.posture import Check, examine
from tests.adapters.zha.conftest import WatchedGate
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of


class Ezsp:
    """What bellows has of callbacks."""

    def __init__(self) -> None:
        """Nobody listens."""
        self.callbacks: dict[int, Callable[..., None]] = {}

    def add_callback(self, callback: Callable[..., None]) -> int:
        """Call it with the name of a frame and its fields."""
        self.callbacks[7] = callback
        return 7

    def remove_callback(self, number: int) -> None:
        """Call it no more."""
        del self.callbacks[number]

    def tell(self, name: str, fields: Any) -> None:
        """A frame came."""
        for callback in self.callbacks.values():
            callback(name, fields)


async def test_what_zha_shows(
    hass: HomeAssistant, coordinator: VirtualCoordinator, bulb: VirtualDevice, gate: WatchedGate
) -> None:
    facts = RadioFacts(gate)
    facts.start()
    application = gateway_of(hass).application_controller
    await coordinator.report(bulb, "on_off", "on_off", 1)
    await eventually(lambda: facts._signals._signals)
    found = facts.read({}, None, frozenset())
    assert found
    assert found.network_key == bytes(application.state.network_info.network_key.key.serialize())
    assert found.firmware is None
    assert found.backup_at
    assert found.insecure_rejoins is None, "this radio does not tell"
    items = {item.check: item.well for item in examine(found, found.backup_at)}
    assert items[Check.NETWORK_KEY] is True
    assert items[Check.BACKUP] is True

    line = Neighbor(
        extended_pan_id=EUI64([0] * 8), ieee=bulb.ieee, nwk=bulb.nwk, device_type=1, rx_on_when_idle=1,
        relationship=1, reserved1=0, permit_joining=1, reserved2=0, depth=1, lqi=200,
    )  # fmt: skip
    application.topology.neighbors[application.state.node_info.ieee].append(line)
    found = facts.read({}, None, frozenset({str(bulb.ieee)}))
    assert found
    assert found.routers == found.accepting == {str(bulb.ieee)}
    opened = facts.read({}, 1.0, frozenset())
    assert opened
    assert opened.accepting == frozenset(), "while it is open they may"
    facts.stop()


async def test_insecure_rejoins(bulb: VirtualDevice, gate: WatchedGate, hass: HomeAssistant) -> None:
    ezsp = Ezsp()
    application = gateway_of(hass).application_controller
    application._ezsp = ezsp
    facts = RadioFacts(gate)
    facts.start()
    for status in (0, 1, 2, 3, 7):
        ezsp.tell("trustCenterJoinHandler", [bulb.nwk, bulb.ieee, status, 0, 0])
    ezsp.tell("messageSentHandler", [])
    ezsp.tell("trustCenterJoinHandler", None)  # nonsense
    found = facts.read({}, None, frozenset())
    assert found
    assert found.insecure_rejoins
    assert [ieee for _, ieee in found.insecure_rejoins] == [str(bulb.ieee)] * 2
    facts.stop()
    assert ezsp.callbacks == {}
    del application._ezsp


@pytest.mark.usefixtures("bulb")
async def test_a_zigpy_that_shows_nothing(hass: HomeAssistant, gate: WatchedGate) -> None:
    application = gateway_of(hass).application_controller
    hidden = {name: vars(application).pop(name) for name in ("backups", "topology")}
    facts = RadioFacts(gate)
    facts.start()
    found = facts.read({}, None, frozenset())
    vars(application).update(hidden)
    assert found
    assert found.backup_at is None
    facts.stop()


async def test_without_a_radio(hass: HomeAssistant) -> None:
    facts = RadioFacts(WatchedGate(hass))
    assert facts.read({}, None, frozenset()) is None
