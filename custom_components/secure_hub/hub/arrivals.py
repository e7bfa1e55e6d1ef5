"""Arrivals: who waits to be let in, and who says that it is another thing than before."""

from collections.abc import Collection, Iterator, Mapping

from ..engine.assets.model import Asset, IdentifierKind
from ..engine.policy.model import Standing
from ..engine.requests.book import Book
from ..engine.requests.memory import identity
from ..engine.requests.model import Ask, Kind
from .view import HomeView


def newcomers(hub: HomeView, book: Book) -> Iterator[Ask]:
    """Ask about each governed asset that is held and is not asked about yet."""
    for asset_id in hub.home.governed:
        if hub.standing(asset_id) is Standing.HELD:
            asset = hub.assets[asset_id]
            kind = Kind.NEWCOMER if asset.values(IdentifierKind.MAC) else Kind.JOINED
            if book.find((asset_id, kind, "")) is None:
                yield Ask(asset_id, kind, detail=identity(asset) or "")


def changed_identities(hub: HomeView, book: Book, identities: Mapping[str, str]) -> Iterator[Ask]:
    """Compare what governed assets with a hardware address say that they are with what was accepted."""
    for asset_id, says in _said(hub).items():
        before = identities.get(asset_id)
        if before not in {None, says} and hub.policy.standing(asset_id) is Standing.ADMITTED:
            ask = Ask(asset_id, Kind.IDENTITY, says, detail=f"{before} -> {says}")
            if book.find(ask.key) is None:
                yield ask


def first_identities(hub: HomeView, identities: Mapping[str, str]) -> dict[str, str]:
    """Take for true what assets say that they are when they say it for the first time; who is gone is left out."""
    kept = {asset_id: says for asset_id, says in identities.items() if asset_id in hub.assets}
    return _said(hub) | kept


def _said(hub: HomeView) -> dict[str, str]:
    governed: Collection[str] = hub.home.governed
    said = {}
    for asset_id in governed:
        asset: Asset = hub.assets[asset_id]
        if asset.record.model and asset.values(IdentifierKind.MAC) and (says := identity(asset)):
            said[asset_id] = says
    return said
