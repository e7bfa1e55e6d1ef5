"""Selects: what each governed asset may do, and what is decided about everybody."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .engine.assets.model import Asset, IdentifierKind
from .engine.choices import DEFAULT, chosen_profile, ruled, set_everybody
from .engine.policy.model import Mode, Newcomers
from .engine.policy.profiles import Profile
from .engine.policy.rules import Matcher, MatcherKind
from .engine.policy.scopes import Decision, Scope, applicable_scopes
from .engine.policy.trial import Settings
from .engine.previews import Wish
from .entity import AssetEntity, HubEntity, async_add_asset_entities
from .hub import SecureHub, SecureHubConfigEntry

MAX_NAMES = 10
"""Names that an attribute lists."""
PARALLEL_UPDATES = 0  # the hub serialises changes itself

PROFILE = SelectEntityDescription(
    key="profile",
    translation_key="profile",
    entity_category=EntityCategory.CONFIG,
    options=[DEFAULT, *(profile.value for profile in Profile)],
)
SCOPES = {
    scope: SelectEntityDescription(
        key=scope.value,
        translation_key=scope.value,
        entity_category=EntityCategory.CONFIG,
        options=[DEFAULT, *(decision.value for decision in Decision)],
    )
    for scope in Scope
}


@dataclass(frozen=True, kw_only=True)
class HubSelectDescription(SelectEntityDescription):
    """Says what a select reads of the settings of everybody, and what an option of it decides."""

    value_fn: Callable[[Settings], str]
    choose_fn: Callable[[str], dict[str, Any]]


HUB_SELECTS = (
    HubSelectDescription(
        key="mode",
        translation_key="mode",
        entity_category=EntityCategory.CONFIG,
        options=[mode.value for mode in Mode],
        value_fn=lambda settings: settings.mode.value,
        choose_fn=lambda option: {"mode": Mode(option)},
    ),
    HubSelectDescription(
        key="newcomers",
        translation_key="newcomers",
        entity_category=EntityCategory.CONFIG,
        options=[choice.value for choice in Newcomers],
        value_fn=lambda settings: settings.newcomers.value,
        choose_fn=lambda option: {"newcomers": Newcomers(option)},
    ),
    HubSelectDescription(
        key="home_profile",
        translation_key="home_profile",
        entity_category=EntityCategory.CONFIG,
        options=[profile.value for profile in Profile if profile is not Profile.QUARANTINED],
        value_fn=lambda settings: settings.home.value,
        choose_fn=lambda option: {"profile": Profile(option)},
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the hub's selects, and give every governed asset its own, now and as assets appear."""
    hub = entry.runtime_data
    async_add_entities(HubSelect(hub, description) for description in HUB_SELECTS)

    async_add_asset_entities(hub, async_add_entities, partial(_selects, hub))


def _selects(hub: SecureHub, asset: Asset) -> Iterator[AssetEntity]:
    """The selects of an asset; those that most homes need are enabled."""
    scopes = applicable_scopes(asset)
    useful = {Scope.INTERNET} if Scope.INTERNET in scopes else set()
    if asset.values(IdentifierKind.IEEE):
        useful.add(Scope.CONTROL)
    yield ProfileSelect(hub, asset, enabled=Scope.INTERNET in scopes)
    for scope in Scope:
        if scope in scopes:
            yield ScopeSelect(hub, asset, scope, enabled=scope in useful)


class ProfileSelect(AssetEntity, SelectEntity):
    """The profile chosen for an asset."""

    def __init__(self, hub: SecureHub, asset: Asset, *, enabled: bool) -> None:
        """Be the profile of one asset."""
        super().__init__(hub, asset, PROFILE)
        self._attr_entity_registry_enabled_default = enabled

    @property
    @override
    def current_option(self) -> str:
        """What was decided."""
        return chosen_profile(self.hub.home, self.asset_id)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Under `restricted`, how long the list is by which it goes."""
        if self.current_option != Profile.RESTRICTED:
            return None
        return {"allow_list": len(self.hub.permissions.allow_lists.get(self.asset_id, ())) or "none"}

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose a profile; `quarantined` is what the red button does, any other one lets go of it."""
        actor = await self.async_acting_admin()
        profile = None if option == DEFAULT else Profile(option)
        await self.hub.async_set_profile(self.asset_id, profile=profile, actor=actor)


class ScopeSelect(AssetEntity, SelectEntity):
    """What was said of one asset and scope; the attributes say what holds."""

    _unrecorded_attributes = frozenset(
        {"decision", "reason", "coverage", "coverage_reason", "enforced", "too_large", "closed_names"}
    )

    def __init__(self, hub: SecureHub, asset: Asset, scope: Scope, *, enabled: bool) -> None:
        """Be one scope of one asset."""
        super().__init__(hub, asset, SCOPES[scope])
        self._scope = scope
        self._attr_entity_registry_enabled_default = enabled

    @property
    def _matcher(self) -> Matcher:
        return Matcher(MatcherKind.ASSET, self.asset_id)

    @property
    @override
    def current_option(self) -> str:
        """What was decided about this very asset."""
        rule = ruled(self.hub.permissions, self._matcher, self._scope)
        return rule.decision.value if rule else DEFAULT

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Say what holds in general, which voice decided that, and what of it is enforced."""
        subject = self.hub.home.subjects.get(self.asset_id)
        if subject is None or self._scope not in subject.scopes:
            return None
        verdict = self.hub.explain(self.asset_id, self._scope)
        coverage = self.hub.scope_coverage(self.asset_id, self._scope)
        return {
            "decision": verdict.decision.value,
            "reason": verdict.reason,
            "coverage": coverage.level.value,
            "coverage_reason": coverage.reason,
            "enforced": self.hub.enforced(self.asset_id, self._scope),
            **({"too_large": True} if self.hub.is_too_large(self.asset_id, self._scope) else {}),
            **({"closed_names": closed} if (closed := self._closed_names) else {}),
        }

    @property
    def _closed_names(self) -> list[str]:
        """Some names that are allowed and closed, for they share an address with one that is not."""
        shared = self.hub.shared_names(self.asset_id, self._scope).values()
        return sorted({name for names in shared for name, one in names.items() if one is Decision.ALLOW})[:MAX_NAMES]

    @override
    async def async_select_option(self, option: str) -> None:
        """Say what the asset may do in this scope."""
        actor = await self.async_acting_admin()
        decision = None if option == DEFAULT else Decision(option)
        await self.hub.async_set_permissions(Wish(self._matcher, self._scope, decision), actor=actor)


class HubSelect(HubEntity, SelectEntity):
    """One thing that is decided about everybody."""

    entity_description: HubSelectDescription

    @property
    @override
    def current_option(self) -> str:
        """What was decided, be it only on trial."""
        return self.entity_description.value_fn(self.hub.settings)

    @override
    async def async_select_option(self, option: str) -> None:
        """Decide it."""
        actor = await self.async_acting_admin()
        await self.hub.async_decide(partial(set_everybody, actor=actor, **self.entity_description.choose_fn(option)))
