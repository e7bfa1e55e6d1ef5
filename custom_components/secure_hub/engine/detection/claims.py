"""Whether somebody has the right to say what he says to the whole home: who has an address, who gives them out."""

from dataclasses import replace
from typing import Final

from .observations import Observation, ObservationKind
from .who import Who

_MAX_STRANGERS: Final = 64
"""Senders that are no assets and are listened to: made-up hardware addresses are as many as somebody likes."""
_REMEMBERED: Final = 3600.0
"""Seconds for which a stranger who is quiet keeps his place."""


class Claims:
    """What announcements are worth, by what is known of the home. Times are those of the observations."""

    def __init__(self) -> None:
        """Know no stranger, and nobody who gives out addresses."""
        self.lost = 0
        """Announcements of strangers that were too many."""
        self._server = ""
        self._strangers: dict[str, float] = {}

    def judge(self, seen: Observation, who: Who) -> Observation | None:
        """Return an announcement with its asset and whether it is genuine; None if there is nothing to judge.

        What this machine says is left out, and so is who gives out addresses by right. Of others only claims and
        addresses that are given out are taken from who is no asset: it takes the whole home to judge these.
        """
        if seen.kind is ObservationKind.ARP_CLAIM:
            if seen.asset in who.hub_macs:
                return None
            seen = self._claim(seen, who)
        elif seen.kind is ObservationKind.DHCP_REPLY and who.servers is not None:
            if seen.asset in who.servers:
                self._server = seen.asset
                return None
            seen = replace(seen, genuine=False, peer=self._server)
        asset = who.owners.get(seen.asset)
        if asset is not None:
            return replace(seen, asset=asset)
        at_home = seen.kind in {ObservationKind.ARP_CLAIM, ObservationKind.DHCP_REPLY}
        return seen if at_home and self._is_listened_to(seen.asset, seen.time) else None

    @staticmethod
    def _claim(seen: Observation, who: Who) -> Observation:
        holders = who.holders.get(seen.name)
        if not holders or seen.hardware in holders:
            return seen
        return replace(seen, genuine=False, peer=min(holders))

    def _is_listened_to(self, stranger: str, time: float) -> bool:
        known = self._strangers.pop(stranger, None)
        if known is None and len(self._strangers) >= _MAX_STRANGERS:
            first = next(iter(self._strangers))
            if time - self._strangers[first] < _REMEMBERED:
                self.lost += 1
                return False
            del self._strangers[first]
        self._strangers[stranger] = time
        return True
