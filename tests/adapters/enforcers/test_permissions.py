"""What the policy says is what packets meet: a matrix made from the policy's own tables, and every kind of rule."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import ip_address
from itertools import batched, product
import time
from typing import Any

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.assets.model import Address
from custom_components.secure_hub.engine.firewall.plan import Member, Plan
from custom_components.secure_hub.engine.firewall.regions import Resolver, rules
from custom_components.secure_hub.engine.firewall.zones import NO_ZONES
from custom_components.secure_hub.engine.policy.destinations import ANY, parse
from custom_components.secure_hub.engine.policy.evaluation import Situation, explain
from custom_components.secure_hub.engine.policy.model import Newcomers, Policy
from custom_components.secure_hub.engine.policy.permissions import Allowed, Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind, Rule, Subject
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES, Decision, Scope
from custom_components.secure_hub.engine.policy.tables import compile_table
from tests.lab.network.hosts import Device, Host
from tests.lab.network.lab import Lab
from tests.plugin import off_loop

from .frames import ethernet, udp4, udp6
from .home import dropped_more, plan, reaches

pytestmark = pytest.mark.usefixtures("socket_enabled")

ALLOW, DENY = Decision.ALLOW, Decision.DENY
INTERNET, LAN, PEERS, HUB = Scope.INTERNET, Scope.LAN, Scope.PEERS, Scope.HUB
WAYS = {
    f"{way}{family}": scope
    for way, scope in {
        "wan": INTERNET,
        "lan": LAN,
        "hub": HUB,
        "peer": PEERS,
        "from_lan": LAN,
        "from_hub": HUB,
        "from_peer": PEERS,
    }.items()
    for family in (4, 6)
}
"""Every way of a packet, both directions and families, and its scope; from the internet nobody comes."""

TRIED = ("camera", "tv", "speaker")
"""Devices that are tried at once."""
PATIENCE = 0.8
"""Seconds until a packet counts as dropped."""

type Said = tuple[Scope, Decision, str]
type Make = Callable[..., NftablesEnforcer]


def subject(asset_id: str) -> Subject:
    return Subject(asset_id, frozenset(Scope), frozenset({Matcher(MatcherKind.ASSET, asset_id)}), governed=True)


def situation(
    profiles: Mapping[str, Profile],
    said: Mapping[str, tuple[Said, ...]] | None = None,
    lists: Mapping[str, tuple[Allowed, ...]] | None = None,
) -> Situation:
    permissions = Permissions(profiles=profiles, allow_lists=lists or {})
    for asset_id, several in (said or {}).items():
        for number, (scope, decision, where) in enumerate(several):
            matcher = Matcher(MatcherKind.ASSET, asset_id)
            permissions = permissions.with_rule(Rule(f"{asset_id}{number}", scope, decision, matcher, parse(where)))
    return Situation(Policy(newcomers=Newcomers.ALLOW), permissions, 0.0)


def governed(
    lab: Lab,
    profiles: Mapping[str, Profile],
    said: Mapping[str, tuple[Said, ...]] | None = None,
    names: Mapping[str, frozenset[Address]] | None = None,
    lists: Mapping[str, tuple[Allowed, ...]] | None = None,
    **changes: Any,
) -> Plan:
    """Plan for the lab, all governed: profiles (else trusted), rules by asset, names devices were told, allow-lists."""
    base = plan(lab, **changes)
    now = situation(profiles, said, lists)

    def addresses(asset_id: str) -> frozenset[Address]:
        return base.members[asset_id].addresses

    def macs(asset_id: str) -> frozenset[str]:
        return base.members[asset_id].macs

    def ruled(asset_id: str, member: Member) -> Member:
        table = compile_table(subject(asset_id), now)
        resolver = Resolver(addresses, names or {}, NO_ZONES, macs=macs)
        return replace(member, table=table, rules=rules(table, resolver))

    return replace(base, members={key: ruled(key, member) for key, member in base.members.items()})


def allowed(asset_id: str, now: Situation) -> set[str]:
    """Ways that the policy allows, by its own explanation."""
    return {
        way for way, scope in WAYS.items() if explain(subject(asset_id), scope, ANY, now).decision is Decision.ALLOW
    }


def matrices(lab: Lab, *names: str) -> dict[str, set[str]]:
    """What passes to and from several devices, asked at once; the plug is everybody's peer."""
    peer = lab.device("plug")
    with ThreadPoolExecutor(len(names)) as pool:
        found = pool.map(lambda name: lab.matrix(lab.device(name), peer=peer, timeout=PATIENCE), names)
        return {name: reaches(one) for name, one in zip(names, found, strict=True)}


