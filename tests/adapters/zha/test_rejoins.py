"""Who comes back to the network without its key, as bellows tells it: frames of a radio that is not there."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from bellows.types import EmberDeviceUpdate, EmberJoinDecision
import pytest
from zigpy.types import EUI64

from custom_components.secure_hub.adapters.zha import rejoins
from custom_components.secure_hub.adapters.zha.rejoins import BareRejoins

LOCK = EUI64.convert("00:12:4b:00:00:00:00:02")


class Ezsp:
    """The callbacks of `bellows.ezsp.EZSP`."""

    def __init__(self) -> None:
        """Call nobody yet."""
        self.callbacks: dict[int, Callable[..., None]] = {}

    def add_callback(self, callback: Callable[..., None]) -> int:
        """Keep one."""
        self.callbacks[7] = callback
        return 7

    def remove_callback(self, number: int) -> None:
        """Forget it."""
        del self.callbacks[number]

    def tell(self, name: str, *fields: Any) -> None:
        """Hand a frame to whoever listens."""
        for callback in self.callbacks.values():
            callback(name, list(fields))


class Gateway:
    """Follows one application."""

    def __init__(self, application: Any) -> None:
        """Have it."""
        self.application = application

    def follow(self, attach: Callable[[Any], None], detach: Callable[[], None]) -> Callable[[], None]:
        """Attach it twice, as the gateway may."""
        attach(self.application)
        attach(self.application)
        return detach


def back(ezsp: Ezsp, update: EmberDeviceUpdate) -> None:
    ezsp.tell("trustCenterJoinHandler", 0x1234, LOCK, update, EmberJoinDecision.NO_ACTION, 0)


def test_who_came_without_the_key_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ezsp = Ezsp()
    heard = BareRejoins(Gateway(SimpleNamespace(_ezsp=ezsp)))  # type: ignore[arg-type]  # ZHA is our outer edge
    heard.start()
    for secured in (
        EmberDeviceUpdate.STANDARD_SECURITY_SECURED_REJOIN,
        EmberDeviceUpdate.STANDARD_SECURITY_UNSECURED_JOIN,
        EmberDeviceUpdate.DEVICE_LEFT,
    ):
        back(ezsp, secured)
    ezsp.tell("incomingMessageHandler", 1, 2, 3)
    ezsp.tell("trustCenterJoinHandler", 1)
    ezsp.tell("trustCenterJoinHandler", 1, LOCK, "?")
    assert not heard.take(str(LOCK))
    back(ezsp, EmberDeviceUpdate.STANDARD_SECURITY_UNSECURED_REJOIN)
    back(ezsp, EmberDeviceUpdate.STANDARD_SECURITY_UNSECURED_REJOIN)
    assert [heard.take(str(LOCK)) for _ in range(3)] == [True, True, False]
    back(ezsp, EmberDeviceUpdate.STANDARD_SECURITY_UNSECURED_REJOIN)
    monkeypatch.setattr(rejoins, "_ANNOUNCED_S", 0.0)
    assert not heard.take(str(LOCK)), "that was another time"
    heard.stop()
    heard.stop()
    assert ezsp.callbacks == {}


@pytest.mark.parametrize("application", [None, SimpleNamespace(), SimpleNamespace(_ezsp=SimpleNamespace())])
def test_radios_that_do_not_tell(application: Any) -> None:
    heard = BareRejoins(Gateway(application))  # type: ignore[arg-type]  # as above
    heard.start()
    assert not heard.take(str(LOCK))
    heard.stop()


def test_bounded() -> None:
    ezsp = Ezsp()
    heard = BareRejoins(Gateway(SimpleNamespace(_ezsp=ezsp)))  # type: ignore[arg-type]  # as above
    heard.start()
    for number in range(rejoins._MAX_REMEMBERED + 5):
        ezsp.tell("trustCenterJoinHandler", 1, number, EmberDeviceUpdate.STANDARD_SECURITY_UNSECURED_REJOIN)
    assert len(heard._came) == rejoins._MAX_REMEMBERED
    heard.stop()
