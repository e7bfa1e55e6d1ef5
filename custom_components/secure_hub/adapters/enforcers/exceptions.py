"""From a region of an asset's table to the elements that say so in our maps."""

from collections.abc import Collection, Iterator
from typing import Final

from ...engine.firewall.region import ANY_PROTOCOL, Region
from ...engine.firewall.services import ANY_PORT
from ...engine.policy.scopes import Scope
from ..netfilter.keys import Cell
from ..netfilter.layout import ALLOW, DENY, HUB, INTERNET, LAN, PEERS, opened

SCOPE_NUMBERS: Final = {Scope.INTERNET: INTERNET, Scope.LAN: LAN, Scope.PEERS: PEERS, Scope.HUB: HUB}

_NEAR: Final = frozenset({Scope.LAN, Scope.PEERS})
_PORTED: Final = frozenset({(6, 6), (17, 17)})


def exception_cells(region: Region, macs: Collection[str], addresses: Collection[str]) -> Iterator[tuple[Cell, int]]:
    """Elements for one region of a device with these MACs and addresses."""
    number = SCOPE_NUMBERS[region.scope]
    if not region.inbound:
        yield from _by_mac(region, macs, number)
        return
    if not region.mac:
        yield from _by_address(region, addresses, number)
    if region.protocols in _PORTED and region.scope in _NEAR:  # a bridge judges what the far end opens by MAC
        yield from _by_mac(region, macs, opened(number))


def _by_mac(region: Region, macs: Collection[str], number: int) -> Iterator[tuple[Cell, int]]:
    scope, decision, service = str(number), _decision(region), _service(region)
    exact = region.protocols in _PORTED and region.ports[0] == region.ports[1]
    whole = (region.protocols, region.ports) == (ANY_PROTOCOL, ANY_PORT)
    for mac in macs:
        if region.mac:
            key = (scope, mac, region.mac)
            yield (("mate", key) if whole else ("mate_range", (*key, *service))), decision
        elif region.zone:
            key = (scope, mac, str(region.zone))
            yield (("listed", key) if whole else ("listed_range", (*key, *service))), decision
        elif not region.version:
            yield ("any", (scope, mac, *service)), decision
        elif _is_place(region):
            yield (f"place{region.version}", (scope, mac, _far(region))), decision
        else:
            name = "exact" if exact and region.single else "range"
            yield (f"{name}{region.version}", (scope, mac, _far(region), *service)), decision


def _by_address(region: Region, addresses: Collection[str], number: int) -> Iterator[tuple[Cell, int]]:
    scope, decision, service = str(number), _decision(region), _service(region)
    for address in addresses:
        version = 6 if ":" in address else 4
        if not region.version:
            yield (f"opened_any{version}", (scope, address, *service)), decision
        elif version != region.version:
            continue
        elif _is_place(region):
            yield (f"opened_place{version}", (scope, address, _far(region))), decision
        else:
            yield (f"opened_range{version}", (scope, address, _far(region), *service)), decision


def _is_place(region: Region) -> bool:
    """One address, whatever the service."""
    return region.single and (region.protocols, region.ports) == (ANY_PROTOCOL, ANY_PORT)


def _decision(region: Region) -> int:
    return ALLOW if region.allow else DENY


def _service(region: Region) -> tuple[str, str]:
    return _span(*region.protocols), _span(*region.ports)


def _far(region: Region) -> str:
    return "-".join(dict.fromkeys(str(region.address(number)) for number in (region.first, region.last)))


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