def test_every_scope_has_ways_in_both_directions_and_families() -> None:
    """Only of the internet nobody is let in: the matrices want that to fail for every profile."""
    assert set(WAYS.values()) == NETWORK_SCOPES
    for scope in NETWORK_SCOPES:
        ways = {way for way, its in WAYS.items() if its is scope}
        assert {(way.startswith("from_"), way[-1]) for way in ways} == {
            (inward, family) for inward in (False, True) for family in "46" if not (inward and scope is INTERNET)
        }


@pytest.mark.usefixtures("bridged_twice")
async def test_matrix_of_profiles(lab: Lab, make: Make) -> None:
    """For every profile, scope, direction and family, what passes is what `explain` says."""
    enforcer = make()
    await enforcer.apply(governed(lab, {}))
    for several in batched(Profile, len(TRIED), strict=True):
        profiles = dict(zip(TRIED, several, strict=True))
        await enforcer.apply(governed(lab, profiles), profiles.keys())
        wanted = {name: allowed(name, situation(profiles)) for name in TRIED}
        assert await off_loop(matrices, lab, *TRIED) == wanted, several
    await enforcer.apply(governed(lab, {}), TRIED)
    assert await off_loop(matrices, lab, *TRIED) == {name: set(WAYS) for name in TRIED}, "and all of it comes back"


@pytest.mark.parametrize("profile", Profile)
async def test_matrix_of_scopes(lab: Lab, make: Make, profile: Profile) -> None:
    """Under every profile, each decision for each scope counts for that scope, both ways, and for no other."""
    scopes, decisions = sorted(NETWORK_SCOPES), list(Decision)
    said = {
        name: tuple((scope, decisions[(shift + turn) % 3], "any") for turn, scope in enumerate(scopes))
        for shift, name in enumerate(TRIED)
    }
    assert {(scope, decision) for rules in said.values() for scope, decision, _ in rules} == set(
        product(NETWORK_SCOPES, Decision)
    )
    profiles = dict.fromkeys(TRIED, profile)
    await make().apply(governed(lab, profiles, said))
    wanted = {name: allowed(name, situation(profiles, said)) for name in TRIED}
    assert await off_loop(matrices, lab, *TRIED) == wanted


@pytest.mark.usefixtures("bridged_twice")
async def test_matrix_of_allow_lists(lab: Lab, make: Make) -> None:
    """Under `restricted` a list opens its scope both ways, in both families; a service, to whom it says."""
    enforcer = make()
    mine = dict(zip(TRIED, (INTERNET, LAN, PEERS), strict=True))

    async def found(profile: Profile, where: str) -> tuple[dict[str, set[str]], Situation]:
        profiles = dict.fromkeys(TRIED, profile)
        lists = {name: (Allowed(scope, parse(where), "an entry"),) for name, scope in mine.items()}
        await enforcer.apply(governed(lab, profiles, lists=lists))
        return await off_loop(matrices, lab, *TRIED), situation(profiles, lists=lists)

    for profile in (Profile.RESTRICTED, Profile.QUARANTINED):
        passed, now = await found(profile, "any")
        assert passed == {name: allowed(name, now) for name in TRIED}, "it counts under no other profile"
    for where, inward in (("tcp/7", False), ("own:tcp/7", True)):
        passed, _ = await found(Profile.RESTRICTED, where)
        assert passed == {
            name: {
                way for way, its in WAYS.items() if its is HUB or (its is scope and way.startswith("from_") is inward)
            }
            for name, scope in mine.items()
        }, where


def reach(device: Device, host: str, *, tcp: tuple[int, ...] = (), udp: tuple[int, ...] = ()) -> set[str]:
    """Which services of a host answer a device: `tcp/7`."""
    probes = {f"tcp/{port}": ("tcp", host, port) for port in tcp} | {f"udp/{port}": ("udp", host, port) for port in udp}
    return reaches(device.probe(probes))


