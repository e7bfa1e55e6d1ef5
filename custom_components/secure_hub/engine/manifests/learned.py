"""What an asset was seen to need: conversations over some days to a short list of needs, and needs to rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, ip_network

from ..assets.model import Address
from .model import TCP, Decision, Direction, DnsName, Family, Group, Network, PortRange, Rule

MAX_SEEN = 4096
"""Conversations of one asset that are kept, like ones of a day counted as one."""
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of an asset: packets both ways, opened by one side.

    `at` is when it began (seconds since the epoch), `initiated` who opened it, `protocol` the IP protocol number,
    `port` that of the side that did not open it (None without ports), `name` what the asset had looked up for `remote`.
    `times` is how many like it there were on that day.
    """

    at: float
    initiated: Direction
    protocol: int
    remote: Address
    port: int | None = None
    name: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Need:
    """One line of a learned allow-list, with how often and when (seconds since the epoch) it was used.

    `ports` are those of the side that did not open the conversation, each of them seen; `days` counts the days, of 24
    hours from the beginning of the watch, on which it was used.
    """

    initiated: Direction
    family: Family
    protocol: int
    remote: DnsName | Group | Network
    ports: tuple[PortRange, ...] | None
    conversations: int
    days: int
    first_seen: float
    last_seen: float


@dataclass(frozen=True, slots=True)
class Watch:
    """What an asset was seen to do from `since` until `until` (seconds since the epoch), like talks of a day as one.

    At most MAX_SEEN are kept; `overflowed` says that there were more, so that the list is not all that it needs.
    """

    since: float
    until: float
    seen: tuple[Conversation, ...] = ()
    overflowed: bool = False

    def heard(self, talks: Iterable[Conversation]) -> Watch:
        """The watch with more conversations, those outside its time left out."""
        found = {self._like(talk): talk for talk in self.seen}
        overflowed = self.overflowed
        for talk in talks:
            if not self.since <= talk.at < self.until:
                continue
            key = self._like(talk)
            before = found.get(key)
            if before is not None:
                found[key] = replace(before, times=before.times + talk.times)
            elif len(found) < MAX_SEEN:
                found[key] = talk
            else:
                overflowed = True
        return replace(self, seen=tuple(found.values()), overflowed=overflowed)

    def _like(self, talk: Conversation) -> tuple[object, ...]:
        day = (talk.at - self.since) // _DAY
        return day, talk.initiated, talk.protocol, talk.remote, talk.port, talk.name


def learn(
    conversations: Iterable[Conversation], since: float, until: float, roles: Mapping[Address, Group] | None = None
) -> tuple[Need, ...]:
    """Gather what began at `since` or later and before `until` into needs, the most used first.

    A name is preferred to the address behind it: also for a conversation with no name of its own, if every named
    conversation with its address bore the same one. `roles` says which addresses stand for a part of the home (its
    DNS server, its gateway), and wins over names. Ports join into a range only if each port between was seen.
    """
    seen = [talk for talk in conversations if since <= talk.at < until]
    names = _names(seen)
    gathered: dict[tuple[Direction, Family, int, DnsName | Group | Network, bool], list[Conversation]] = {}
    for talk in seen:
        family = Family.IPV4 if isinstance(talk.remote, IPv4Address) else Family.IPV6
        remote = (roles or {}).get(talk.remote) or _remote(talk, names)
        key = (talk.initiated, family, talk.protocol, remote, talk.port is not None)
        gathered.setdefault(key, []).append(talk)
    needs = [
        Need(
            initiated=initiated,
            family=family,
            protocol=protocol,
            remote=remote,
            ports=_joined({talk.port for talk in talks if talk.port is not None}) if has_ports else None,
            conversations=sum(talk.times for talk in talks),
            days=len({(talk.at - since) // _DAY for talk in talks}),
            first_seen=min(talk.at for talk in talks),
            last_seen=max(talk.at for talk in talks),
        )
        for (initiated, family, protocol, remote, has_ports), talks in gathered.items()
    ]
    return tuple(sorted(needs, key=_order))


def rules_of(needs: Iterable[Need]) -> tuple[Rule, ...]:
    """Accepting rules for both directions of each need, all that it needs and nothing that it does not."""
    return tuple(_rule(need, direction, index) for index, need in enumerate(needs) for direction in Direction)


def _rule(need: Need, direction: Direction, index: int) -> Rule:
    at_remote = need.initiated is Direction.FROM_DEVICE
    return Rule(
        direction=direction,
        family=need.family,
        decision=Decision.ACCEPT,
        ace=f"learned-{index}",
        protocol=need.protocol,
        remote=(need.remote,),
        local_ports=None if at_remote else need.ports,
        remote_ports=need.ports if at_remote else None,
        initiated=need.initiated if need.protocol == TCP else None,
    )


def _names(seen: Sequence[Conversation]) -> Mapping[Address, str]:
    """The one name of each address that has exactly one."""
    found: dict[Address, set[str]] = {}
    for talk in seen:
        if talk.name is not None:
            found.setdefault(talk.remote, set()).add(talk.name)
    return {address: next(iter(names)) for address, names in found.items() if len(names) == 1}


def _remote(talk: Conversation, names: Mapping[Address, str]) -> DnsName | Network:
    name = talk.name or names.get(talk.remote)
    return DnsName(name.lower().removesuffix(".")) if name else ip_network(talk.remote)


def _joined(ports: Iterable[int]) -> tuple[PortRange, ...]:
    ranges: list[PortRange] = []
    for port in sorted(ports):
        if ranges and ranges[-1][1] == port - 1:
            ranges[-1] = (ranges[-1][0], port)
        else:
            ranges.append((port, port))
    return tuple(ranges)


def _order(need: Need) -> tuple[int, str, str, int, str, tuple[PortRange, ...]]:
    """Most conversations first; then whatever makes the order the same every time."""
    return -need.conversations, need.initiated, need.family, need.protocol, str(need.remote), need.ports or ()
