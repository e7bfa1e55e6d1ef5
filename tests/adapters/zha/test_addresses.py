"""Whose a network address is, as unmodified zigpy would say, through moves, removals and returns."""

from collections.abc import Iterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
import zigpy.types as t

from custom_components.secure_hub.adapters.zha import addresses
from custom_components.secure_hub.adapters.zha.addresses import AddressBook
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of, join
from tests.lab.zigbee.zoo import ZOO

BULB, SPARE = str(ZOO["bulb"].ieee), str(ZOO["spare_bulb"].ieee)


def at(nwk: int) -> t.AddrModeAddress:
    return t.AddrModeAddress(t.AddrMode.NWK, t.NWK(nwk))


@pytest.fixture
def book(hass: HomeAssistant, bulb: VirtualDevice) -> Iterator[AddressBook]:
    """A book of the application that knows the bulb."""
    assert bulb.joined
    application = gateway_of(hass).application_controller
    book = AddressBook(application)
    yield book
    book.close()
    assert all(listener is not book for listener, _ in application._listeners.values())


async def test_an_address_is_whose_zigpy_says(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, bulb: VirtualDevice, book: AddressBook
) -> None:
    application = gateway_of(hass).application_controller
    first = int(bulb.nwk)
    for _ in range(2):
        assert book.ieee(at(first)) == BULB
    assert book.ieee(t.AddrModeAddress(t.AddrMode.IEEE, bulb.ieee)) == BULB
    assert book.ieee(t.AddrModeAddress(t.AddrMode.Group, t.Group(first))) is None
    assert book.ieee(t.AddrModeAddress(t.AddrMode.Broadcast, t.BroadcastAddress.ALL_DEVICES)) is None

    # It moves, and a newcomer takes the address that it had.
    await coordinator.readdress(bulb, 0x4242)
    await eventually(lambda: application.get_device(ieee=bulb.ieee).nwk == 0x4242)
    assert (book.ieee(at(first)), book.ieee(at(0x4242))) == (None, BULB)
    spare = await join(hass, coordinator, zha, ZOO["spare_bulb"])
    await coordinator.readdress(spare, first)
    await eventually(lambda: application.get_device(ieee=spare.ieee).nwk == first)
    assert (book.ieee(at(first)), book.ieee(at(0x4242))) == (SPARE, BULB)

    # zigpy forgets one, and tells nobody once it has.
    gone = application.devices.pop(bulb.ieee)
    assert book.ieee(at(0x4242)) is None
    application.devices[bulb.ieee] = gone
    assert book.ieee(at(0x4242)) == BULB


async def test_it_keeps_no_more_than_it_may(
    hass: HomeAssistant, bulb: VirtualDevice, book: AddressBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "MAX_REMEMBERED", 1)
    hub = gateway_of(hass).application_controller.state.node_info
    for _ in range(2):
        assert book.ieee(at(bulb.nwk)) == BULB
        assert book.ieee(at(hub.nwk)) == str(hub.ieee)
    assert len(book._whose) == 1