async def test_networks_and_services(lab: Lab, make: Make) -> None:
    """The narrower rule wins, on the wire as on paper; an address of one family says nothing of the other."""
    enforcer, camera = make(), lab.device("camera")
    internet, laptop = lab.internet, lab.laptop
    said: tuple[Said, ...] = (
        (INTERNET, DENY, "any"),
        (INTERNET, ALLOW, f"{internet.ipv4} tcp/80-443"),
        (INTERNET, DENY, f"{internet.ipv4} tcp/443"),
        (INTERNET, ALLOW, f"{internet.ipv6}"),
        (INTERNET, DENY, "tcp/23"),
        (LAN, DENY, "10.66.0.0/16"),
        (LAN, ALLOW, f"{laptop.ipv4} udp/7"),
        (HUB, DENY, "tcp/7"),
    )
    await enforcer.apply(governed(lab, {}, {"camera": said}))
    ports = (23, 80, 443, 4444)
    assert reach(camera, internet.ipv4, tcp=ports) == {"tcp/80"}
    assert reach(camera, internet.ipv6, tcp=ports) == {"tcp/80", "tcp/443", "tcp/4444"}
    assert camera.ping(internet.ipv6)
    assert not camera.ping(internet.ipv4)
    assert reach(camera, laptop.ipv4, tcp=(7,), udp=(7,)) == {"udp/7"}
    assert reach(camera, laptop.ipv6, tcp=(7,), udp=(7,)) == {"tcp/7", "udp/7"}
    assert not laptop.can_reach(camera), "what is denied is denied both ways"
    assert laptop.can_reach(camera, v6=True)
    assert not camera.can_reach(lab.hub)
    assert lab.hub.can_reach(camera), "the service was that of the hub"
    assert camera.ping(lab.hub.ipv4)


type Question = tuple[Host, Host, str, int]
"""Who asks whom, by `tcp4`, `udp6` ..., at which port."""


async def reached(questions: Mapping[str, Question]) -> set[str]:
    """Which questions are answered, all asked at once."""
    by_host: dict[Host, dict[str, tuple[str, str, int]]] = {}
    for name, (host, other, kind, port) in questions.items():
        address = other.ipv6 if kind.endswith("6") else other.ipv4
        by_host.setdefault(host, {})[name] = (kind[:3], address, port)
    found = [off_loop(host.probe, probes, PATIENCE) for host, probes in by_host.items()]
    return set().union(*map(reaches, await asyncio.gather(*found)))


@pytest.mark.usefixtures("bridged_twice")
async def test_assets(lab: Lab, make: Make) -> None:
    """Both ends must allow; a rule for a service lets the device open it, and nobody open anything to the device."""
    enforcer, camera, tv, speaker = make(), lab.device("camera"), lab.device("tv"), lab.device("speaker")
    closed = {"camera": Profile.RESTRICTED}
    pairs = [(camera, tv, 7), (camera, tv, 8009), (camera, speaker, 7)]
    pairs += [(tv, camera, 7), (speaker, camera, 7), (tv, speaker, 7)]
    questions = {
        f"{host.name} {other.name} {kind} {port}": (host, other, kind, port)
        for host, other, port in pairs
        for kind in ("tcp4", "tcp6")
    }

    async def found(**said: tuple[Said, ...]) -> set[str]:
        await enforcer.apply(governed(lab, closed, said))
        return await reached(questions)

    def both(*names: str) -> set[str]:
        return {name.replace("tcp", f"tcp{family}") for name in ("tv speaker tcp 7", *names) for family in (4, 6)}

    mine: tuple[Said, ...] = ((PEERS, ALLOW, "asset:tv tcp/7"),)
    assert await found(camera=mine) == both("camera tv tcp 7")
    assert not camera.ping(tv.ipv4)
    mine = ((PEERS, ALLOW, "asset:tv"),)
    assert await found(camera=mine) == both("camera tv tcp 7", "camera tv tcp 8009", "tv camera tcp 7")
    assert camera.ping(tv.ipv4)
    assert await found(camera=mine, tv=((PEERS, DENY, "asset:camera"),)) == both()


