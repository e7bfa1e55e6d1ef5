"""Rows of assets, worked out once for as long as nothing changes, however many ask."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

from ..hub import SecureHub
from ..hub.pauses import Pauses
from ..told import Alike, asset_passing, asset_row


@dataclass(frozen=True, slots=True)
class _Kept:
    """Rows by id, and what many of them have in common, for as long as what they rest on is the same."""

    basis: tuple[Any, ...]
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    alike: Alike = field(default_factory=dict)


_KEPT: Final[WeakKeyDictionary[SecureHub, _Kept]] = WeakKeyDictionary()


async def async_rows(hub: SecureHub, asset_ids: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
    """Yield the rows of assets that there are when their turn comes, leaving the event loop its own.

    Who wants to know of what changes meanwhile follows the hub: a change is told of after it is made.
    """
    kept, pauses = _kept(hub), Pauses()
    for asset_id in asset_ids:
        if asset_id not in hub.assets:
            continue
        rows = kept.rows
        if asset_id not in rows:
            rows[asset_id] = asset_row(hub, asset_id, kept.alike)
        elif not (passing := asset_passing(hub, asset_id)).items() <= rows[asset_id].items():
            rows[asset_id] = {**rows[asset_id], **passing}
        yield rows[asset_id]
        if await pauses.breathe():
            kept = _kept(hub)


def _kept(hub: SecureHub) -> _Kept:
    """What still holds: nothing does once the home, or what was read back of it, is another."""
    statuses = tuple(one.status for one in hub.enforcement.enforcers)
    basis = (hub.home, hub.enforcement.plan, statuses, hub.enforcement.contained())
    kept = _KEPT.get(hub)
    if kept is None or not _is_same(kept.basis, basis):
        kept = _KEPT[hub] = _Kept(basis)
    return kept


def _is_same(before: tuple[Any, ...], now: tuple[Any, ...]) -> bool:
    """Homes and plans are the same only if they are the very same; the rest is compared."""
    return before[0] is now[0] and before[1] is now[1] and before[2:] == now[2:]
