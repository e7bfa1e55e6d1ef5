"""The door of the Zigbee network: notices when it is opened, who joins, and keeps out who is banned.

zigpy keeps no word of an open network, so what opens it is watched: `permit` and `permit_with_link_key` of the radio
application, and ZDO Mgmt_Permit_Joining_req from a device (Zigbee 2.4.3.3.7). A banned device is sent away
as soon as zigpy would take it in; it still knows the network key, and may try again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
import logging
import time
from typing import Any, Final

from homeassistant.components.websocket_api.connection import current_connection
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.http import current_request

from .frames import MGMT_LEAVE_REQ, MGMT_PERMIT_JOINING_REQ, ZDO_ENDPOINT
from .gate import ZigbeeGate
from .gateway import ZHA_DOMAIN, RadioApplication
from .hooks import Hook, Hooks
from .tap import ZigbeeFrame

HOOKS: Final = ("handle_join", "permit", "permit_with_link_key")
EVICT_EVERY_S: Final = 2.0
"""Seconds between two attempts to send the same device away: one that comes back at once must not flood the radio."""
MAX_PERMIT_S: Final = 254
"""Seconds that the network can be opened for at once (Zigbee 2.4.3.3.7: 0xFF is for ever, and deprecated)."""
_EVENT_MEMORY_S: Final = 5.0
_SERVICE: Final = "permit"

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """The network is open for joining until `until`, in seconds since the epoch.

    `actor` is the user id of who opened it, None for an automation or a program; `device` the IEEE address of a device
    that did; `only` of the one that may join by an install code.
    """

    until: float
    actor: str | None = None
    device: str | None = None
    only: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A device came that zigpy did not know; `window` is what was open, None if nothing was."""

    ieee: str
    nwk: int
    at: float
    window: Window | None


class AdmissionUnavailableError(Exception):
    """There is no radio, or this one cannot do it; `key` is a translation key."""

    def __init__(self, key: str) -> None:
        """Keep the key for whoever tells the user."""
        super().__init__(key)
        self.key = key


