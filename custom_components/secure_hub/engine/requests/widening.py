"""What a manifest or a learned list would allow a device beyond what it may do now."""

from collections.abc import Iterable

from ..home import Home
from ..manifests.model import Group, GroupKind, Rule
from ..policy.lists import enriched
from ..policy.permissions import Allowed
from ..policy.scopes import Decision
from .memory import identity
from .model import Want

_NAMED_BY_HAND = frozenset({GroupKind.CONTROLLER, GroupKind.MY_CONTROLLER})


def widened(home: Home, asset_id: str, allowed: Iterable[Allowed]) -> tuple[Want, ...]:
    """Entries of a list that are not allowed now, in the list's order, each once."""
    table = home.tables[asset_id]
    found: dict[Want, None] = {}
    for one in allowed:
        scope = table.scope(one.scope)
        if scope is not None and scope.decide(enriched(one.destination, home.lists)) is not Decision.ALLOW:
            found[Want(one.scope, one.destination.text)] = None
    return tuple(found)


def may_widen(home: Home, asset_id: str) -> bool:
    """Whether there is anything that a list could allow the asset beyond what it may do now."""
    table = home.tables.get(asset_id)
    return table is not None and any(scope.default is not Decision.ALLOW for _, scope in table.scopes)


def needs_controllers(rules: Iterable[Rule]) -> bool:
    """Whether rules speak of services of the home that an administrator has to name."""
    return any(isinstance(one, Group) and one.kind in _NAMED_BY_HAND for rule in rules for one in rule.remote)


def alike(home: Home, asset_id: str) -> frozenset[str]:
    """Other assets of the same make and model."""
    make = identity(home.assets[asset_id])
    if make is None:
        return frozenset()
    return frozenset(key for key, one in home.assets.items() if key != asset_id and identity(one) == make)
