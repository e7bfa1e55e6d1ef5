"""Further: the enforcers beside this machine's own, as the settings name them."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
import logging
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from homeassistant.components import persistent_notification
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange, ConfigEntryState
from homeassistant.const import CONF_ENTITY_ID, CONF_HOST, CONF_PORT, CONF_USERNAME
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.translation import async_get_translations

from ..adapters.enforcers.block_switches import BlockSwitch, Meaning
from ..adapters.enforcers.delegated import DelegatedEnforcer
from ..adapters.enforcers.ha_gate import HomeAssistantGate, Taken
from ..adapters.enforcers.interposition import Interposition
from ..adapters.enforcers.telling import Drift
from ..adapters.enforcers.undo_stores import GateStore, SwitchStore
from ..adapters.storage import RoomStore, StoreUnreadableError, StoreWriteError
from ..const import (
    BLOCK_SWITCH,
    CONF_ASSET,
    CONF_CLIENT_KEY,
    CONF_CUTS,
    CONF_GUARDED_INTERFACES,
    CONF_HA_GATE,
    CONF_HOST_KEY,
    CONF_INTERPOSE_RESTRICTED,
    CONF_INTERPOSITION,
    CONF_LAN_INTERFACES,
    CONF_NEWCOMERS,
    CONF_ON_MEANS,
    DOMAIN,
    ROUTER,
)
from ..engine.enforcement import EnforcementError, FurtherEnforcer
from ..engine.firewall.plan import PacketClass
from ..engine.policy.model import Newcomers
from ..engine.policy.scopes import Scope
from ..engine.topology import Topology
from .keeper import HomeKeeper

if TYPE_CHECKING:  # brings the SSH library along, which takes a while and which few homes need
    from ..adapters.enforcers.router import RouterEnforcer

_LOGGER = logging.getLogger(__name__)

type _Settings = Mapping[str, Mapping[str, Any]]
"""Data of the subentries by their ids."""


class Further:
    """Builds the further enforcers from the settings, follows those, and takes away what is named no more."""

    def __init__(
        self,
        hub: HomeKeeper,
        *,
        topology: Callable[[], Topology],
        on_drift: Callable[[Drift], None],
        on_status: Callable[[], None],
    ) -> None:
        """Build nothing yet; what is called and asked, all in the event loop, is the hub's own."""
        self._hub = hub
        self._topology = topology
        self._on_drift = on_drift
        self._on_status = on_status
        self._switches = SwitchStore(hub.hass)
        self._gate = GateStore(hub.hass)
        self._routers: dict[str, RouterEnforcer] = {}
        self._settings: _Settings = {}
        self._unsubscribe: CALLBACK_TYPE | None = None

    async def async_build(self) -> tuple[FurtherEnforcer, ...]:
        """Make the enforcers that the settings name; they begin with the first plan."""
        hass, entry = self._hub.hass, self._hub.entry
        self._settings = _subentries(entry)
        found: list[FurtherEnforcer] = []
        for subentry in entry.get_subentries_of_type(ROUTER):
            router = await _async_router(hass, subentry.data, on_drift=self._on_drift, on_status=self._on_status)
            self._routers[subentry.subentry_id] = router
            found.append(router)
        turned, mapping = await _async_done(self._switches), _mapping(entry)
        if turned or mapping:
            remember = self._switches.save_soon
            found.append(DelegatedEnforcer(hass, mapping, turned=turned, on_turned=remember, on_status=self._on_status))
        taken = await _async_done(self._gate)
        if taken or entry.options.get(CONF_HA_GATE):
            found.append(self._build_gate(taken, {switch.entity_id for switch in mapping.values()}))
        if entry.options.get(CONF_INTERPOSITION):
            wall = self._hub.firewall
            governed = wall.rules if entry.options.get(CONF_INTERPOSE_RESTRICTED) else None
            found.append(Interposition(self._topology, wall.held, governed=governed, on_status=self._on_status))
        return tuple(found)

    async def async_start(self) -> None:
        """Follow the settings."""
        self._unsubscribe = async_dispatcher_connect(self._hub.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._async_changed)

    async def async_stop(self) -> None:
        """Follow nothing any more; the enforcers are let go of with the others."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        for store in (self._switches, self._gate):
            with suppress(StoreWriteError):  # logged
                await store.flush()

    def _build_gate(self, taken: Taken, spared: Collection[str]) -> HomeAssistantGate:
        """Make the gate; switched off, it only gives back what it took."""

        def devices(asset_id: str) -> Collection[str]:
            asset = self._hub.assets.get(asset_id)
            return asset.device_ids if asset else ()

        return HomeAssistantGate(
            self._hub.hass,
            devices,
            active=self._hub.entry.options.get(CONF_HA_GATE, False),
            spared=spared,
            taken=taken,
            on_taken=self._gate.save_soon,
            on_status=self._on_status,
        )

    @callback
    def _async_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Begin anew with other settings. A flow reloads what options it changes, but nobody does for subentries."""
        if change is not ConfigEntryChange.UPDATED or entry is not self._hub.entry:
            return
        if entry.state is ConfigEntryState.LOADED and (settings := _subentries(entry)) != self._settings:
            self._settings = settings
            entry.async_create_task(self._hub.hass, self._async_resettle(), f"{DOMAIN} enforcers")

    async def _async_resettle(self) -> None:
        """Take our tables off the routers that are named no more, then reload."""
        hass, entry = self._hub.hass, self._hub.entry
        named = {_place(data) for data in self._settings.values()}
        enforcement = self._hub.enforcement
        for router in self._routers.values():
            if router.place not in named:
                enforcement.further = tuple(one for one in enforcement.further if one is not router)
                await _async_take_away(hass, router)
        hass.config_entries.async_schedule_reload(entry.entry_id)


