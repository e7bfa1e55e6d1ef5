"""What the policy says is what packets meet: a matrix made from the policy's own tables, and every kind of rule."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_address
import time
from typing import Any

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.assets.model import Address
from custom_components.secure_hub.engine.firewall.plan import Member, Plan
from custom_components.secure_hub.engine.firewall.regions import Resolver, rules
from custom_components.secure_hub.engine.policy.destinations import ANY, parse
from custom_components.secure_hub.engine.policy.evaluation import Situation, explain
from custom_components.secure_hub.engine.policy.model import Newcomers, Policy
from custom_components.secure_hub.engine.policy.permissions import Allowed, Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind, Rule, Subject
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.tables import compile_table
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab

from .home import plan, reaches

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

    def ruled(asset_id: str, member: Member) -> Member:
        table = compile_table(subject(asset_id), now)
        return replace(member, table=table, rules=rules(table, Resolver(addresses, names or {}, {})))

    return replace(base, members={key: ruled(key, member) for key, member in base.members.items()})


def allowed(asset_id: str, now: Situation) -> set[str]:
    """Ways that the policy allows, by its own explanation."""
    return {
        way for way, scope in WAYS.items() if explain(subject(asset_id), scope, ANY, now).decision is Decision.ALLOW
    }


@pytest.mark.usefixtures("bridged_twice")
async def test_matrix_of_profiles(lab: Lab, make: Make) -> None:
    """For every profile, scope, direction and family, what passes is what `explain` says."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(governed(lab, {}))
    for profile in Profile:
        profiles = {"camera": profile}
        await enforcer.apply(governed(lab, profiles), {"camera"})
        assert reaches(lab.matrix(camera)) == allowed("camera", situation(profiles)), profile
        assert reaches(lab.matrix(lab.device("tv"), peer=lab.device("plug"))) == set(WAYS), "others lose nothing"
    await enforcer.apply(governed(lab, {}), {"camera"})
    assert reaches(lab.matrix(camera)) == set(WAYS)


@pytest.mark.parametrize("scope", [INTERNET, LAN, PEERS, HUB])
@pytest.mark.parametrize("decision", Decision)
async def test_matrix_of_scopes(lab: Lab, make: Make, scope: Scope, decision: Decision) -> None:
    """One rule for one scope changes that scope, both ways, and no other."""
    enforcer, camera = make(), lab.device("camera")
    for profile in (Profile.TRUSTED, Profile.CLOUD_ONLY):
        said = {"camera": ((scope, decision, "any"),)}
        await enforcer.apply(governed(lab, {"camera": profile}, said))
        assert reaches(lab.matrix(camera)) == allowed("camera", situation({"camera": profile}, said)), profile


@pytest.mark.usefixtures("bridged_twice")
async def test_matrix_of_allow_lists(lab: Lab, make: Make) -> None:
    """Under `restricted` a list opens its scope, both ways and in both families; a service, only for the device."""
    enforcer, camera = make(), lab.device("camera")
    profiles = {"camera": Profile.RESTRICTED}
    for scope in (INTERNET, LAN, PEERS):
        lists = {"camera": (Allowed(scope, ANY, "an entry"),)}
        await enforcer.apply(governed(lab, profiles, lists=lists))
        assert reaches(lab.matrix(camera)) == allowed("camera", situation(profiles, lists=lists)), scope
        lists = {"camera": (Allowed(scope, parse("tcp/7"), "an entry"),)}
        await enforcer.apply(governed(lab, profiles, lists=lists))
        opened = {way for way, its in WAYS.items() if its is HUB or (its is scope and not way.startswith("from_"))}
        assert reaches(lab.matrix(camera)) == opened, scope
        # The list counts for nothing under any other profile.
        others = {"camera": Profile.QUARANTINED}
        await enforcer.apply(governed(lab, others, lists=lists))
        assert reaches(lab.matrix(camera)) == allowed("camera", situation(others, lists=lists)), scope


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


