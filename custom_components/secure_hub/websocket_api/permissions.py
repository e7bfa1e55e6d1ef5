"""Commands that decide about assets, one or many: each is one decision, all of it or nothing."""

from functools import partial
import time
from typing import Any, Final

import voluptuous as vol

from ..engine.choices import DEFAULT
from ..engine.home import Home
from ..engine.policy import destinations
from ..engine.policy.destinations import ANY
from ..engine.policy.encoding import MAX_VALUE
from ..engine.policy.grants import Duration
from ..engine.policy.listing import MAX_PAGE, RulePage, list_rules
from ..engine.policy.profiles import Profile
from ..engine.policy.rules import Matcher, MatcherKind
from ..engine.policy.scopes import Decision, Scope
from ..engine.previews import Wish, preview
from ..told import told_rules
from .commands import ASSET_ID, ASSET_IDS, MAX_NAMED, REASON, Asked, Command, told_error

_DESTINATION: Final = vol.All(str, vol.Length(min=1, max=destinations.MAX_TEXT))
_VALUE: Final = vol.All(str, vol.Length(max=MAX_VALUE))
_CHANGE: Final = vol.Schema(
    {
        vol.Optional("kind", default=MatcherKind.ASSET): vol.Coerce(MatcherKind),
        vol.Optional("value", default=""): _VALUE,
        vol.Optional("model", default=""): _VALUE,
        vol.Required("scope"): vol.Coerce(Scope),
        vol.Required("decision"): vol.Any(DEFAULT, vol.Coerce(Decision)),
        vol.Optional("destination", default=ANY.text): _DESTINATION,
    }
)


async def _async_set_permissions(asked: Asked) -> dict[str, Any] | None:
    """Decide all changes or none, or only say what each would do."""
    wishes = [_wish(change) for change in asked.data["changes"]]
    hub = asked.hub
    if asked.data["preview"]:
        seen = await hub.async_consider(partial(preview, wishes=wishes, now=time.time()))
        return {
            "assets": [
                {
                    "asset_id": one.asset_id,
                    "scope": one.scope.value,
                    "before": one.before.value,
                    "after": one.after.value,
                    "coverage": (coverage := hub.scope_coverage(one.asset_id, one.scope)).level.value,
                    "coverage_reason": coverage.reason,
                }
                for one in seen.differences
                if one.asset_id in hub.assets
            ],
            "failed": {number: told_error(error) for number, error in seen.refused.items()},
        }

    await hub.async_set_permissions(*wishes, actor=asked.actor)
    return None


def _wish(change: dict[str, Any]) -> Wish:
    return Wish(
        Matcher(change["kind"], change["value"], change["model"]),
        change["scope"],
        None if change["decision"] == DEFAULT else change["decision"],
        destinations.parse(change["destination"]),
    )


async def _async_rules(asked: Asked) -> dict[str, Any]:
    hub, data = asked.hub, asked.data

    def ask(home: Home) -> RulePage:
        kinds, after, limit = data["kinds"], data.get("after"), data["limit"]
        return list_rules(home.permissions, home.subjects.values(), kinds=kinds, after=after, limit=limit)

    return told_rules(hub, await hub.async_consider(ask))


async def _async_quarantine(asked: Asked) -> None:
    data = asked.data
    await asked.hub.async_quarantine(*data["asset_ids"], actor=asked.actor, reason=data.get("reason"))


async def _async_release(asked: Asked) -> None:
    await asked.hub.async_release(*asked.data["asset_ids"], actor=asked.actor)


async def _async_set_profile(asked: Asked) -> None:
    data = asked.data
    profile = None if data["profile"] == DEFAULT else data["profile"]
    await asked.hub.async_set_profile(*data["asset_ids"], profile=profile, actor=asked.actor)


async def _async_grant(asked: Asked) -> None:
    data = asked.data
    await asked.hub.async_grant(
        data["asset_id"],
        scope=data["scope"],
        destination=destinations.parse(data["destination"]),
        duration=data["duration"],
        actor=asked.actor,
    )


async def _async_revoke(asked: Asked) -> None:
    await asked.hub.async_revoke(asked.data["asset_id"], scope=asked.data.get("scope"), actor=asked.actor)


COMMANDS = (
    Command(
        "set_permissions",
        _async_set_permissions,
        {
            vol.Required("changes"): vol.All([_CHANGE], vol.Length(min=1, max=MAX_NAMED)),
            vol.Optional("preview", default=False): bool,
        },
    ),
    Command(
        "rules",
        _async_rules,
        {
            vol.Optional("kinds", default=list(MatcherKind)): [vol.Coerce(MatcherKind)],
            vol.Optional("after"): ASSET_ID,
            vol.Optional("limit", default=MAX_PAGE): vol.All(int, vol.Range(min=1, max=MAX_PAGE)),
        },
    ),
    Command(
        "quarantine",
        _async_quarantine,
        {
            vol.Required("asset_ids"): ASSET_IDS,
            vol.Optional("reason"): REASON,
        },
    ),
    Command("release", _async_release, {vol.Required("asset_ids"): ASSET_IDS}),
    Command(
        "set_profile",
        _async_set_profile,
        {
            vol.Required("asset_ids"): ASSET_IDS,
            vol.Required("profile"): vol.Any(DEFAULT, vol.Coerce(Profile)),
        },
    ),
    Command(
        "grant",
        _async_grant,
        {
            vol.Required("asset_id"): ASSET_ID,
            vol.Required("scope"): vol.Coerce(Scope),
            vol.Required("duration"): vol.Coerce(Duration),
            vol.Optional("destination", default=ANY.text): _DESTINATION,
        },
    ),
    Command("revoke", _async_revoke, {vol.Required("asset_id"): ASSET_ID, vol.Optional("scope"): vol.Coerce(Scope)}),
)
