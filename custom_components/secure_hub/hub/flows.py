"""With whom assets talk: what telemetry saw, and what the wall held off, each with the asset on the other side."""

from collections.abc import Collection, Iterable
from ipaddress import ip_address
import time
from typing import Final, NamedTuple

from homeassistant.core import callback

from ..engine.policy.scopes import Scope
from ..engine.policy.service import PROTOCOLS
from ..engine.requests.reach import SERVICES
from ..engine.telemetry.flows import Flow, FlowBook
from .arrivals import AddressBook
from .asking import Reached
from .keeper import HomeKeeper
from .sources import Sources

_SERVICES: Final = {(protocol.value, port): name for (protocol, port), name in SERVICES.items()}


class SeenFlow(NamedTuple):
    """A flow, and what the home knows of its other side."""

    flow: Flow
    peer_asset: str | None
    """The asset that has the peer's address now."""
    service: str
    """As people know it (`HTTPS`); empty where nobody knows a name."""


class Flows:
    """Answers from the book of flows, into which it writes what was held off."""

    def __init__(self, hub: HomeKeeper, book: FlowBook, sources: Sources) -> None:
        """Hear nothing yet; somebody else fills `book` with what was let through. `sources` know peers' names."""
        self._hub = hub
        self._sources = sources
        self._book = book

    async def async_start(self) -> None:
        """Hear what is held off."""
        self._hub.asking.listen(self._async_reached)

    async def async_stop(self) -> None:
        """Hear no more."""
        self._hub.asking.mute(self._async_reached)

    def of_asset(self, asset_id: str) -> list[SeenFlow]:
        """Flows of an asset, 50 at most, the one that carried most first."""
        return self._seen(self._book.of_asset(asset_id))

    def of_home(self) -> list[SeenFlow]:
        """Flows of all assets that there are, 500 at most, the one that carried most first."""
        return self._seen(self._book.of(self._hub.assets))

    def _seen(self, flows: Iterable[Flow]) -> list[SeenFlow]:
        owners = AddressBook(self._hub.home)
        return [
            SeenFlow(it, _owner(owners, it.peer), it.service or _SERVICES.get((it.protocol, it.port), ""))
            for it in flows
        ]

    @callback
    def _async_reached(self, found: Collection[Reached]) -> None:
        now = time.time()
        for asset_id, reach in found:
            peer = str(reach.address)
            self._book.hold(
                Flow(
                    asset_id,
                    peer,
                    self._sources.name(asset_id, peer),
                    PROTOCOLS.get(reach.protocol, str(reach.protocol)),
                    reach.port or 0,
                    "",
                    inward=False,
                    local=reach.scope is not Scope.INTERNET,
                    last=now,
                    held=1,
                )
            )


def _owner(owners: AddressBook, peer: str) -> str | None:
    try:
        return owners.owner(ip_address(peer))
    except ValueError:
        return None
