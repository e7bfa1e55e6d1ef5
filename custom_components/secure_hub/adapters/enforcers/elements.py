"""From the plan to the elements that our tables must hold; who wants which, so that a change costs what it changes."""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache, reduce
from ipaddress import IPv4Address, IPv6Address, IPv6Network, collapse_addresses
from operator import or_
from typing import Final

from ...engine.assets.model import Address
from ...engine.firewall.named import set_stem
from ...engine.firewall.plan import Member, PacketClass, Plan, Segment
from ...engine.firewall.regions import Rules
from ...engine.firewall.zones import Zones
from ...engine.persistent import differing
from ...engine.policy.limits import Limit
from ...engine.topology import Network
from ..netfilter.kernel import Change
from ..netfilter.keys import Cell, Key
from ..netfilter.layout import (
    ASKED,
    ASKS,
    FREE,
    KIND,
    LIMITED,
    METERED,
    NAMES,
    OPEN,
    QUARANTINED,
    RULED,
    Shape,
    asked,
    denied,
    excepted,
)
from ..netfilter.probe import Capabilities
from .exceptions import SCOPE_NUMBERS, exception_cells

_PRESENT: Final = 0
"""Value of an element in a plain set."""
_PROTECTED: Final = 0
"""Rank of a claim that wins over every class: what is protected is open."""
_CLASSED: Final = frozenset({"mac", "class4", "class6"})
_STRICTNESS: Final = {_PROTECTED: 0, OPEN: 1, FREE: 2, RULED: 3, PacketClass.HELD: 4, QUARANTINED: 5}
_LIMITS: Final = LIMITED | METERED
_NOWHERE: Final = (IPv6Network("::/128"), IPv6Network("fe80::/10"))
"""Sources of a device that has no address yet, and of what stays on its link."""
_ALL6: Final = IPv6Network("::/0")
_HOME: Final = ""
"""Who wants what belongs to no asset."""


class Desired:
    """What the tables must hold for a plan. Elements wanted by several assets get the stricter class."""

    def __init__(self, plan: Plan) -> None:
        """Compute everything; O(assets)."""
        self.plan = plan
        self.claims: dict[Cell, dict[str, int]] = {}
        """Who wants which element, at what rank."""
        self.cells: dict[str, dict[Cell, int]] = {}
        """What each asset wants."""
        for cell, value in _home(plan):
            self.claims.setdefault(cell, {})[_HOME] = value
        for asset_id, member in plan.members.items():
            self.cells[asset_id] = cells = dict(_cells(member, plan))
            for cell, rank in cells.items():
                self.claims.setdefault(cell, {})[asset_id] = rank

    def elements(self) -> dict[str, dict[Key, int]]:
        """Every wanted element: set name -> key -> value."""
        wanted: dict[str, dict[Key, int]] = {}
        for cell, claims in self.claims.items():
            wanted.setdefault(cell[0], {})[cell[1]] = _resolve(cell, claims)
        return wanted | _lists(self.plan.zones)

    def held(self, asset_id: str) -> PacketClass | None:
        """What packets of an asset meet where this stands: the least strict class that any of its elements has.

        None where nothing is guarded, or no packet can be told to be its own.
        """
        found = self._classes(asset_id)
        if not found:
            return None
        if not self.plan.enforce:
            return PacketClass.OPEN
        kind = min(found, key=_strictness) & KIND
        return PacketClass.OPEN if kind in {RULED, FREE} else PacketClass(kind)

    def rules(self, asset_id: str) -> Rules | None:
        """What an asset's packets are judged by where this stands; None if any of its elements is not governed."""
        member, found = self.plan.members.get(asset_id), self._classes(asset_id)
        if member is None or not found or not self.plan.enforce:
            return None
        return member.rules if all(value & KIND == RULED for value in found) else None

    def _classes(self, asset_id: str) -> list[int]:
        """Classes that an asset's elements have; none where nothing is guarded."""
        if not self.plan.segments:
            return []
        return [_resolve(cell, self.claims[cell]) for cell in self.cells.get(asset_id, ()) if cell[0] in _CLASSED]

    def quotas(self) -> dict[Cell, int]:
        """Every quota."""
        return {cell: _resolve(cell, claims) for cell, claims in self.claims.items() if cell[0] == "quota"}

    def propose(self, plan: Plan, changed: Collection[str]) -> Proposal:
        """What follows if the plan differs from ours in the changed assets only; nothing is taken over yet."""
        return Proposal(self, plan, changed)

    def affected(self, plan: Plan, changed: Collection[str]) -> set[str]:
        """Assets changed, and those that share an address with them: it may have gone from one to the other."""
        found = set(changed)
        for asset_id in changed:
            for members in (self.plan.members, plan.members):
                if member := members.get(asset_id):
                    for address in member.addresses & plan.contested.keys():
                        found |= plan.contested[address]
        if len(found) > len(changed):  # and those whose tables name one that has another address now
            found |= differing(self.plan.members, plan.members)
        return found


