"""Restarts, removal, interfaces that are no bridge or vanish, kernels that cannot do all."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
import errno
from functools import partial
from ipaddress import ip_address
from typing import Any

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer, probe
from custom_components.secure_hub.adapters.enforcers.telling import Drift
from custom_components.secure_hub.adapters.netfilter.backend import InProcess
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.adapters.netfilter.probe import Capabilities
from custom_components.secure_hub.engine.enforcement import EnforcementError, Health
from custom_components.secure_hub.engine.firewall.plan import Member, Plan, Segment
from tests.lab.network.catalogue import ECHO
from tests.lab.network.hosts import Host
from tests.lab.network.lab import Lab

from .frames import arp, ethernet
from .home import (
    HELD,
    OPEN,
    QUARANTINED,
    Ownership,
    Standings,
    dropped_more,
    plan,
    reaches,
    run,
    until,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_restart_keeps_the_wall(lab: Lab, make: Callable[..., NftablesEnforcer], owner: Ownership) -> None:
    """Closed, the containment stands; the next enforcer takes it over without a gap and mends what differs."""
    first, camera = make(owner=owner), lab.device("camera")
    await first.apply(plan(lab, {"camera": QUARANTINED}))
    await first.close()
    assert reaches(lab.matrix(camera)) == set()
    pushed = camera.open_session("10.66.1.1", 7, udp=True)
    second = make(owner=owner)
    await second.apply(plan(lab, {"camera": QUARANTINED}))
    assert second.status.health is Health.IN_SYNC
    assert second.held()["camera"] is QUARANTINED
    assert not pushed.alive_within(0.3)
    pushed.close()


async def test_remove_takes_only_ours(lab: Lab, make: Callable[..., NftablesEnforcer], owner: Ownership) -> None:
    enforcer, camera = make(owner=owner), lab.device("camera")
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    await enforcer.remove()
    tables = run("/usr/sbin/nft", "list", "tables")
    assert "secure_hub" not in tables
    assert "lab_nat" in tables or tables.strip()
    assert enforcer.held() == {}
    await until(lambda: camera.can_reach(lab.internet))


async def test_second_owner_is_refused(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """Two of us at once: the second says so and changes nothing."""
    first, second = make(owner=True), make(owner=True)
    await first.apply(plan(lab, {"camera": QUARANTINED}))
    with pytest.raises(EnforcementError) as refused:
        await second.apply(plan(lab))
    assert refused.value.key == "firewall_no_permission"
    assert second.status.health is Health.UNAVAILABLE
    assert reaches(lab.matrix(lab.device("camera"))) == set()


def lone(lab: Lab, standings: Standings | None = None, **changes: Any) -> Plan:
    """Plan in which the interface towards the laptop is the guarded one: a segment that is no bridge."""
    laptop = lab.laptop
    mac = laptop.agent.call("addresses", within=5, timeout=0.0)["mac"]
    class_ = (standings or {}).get("laptop", OPEN)
    addresses = frozenset({ip_address(laptop.ipv4), ip_address(laptop.ipv6)})
    members = {"laptop": Member(frozenset({mac}), addresses, frozenset(), class_)}
    segments = (Segment("eth-lan", is_bridge=False, ports=frozenset(), newcomers=HELD),)
    return replace(plan(lab), segments=segments, lan_interfaces=frozenset({"br-iot"}), members=members, **changes)


async def test_interface_that_is_no_bridge(lab: Lab, make: Callable[..., NftablesEnforcer], owner: Ownership) -> None:
    enforcer, laptop, camera = make(owner=owner), lab.laptop, lab.device("camera")
    ways = {
        "wan4": (lab.internet, False),
        "wan6": (lab.internet, True),
        "iot4": (camera, False),
        "iot6": (camera, True),
    }

    def found() -> set[str]:
        """Which ways are open, all asked at once."""
        asked: list[tuple[Host, dict[str, tuple[str, str, int]]]] = [(laptop, {"hub4": ("tcp", "10.66.2.1", ECHO)})]
        asked.append((lab.hub, {"from_hub6": ("tcp", laptop.ipv6, ECHO)}))
        for way, (host, v6) in ways.items():
            asked[0][1][way] = ("tcp", host.ipv6 if v6 else host.ipv4, ECHO)
            asked.append((host, {f"from_{way}": ("tcp", laptop.ipv6 if v6 else laptop.ipv4, ECHO)}))
        with ThreadPoolExecutor(len(asked)) as pool:
            return set().union(*pool.map(lambda one: reaches(one[0].probe(one[1])), asked))

    everything = {*ways, "from_iot4", "from_iot6", "hub4", "from_hub6"}
    assert found() >= everything
    await enforcer.apply(lone(lab))
    assert found() == everything
    for standing in (QUARANTINED, HELD):
        await enforcer.apply(lone(lab, {"laptop": standing}), {"laptop"})
        assert found() == set()
    unknown = replace(lone(lab), members={})
    await enforcer.apply(unknown)
    assert found() == set()
    await enforcer.apply(lone(lab))
    await until(lambda: found() == everything)
    mac = next(iter(lone(lab).members["laptop"].macs))
    tagged = ethernet(mac, 0x0806, arp(mac, "10.66.2.1", "10.66.2.10"), tag=b"\x81\x00\x00\x00")
    assert await dropped_more(enforcer, "priority tag", lambda: laptop.send_raw(tagged))


async def test_interface_vanishes_and_returns(
    lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift]
) -> None:
    """A guarded interface that goes is said by name, and armed again when it comes back."""
    enforcer = make()
    plug = ("/usr/sbin/ip", "link", "add", "wl-test", "type", "veth", "peer", "name", "wl-peer")
    run(*plug)
    segments = (*plan(lab).segments, Segment("wl-test", is_bridge=False, ports=frozenset(), newcomers=HELD))
    await enforcer.apply(plan(lab, segments=segments))
    assert enforcer.status.health is Health.IN_SYNC
    await asyncio.to_thread(run, "/usr/sbin/ip", "link", "del", "wl-test")
    await until(lambda: enforcer.status.health is Health.DEGRADED)
    assert (enforcer.status.reason, enforcer.status.detail) == ("interface_missing", "wl-test")
    assert "interface_missing" in {drift.kind for drift in drifts}
    await asyncio.to_thread(run, *plug)
    await until(lambda: enforcer.status.health is Health.IN_SYNC)
    chains = run("/usr/sbin/nft", "list", "table", "netdev", "secure_hub")
    assert 'hook ingress device "wl-test"' in chains
    assert 'hook egress device "wl-test"' in chains
    run("/usr/sbin/ip", "link", "del", "wl-test")


async def test_probe_here(lab: Lab) -> None:
    """This kernel can do all, and the probe leaves nothing behind."""
    del lab
    before = run("/usr/sbin/nft", "list", "tables")
    found = await probe(asyncio.to_thread)
    assert found.usable
    assert (found.bridge, found.netdev, found.conntrack, found.reason) == (True, True, True, None)
    assert run("/usr/sbin/nft", "list", "tables") == before


async def test_no_rights(make: Callable[..., NftablesEnforcer], lab: Lab) -> None:
    """Without a way to the kernel nothing is promised."""
    del make

    def refuse() -> InProcess:
        return InProcess(Capabilities())

    enforcer = NftablesEnforcer(refuse)
    with pytest.raises(EnforcementError):
        await enforcer.apply(plan(lab))
    assert enforcer.status.health is Health.UNAVAILABLE
    assert enforcer.held() == {}
    await enforcer.close()


async def test_who_leaves_the_plan_is_not_held(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    enforcer = make()
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    rest = {name: value for name, value in plan(lab).members.items() if name != "camera"}
    await enforcer.apply(plan(lab, members=rest), {"camera"})
    assert "camera" not in enforcer.held()
    await enforcer.apply(plan(lab, segments=()))
    assert enforcer.held() == {}, "nothing is guarded"


async def test_what_cannot_be_done_is_said(lab: Lab) -> None:
    """A kernel without bridge or netdev tables, or that cannot forget connections: degraded, by name."""

    class Forgetless(InProcess):
        def flush_connections(self, addresses: Sequence[str]) -> None:
            raise NetlinkError(errno.EOPNOTSUPP, ",".join(addresses))

    able = Capabilities(permitted=True, inet=True, bridge=True, netdev=True, owner=False, conntrack=True, reason=None)
    lone_segment = (Segment("eth-lan", is_bridge=False, ports=frozenset(), newcomers=OPEN),)
    for backend, wanted, reason in (
        (partial(InProcess, replace(able, bridge=False)), plan(lab), "firewall_no_bridge"),
        (partial(InProcess, replace(able, netdev=False)), plan(lab, segments=lone_segment), "firewall_no_netdev"),
        (partial(Forgetless, able), plan(lab, {"camera": QUARANTINED}), "connections_not_cut"),
    ):
        enforcer = NftablesEnforcer(backend)
        await enforcer.apply(wanted)
        assert (enforcer.status.health, enforcer.status.reason) == (Health.DEGRADED, reason)
        await enforcer.remove()
        await enforcer.close()


async def test_removal_may_be_refused(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    first, second = make(owner=True), make(owner=True)
    await first.apply(plan(lab))
    with pytest.raises(EnforcementError):
        await second.remove()
    assert first.status.health is Health.IN_SYNC
