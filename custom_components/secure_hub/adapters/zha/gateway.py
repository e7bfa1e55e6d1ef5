"""Finds ZHA's radio application and follows it through set-up, reload and loss.

Nothing in ZHA is public, so this is the only place that knows how to reach it; everything is duck-typed. ZHA may be
absent, may load before or after Secure Hub, and makes a new radio application every time that it loads.

The application is needed *before its radio starts*: once it runs, ZHA's entities take what devices send and ZHA polls
them, both long before its config entry is loaded. While ZHA is being set up, and only then, `startup` of zigpy's
application class is wrapped to hand over the application first. Where that cannot be done, or set-up had gone past it,
the application is found when the entry is loaded. For the same reason Secure Hub must not wait for ZHA at start-up
(`after_dependencies` would make it the last to know).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import logging
import sys
from typing import Any, Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

ZHA_DOMAIN: Final = "zha"
NOT_INSTALLED: Final = "zha_not_installed"
NOT_LOADED: Final = "zha_not_loaded"
HOOK_MISSING: Final = "zha_hook_missing"

_STILL_RUNNING: Final = frozenset({ConfigEntryState.UNLOAD_IN_PROGRESS, ConfigEntryState.FAILED_UNLOAD})

_LOGGER = logging.getLogger(__name__)

type RadioApplication = Any
"""zigpy's `ControllerApplication`, of whatever version ZHA brought."""


class ZhaGateway:
    """Hands the radio application to whoever follows each time that ZHA has a new one, and tells when it is gone."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Nothing is touched before `start`."""
        self._hass = hass
        self._followers: tuple[_Follower, ...] = ()
        self._early = _StartupHook(self._found)
        self._unsubscribe: Callable[[], None] | None = None
        self.application: RadioApplication | None = None
        """The radio application, while there is one."""
        self.reason: str | None = NOT_LOADED
        """Translation key of why there is no radio application, None while there is one."""
        self.stopping = False
        """Whether ZHA is about to let go of its radio: nothing new is to be asked of it."""
        self.on_stopping: list[Callable[[], None]] = []
        """Called when that begins."""

    @property
    def zha(self) -> Any | None:
        """Gateway of the ZHA library with its devices and groups, None while ZHA is not loaded."""
        helpers = sys.modules.get(f"homeassistant.components.{ZHA_DOMAIN}.helpers")
        if helpers is None or self.application is None:
            return None
        try:
            return helpers.get_zha_gateway(self._hass)
        except ValueError, AttributeError:
            return None

    @callback
    def follow(self, attach: Callable[[RadioApplication], None], detach: Callable[[], None]) -> Callable[[], None]:
        """Call `attach` with the application of now and with each later one, `detach` when it is gone.

        `attach` may be called again with the application it already has. Both are called in the event loop. Gives what
        ends it, which calls `detach` a last time.
        """
        follower = _Follower(attach, detach)
        self._followers = (*self._followers, follower)
        if self.application is not None:
            follower.attach(self.application)

        def end() -> None:
            self._followers = tuple(one for one in self._followers if one is not follower)
            follower.detach()

        return end

    @callback
    def start(self) -> None:
        """Follow ZHA from now on; a loaded one is attached at once."""
        self._unsubscribe = async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed)
        entries = self._entries()
        self.reason = NOT_LOADED if entries else NOT_INSTALLED
        for entry in entries:
            self._follow(entry.state)

    @callback
    def stop(self) -> None:
        """Let go of ZHA and everything of it that was touched."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._early.remove()
        self._lost()

    def _entries(self) -> list[ConfigEntry]:
        return self._hass.config_entries.async_entries(ZHA_DOMAIN, include_ignore=False)

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != ZHA_DOMAIN:
            return
        if change is ConfigEntryChange.REMOVED:
            self._early.remove()
            self._lost()
        else:
            self._follow(entry.state)

    @callback
    def _follow(self, state: ConfigEntryState) -> None:
        """Bring what is attached in line with the state of ZHA's config entry."""
        self.stopping = state is ConfigEntryState.UNLOAD_IN_PROGRESS
        if self.stopping:
            for stop in self.on_stopping:
                stop()
        if state is ConfigEntryState.SETUP_IN_PROGRESS:
            self._early.install()
            self._find()
            return
        self._early.remove()
        if state is ConfigEntryState.LOADED:
            self._find()
        elif state not in _STILL_RUNNING:
            self._lost()

    @callback
    def _find(self) -> None:
        """Take the application of the gateway that ZHA has published, if it has."""
        helpers = sys.modules.get(f"homeassistant.components.{ZHA_DOMAIN}.helpers")
        if helpers is None:
            return
        try:
            application = helpers.get_zha_gateway(self._hass).application_controller
        except ValueError:
            return  # not published yet
        except AttributeError as error:
            _LOGGER.warning("This version of ZHA does not show its radio: %s", error)
            self.reason = HOOK_MISSING
            return
        if application is not None:
            self._found(application)

    @callback
    def _found(self, application: RadioApplication) -> None:
        self.reason, self.application = None, application
        for follower in self._followers:
            try:
                follower.attach(application)
            except Exception:
                _LOGGER.exception("ZHA's radio could not be attached")

    @callback
    def _lost(self) -> None:
        self.reason, self.application = NOT_LOADED if self._entries() else NOT_INSTALLED, None
        for follower in self._followers:
            follower.detach()


@dataclass(frozen=True, slots=True, eq=False)
class _Follower:
    attach: Callable[[RadioApplication], None]
    detach: Callable[[], None]


class _StartupHook:
    """Shows each radio application to `found` before its radio starts, while installed."""

    def __init__(self, found: Callable[[RadioApplication], None]) -> None:
        self._found = found
        self._undo: Callable[[], None] | None = None

    def install(self) -> None:
        """Wrap `startup` of the application class; without that class or method, do nothing."""
        module = sys.modules.get("zigpy.application")  # ZHA has imported it by now
        cls: Any = getattr(module, "ControllerApplication", None)
        original: Callable[..., Awaitable[None]] | None = getattr(cls, "startup", None)
        if self._undo is not None or original is None:
            return
        active = True

        async def startup(application: RadioApplication, *args: Any, **kwargs: Any) -> None:
            if active:
                self._found(application)
            await original(application, *args, **kwargs)

        def undo() -> None:
            nonlocal active
            active = False
            if cls.__dict__.get("startup") is startup:
                cls.startup = original

        cls.startup = startup
        self._undo = undo

    def remove(self) -> None:
        """Put the original back, unless somebody wrapped the wrapper, which then only passes through."""
        if self._undo is not None:
            self._undo()
            self._undo = None