@pytest.mark.usefixtures("bridged_twice")
async def test_assets(lab: Lab, make: Make) -> None:
    """Both ends must allow; a rule for a service lets the device open it, and nobody open anything to the device."""
    enforcer, camera, tv, speaker = make(), lab.device("camera"), lab.device("tv"), lab.device("speaker")
    closed = {"camera": Profile.RESTRICTED}
    said: dict[str, tuple[Said, ...]] = {"camera": ((PEERS, ALLOW, "asset:tv tcp/7"),)}
    await enforcer.apply(governed(lab, closed, said))
    for v6 in (False, True):
        assert camera.can_reach(tv, v6=v6)
        assert not camera.can_reach(tv, tcp=8009, v6=v6)
        assert not camera.can_reach(speaker, v6=v6)
        assert not tv.can_reach(camera, v6=v6)
    assert not camera.ping(tv.ipv4)
    said = {"camera": ((PEERS, ALLOW, "asset:tv"),)}
    await enforcer.apply(governed(lab, closed, said))
    for v6 in (False, True):
        assert camera.can_reach(tv, tcp=8009, v6=v6)
        assert tv.can_reach(camera, v6=v6)
        assert not speaker.can_reach(camera, v6=v6)
    assert camera.ping(tv.ipv4)
    said["tv"] = ((PEERS, DENY, "asset:camera"),)
    await enforcer.apply(governed(lab, closed, said))
    assert not camera.can_reach(tv)
    assert not tv.can_reach(camera, v6=True)
    assert tv.can_reach(speaker)


@pytest.mark.usefixtures("bridged_twice")
async def test_own_ports(lab: Lab, make: Make) -> None:
    """A port of the device's own is open to whom the rule names, who gets his answers, and opens nothing else."""
    enforcer, tv, speaker, laptop = make(), lab.device("tv"), lab.device("speaker"), lab.laptop
    closed = {"tv": Profile.RESTRICTED, "camera": Profile.TRUSTED}
    for service in ("own:tcp/8009", "own:tcp/8000-8010"):
        said: dict[str, tuple[Said, ...]] = {
            "tv": ((PEERS, ALLOW, f"asset:speaker {service}"), (LAN, ALLOW, f"10.66.2.0/24 {service}"))
        }
        await enforcer.apply(governed(lab, closed, said))
        for host, v6 in ((speaker, False), (speaker, True), (laptop, False)):
            assert host.can_reach(tv, tcp=8009, v6=v6)
            assert not host.can_reach(tv, tcp=7, v6=v6)
            assert not tv.can_reach(host, v6=v6)
        assert not laptop.can_reach(tv, tcp=8009, v6=True)
        assert not lab.device("camera").can_reach(tv, tcp=8009)
    said = {"tv": ((PEERS, DENY, "own:tcp/8009"), (LAN, DENY, "own:tcp/1-9000"), (HUB, DENY, "own:udp/7"))}
    await enforcer.apply(governed(lab, {}, said))
    for v6 in (False, True):
        assert not speaker.can_reach(tv, tcp=8009, v6=v6)
        assert speaker.can_reach(tv, v6=v6)
        assert tv.can_reach(speaker, v6=v6)
        assert not laptop.can_reach(tv, v6=v6)
        assert tv.can_reach(laptop, v6=v6)
        assert lab.hub.can_reach(tv, v6=v6)
    hub = lab.hub.probe({"own": ("udp", tv.ipv4, 7), "another": ("udp", lab.device("camera").ipv4, 7)})
    assert reaches(hub) == {"another"}


async def test_datagrams_on_a_bridge(lab: Lab, make: Make) -> None:
    """Nobody remembers there who began: a datagram passes unless either port is forbidden."""
    enforcer, tv, speaker = make(), lab.device("tv"), lab.device("speaker")
    for said, opened, found in (
        ("own:udp/7", "restricted", {"in"}),
        ("udp/7", "restricted", {"out"}),
        ("udp", "restricted", {"in", "out"}),
    ):
        rules = {"tv": ((PEERS, ALLOW, f"asset:speaker {said}"),)}
        await enforcer.apply(governed(lab, {"tv": Profile(opened)}, rules))
        assert datagrams(tv, speaker) == found, said
    for denied, found in (("own:udp/7", {"out"}), ("udp/7", {"in"})):
        await enforcer.apply(governed(lab, {}, {"tv": ((PEERS, DENY, f"asset:speaker {denied}"),)}))
        assert datagrams(tv, speaker) == found, denied


def datagrams(device: Device, other: Device) -> set[str]:
    """Which of the two gets an answer of the other: `out` the device, `in` the other."""
    return reach_named(device, other, "out") | reach_named(other, device, "in")


def reach_named(device: Device, other: Device, name: str) -> set[str]:
    return reaches(device.probe({name: ("udp", other.ipv4, 7)}))


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
