"""Whose a network address is: asked for every frame, and answered without zigpy's search through all its devices."""

from typing import Any, Final

from .gateway import RadioApplication

MAX_REMEMBERED: Final = 512
_NWK: Final = 2
"""zigpy's mark of a network address (`AddrMode.NWK`)."""


class AddressBook:
    """IEEE addresses by network address, of the devices that one radio application knows.

    What zigpy found is remembered until an address may be another's: whenever a device takes one, which zigpy tells its
    listeners, and whenever it knows more devices or fewer than before, which it does not.
    """

    def __init__(self, application: RadioApplication) -> None:
        """Listen to the application. Raises AttributeError if it is none as we know it."""
        self._application = application
        self._whose: dict[int, tuple[Any, str]] = {}
        """Network address -> the device that had it last, and its IEEE address."""
        self._known = len(application.devices)
        self._find = application.get_device_with_address
        application.add_listener(self)

    def close(self) -> None:
        """Listen no longer."""
        self._application.remove_listener(self)

    def device_joined(self, _device: Any) -> None:
        """Called by zigpy: a device has a network address that it had not."""
        self._whose.clear()

    def ieee(self, address: Any) -> str | None:
        """IEEE address of the device at an `AddrModeAddress` of zigpy; None for groups, broadcasts, strangers."""
        if address.addr_mode != _NWK:
            return self._look_up(address)
        if len(self._application.devices) != self._known:
            self._known = len(self._application.devices)
            self._whose.clear()
        remembered = self._whose.get(address.address)
        if remembered is not None and remembered[0].nwk == address.address:
            return remembered[1]
        return self._look_up(address)

    def _look_up(self, address: Any) -> str | None:
        try:
            device = self._find(address)
        except KeyError, ValueError:
            return None
        ieee = str(device.ieee)
        if address.addr_mode == _NWK:
            if len(self._whose) >= MAX_REMEMBERED:
                self._whose.clear()
            self._whose[address.address] = device, ieee
        return ieee
