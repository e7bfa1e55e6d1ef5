"""A restricted device behind somebody else's router: what it may say passes on through this host, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network
import pickle
import sys
import time

import pytest

from custom_components.secure_hub.adapters.enforcers.interposition import Interposition
from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.containment import Reach
from custom_components.secure_hub.engine.enforcement import Health
from custom_components.secure_hub.engine.firewall.coverage import Coverage, CoverageLevel
from custom_components.secure_hub.engine.firewall.plan import PacketClass, Plan
from custom_components.secure_hub.engine.firewall.region import Region
from custom_components.secure_hub.engine.firewall.regions import Rules
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES, Scope
from custom_components.secure_hub.engine.topology import Topology
from tests.lab.network.catalogue import ECHO, SITES
from tests.lab.network.hosts import Host
from tests.lab.network.lab import Lab

from .test_interposition import AWAY, HUB, HUB_MAC, flat, hubs, know, plan, reaches, router_solicitation, until

__all__ = ["flat"]
pytestmark = pytest.mark.usefixtures("socket_enabled")

WEB = 80
INSIDE = {f"{way}{family}" for way in ("lan", "peer", "from_lan", "from_peer") for family in (4, 6)}
BEHIND = tuple(map(ip_network, ("10.66.1.0/24", "fd66:1::/64", "fe80::/10")))
FORWARDING = ("ipv4/ip_forward", "ipv6/conf/all/forwarding")
HEARS_REDIRECTS = """
table inet heard { chain c { type filter hook prerouting priority raw
    icmp type redirect counter
    icmpv6 type nd-redirect counter
}; }
"""
NO_REDIRECTS = "delete table inet heard"
INTERNET, LAN, PEERS = Scope.INTERNET, Scope.LAN, Scope.PEERS
ROUTED = Coverage(CoverageLevel.ROUTED, "interposed")
UNPROVED = Reach(ROUTED, NETWORK_SCOPES, held=PacketClass.OPEN)
PROVED = replace(UNPROVED, ruled=frozenset({INTERNET, LAN, PEERS}))


def restricted(lab: Lab, *denied: Scope, regions: Collection[Region] = ()) -> Plan:
    """Plan in which the camera is denied some scopes, but for what regions say."""
    rules = Rules(frozenset(denied), frozenset(region.scope for region in regions), frozenset(regions))
    base = plan(lab)
    segment = replace(base.segments[0], behind=BEHIND)
    members = {**base.members, "camera": replace(base.members["camera"], rules=rules)}
    return replace(base, segments=(segment,), members=members, nameservers=frozenset({ip_address(lab.gateway.ipv4)}))


def service(host: Host, port: int) -> list[Region]:
    """TCP to one port of a host on the internet is allowed."""
    found = [(one.version, int(one)) for one in map(ip_address, (host.ipv4, host.ipv6))]
    return [Region(INTERNET, False, ip, who, who, (6, 6), (port, port), allow=True) for ip, who in found]  # noqa: FBT003 - not inbound


class Home:
    """The flat home with the two enforcers of this host."""

    def __init__(self, lab: Lab, topology: Topology) -> None:
        self.lab = lab
        self.camera = lab.device("camera")
        self.topology = replace(topology, forwards_ipv4=True, forwards_ipv6=True)
        self.firewall = NftablesEnforcer(interval=0.2)
        self.interposition = Interposition(
            lambda: self.topology, self.firewall.held, governed=self.firewall.rules, interval=0.5
        )

    async def apply(self, wanted: Plan) -> None:
        for enforcer in (self.firewall, self.interposition):
            await enforcer.apply(wanted)

    async def reaches(self) -> set[str]:
        return await asyncio.to_thread(reaches, self.lab, self.camera)

    @property
    def told(self) -> tuple[Health, str | None, str | None, Reach | None]:
        status = self.interposition.status
        return status.health, status.reason, status.detail, self.interposition.reach("camera")


@pytest.fixture
async def home(flat: Lab) -> AsyncIterator[Home]:
    """This host forwards, and the router is no bridge that looks into what crosses it (docs/interposition.md)."""
    found = Home(flat, await asyncio.to_thread(know, flat))
    flat.gateway.sysctl({f"bridge/bridge-nf-call-{name}": "0" for name in ("iptables", "ip6tables")})
    flat.hub.sysctl(dict.fromkeys(FORWARDING, "1"))
    yield found
    await found.interposition.close()
    await found.firewall.remove()
    await found.firewall.close()
    flat.hub.sysctl(dict.fromkeys(FORWARDING, "0"))


async def test_what_it_may_say_passes_and_nothing_else(flat: Lab, home: Home) -> None:
    """Scope by scope, IPv4 and IPv6, both ways; released, its packets go their own way at once."""
    camera, tv = home.camera, flat.device("tv")
    listeners = (camera, tv, flat.laptop)
    for host in listeners:
        host.nft(HEARS_REDIRECTS)
    await home.apply(restricted(flat, INTERNET))
    assert home.told == (Health.IN_SYNC, None, None, PROVED)
    assert home.interposition.held() == dict.fromkeys(("camera", "tv", "speaker"), PacketClass.OPEN)
    for _ in range(2):
        assert await home.reaches() == INSIDE | HUB
    assert flat.gateway.neighbours()[camera.ipv4] == HUB_MAC, "it goes through here"
    assert await asyncio.to_thread(camera.ping, f"{tv.ipv6_link_local}%eth0"), "on the link as well"
    for host in (tv, flat.laptop):
        wrong = {address for address, mac in host.neighbours().items() if mac == HUB_MAC and not hubs(address)}
        assert wrong <= {camera.ipv4, camera.ipv6, camera.ipv6_link_local}, "nobody hears anything of anybody else"

    await home.apply(restricted(flat, INTERNET, regions=service(flat.internet, ECHO)))
    assert await home.reaches() == INSIDE | HUB | {"wan4", "wan6"}
    web = {f"{family}": ("tcp", address, WEB) for family, address in ((4, flat.internet.ipv4), (6, flat.internet.ipv6))}
    assert await asyncio.to_thread(tv.probe, web) == {"4": True, "6": True}
    assert await asyncio.to_thread(camera.probe, web) == {"4": False, "6": False}

    await home.apply(restricted(flat, LAN, PEERS))
    assert await home.reaches() == HUB | {"wan4", "wan6"}
    assert not await asyncio.to_thread(camera.ping, f"{tv.ipv6_link_local}%eth0")
    await asyncio.to_thread(camera.dhcp_renew)
    assert await asyncio.to_thread(camera.resolve, SITES[0].names[0]) == [flat.internet.ipv4], (
        "which is of the internet"
    )

    assert home.told == (Health.IN_SYNC, None, None, PROVED)
    for host in listeners:
        assert _listing(host, "heard").count("packets 0 ") == 2, "no redirect of either kind"
    sent = await home.firewall.counters()
    assert all(sent[f"inet from_this IPv{version} redirect"][0] for version in (4, 6)), "the kernel would have told"
    for host in listeners:
        host.nft(NO_REDIRECTS)

    await home.apply(plan(flat))
    assert flat.gateway.neighbours()[camera.ipv4] == camera.mac
    assert await home.reaches() == AWAY | HUB


def _listing(host: Host, table: str) -> str:
    return str(host.agent.call("feed", argv=["nft", "list", "table", "inet", table], text=""))


async def test_it_is_not_drawn_where_it_would_not_get_on(flat: Lab, home: Home) -> None:
    """Without forwarding, without the wall, or where something else on this host drops what is to pass on."""
    wanted = restricted(flat, INTERNET)
    everything = home.topology
    for missing in ("forwards_ipv4", "forwards_ipv6"):
        home.topology = replace(everything, **{missing: False})
        await home.apply(wanted)
        assert home.told == (Health.DEGRADED, "interposition_no_forwarding", "camera", UNPROVED)
    assert home.interposition.held()["camera"] is PacketClass.OPEN
    home.topology = everything
    await home.firewall.remove()
    await home.interposition.apply(wanted)
    assert home.told == (Health.DEGRADED, "interposition_no_wall", "camera", UNPROVED)
    assert await home.reaches() == AWAY | HUB
    flat.hub.nft("table inet docker { chain f { type filter hook forward priority 0; policy drop; }; }")
    try:
        await home.apply(wanted)
        await until(lambda: home.told == (Health.DEGRADED, "interposition_stuck", "camera", UNPROVED))
        assert await home.reaches() == AWAY | HUB, "released"
    finally:
        flat.hub.nft("delete table inet docker")
    await home.apply(plan(flat, "camera"))
    assert home.interposition.held()["camera"] is PacketClass.QUARANTINED, "which asks nobody to forward"


async def test_by_ipv4_alone_where_nobody_speaks_more(flat: Lab, home: Home) -> None:
    """As far as this host knows; a router that advertises itself to the devices shows that it knew too little."""
    local = [ip_interface("10.66.1.2/24"), ip_interface("fe80::66:ff:fe00:1/64")]
    home.topology = replace(
        home.topology,
        addresses=tuple(("eth0", one) for one in local),
        neighbours=tuple(n for n in home.topology.neighbours if n.address.version == 4),
        routes=tuple(r for r in home.topology.routes if r.destination.version == 4),
        forwards_ipv6=False,
    )
    wanted = restricted(flat, INTERNET)
    only = replace(wanted.members["camera"], addresses=frozenset({ip_address(home.camera.ipv4)}))
    await home.apply(replace(wanted, members={**wanted.members, "camera": only}))
    assert home.told == (Health.IN_SYNC, None, None, PROVED)
    assert home.camera.neighbours()["10.66.1.1"] == HUB_MAC
    flat.device("tv").send_raw(router_solicitation(flat.device("tv").mac))
    await until(lambda: home.told == (Health.DEGRADED, "interposition_no_forwarding", "camera", UNPROVED))
    await asyncio.sleep(2)
    assert home.told[1] == "interposition_no_forwarding", "and does not forget it while nobody is drawn"


CHILD = """
import asyncio, pickle, sys
from custom_components.secure_hub.adapters.enforcers.interposition import Interposition
from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer

async def main():
    topology, plan = pickle.load(sys.stdin.buffer)
    firewall = NftablesEnforcer()
    await firewall.apply(plan)
    interposition = Interposition(lambda: topology, firewall.held, governed=firewall.rules)
    await interposition.apply(plan)
    print(*sorted(interposition.reach("camera").ruled), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_crash_polices_until_it_heals(flat: Lab, home: Home) -> None:
    """Killed without a word: who still believes us is policed by the kernel, whose rules stay, until caches expire."""
    told = pickle.dumps((home.topology, restricted(flat, INTERNET)))
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, stdin=-1, stdout=-1)
    try:
        assert child.stdin
        assert child.stdout
        child.stdin.write(told)
        child.stdin.write_eof()
        assert await child.stdout.readline() == b"internet lan peers\n"
    finally:
        child.kill()
        await child.wait()
    killed = time.monotonic()
    assert await home.reaches() == INSIDE | HUB
    await until(lambda: reaches(flat, home.camera) == AWAY | HUB, 10)
    assert time.monotonic() - killed < 10
