"""Devices that claim to be somebody else, or offer to be the router."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv6Network, ip_address
import socket

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.firewall.plan import Plan
from tests.lab.network.lab import Lab

from .frames import arp, ethernet, icmp6, udp4, udp6
from .home import (
    HUB_MACS,
    dropped_more,
    freed,
    plan,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize("tag", [b"", b"\x81\x00\x00\x00", b"\x81\x00\x00\x05", b"\x88\xa8\x00\x05\x81\x00\x00\x05"])
async def test_arp_poisoning(lab: Lab, make: Callable[..., NftablesEnforcer], tag: bytes) -> None:
    """Nobody takes the gateway's or a neighbour's place, tagged or not; without the wall the untagged claim works."""
    enforcer, camera, tv = make(), lab.device("camera"), lab.device("tv")
    victims = {"10.66.1.1": HUB_MACS, lab.device("speaker").ipv4: {lab.device("speaker").mac}}

    def poison() -> None:
        for address in victims:
            camera.send_raw(ethernet(camera.mac, 0x0806, arp(camera.mac, address, tv.ipv4), tv.mac, tag))

    for address in victims:
        assert tv.ping(address)
    if not tag:
        await asyncio.sleep(1.1)  # Linux believes no other claim within a second (net.ipv4.neigh.*.locktime)
        poison()
        poisoned = tv.neighbours()["10.66.1.1"]
        tv.agent.call("ip", lines=["neigh flush all"])
        assert poisoned == camera.mac, "the attack itself works"
    await enforcer.apply(plan(lab))
    assert all(tv.ping(address) for address in victims)
    await asyncio.sleep(1.1)
    assert await dropped_more(enforcer, "odd ethertype" if tag else "ARP spoofing", poison)
    assert {tv.neighbours()[address] for address in victims} <= HUB_MACS | {lab.device("speaker").mac}


@pytest.fixture(params=["open", "governed"])
def home(request: pytest.FixtureRequest, lab: Lab) -> Plan:
    """Everybody open, or everybody governed and free to do all: who is governed goes a shorter way by the guard."""
    return freed(plan(lab)) if request.param == "governed" else plan(lab)


async def test_spoofed_sources(lab: Lab, make: Callable[..., NftablesEnforcer], home: Plan) -> None:
    """Datagrams from an address of another, or of nobody, and from the hub's MAC go nowhere."""
    enforcer, camera, tv = make(), lab.device("camera"), lab.device("tv")
    await enforcer.apply(home)
    hub = "02:66:00:00:00:01"

    def send(source: str, mac: str = camera.mac) -> None:
        camera.send_raw(ethernet(mac, 0x0800, udp4(source, "10.66.1.1", (4000, 9)), hub))

    assert await dropped_more(enforcer, "IPv4 spoofing", lambda: send(tv.ipv4))
    assert await dropped_more(enforcer, "IPv4 address not its own", lambda: send("10.66.1.240"))
    assert await dropped_more(enforcer, "the hub's own address", lambda: send(camera.ipv4, hub))
    assert not await dropped_more(enforcer, "IPv4 address not its own", lambda: send(camera.ipv4))


async def test_made_up_ipv6_sources(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """Outside the networks behind the hub nobody has an address; within, a device may make itself any (RFC 8981)."""
    enforcer, camera = make(), lab.device("camera")
    here = frozenset({IPv6Network("fd66:1::/64"), IPv6Network("fd66:1:0:8000::/50")})
    dropped = {"2001:db8:dead::1": True, "fd66:2::77": True, "fd66:1::1234:5678:9abc": False, "fe80::77": False}
    dropped |= {"::": False, camera.ipv6: False, "fd66:1:0:8001::1": False}

    async def is_dropped(source: str) -> bool:
        frame = ethernet(camera.mac, 0x86DD, udp6(source, lab.internet.ipv6, (4000, 9)), "02:66:00:00:00:01")
        return await dropped_more(enforcer, "IPv6 address not its own", lambda: camera.send_raw(frame))

    for prefixes in (here, frozenset[IPv6Network]()):
        await enforcer.apply(plan(lab, prefixes=prefixes))
        assert {source: await is_dropped(source) for source in dropped} == {
            source: told and bool(prefixes) for source, told in dropped.items()
        }
    noted = await enforcer.tally(["spoofed6"])
    assert {key[-1] for key in noted["bridge spoofed6"]} == {source for source, told in dropped.items() if told}


async def test_rogue_servers(lab: Lab, make: Callable[..., NftablesEnforcer], home: Plan) -> None:
    """Offers of leases and of being the router, redirects and claims to a neighbour's IPv6 address are dropped."""
    enforcer, camera, tv = make(), lab.device("camera"), lab.device("tv")
    await enforcer.apply(home)
    own = camera.ipv6_link_local
    target = socket.inet_pton(socket.AF_INET6, tv.ipv6)
    frames = {
        "rogue DHCP": (0x0800, udp4(camera.ipv4, "255.255.255.255", (67, 68), bytes(240))),
        "rogue DHCPv6": (0x86DD, udp6(camera.ipv6, "ff02::1", (547, 546), bytes(20))),
        "rogue router advertisement": (0x86DD, icmp6(own, 134, bytes(12))),
        "rogue router redirect": (0x86DD, icmp6(own, 137, bytes(36))),
        "neighbour spoofing": (0x86DD, icmp6(own, 136, b"\x20\x00\x00\x00" + target)),
        "IPv6 spoofing": (0x86DD, icmp6(tv.ipv6_link_local, 128, bytes(4))),
    }
    for comment, (ethertype, payload) in frames.items():
        frame = ethernet(camera.mac, ethertype, payload, "33:33:00:00:00:01")
        assert await dropped_more(enforcer, comment, lambda frame=frame: camera.send_raw(frame)), comment


async def test_new_lease_is_no_spoof(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """A device that got another lease than the plan knows goes on talking: the wall saw the lease pass."""
    enforcer, camera = make(), lab.device("camera")
    known = plan(lab)
    stale = replace(known.members["camera"], addresses=frozenset({ip_address("10.66.1.249")}))
    await enforcer.apply(replace(known, members={**known.members, "camera": stale}))
    assert not camera.can_reach(lab.internet)
    camera.dhcp_renew()
    assert camera.can_reach(lab.internet)
