"""Rows of assets, worked out once for as long as nothing changes, however many ask."""

from collections.abc import AsyncIterator, Iterable
from typing import Any, Final
from weakref import WeakKeyDictionary

from ..hub import SecureHub
from ..hub.pauses import Pauses
from ..told import asset_passing, asset_row

_KEPT: Final[WeakKeyDictionary[SecureHub, tuple[tuple[Any, ...], dict[str, dict[str, Any]]]]] = WeakKeyDictionary()


async def async_rows(hub: SecureHub, asset_ids: Iterable[str]) -> AsyncIterator[dict[str, Any]]:
    """Yield the rows of assets that there are when their turn comes, leaving the event loop its own.

    Who wants to know of what changes meanwhile follows the hub: a change is told of after it is made.
    """
    kept, pauses = _kept(hub), Pauses()
    for asset_id in asset_ids:
        if asset_id not in hub.assets:
            continue
        if asset_id not in kept:
            kept[asset_id] = asset_row(hub, asset_id)
        elif not (passing := asset_passing(hub, asset_id)).items() <= kept[asset_id].items():
            kept[asset_id] = {**kept[asset_id], **passing}
        yield kept[asset_id]
        if await pauses.breathe():
            kept = _kept(hub)


def _kept(hub: SecureHub) -> dict[str, dict[str, Any]]:
    """The rows that still hold: none is left once the home, or what was read back of it, is another."""
    statuses = tuple(one.status for one in hub.enforcement.enforcers)
    basis = (hub.home, hub.enforcement.plan, statuses, hub.enforcement.contained())
    kept = _KEPT.get(hub)
    if kept is None or not _is_same(kept[0], basis):
        kept = _KEPT[hub] = (basis, {})
    return kept[1]


def _is_same(before: tuple[Any, ...], now: tuple[Any, ...]) -> bool:
    """Homes and plans are the same only if they are the very same; the rest is compared."""
    return before[0] is now[0] and before[1] is now[1] and before[2:] == now[2:]
