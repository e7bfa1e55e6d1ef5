"""Arrivals: who waits to be let in, and who says that it is another thing than before."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from ..engine.assets.model import Address, IdentifierKind
from ..engine.home import Home
from ..engine.policy.model import Standing
from ..engine.requests.book import Book
from ..engine.requests.memory import identity
from ..engine.requests.model import Ask, Kind
from ..engine.requests.reach import reach_ask
from .asking import Reached
from .view import HomeView

MAX_ASKED: Final = 128
"""Newcomers that are asked about at once: who makes up addresses leaves room for others' requests."""
_ARRIVING: Final = frozenset({Kind.NEWCOMER, Kind.JOINED})


def newcomers(hub: HomeView, book: Book, before: Home | None) -> Iterator[Ask]:
    """Ask about governed assets that are held and are not asked about yet, if they may be since `before`."""
    asked = {request.asset_id for request in book.pending.values() if request.kind in _ARRIVING}
    room = MAX_ASKED - len(asked)
    for asset_id in _candidates(hub.home, before):
        if room <= 0:
            return
        if asset_id not in asked and asset_id in hub.home.governed and hub.standing(asset_id) is Standing.HELD:
            asset = hub.assets[asset_id]
            kind = Kind.NEWCOMER if asset.values(IdentifierKind.MAC) else Kind.JOINED
            room -= 1
            yield Ask(asset_id, kind, detail=identity(asset) or "")


def _candidates(home: Home, before: Home | None) -> Collection[str]:
    """Who may be held now and was not before: a decision about one asset makes nobody look at all the others."""
    if before is None or home.assets is not before.assets or home.policy.newcomers is not before.policy.newcomers:
        return home.governed
    if home.policy.admitted is before.policy.admitted:
        return ()
    return before.policy.admitted - home.policy.admitted


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


def reached(hub: HomeView, found: Iterable[Reached]) -> Iterator[Ask]:
    """Ask about what devices under `ask` reached for, as people know it."""
    home, names, owners = hub.home, hub.naming.names, AddressBook(hub.home)
    for asset_id, reach in found:
        if asset_id in home.tables:
            known = names.get(asset_id, {})
            ask = reach_ask(asset_id, reach, home.tables[asset_id], known, owners.owner, home.lists)
            if ask is not None:
                yield ask