async def async_remove_further(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Undo what further enforcers have done elsewhere, for the hub is removed; what cannot be undone now is said."""
    for subentry in entry.get_subentries_of_type(ROUTER):
        await _async_take_away(hass, await _async_router(hass, subentry.data))
    turned, taken = SwitchStore(hass), GateStore(hass)
    with suppress(StoreUnreadableError):
        switches = DelegatedEnforcer(hass, {}, turned=await turned.load() or {})
        try:
            await switches.remove()
        except EnforcementError as error:
            await _async_notify(hass, "switches_left_blocked", error.detail)
    with suppress(StoreUnreadableError):
        await HomeAssistantGate(hass, lambda _: (), taken=await taken.load() or {}).remove()
    await turned.remove()
    await taken.remove()


async def _async_done[T](store: RoomStore[Mapping[str, T]]) -> Mapping[str, T]:
    """What was done and is not undone. Of what cannot be read nothing is undone: it stays as it is."""
    try:
        return await store.load() or {}
    except StoreUnreadableError as error:
        _LOGGER.error("What was blocked or taken away stays so, for it cannot be read: %s", error)  # noqa: TRY400 - the reason is enough, a traceback tells no more
        with suppress(StoreWriteError):
            await store.start_anew({})
        return {}


async def _async_take_away(hass: HomeAssistant, router: RouterEnforcer) -> None:
    try:
        await router.remove()
    except EnforcementError as error:
        _LOGGER.warning("Our tables could not be taken off the router: %s", error)
        await _async_notify(hass, "router_left_behind", router.place[0])


async def _async_notify(hass: HomeAssistant, key: str, detail: str) -> None:
    """Tell a person what is left to do by hand: there is nothing left that an issue could belong to."""
    texts = await async_get_translations(hass, hass.config.language, "exceptions", {DOMAIN})
    text = texts.get(f"component.{DOMAIN}.exceptions.{key}.message", key).format(detail=detail)
    persistent_notification.async_create(hass, text, "Secure Hub", f"{DOMAIN}_{key}")


async def _async_router(
    hass: HomeAssistant,
    data: Mapping[str, Any],
    *,
    on_drift: Callable[[Drift], None] | None = None,
    on_status: Callable[[], None] | None = None,
) -> RouterEnforcer:
    def build() -> RouterEnforcer:
        from ..adapters.enforcers.router import RouterEnforcer, RouterSettings  # noqa: PLC0415 - see above
        from ..adapters.enforcers.ssh import SshSettings  # noqa: PLC0415 - see above

        ssh = SshSettings(
            data[CONF_HOST], data[CONF_HOST_KEY], data[CONF_CLIENT_KEY], data[CONF_USERNAME], data[CONF_PORT]
        )
        newcomers = PacketClass.HELD if data[CONF_NEWCOMERS] == Newcomers.HOLD else PacketClass.OPEN
        guarded, lan = frozenset(data[CONF_GUARDED_INTERFACES]), frozenset(data[CONF_LAN_INTERFACES])
        return RouterEnforcer(RouterSettings(ssh, guarded, lan, newcomers), on_drift=on_drift, on_status=on_status)

    return await hass.async_add_import_executor_job(build)


def _mapping(entry: ConfigEntry) -> dict[str, BlockSwitch]:
    """Switches that the settings name, by the asset that they block."""
    return {
        subentry.data[CONF_ASSET]: BlockSwitch(
            subentry.data[CONF_ENTITY_ID],
            Meaning(subentry.data[CONF_ON_MEANS]),
            frozenset(map(Scope, subentry.data[CONF_CUTS])),
        )
        for subentry in entry.get_subentries_of_type(BLOCK_SWITCH)
    }


def _place(data: Mapping[str, Any]) -> tuple[str, int] | None:
    """Where a router is; None for a subentry of another type."""
    return (data[CONF_HOST], data[CONF_PORT]) if CONF_HOST in data else None


def _subentries(entry: ConfigEntry) -> _Settings:
    return MappingProxyType({key: dict(subentry.data) for key, subentry in entry.subentries.items()})
