"""Reads what the posture of the Zigbee network is judged by; whatever this ZHA does not show is unknown."""

from collections.abc import Callable, Mapping
import contextlib
from datetime import datetime
import logging
import time
from typing import Any, Final

from homeassistant.core import callback

from ...engine.radio.memory import Join
from ...engine.radio.posture import Facts
from ...engine.radio.signal import Signals
from .gate import ZigbeeGate
from .gateway import RadioApplication
from .tap import ZigbeeFrame

MAX_REJOINS: Final = 256
_ACCEPTING: Final = 1
_ROUTER: Final = 1
"""zigpy's marks in neighbour tables (Zigbee 2.4.4.3.2): `PermitJoins.Accepting`, `DeviceType.Router`."""
_JOIN_HANDLER: Final = "trustCenterJoinHandler"
_INSECURE: Final = frozenset({3, 7})
"""Standard and high security unsecured rejoin, of bellows' `EmberDeviceUpdate`."""

_LOGGER = logging.getLogger(__name__)


class RadioFacts:
    """Watches frames and rejoins, and reads the rest when asked."""

    def __init__(self, gate: ZigbeeGate) -> None:
        """Touch nothing yet."""
        self._gate = gate
        self._signals = Signals()
        self._rejoins: list[tuple[float, str]] = []
        self._ezsp: tuple[Any, Any] | None = None
        """The radio library's EmberZNet protocol and the number of our callback there, where it has one."""
        self._ends: list[Callable[[], None]] = []

    @callback
    def start(self) -> None:
        """Follow the radio."""
        self._ends = [
            self._gate.gateway.follow(self._attach, self._detach),
            self._gate.tap.subscribe(self._heard),
        ]

    @callback
    def stop(self) -> None:
        """Let go of it."""
        for end in self._ends:
            end()
        self._ends = []

    def read(self, joins: Mapping[str, Join], open_since: float | None, cut_off: frozenset[str]) -> Facts | None:
        """Read everything, None without a radio. Cheap: it asks nobody."""
        application = self._gate.gateway.application
        if application is None:
            return None
        found: dict[str, Any] = {}
        for name, reader in _READERS.items():
            try:
                found |= reader(application)
            except Exception as error:  # noqa: BLE001  # this version of zigpy shows it otherwise: unknown
                _LOGGER.debug("Not known of the radio: %s: %r", name, error)
        accepting = found.pop("accepting", frozenset())
        return Facts(
            open_since=open_since,
            accepting=accepting if open_since is None else frozenset(),
            joins=joins,
            insecure_rejoins=None if self._ezsp is None else tuple(self._rejoins),
            cut_off=cut_off,
            collapsed=self._signals.collapsed,
            **found,
        )

    def _attach(self, application: RadioApplication) -> None:
        ezsp = getattr(application, "_ezsp", None)
        if ezsp is None or (self._ezsp is not None and self._ezsp[0] is ezsp):
            return
        self._detach()
        with contextlib.suppress(AttributeError):
            self._ezsp = ezsp, ezsp.add_callback(self._from_ezsp)

    def _detach(self) -> None:
        if self._ezsp is not None:
            ezsp, number = self._ezsp
            self._ezsp = None
            with contextlib.suppress(AttributeError, KeyError):
                ezsp.remove_callback(number)

    def _from_ezsp(self, *event: Any) -> None:
        """Note who came back without the network's security; its fields are node id, EUI-64, status and more."""
        try:
            name, fields = event
            if name == _JOIN_HANDLER and int(fields[2]) in _INSECURE:
                self._rejoins = [*self._rejoins[-MAX_REJOINS + 1 :], (time.time(), str(fields[1]))]
        except Exception:
            _LOGGER.exception("A join that the radio told of could not be read")

    @callback
    def _heard(self, frame: ZigbeeFrame) -> None:
        if frame.inbound and frame.ieee is not None and frame.lqi is not None:
            self._signals.note(frame.ieee, int(frame.lqi))


def _key(application: RadioApplication) -> dict[str, Any]:
    return {"network_key": bytes(application.state.network_info.network_key.key.serialize())}


def _firmware(application: RadioApplication) -> dict[str, Any]:
    version = application.state.node_info.version
    return {"firmware": None if version is None else str(version)}


def _backup(application: RadioApplication) -> dict[str, Any]:
    times: list[datetime] = [backup.backup_time for backup in application.backups.backups]
    return {"backup_at": max((at.timestamp() for at in times), default=0.0)}


def _topology(application: RadioApplication) -> dict[str, Any]:
    """What devices say of their neighbours, and of themselves."""
    coordinator = application.state.node_info.ieee
    lines = [line for table in application.topology.neighbors.values() for line in table if line.ieee != coordinator]
    return {
        "accepting": frozenset(str(line.ieee) for line in lines if int(line.permit_joining) == _ACCEPTING),
        "routers": frozenset(str(line.ieee) for line in lines if int(line.device_type) == _ROUTER),
        "end_devices": frozenset(
            str(device.ieee)
            for device in application.devices.values()
            if (descriptor := getattr(device, "node_desc", None)) is not None and descriptor.is_end_device
        ),
    }


_READERS: Final[Mapping[str, Callable[[RadioApplication], dict[str, Any]]]] = {
    "network key": _key,
    "firmware": _firmware,
    "backup": _backup,
    "topology": _topology,
}
