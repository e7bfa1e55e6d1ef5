"""Buttons: one lets last what is only tried, one lets an asset be learnt anew."""

from collections.abc import Mapping
from functools import partial
from typing import Any, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .engine.choices import confirm
from .entity import AssetEntity, HubEntity, async_add_asset_entities
from .hub import SecureHubConfigEntry

PARALLEL_UPDATES = 0  # the hub serialises changes itself

INSTALL_UPDATES = ButtonEntityDescription(key="install_updates", translation_key="install_updates")
CONFIRM = ButtonEntityDescription(key="confirm", translation_key="confirm", entity_category=EntityCategory.CONFIG)


RELEARN = ButtonEntityDescription(
    key="relearn",
    translation_key="relearn",
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the hub's buttons, and that of every governed asset, now and as assets appear."""
    hub = entry.runtime_data
    async_add_entities([ConfirmButton(hub, CONFIRM), InstallUpdatesButton(hub, INSTALL_UPDATES)])

    async_add_asset_entities(hub, async_add_entities, lambda asset: [RelearnButton(hub, asset, RELEARN)])


class ConfirmButton(HubEntity, ButtonEntity):
    """Confirms a risky change, which rolls back by itself otherwise; without one it does nothing."""

    _unrecorded_attributes = frozenset({"rolls_back"})

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Say when the change that waits rolls back; None if none waits."""
        trial = self.hub.home.trial
        return {"rolls_back": dt_util.utc_from_timestamp(trial.ends).isoformat() if trial else None}

    @override
    async def async_press(self) -> None:
        """Let it last."""
        await self.hub.async_decide(partial(confirm, actor=await self.async_acting_admin()))


class RelearnButton(AssetEntity, ButtonEntity):
    """Forgets what an asset usually does: for one that was given another task."""

    @override
    async def async_press(self) -> None:
        """Begin to learn anew."""
        await self.hub.monitoring.async_relearn(self.asset_id, actor=await self.async_acting_admin())


class InstallUpdatesButton(HubEntity, ButtonEntity):
    """Installs what waits and needs no person's yes by name: in the next window, in rings."""

    @override
    async def async_press(self) -> None:
        """Order it."""
        await self.hub.rollouts.async_install(None, actor=await self.async_acting_admin())
