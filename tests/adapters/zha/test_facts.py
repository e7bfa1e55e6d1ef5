"""Facts of the radio: read of unmodified ZHA, and by unmodified bellows of an EmberZNet chip, which is a fake here."""

import asyncio
from collections.abc import Iterator
from typing import Any

from bellows.ezsp import EZSP
from bellows.ezsp.v4 import EZSPv4
from bellows.ezsp.v13 import EZSPv13
from homeassistant.core import HomeAssistant
import pytest
from zigpy.types import EUI64
from zigpy.zdo.types import Neighbor
from zigpy_ziggurat.zigbee.protocol import DeviceJoined, RequestCommand

from custom_components.secure_hub.adapters.zha import facts as facts_module
from custom_components.secure_hub.adapters.zha.facts import RadioFacts
from custom_components.secure_hub.engine.radio.posture import Check, examine
from tests.adapters.zha.conftest import WatchedGate
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of


class Chip:
    """An EmberZNet chip on the wire that bellows, as it is, talks to: it knows one policy, and tells of joins."""

    def __init__(self, ezsp: EZSP, protocol: Any) -> None:
        """Plug it in; `protocol` is bellows' class for the version of EZSP that it speaks."""
        self.policy: int | None = 1
        """Decision that the trust centre's policy is; None is a command that the chip does not know."""
        self.status = 0
        self._protocol = protocol(ezsp.handle_callback, self)
        ezsp._protocol, ezsp._ezsp_version, ezsp._gw = self._protocol, protocol.VERSION, self
        ezsp.start_ezsp()

    async def send_data(self, data: bytes) -> None:
        """Answer a question."""
        name = "getPolicy" if self.policy is not None else "invalidCommand"
        body = bytes((self.status, self.policy)) if self.policy is not None else b"\x58"
        asyncio.get_running_loop().call_soon(self._say, data[0], name, body)

    def join(self, device: VirtualDevice, update: int) -> None:
        """Tell of a device that came, and how."""
        who = device.nwk.serialize() + device.ieee.serialize()
        self._say(0, "trustCenterJoinHandler", who + bytes((update, 0)) + b"\x00\x00")

    def _say(self, sequence: int, name: str, body: bytes) -> None:
        number = self._protocol.COMMANDS[name][0]
        if self._protocol.VERSION < 5:
            head = bytes((sequence, 0x80, number))
        else:
            head = bytes((sequence, 0x80, 0x01)) + number.to_bytes(2, "little")
        self._protocol(head + body)


@pytest.fixture
def chip(hass: HomeAssistant, bulb: VirtualDevice) -> Iterator[Chip]:
    """The radio of ZHA, as far as its library's own interface goes, is an EmberZNet chip."""
    assert bulb.joined
    application = gateway_of(hass).application_controller
    application._ezsp = EZSP({})
    yield Chip(application._ezsp, EZSPv13)
    del application._ezsp


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


async def test_insecure_rejoins(hass: HomeAssistant, chip: Chip, bulb: VirtualDevice, gate: WatchedGate) -> None:
    facts = RadioFacts(gate)
    facts.start()
    for update in (0, 1, 2, 3, 7):
        chip.join(bulb, update)
    ezsp = gateway_of(hass).application_controller._ezsp
    ezsp.handle_callback("messageSentHandler", [])
    ezsp.handle_callback("trustCenterJoinHandler", None)  # nonsense
    found = facts.read({}, None, frozenset())
    assert found
    assert found.insecure_rejoins
    assert [ieee for _, ieee in found.insecure_rejoins] == [str(bulb.ieee)] * 2
    facts.stop()
    assert len(ezsp._callbacks) == 1, "bellows' own"


async def policy_of(facts: RadioFacts, *, is_open: bool = False) -> bool | None:
    """What the trust centre's policy is found to be."""
    await facts.ask_policy(lambda: is_open)
    found = facts.read({}, None, frozenset())
    assert found
    return found.rejects_insecure_rejoins


async def test_the_policy_of_the_trust_centre(
    hass: HomeAssistant, chip: Chip, gate: WatchedGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts_module, "AFTER_CLOSING_S", 0.01)
    facts = RadioFacts(gate)
    facts.start()
    assert await policy_of(facts) is True, "joins, with a key, but no insecure rejoins"
    chip.policy = 3
    assert await policy_of(facts, is_open=True) is True, "while the network is open nothing is read"
    assert await policy_of(facts) is False
    for chip.policy, chip.status in ((None, 0), (1, 0x35)):
        assert await policy_of(facts) is False, "what cannot be read changes nothing"
    older = Chip(gateway_of(hass).application_controller._ezsp, EZSPv4)
    for older.policy, rejects in ((3, True), (0, False), (5, True), (1, False)):
        assert await policy_of(facts) is rejects
    facts.stop()
    found = facts.read({}, None, frozenset())
    assert found
    assert found.rejects_insecure_rejoins is None


def test_this_radio_says_nothing_of_security() -> None:
    """Of a join ziggurat tells who, where and what kind of device, not how it was secured; it has no policy to read."""
    assert {field.name for field in DeviceJoined.fields} == {
        "nwk", "ieee", "parent", "rx_on_when_idle", "device_type", "reserved",
    }  # fmt: skip
    assert not [command for command in RequestCommand if "POLICY" in command.name or "SECURITY" in command.name]


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