@pytest.mark.usefixtures("bridged_twice")
async def test_own_ports(lab: Lab, make: Make) -> None:
    """A port of the device's own is open to whom the rule names, who gets his answers, and opens nothing else."""
    enforcer, tv, speaker, camera = make(), lab.device("tv"), lab.device("speaker"), lab.device("camera")
    hosts: tuple[Host, ...] = (speaker, lab.laptop, camera, lab.hub)
    questions: dict[str, Question] = {
        f"{host.name} {way} {kind} {port}": (host, tv, kind, port) if way == "in" else (tv, host, kind, port)
        for host in hosts
        for way in ("in", "out")
        for kind in ("tcp4", "tcp6", "udp4")
        for port in ((7, 8009) if (way, kind[:3]) == ("in", "tcp") else (7,))
    }
    near = ((PEERS, ALLOW, f"asset:{speaker.name}"), (LAN, ALLOW, "10.66.2.0/24"))
    everything = {name for name in questions if name.startswith(lab.hub.name)}
    for service in ("own:tcp/8009", "own:tcp/8000-8010"):
        allowing = tuple((scope, decision, f"{where} {service}") for scope, decision, where in near)
        await enforcer.apply(governed(lab, {"tv": Profile.RESTRICTED}, {"tv": allowing}))
        opened = {f"{speaker.name} in tcp4 8009", f"{speaker.name} in tcp6 8009", f"{lab.laptop.name} in tcp4 8009"}
        assert await reached(questions) == everything | opened, service
    denying = ((PEERS, DENY, "own:tcp/8009"), (LAN, DENY, "own:tcp/1-9000"), (HUB, DENY, "own:udp/7"))
    await enforcer.apply(governed(lab, {}, {"tv": denying}))
    closed = {f"{host.name} in {kind} 8009" for host in (speaker, camera) for kind in ("tcp4", "tcp6")}
    closed |= {f"{lab.laptop.name} in {kind} {port}" for kind in ("tcp4", "tcp6") for port in (7, 8009)}
    closed.add(f"{lab.hub.name} in udp4 7")
    assert questions.keys() - await reached(questions) == closed


async def test_asking_for_an_address_is_of_no_scope(lab: Lab, make: Make) -> None:
    """To a server behind another port of the bridge too, in both families; the same datagram to another port is not."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(governed(lab, {"camera": Profile.CLOUD_ONLY}))

    def sends(ethertype: int, packet: bytes, target: str) -> Callable[[], None]:
        return lambda: camera.send_raw(ethernet(camera.mac, ethertype, packet, target))

    for port, dropped in ((547, False), (548, True)):
        ask = sends(0x86DD, udp6(camera.ipv6_link_local, "ff02::1:2", (546, port)), "33:33:00:01:00:02")
        assert await dropped_more(enforcer, "peers: from a device", ask) is dropped
    for port, dropped in ((67, False), (69, True)):
        ask = sends(0x0800, udp4(camera.ipv4, "255.255.255.255", (68, port)), "ff:ff:ff:ff:ff:ff")
        assert await dropped_more(enforcer, "peers: from a device", ask) is dropped


async def test_datagrams_on_a_bridge(lab: Lab, make: Make) -> None:
    """Nobody remembers there who began: a datagram passes unless either port is forbidden."""
    enforcer, tv, speaker = make(), lab.device("tv"), lab.device("speaker")
    questions: dict[str, Question] = {"out": (tv, speaker, "udp4", 7), "in": (speaker, tv, "udp4", 7)}
    for profile, decision, service, passing in (
        (Profile.RESTRICTED, ALLOW, "own:udp/7", {"in"}),
        (Profile.RESTRICTED, ALLOW, "udp/7", {"out"}),
        (Profile.RESTRICTED, ALLOW, "udp", {"in", "out"}),
        (Profile.TRUSTED, DENY, "own:udp/7", {"out"}),
        (Profile.TRUSTED, DENY, "udp/7", {"in"}),
    ):
        said: dict[str, tuple[Said, ...]] = {"tv": ((PEERS, decision, f"asset:{speaker.name} {service}"),)}
        await enforcer.apply(governed(lab, {"tv": profile}, said))
        assert await reached(questions) == passing, (decision, service)


async def test_names(lab: Lab, make: Make) -> None:
    """A name stands for the addresses that the device was told; one that it shares with another name is closed."""
    enforcer, camera = make(), lab.device("camera")
    said: dict[str, tuple[Said, ...]] = {"camera": ((INTERNET, ALLOW, "*.camera.example tcp/443"),)}
    closed = {"camera": Profile.RESTRICTED}
    await enforcer.apply(governed(lab, closed, said))
    (address,) = camera.resolve("cloud.camera.example")
    assert reach(camera, address, tcp=(80, 443)) == set()
    told = {"cloud.camera.example": frozenset({ip_address(address)})}
    await enforcer.apply(governed(lab, closed, said, told), {"camera"})
    assert reach(camera, address, tcp=(80, 443)) == {"tcp/443"}
    shared = told | {"tracker.example": frozenset({ip_address(address)})}
    await enforcer.apply(governed(lab, closed, said, shared), {"camera"})
    assert reach(camera, address, tcp=(80, 443)) == set()


async def test_name_questions_are_of_the_internet(lab: Lab, make: Make) -> None:
    """Who may not reach the internet does not ask for names; a lease and neighbours are of no scope."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(governed(lab, {"camera": Profile.LOCAL_ONLY}))
    with pytest.raises(Exception, match=r"(?i)timed out|answer|resolve"):
        camera.resolve("cloud.camera.example")
    await enforcer.apply(governed(lab, {"camera": Profile.CLOUD_ONLY}))
    assert camera.resolve("cloud.camera.example")
    assert not camera.can_reach(lab.hub)
    camera.dhcp_renew()


