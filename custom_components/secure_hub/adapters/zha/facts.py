"""Reads what the posture of the Zigbee network is judged by; whatever this ZHA does not show is unknown."""

import asyncio
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
_TRUST_CENTRE_POLICY: Final = 0
"""bellows' `EzspPolicyId.TRUST_CENTER_POLICY`."""
_BITMASK_SINCE: Final = 8
"""Version of EZSP from which on that policy is a bitmask (`EzspDecisionBitmask`), and no longer one decision."""
_ALLOW_UNSECURED_REJOINS: Final = 0x02
_REJECT_REJOINS: Final = frozenset({3, 5})
"""`EzspDecisionId`: disallow all joins and rejoins, ignore trust centre rejoins."""
POLICY_LIMIT_S: Final = 10.0
AFTER_CLOSING_S: Final = 5.0
"""Seconds after which bellows has put the policy back that it loosened while the network was open (it takes 2)."""
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
        self._rejects_rejoins: bool | None = None
        """What the trust centre's policy said last."""
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
            rejects_insecure_rejoins=self._rejects_rejoins,
            cut_off=cut_off,
            collapsed=self._signals.collapsed,
            **found,
        )

    async def ask_policy(self, is_open: Callable[[], bool]) -> None:
        """Ask the radio whether its trust centre rejects insecure rejoins, where its library can.

        That is bellows (EmberZNet). ziggurat and deCONZ have no request for it, and Z-Stack's can only be set, so there
        it stays unknown. While the network is open bellows lets them in itself: what counts is the policy of otherwise.
        """
        rejects = None if is_open() else await self._policy()
        if rejects is False:
            await asyncio.sleep(AFTER_CLOSING_S)
            rejects = await self._policy()
        if rejects is not None and not is_open():
            self._rejects_rejoins = rejects

    async def _policy(self) -> bool | None:
        """Whether insecure rejoins are rejected now, None if the radio does not say."""
        if self._ezsp is None:
            return None
        ezsp, _ = self._ezsp
        try:
            async with asyncio.timeout(POLICY_LIMIT_S):
                status, decision = await ezsp.getPolicy(_TRUST_CENTRE_POLICY)
            if int(status) != 0:
                return None
            if int(ezsp.ezsp_version) < _BITMASK_SINCE:
                return int(decision) in _REJECT_REJOINS
            return not int(decision) & _ALLOW_UNSECURED_REJOINS
        except Exception as error:  # noqa: BLE001 - this radio, or its library, does it otherwise: unknown
            _LOGGER.debug("The trust centre's policy is not known: %r", error)
            return None

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
            self._ezsp = self._rejects_rejoins = None
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
