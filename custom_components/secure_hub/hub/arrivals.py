"""Arrivals: who waits to be let in, and who says that it is another thing than before."""

from collections.abc import Iterator, Mapping

from ..engine.assets.model import Address, IdentifierKind
from ..engine.home import Home
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
    """Compare what assets say that they are with what was accepted; also of one that says now it is no IoT thing."""
    for asset_id, before in identities.items():
        asset = hub.assets.get(asset_id)
        says = None if asset is None else identity(asset)
        if says in {None, before} or hub.policy.standing(asset_id) is not Standing.ADMITTED:
            continue
        ask = Ask(asset_id, Kind.IDENTITY, str(says), detail=f"{before} -> {says}")
        if book.find(ask.key) is None:
            yield ask


def first_identities(hub: HomeView, identities: Mapping[str, str]) -> dict[str, str]:
    """Take for true what governed assets with a hardware address say that they are when they say it first."""
    kept = {asset_id: says for asset_id, says in identities.items() if asset_id in hub.assets}
    for asset_id in hub.home.governed - kept.keys():
        asset = hub.assets[asset_id]
        if asset.values(IdentifierKind.MAC) and (says := identity(asset)):
            kept[asset_id] = says
    return kept


class AddressBook:
    """Whose an address of the home is; made when first asked."""

    def __init__(self, home: Home) -> None:
        """Know nobody's yet."""
        self._home = home
        self._owners: Mapping[Address, str] | None = None

    def owner(self, address: Address) -> str | None:
        """The asset that has an address."""
        if self._owners is None:
            self._owners = {one: key for key, member in self._home.plan.members.items() for one in member.addresses}
        return self._owners.get(address)
