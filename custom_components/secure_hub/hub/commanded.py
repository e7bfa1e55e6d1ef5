"""Commands to radio devices under `ask`: refused by the gate, and asked about."""

from collections.abc import Callable, Iterable
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback

from ..adapters.zha.tap import ZigbeeFrame
from ..engine.assets.model import IdentifierKind
from ..engine.policy.scopes import Decision, Scope
from ..engine.requests.model import Ask, Kind, Want
from .view import HomeView

_ANYTHING: Final = (Want(Scope.CONTROL),)


class Commanded:
    """Hears what the gate refuses to send. What ZHA asks devices by itself (general commands) is nobody's wish."""

    def __init__(self, hub: HomeView, ask: Callable[[Iterable[Ask]], None]) -> None:
        """Hear nothing yet; `ask` raises requests."""
        self._hub = hub
        self._ask = ask
        self._end: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Listen."""
        self._end = self._hub.gate.tap.subscribe(self._async_frame)

    @callback
    def async_stop(self) -> None:
        """Listen no more."""
        if self._end is not None:
            self._end()
            self._end = None

    @callback
    def _async_frame(self, frame: ZigbeeFrame) -> None:
        if frame.inbound or frame.passed or frame.ieee is None or frame.is_general or frame.dst_ep <= 0:
            return
        for asset in self._hub.assets.values():
            if frame.ieee in asset.values(IdentifierKind.IEEE):
                table = self._hub.home.tables[asset.id].scope(Scope.CONTROL)
                if table is not None and table.default is Decision.ASK:
                    self._ask([Ask(asset.id, Kind.CONTROL, wants=_ANYTHING)])
                return
