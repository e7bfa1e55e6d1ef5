"""Switches: the red button of every governed asset, and lockdown of the home."""

from collections.abc import Mapping
from functools import partial
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .engine.assets.model import Asset
from .engine.choices import set_everybody
from .engine.policy.model import Standing
from .entity import AssetEntity, HubEntity, async_add_asset_entities
from .hub import SecureHub, SecureHubConfigEntry

PARALLEL_UPDATES = 0  # the hub serialises changes itself

QUARANTINE = SwitchEntityDescription(
    key="quarantine",
    translation_key="quarantine",
    entity_category=EntityCategory.CONFIG,
)
LOCKDOWN = SwitchEntityDescription(
    key="lockdown",
    translation_key="lockdown",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Give every governed asset its switch, now and as assets appear."""
    hub = entry.runtime_data

    async_add_entities([LockdownSwitch(hub, LOCKDOWN)])

    async_add_asset_entities(hub, async_add_entities, lambda asset: [QuarantineSwitch(hub, asset)])


class QuarantineSwitch(AssetEntity, SwitchEntity):
    """On while the asset is cut off: what was read back, not what was asked."""

    _unrecorded_attributes = frozenset({"coverage", "coverage_reason", "standing", "reason", "since"})

    def __init__(self, hub: SecureHub, asset: Asset) -> None:
        """Be the switch of one asset."""
        super().__init__(hub, asset, QUARANTINE)

    @property
    @override
    def is_on(self) -> bool:
        """Whether every enforcer that can hold the asset does."""
        return self.hub.enforcement.is_contained(self.asset_id)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Say how far the quarantine reaches and why it stands."""
        coverage = self.hub.coverage(self.asset_id)
        standing = self.hub.policy.standing(self.asset_id)
        quarantine = self.hub.policy.quarantined.get(self.asset_id)
        attributes = {
            "coverage": coverage.level.value,
            "coverage_reason": coverage.reason,
            "standing": standing.value,
        }
        if standing is Standing.QUARANTINED and quarantine is not None:
            attributes |= {
                "reason": quarantine.reason,
                "since": dt_util.utc_from_timestamp(quarantine.since).isoformat(),
            }
        return attributes

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Cut the asset off."""
        await self.hub.async_quarantine(self.asset_id, actor=await self.async_acting_admin())

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let the asset talk again, which also admits a newcomer."""
        await self.hub.async_release(self.asset_id, actor=await self.async_acting_admin())


class LockdownSwitch(HubEntity, SwitchEntity):
    """On while every governed asset is cut off from internet, home and each other."""

    @property
    @override
    def is_on(self) -> bool:
        """Whether it was decided, be it only on trial."""
        return self.hub.permissions.lockdown

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Lock the home down."""
        await self._async_set(lockdown=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Go back to what was decided about each."""
        await self._async_set(lockdown=False)

    async def _async_set(self, *, lockdown: bool) -> None:
        actor = await self.async_acting_admin()
        await self.hub.async_decide(partial(set_everybody, lockdown=lockdown, actor=actor))
