"""Networks that somebody lists as bad."""

from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import Final

from ..policy.lists import NetworkList

_CACHED: Final = 4096


class ListedNetworks:
    """Which of several named lists an address stands in; what was asked last is remembered, within bounds."""

    def __init__(self, lists: Mapping[str, NetworkList] = MappingProxyType({})) -> None:
        """Ask these lists, by their names."""
        self._lists = lists
        self._known: dict[str, str] = {}

    def __len__(self) -> int:
        """Count the lists."""
        return len(self._lists)

    def naming(self, address: str) -> str:
        """Return the names of the lists that an address stands in, in one text; empty if there is none."""
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            known = self._known[address] = self._find(address)
        return known

    def _find(self, address: str) -> str:
        try:
            parsed = ip_address(address)
        except ValueError:
            return ""
        return ", ".join(sorted(name for name, networks in self._lists.items() if parsed in networks))