class Proposal:
    """A change of some assets, computed but not taken over."""

    def __init__(self, desired: Desired, plan: Plan, changed: Collection[str]) -> None:
        """Compute it; O(changed)."""
        self.assets = desired.affected(plan, changed)
        self._desired = desired
        self._plan = plan
        self._cells = {
            asset_id: dict(_cells(plan.members[asset_id], plan)) if asset_id in plan.members else {}
            for asset_id in self.assets
        }
        self._claims: dict[Cell, dict[str, int]] = {}
        for asset_id, cells in self._cells.items():
            for cell in desired.cells.get(asset_id, {}).keys() | cells.keys():
                claims = self._claims.setdefault(cell, dict(desired.claims.get(cell, {})))
                claims.pop(asset_id, None)
                if cell in cells:
                    claims[asset_id] = cells[cell]

    def changes(self) -> list[Change]:
        """Elements that change."""
        found = []
        for cell, claims in self._claims.items():
            before = self._desired.claims.get(cell)
            old = _resolve(cell, before) if before else None
            new = _resolve(cell, claims) if claims else None
            if old != new:
                found.append(Change(cell, old, new))
        return found

    def accept(self) -> None:
        """Take it over."""
        desired = self._desired
        desired.plan = self._plan
        for cell, claims in self._claims.items():
            if claims:
                desired.claims[cell] = claims
            else:
                desired.claims.pop(cell, None)
        for asset_id, cells in self._cells.items():
            if cells:
                desired.cells[asset_id] = cells
            else:
                desired.cells.pop(asset_id, None)


@lru_cache(maxsize=2)  # what is tried may stand beside what lasts
def _lists(zones: Zones) -> dict[str, dict[Key, int]]:
    found: dict[str, dict[Key, int]] = {}
    for version, first, last, lists in zones.ranges:
        address = IPv4Address if version == 4 else IPv6Address  # noqa: PLR2004 - the protocol's number
        ends = (str(address(number)) for number in dict.fromkeys((first, last)))
        found.setdefault(f"list{version}", {})[("-".join(ends),)] = zones.numbers[lists]
    return found


def shape(plan: Plan, present: Collection[str], capabilities: Capabilities) -> Shape:
    """Rules that the plan needs, as far as the kernel can, for the guarded interfaces that are there."""
    netdevs = sorted(s.interface for s in plan.segments if not s.is_bridge and s.interface in present)
    bridge = any(s.is_bridge for s in plan.segments)
    return Shape(
        plan.enforce,
        bridge and capabilities.bridge,
        tuple(netdevs) if capabilities.netdev else (),
        zones=len(plan.zones.numbers),
        one_armed=any(s.behind for s in plan.segments),
        names=tuple(map(set_stem, plan.named)),
    )


def stricter(before: Plan | None, after: Plan, assets: Collection[str]) -> tuple[str, ...]:
    """Addresses whose connections must be forgotten: of assets that may do less than they could, or had others."""
    found: set[Address] = set()
    for asset_id in assets:
        member = after.members.get(asset_id)
        if member is None:
            continue
        old = before.members.get(asset_id) if before is not None and before.enforce else None
        if _less(old, member) or (before is not None and before.zones is not after.zones and _is_about_lists(member)):
            found |= member.addresses | (old.addresses if old else frozenset())
        elif old is not None and member.packet_class is not PacketClass.OPEN:
            found |= member.addresses - old.addresses
    return tuple(sorted(_text(address) for address in found if _usable(address)))


def _less(old: Member | None, new: Member) -> bool:
    """Something that passed may not pass any more."""
    if new.packet_class is not PacketClass.OPEN:
        return old is None or old.packet_class is PacketClass.OPEN
    if new.rules is None or (old is not None and old.packet_class is not PacketClass.OPEN):
        return False
    return new.rules.stricter((old.rules if old else None) or Rules())


def _is_about_lists(member: Member) -> bool:
    return member.rules is not None and any(region.zone for region in member.rules.regions)


def _resolve(cell: Cell, claims: Mapping[str, int]) -> int:
    if cell[0] not in _CLASSED:
        return max(claims.values())
    if _PROTECTED in claims.values():
        return PacketClass.OPEN
    strictest = max(claims.values(), key=_strictness)
    if strictest & KIND != RULED:
        return strictest
    return reduce(or_, (value & _LIMITS for value in claims.values()), strictest)


