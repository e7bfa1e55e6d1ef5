"""Says to whoever shows something what is not as it was when last told."""

from collections.abc import Callable, Collection, Mapping, Set as AbstractSet
from functools import partial

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..const import DOMAIN
from ..engine.assets.model import Asset
from ..engine.happened import Happened


def signal_hub(entry_id: str) -> str:
    """Name the dispatcher signal that says: a figure of the hub may have changed."""
    return f"{DOMAIN}_{entry_id}"


def signal_asset(entry_id: str, asset_id: str) -> str:
    """Name the dispatcher signal that says: what is known of this asset changed."""
    return f"{DOMAIN}_{entry_id}_{asset_id}"


def signal_event(entry_id: str, asset_id: str | None = None) -> str:
    """Name the dispatcher signal of security events: of one asset, or without one of all there are."""
    return f"{DOMAIN}_{entry_id}_events" if asset_id is None else f"{DOMAIN}_{entry_id}_{asset_id}_events"


class Publisher:
    """Remembers what was shown of each governed asset and tells of the difference."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Nothing was shown yet."""
        self._hass = hass
        self._entry_id = entry_id
        self._shown: dict[str, tuple[Asset, tuple[object, ...]]] = {}
        self._appeared_listeners: list[Callable[[list[Asset]], None]] = []
        self._change_listeners: list[Callable[[list[Asset], Collection[str]], None]] = []

    @callback
    def async_on_appeared(self, listener: Callable[[list[Asset]], None]) -> CALLBACK_TYPE:
        """Call `listener` with the assets that were not shown before."""
        self._appeared_listeners.append(listener)
        return partial(self._appeared_listeners.remove, listener)

    @callback
    def async_on_change(self, listener: Callable[[list[Asset], Collection[str]], None]) -> CALLBACK_TYPE:
        """Call `listener` with the assets that changed and the ids of those that are shown no more."""
        self._change_listeners.append(listener)
        return partial(self._change_listeners.remove, listener)

    @property
    def shown(self) -> AbstractSet[str]:
        """Ids of the assets that were shown."""
        return self._shown.keys()

    @callback
    def async_publish(self, shown: Mapping[str, tuple[Asset, tuple[object, ...]]], gone: Collection[str] = ()) -> None:
        """Tell of everything in `shown`, assets with what is to be seen of them by id, that is new or different.

        Those that are `gone` are shown no more; all others are as they were. O(shown).
        """
        was = self._shown
        appeared = [asset for key, (asset, _) in shown.items() if key not in was]
        changed = [asset for key, (asset, value) in shown.items() if key in was and was[key][1] != value]
        was.update(shown)
        for key in gone:
            del was[key]
        for change_listener in tuple(self._change_listeners):
            change_listener(changed, gone)
        for asset in changed:
            async_dispatcher_send(self._hass, signal_asset(self._entry_id, asset.id))
        if appeared:
            for listener in tuple(self._appeared_listeners):
                listener(appeared)
        async_dispatcher_send(self._hass, signal_hub(self._entry_id))

    @callback
    def async_tell(self, one: Happened) -> None:
        """Tell of one security event: the hub's listeners of any, an asset's of its own."""
        async_dispatcher_send(self._hass, signal_event(self._entry_id), one)
        if one.asset_id is not None:
            async_dispatcher_send(self._hass, signal_event(self._entry_id, one.asset_id), one)
