"""Networks that somebody lists as bad: one address or network a line, as such lists are published."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Final

from .readers.endpoints import PRIVATE

_MAX_LISTED: Final = 500_000
_MAX_LINE: Final = 1024
_CACHED: Final = 4096


class ListedNetworks:
    """Whether an address is in one of the networks; a look-up takes as long as there are different prefix lengths."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        """Read a list: what stands behind `#` or `;` is a remark; `rejected` counts lines that are something else."""
        self.rejected = 0
        self._networks: dict[tuple[int, int], set[int]] = {}
        self._count = 0
        self._known: dict[str, bool] = {}
        for line in lines:
            text = line[:_MAX_LINE].partition("#")[0].partition(";")[0].strip()
            if not text:
                continue
            try:
                network = ip_network(text.split()[0], strict=False)
            except ValueError:
                self.rejected += 1
                continue
            at_home = any(network.version == it.version and network.overlaps(it) for it in PRIVATE)
            if self._count >= _MAX_LISTED or at_home:
                self.rejected += 1  # a list that names the home, or everything, would say nothing
                continue
            shift = network.max_prefixlen - network.prefixlen
            self._networks.setdefault((network.version, shift), set()).add(int(network.network_address) >> shift)
            self._count += 1

    def __len__(self) -> int:
        """Count the networks."""
        return self._count

    def __contains__(self, address: str) -> bool:
        """Whether an address is listed."""
        if not self._count:
            return False
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            known = self._known[address] = self._find(address)
        return known

    def _find(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        number = int(parsed)
        return any(
            number >> shift in networks
            for (version, shift), networks in self._networks.items()
            if version == parsed.version
        )