def _strictness(value: int) -> tuple[int, int, int]:
    """Order of classes: of two that are governed, the one that is denied more."""
    return _STRICTNESS[value & KIND], value & ~(ASKS | NAMES | ASKED | _LIMITS), value


def _usable(address: Address) -> bool:
    return not (address.is_unspecified or address.is_multicast or address.is_loopback)


def _text(address: Address) -> str:
    """Canonical, without the zone of a link-local address."""
    return str(address).partition("%")[0]


def _home(plan: Plan) -> Iterator[tuple[Cell, int]]:
    for segment in plan.segments:
        name = segment.interface
        yield from (((one, (name,)), _PRESENT) for one in ("segment", "inside"))
        for interface in (name, *segment.ports):
            yield ("newcomer", (interface,)), segment.newcomers
        for port in segment.ports:
            yield ("port", (port,)), _PRESENT
        if segment.is_bridge:
            yield ("bridged", (name, name)), _PRESENT
        yield from _one_armed(segment)
    for interface in plan.lan_interfaces:
        yield from (((one, (interface,)), _PRESENT) for one in ("lan", "inside"))
    for mac in plan.hub_macs:
        yield ("hub", (mac,)), _PRESENT
    for mac in plan.protected_macs:
        yield ("protected", (mac,)), _PRESENT
    yield from (((("prefix6", (ends,)), OPEN)) for ends in _networks(plan.prefixes))
    for name, addresses in (("owned", plan.hub_addresses), ("resolver", plan.nameservers)):
        for address in filter(_usable, addresses):
            yield (f"{name}{address.version}", (_text(address),)), _PRESENT


def _one_armed(segment: Segment) -> Iterator[tuple[Cell, int]]:
    name = segment.interface
    if segment.behind:
        yield ("one_armed", (name, name)), _PRESENT
    for network in segment.behind:
        yield (f"behind{network.version}", (name, _ends(network))), _PRESENT


def _networks(prefixes: Collection[IPv6Network]) -> Iterator[str]:
    """What devices may be in; anything if nobody knows."""
    for network in collapse_addresses((*_NOWHERE, *prefixes)) if prefixes else (_ALL6,):
        yield _ends(network)


def _ends(network: Network) -> str:
    return "-".join(dict.fromkeys((str(network[0]), str(network[-1]))))


def _cells(member: Member, plan: Plan) -> Iterator[tuple[Cell, int]]:
    macs = member.macs - plan.hub_macs
    rank = _PROTECTED if not member.macs.isdisjoint(plan.protected_macs | plan.hub_macs) else _class(member)
    for mac in macs:
        yield ("mac", (mac,)), rank
    for address in member.addresses:
        if not _usable(address) or address in plan.hub_addresses:
            continue
        key = _text(address)
        yield (f"class{address.version}", (key,)), rank
        if macs:
            yield (f"owned{address.version}", (key,)), _PRESENT
        for mac in macs:
            yield (f"bind{address.version}", (mac, key)), _PRESENT
            if address.version == 4:  # noqa: PLR2004 - the protocol's number
                yield ("bound", (mac,)), _PRESENT
    if member.limit is not None and rank != _PROTECTED:
        yield from _limits(member.limit, macs)
    if rank & KIND == RULED and member.rules is not None:
        own = [_text(address) for address in member.addresses - plan.hub_addresses if _usable(address)]
        for region in member.rules.regions:
            yield from exception_cells(region, macs, own)


def _limits(limit: Limit, macs: Collection[str]) -> Iterator[tuple[Cell, int]]:
    for name, value in (("limited", limit.rate), ("quota", limit.quota)):
        if value is not None:
            yield from (((name, (mac,)), value) for mac in macs)


def _class(member: Member) -> int:
    """Number of a member's class."""
    rules = member.rules
    if member.packet_class is not PacketClass.OPEN or rules is None:
        return int(member.packet_class)
    bits = sum(denied(SCOPE_NUMBERS[scope]) for scope in rules.denied)
    if (limit := member.limit) is not None:
        bits |= (LIMITED if limit.rate is not None else 0) | (METERED if limit.quota is not None else 0)
    bits |= sum(excepted(SCOPE_NUMBERS[scope]) for scope in rules.excepted)
    wanted = sum(asked(SCOPE_NUMBERS[scope]) for scope in rules.asked)
    if not bits and rules.asks and not rules.names:
        return FREE
    return RULED | bits | wanted | (ASKS if rules.asks else 0) | (NAMES if rules.names else 0)