@pytest.mark.parametrize("where", ["any", "address", "tcp", "tcp/4444"])
async def test_established_is_cut(lab: Lab, make: Make, where: str) -> None:
    """From allow to deny, sessions that stand end within a second, and what others push arrives no more."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(governed(lab, {}))
    sessions = {v6: camera.open_session(lab.internet, v6=v6) for v6 in (False, True)}
    pushed = camera.open_session(lab.internet, udp=True)
    kept = lab.device("tv").open_session(lab.internet)
    assert all(session.alive_within(1) for session in (*sessions.values(), pushed, kept))
    place = lab.internet.ipv4 if where == "address" else where
    await enforcer.apply(governed(lab, {}, {"camera": ((INTERNET, DENY, place),)}), {"camera"})
    done = time.monotonic()
    await asyncio.sleep(1.2)
    cut = [session for v6, session in sessions.items() if not (v6 and where == "address")]
    cut += [pushed] if where in {"any", "address"} else []
    for session in cut:
        assert session.last_seen - done < 1
        assert not session.alive_within(0.3)
    assert kept.alive_within(0.5)
    for session in (*sessions.values(), pushed, kept):
        session.close()


async def test_monitor_counts_only(lab: Lab, make: Make) -> None:
    enforcer, camera = make(), lab.device("camera")
    denied = governed(lab, {"camera": Profile.CLOUD_ONLY}, {"camera": ((INTERNET, DENY, "tcp/7"),)}, enforce=False)
    before = reaches(lab.matrix(camera))
    await enforcer.apply(denied)
    assert reaches(lab.matrix(camera)) == before
    counted = await enforcer.counters()
    for key in (
        "inet denied_from_internet",
        "inet denied_from_lan",
        "inet denied_from_hub",
        "bridge denied_from_peers",
    ):
        assert sum(packets for name, (packets, _) in counted.items() if name.startswith(f"{key} ")) > 0, key


async def test_ungoverned_neighbour_is_of_the_lan(lab: Lab, make: Make) -> None:
    """A laptop on the guarded bridge is no peer: what the rule for the LAN says counts."""
    enforcer, camera, tv = make(), lab.device("camera"), lab.device("tv")
    now = governed(lab, {"camera": Profile.CLOUD_ONLY}, {"camera": ((LAN, ALLOW, "any"),)})
    ungoverned = replace(now.members["tv"], table=None, rules=None)
    await enforcer.apply(replace(now, members={**now.members, "tv": ungoverned}))
    assert camera.can_reach(tv)
    assert tv.can_reach(camera, v6=True)
    assert not camera.can_reach(lab.device("speaker"))
