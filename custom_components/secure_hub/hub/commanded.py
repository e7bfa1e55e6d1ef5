"""Commands to devices under `ask`: asked about, with who gives them; a command that was granted once uses the grant.

Commands to radio devices are held back by the gate, and heard there too, for not all of them are actions. Commands to
others are held back where their entities are taken away (see `adapters/enforcers/ha_gate.py`), and asked about anyway.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback

from ..adapters.sources.called import Command, CommandTap
from ..adapters.zha.tap import ZigbeeFrame
from ..engine.assets.model import IdentifierKind
from ..engine.home import Home
from ..engine.policy.scopes import Decision, Scope
from ..engine.requests.model import Ask, Kind, Want
from ..engine.uses import waiting_for
from .keeper import HomeKeeper
from .uses import Uses

_ANYTHING: Final = (Want(Scope.CONTROL),)


class Commanded:
    """Hears actions, and what the gate refuses to send; what ZHA asks by itself (general commands) is nobody's wish."""

    def __init__(self, hub: HomeKeeper, ask: Callable[[Iterable[Ask]], None], uses: Uses) -> None:
        """Hear nothing yet; `ask` raises requests, `uses` ends what was granted once."""
        self._hub = hub
        self._ask = ask
        self._uses = uses
        self._calls = CommandTap(hub.hass, self._async_called, lambda: bool(self._concerned()))
        self._home: Home | None = None
        self._names: Mapping[str, str] = {}
        self._end: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Listen."""
        self._end = self._hub.gate.tap.subscribe(self._async_frame)
        self._calls.async_start()

    @callback
    def async_stop(self) -> None:
        """Listen no more."""
        self._calls.async_stop()
        if self._end is not None:
            self._end()
            self._end = None

    def _concerned(self) -> Mapping[str, str]:
        """Assets whose commands are asked about or were granted once, by device of Home Assistant and by IEEE address.

        Worked out once a home: every action and every frame looks here.
        """
        home = self._hub.home
        if home is not self._home:
            self._home = home
            self._names = {
                name: asset_id
                for asset_id, asset in home.assets.items()
                if self._is_under_ask(asset_id) or waiting_for(home, asset_id, Scope.CONTROL)
                for name in (*asset.device_ids, *asset.values(IdentifierKind.IEEE))
            }
        return self._names

    def _is_under_ask(self, asset_id: str) -> bool:
        table = self._hub.home.tables[asset_id].scope(Scope.CONTROL)
        return table is not None and table.default is Decision.ASK

    @callback
    def _async_called(self, command: Command) -> None:
        concerned = self._concerned()
        for asset_id in {concerned[device_id] for device_id in command.devices if device_id in concerned}:
            if self._is_under_ask(asset_id):
                self._ask([Ask(asset_id, Kind.CONTROL, wants=_ANYTHING, detail=self._told(command))])
            elif not self._hub.assets[asset_id].values(IdentifierKind.IEEE):  # a radio's frame is the use of its grant
                self._uses.async_used(asset_id, Scope.CONTROL)

    def _told(self, command: Command) -> str:
        user = command.user_id
        return " - ".join(filter(None, (command.action, command.run, self._user_name(user) if user else None)))

    def _user_name(self, user_id: str) -> str | None:
        """The person whose account it is."""
        people = self._hub.hass.states.async_all("person")
        return next((one.name for one in people if one.attributes.get("user_id") == user_id), None)

    @callback
    def _async_frame(self, frame: ZigbeeFrame) -> None:
        if frame.inbound or frame.ieee is None or frame.is_general or frame.dst_ep <= 0:
            return
        asset_id = self._concerned().get(frame.ieee)
        if asset_id is None:
            return
        if frame.passed:
            self._uses.async_used(asset_id, Scope.CONTROL)
        elif self._is_under_ask(asset_id):
            self._ask([Ask(asset_id, Kind.CONTROL, wants=_ANYTHING)])