class ZigbeeAdmission:
    """Watches who opens the network and who joins."""

    def __init__(  # noqa: PLR0913 - keywords, one for each thing to be told
        self,
        hass: HomeAssistant,
        gate: ZigbeeGate,
        *,
        is_banned: Callable[[str], bool],
        on_window: Callable[[Window | None], None],
        on_arrival: Callable[[Arrival], None],
        on_eviction: Callable[[str], None],
        on_introduced: Callable[[str], None],
    ) -> None:
        """Touch nothing yet. Everything is called in the event loop."""
        self._hass = hass
        self._gate = gate
        self._is_banned = is_banned
        self._on_window = on_window
        self._on_arrival = on_arrival
        self._on_eviction = on_eviction
        self._on_introduced = on_introduced
        self.window: Window | None = None
        self.missing: frozenset[str] = frozenset(HOOKS)
        """Hooks that this version of ZHA lacks: what hangs on them is not available."""
        self._hooks: list[Hooks] = []
        self._unsure = 0.0
        """Until when the network may be open by somebody's wish from before we watched, in seconds since the epoch."""
        self._followed: Any = None
        """The gateway of ZHA whose interviews are heard of."""
        self._evicted: dict[str, float] = {}
        self._asked: tuple[str | None, float] = (None, 0.0)
        """Who last called ZHA's action to open the network, and when, on the monotonic clock."""
        self._ours: Window | None = None
        self._ends: list[Callable[[], None]] = []

    @callback
    def start(self) -> None:
        """Follow the radio."""
        self._ends = [
            self._gate.gateway.follow(self._attach, self._detach),
            self._gate.tap.subscribe(self._heard),
            self._hass.bus.async_listen(EVENT_CALL_SERVICE, self._called),
        ]

    @callback
    def stop(self) -> None:
        """Let go of it."""
        for end in self._ends:
            end()
        self._ends = []

    async def close_network(self) -> None:
        """Let nobody join any more. Raises AdmissionUnavailableError, and zigpy's errors."""
        await self._application().permit(0)

    async def open_network(self, seconds: int, actor: str | None) -> None:
        """Let anybody join for some seconds. Raises AdmissionUnavailableError, and zigpy's errors."""
        self._ours = Window(0.0, actor)
        try:
            await self._application().permit(seconds)
        finally:
            self._ours = None

    async def admit_with_code(self, ieee: str, code: bytes, key: bytes, seconds: int, actor: str | None) -> None:
        """Let one device join by its install code, or by the link key that its maker printed instead.

        Raises AdmissionUnavailableError, ValueError for a code that the radio library refuses, and zigpy's errors.
        """
        application = self._application()
        from zigpy.types import EUI64, KeyData  # noqa: PLC0415  # ZHA brings it, or there is no application
        from zigpy.util import convert_install_code  # noqa: PLC0415  # as above

        link_key = KeyData(key) if key else convert_install_code(code)
        self._ours = Window(0.0, actor, only=ieee)
        try:
            await application.permit_with_link_key(node=EUI64.convert(ieee), link_key=link_key, time_s=seconds)
        finally:
            self._ours = None

    async def remove(self, ieee: str) -> bool:
        """Have ZHA forget a device and ask it to leave; whether ZHA knew it. Raises zigpy's errors."""
        zha, application = self._gate.gateway.zha, self._gate.gateway.application
        known = next((one for one in getattr(application, "devices", ()) if str(one) == ieee), None)
        if zha is None or known is None:
            return False
        await zha.async_remove_device(known)
        return True

    def _application(self) -> RadioApplication:
        application = self._gate.gateway.application
        if application is None:
            raise AdmissionUnavailableError(self._gate.gateway.reason or "zha_not_loaded")
        return application

    def _attach(self, application: RadioApplication) -> None:
        if any(hooks.target is application and hooks.hung for hooks in self._hooks):
            self._follow_interviews()
            return
        self._detach()
        makers: dict[str, Hook] = {
            "handle_join": partial(self._join_hook, application),
            "permit": partial(self._permit_hook, ("time_s", "node")),
            "permit_with_link_key": partial(self._permit_hook, ("node", "link_key", "time_s")),
        }
        missing = set()
        for name, maker in makers.items():
            try:
                self._hooks.append(Hooks(application, {name: maker}))
            except AttributeError as error:
                _LOGGER.warning("This version of ZHA does not let joining be watched: %s", error)
                missing.add(name)
        self.missing = frozenset(missing)
        if self._gate.gateway.zha is not None:  # it ran before us; one that starts closes its network first
            self._unsure = time.time() + MAX_PERMIT_S
        self._follow_interviews()

    def _follow_interviews(self) -> None:
        """Hear when ZHA has interviewed and set up a device; its gateway comes later than its radio."""
        zha = self._gate.gateway.zha
        if zha is None or zha is self._followed:
            return

        def introduced(event: Any) -> None:
            try:
                self._on_introduced(str(event.device_info.ieee))
            except Exception:
                _LOGGER.exception("A device that was interviewed could not be told of")

        try:
            self._ends.append(zha.on_event("device_fully_initialized", introduced))
            self._followed = zha
        except AttributeError as error:
            _LOGGER.warning("This version of ZHA does not tell of interviews: %s", error)

    def _detach(self) -> None:
        for hooks in self._hooks:
            hooks.unhinge()
        self._hooks = []
        self.missing = frozenset(HOOKS)
        self._set_window(None)

    def _join_hook(
        self, application: RadioApplication, original: Callable[..., None], hooks: Hooks
    ) -> Callable[..., None]:
        def handle_join(*args: Any, **kwargs: Any) -> None:
            if not (hooks.active and self._keeps_out(application, args, kwargs)):
                original(*args, **kwargs)

        return handle_join

    def _keeps_out(self, application: RadioApplication, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Look at a join, whose first arguments are the addresses; whether it ends here. Never raises."""
        try:
            named = dict(zip(("nwk", "ieee"), args, strict=False)) | kwargs
            address = named["ieee"]
            ieee = str(address)
            if self._is_banned(ieee):
                self._evict(application, address, named["nwk"])
                return True
            if address not in application.devices:
                now, window = time.time(), self.open_window
                if window is None and now < self._unsure:
                    window = Window(self._unsure)
                self._on_arrival(Arrival(ieee, int(named["nwk"]), now, window))
        except Exception:
            _LOGGER.exception("A join could not be judged")
        return False

    @property
    def open_window(self) -> Window | None:
        """What is open now."""
        window = self.window
        return window if window is not None and window.until > time.time() else None

    @callback
    def expire(self) -> None:
        """Forget a window whose time is over."""
        if self.open_window is None:
            self._set_window(None)

    def _evict(self, application: RadioApplication, address: Any, nwk: Any) -> None:
        """Ask a device to leave, in a way that takes it into nobody's books."""
        ieee, now = str(address), time.monotonic()
        if now - self._evicted.get(ieee, float("-inf")) < EVICT_EVERY_S:
            return
        self._evicted = {key: at for key, at in self._evicted.items() if now - at < EVICT_EVERY_S} | {ieee: now}
        from zigpy.device import ZigbeeDevice  # noqa: PLC0415  # ZHA brings it, or there is no application

        stranger = ZigbeeDevice(application, address, nwk)
        self._hass.async_create_background_task(self._send_away(application, stranger), "secure_hub eviction")
        self._on_eviction(ieee)

    @staticmethod
    async def _send_away(application: RadioApplication, stranger: Any) -> None:
        ways: tuple[Callable[[], Awaitable[Any]], ...] = (
            partial(stranger.zdo.request, MGMT_LEAVE_REQ, stranger.ieee, 0, expect_reply=False),
            partial(application.force_remove, stranger),  # works where the radio's firmware can
        )
        for way in ways:
            try:
                await way()
            except Exception as error:  # noqa: BLE001 - whatever the radio says: it is tried again when it comes again
                _LOGGER.debug("A banned device could not be asked to leave: %s", error)

    def _permit_hook(
        self, names: tuple[str, ...], original: Callable[..., Awaitable[Any]], hooks: Hooks
    ) -> Callable[..., Any]:
        """Note what opens the network; `names` are of the original's arguments."""

        async def permit(*args: Any, **kwargs: Any) -> Any:
            if not hooks.active:
                return await original(*args, **kwargs)
            actor = self._ours.actor if self._ours else self._acting_user()
            result = await original(*args, **kwargs)
            try:
                named = dict(zip(names, args, strict=False)) | kwargs
                node = str(named["node"]) if "link_key" in named else None
                self._opened(int(named.get("time_s", 60)), actor, only=node)
            except Exception:
                _LOGGER.exception("The opening of the network could not be noted")
            return result

        return permit

    def _opened(self, seconds: int, actor: str | None, *, device: str | None = None, only: str | None = None) -> None:
        self._unsure = 0.0
        self._set_window(Window(time.time() + seconds, actor, device, only) if seconds > 0 else None)

    def _set_window(self, window: Window | None) -> None:
        changed, self.window = window != self.window, window
        if changed:
            self._on_window(window)

    def _acting_user(self) -> str | None:
        """Who acts: the user of the websocket connection or the request that this runs for, or of ZHA's last action."""
        if (connection := current_connection.get()) is not None:
            return str(connection.user.id)
        if (request := current_request.get()) is not None and (user := request.get("hass_user")) is not None:
            return str(user.id)
        user_id, at = self._asked
        return user_id if time.monotonic() - at < _EVENT_MEMORY_S else None

    @callback
    def _called(self, event: Event) -> None:
        if event.data.get("domain") == ZHA_DOMAIN and event.data.get("service") == _SERVICE:
            self._asked = event.context.user_id, time.monotonic()

    @callback
    def _heard(self, frame: ZigbeeFrame) -> None:
        """Notice a device that opens the network, or another program that does."""
        if frame.cluster != MGMT_PERMIT_JOINING_REQ or frame.dst_ep != ZDO_ENDPOINT or frame.src_ep != ZDO_ENDPOINT:
            return
        if frame.inbound and frame.profile == 0:
            self._opened(MAX_PERMIT_S, None, device=frame.ieee or f"0x{frame.nwk or 0:04x}")
