"""Interposition, proved with packets in a home whose router is somebody else's."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network
import pickle
import struct
import subprocess
import sys
import time
from typing import Any

import pytest

from custom_components.secure_hub.adapters.enforcers.interposition import Interposition
from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.adapters.enforcers.wire import BURST, RATE
from custom_components.secure_hub.adapters.neighbours import read_topology
from custom_components.secure_hub.engine.containment import Reach
from custom_components.secure_hub.engine.enforcement import Health
from custom_components.secure_hub.engine.firewall.coverage import Coverage, CoverageLevel
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES
from custom_components.secure_hub.engine.topology import Link, Neighbour, Route, Topology
from tests.lab.network.catalogue import DEVICES
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab

pytestmark = pytest.mark.usefixtures("socket_enabled")

OPEN, QUARANTINED = PacketClass.OPEN, PacketClass.QUARANTINED
HUB_MAC, ROUTER_MAC, LAPTOP_MAC = "02:66:00:00:00:01", "02:66:00:00:00:0f", "02:1a:b7:09:00:10"
HASTE = {  # neighbour entries age in a second where they do in half a minute
    "ipv4/neigh/eth0/base_reachable_time_ms": "500",
    "ipv4/neigh/eth0/delay_first_probe_time": "1",
    "ipv4/neigh/eth0/retrans_time_ms": "100",
    "ipv6/neigh/eth0/base_reachable_time_ms": "500",
    "ipv6/neigh/eth0/delay_first_probe_time": "1",
    "ipv6/neigh/eth0/retrans_time_ms": "100",
}
BETWEEN = ("wan", "lan", "peer", "from_lan", "from_peer", "from_wan")
AWAY = {f"{way}{family}" for way in BETWEEN for family in (4, 6)} - {"from_wan4"}
HUB = {"hub4", "hub6", "from_hub4", "from_hub6"}


@pytest.fixture(scope="module")
def flat() -> Iterator[Lab]:
    """A home of three devices behind somebody else's router; its caches age quickly."""
    if reason := Lab.unavailable():
        pytest.skip(f"no network namespaces here: {reason}")
    with Lab.flat(DEVICES[:3]) as lab:
        for host in (lab.hub, lab.laptop, *lab.devices):
            host.sysctl(HASTE)
        lab.gateway.sysctl({key.replace("eth0", "br-home"): value for key, value in HASTE.items()})
        yield lab


def member(device: Device, packet_class: PacketClass) -> Member:
    addresses = frozenset(map(ip_address, (device.ipv4, device.ipv6, device.ipv6_link_local)))
    return Member(frozenset({device.mac}), addresses, frozenset(), packet_class)


def plan(lab: Lab, *quarantined: str, **changes: Any) -> Plan:
    """Plan in which everybody is open but those named."""
    base = Plan(
        enforce=True,
        segments=(Segment("eth0", is_bridge=False, ports=frozenset(), newcomers=OPEN),),
        hub_macs=frozenset({HUB_MAC}),
        protected_macs=frozenset({ROUTER_MAC, LAPTOP_MAC}),
        members={d.name: member(d, QUARANTINED if d.name in quarantined else OPEN) for d in lab.devices},
        hub_addresses=frozenset(map(ip_address, ("10.66.1.2", "fd66:1::2"))),
    )
    return replace(base, **changes)


def know(lab: Lab) -> Topology:
    """Everybody speaks with the hub, as devices that it controls do; what its kernel knows then."""
    for host in (lab.gateway, lab.laptop, *lab.devices):
        assert lab.hub.tcp(host.ipv4, timeout=2.0)
        assert lab.hub.tcp(host.ipv6, timeout=2.0)
    return read_topology()


def reaches(lab: Lab, device: Device) -> set[str]:
    return {way for way, reached in lab.matrix(device, timeout=0.5).items() if reached}


async def until(condition: Callable[[], bool], seconds: float = 8.0) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "did not happen"
        await asyncio.sleep(0.05)


type Make = Callable[..., Interposition]


@pytest.fixture
async def make(flat: Lab) -> AsyncIterator[Make]:
    """Make interpositions whose rounds are short; the home is whole again afterwards."""
    made: list[Interposition] = []

    def _make(topology: Topology, **arguments: Any) -> Interposition:
        arguments.setdefault("interval", 0.5)
        arguments.setdefault("walled", dict)
        made.append(Interposition(lambda: topology, **arguments))
        return made[-1]

    yield _make
    for one in made:
        await one.close()
    await until(lambda: all(reaches(flat, device) == AWAY | HUB for device in flat.devices), 15)


async def test_a_quarantined_device_is_alone(flat: Lab, make: Make) -> None:
    """Nobody but the hub reaches it or is reached; the others go on; released, all is as it was, at once."""
    camera, tv = flat.device("camera"), flat.device("tv")
    told: list[None] = []
    topology = await asyncio.to_thread(know, flat)
    assert await asyncio.to_thread(reaches, flat, camera) == AWAY | HUB
    interposition = make(topology, on_status=lambda: told.append(None))
    assert interposition.status.health is Health.UNAVAILABLE
    await interposition.apply(plan(flat))
    assert interposition.held() == {"camera": OPEN, "tv": OPEN, "speaker": OPEN}
    await interposition.apply(plan(flat, "camera"), {"camera"})
    assert interposition.status.health is Health.IN_SYNC, interposition.status
    assert interposition.held() == {"camera": QUARANTINED, "tv": OPEN, "speaker": OPEN}
    routed = Coverage(CoverageLevel.ROUTED, "interposed")
    assert interposition.reach("camera") == Reach(routed, NETWORK_SCOPES, held=QUARANTINED)
    assert interposition.reach("tv") == Reach(routed, NETWORK_SCOPES, held=OPEN)
    assert interposition.reach("nobody") is None
    assert told
    for _ in range(3):
        assert await asyncio.to_thread(reaches, flat, camera) <= HUB
        assert await asyncio.to_thread(reaches, flat, tv) >= {"wan4", "wan6", "lan4", "lan6", "from_lan4", "from_wan6"}
        await asyncio.sleep(0.7)
    await interposition.apply(plan(flat), {"camera"})
    assert interposition.held()["camera"] is OPEN
    assert await asyncio.to_thread(reaches, flat, camera) == AWAY | HUB


async def test_nobody_else_is_told_anything(flat: Lab, make: Make) -> None:
    """Everybody's tables differ from the truth in what concerns the camera, and in nothing else."""
    camera = flat.device("camera")
    mine = {camera.ipv4, camera.ipv6, camera.ipv6_link_local}
    topology = await asyncio.to_thread(know, flat)
    known = {str(neighbour.address) for neighbour in topology.neighbours}
    interposition = make(topology)
    await interposition.apply(plan(flat, "camera"))
    await asyncio.to_thread(reaches, flat, flat.device("tv"))
    for host in (flat.device("tv"), flat.device("speaker"), flat.laptop, flat.gateway):
        wrong = {a for a, mac in host.neighbours().items() if mac == HUB_MAC and not hubs(a)}
        assert wrong <= mine
        assert wrong, f"{host.name} would reach the camera"

    def believed() -> set[str]:
        return {mac for a, mac in camera.neighbours().items() if a in known and not hubs(a)}

    await until(lambda: believed() == {HUB_MAC})


def hubs(address: str) -> bool:
    return address in {"10.66.1.2", "fd66:1::2"} or address.endswith(":66:ff:fe00:1")


async def test_conversations_end_and_those_beside_do_not_slow_down(flat: Lab, make: Make) -> None:
    camera, tv = flat.device("camera"), flat.device("tv")
    topology = await asyncio.to_thread(know, flat)
    talks = [camera.open_session(flat.internet, v6=v6) for v6 in (False, True)]
    talks += [flat.laptop.open_session(camera, 7, v6=v6) for v6 in (False, True)]
    beside = [tv.open_session(flat.laptop, 7, interval=0.01), tv.open_session(flat.internet, interval=0.01, v6=True)]
    assert all(talk.alive_within(1) for talk in [*talks, *beside])

    async def rates(seconds: float) -> list[float]:
        before, start = [talk.count for talk in beside], time.monotonic()
        await asyncio.sleep(seconds)
        took = time.monotonic() - start
        return [(talk.count - count) / took for talk, count in zip(beside, before, strict=True)]

    alone = await rates(3)
    interposition = make(topology)
    await interposition.apply(plan(flat, "camera"))
    assert interposition.held()["camera"] is QUARANTINED
    done = time.monotonic()
    during = await rates(3)
    assert all(now > 0.9 * before for now, before in zip(during, alone, strict=True)), (alone, during)
    for talk in talks:
        assert talk.last_seen - done < 0.3
        talk.close()
    for talk in beside:
        talk.close()


async def test_stopping_heals_at_once(flat: Lab, make: Make) -> None:
    camera = flat.device("camera")
    interposition = make(await asyncio.to_thread(know, flat))
    await interposition.apply(plan(flat, "camera"))
    assert await asyncio.to_thread(reaches, flat, camera) <= HUB
    await interposition.close()
    assert interposition.held() == {}
    assert await asyncio.to_thread(reaches, flat, camera) == AWAY | HUB


CHILD = """
import asyncio, pickle, sys
from custom_components.secure_hub.adapters.enforcers.interposition import Interposition

async def main():
    topology, plan = pickle.load(sys.stdin.buffer)
    interposition = Interposition(lambda: topology, dict)
    await interposition.apply(plan)
    print(interposition.status.reason, interposition.held().get("camera"), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_crash_heals_by_itself(flat: Lab, make: Make) -> None:  # noqa: ARG001 - for its end
    """Killed without a word: the caches notice within seconds that nobody answers, and ask anew."""
    camera = flat.device("camera")
    told = pickle.dumps((await asyncio.to_thread(know, flat), plan(flat, "camera")))
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, stdin=-1, stdout=-1)
    try:
        assert child.stdin
        assert child.stdout
        child.stdin.write(told)
        child.stdin.write_eof()
        assert (await child.stdout.readline()).split() == [b"None", b"3"]
        assert await asyncio.to_thread(reaches, flat, camera) <= HUB
    finally:
        child.kill()
        await child.wait()
    killed = time.monotonic()
    await until(lambda: reaches(flat, camera) == AWAY | HUB, 10)
    assert time.monotonic() - killed < 10


async def test_a_loop_that_hangs_draws_nobody(flat: Lab, make: Make) -> None:
    """The watchdog: while Home Assistant does not run its loop, nothing is sent and nobody is answered."""
    camera = flat.device("camera")
    interposition = make(await asyncio.to_thread(know, flat))
    await interposition.apply(plan(flat, "camera"))
    assert interposition.held()["camera"] is QUARANTINED
    deadline = time.monotonic() + 10
    while reaches(flat, camera) != AWAY | HUB:  # not in a thread: this is what holds the loop up
        assert time.monotonic() < deadline
    await until(lambda: reaches(flat, camera) <= HUB)


@pytest.mark.parametrize("forwards", ["0", "1"])
async def test_the_wall_polices_what_is_drawn(flat: Lab, make: Make, forwards: str) -> None:
    """With the firewall not even the hub is reached, whether this host forwards (as Docker makes it) or not."""
    camera = flat.device("camera")
    topology = await asyncio.to_thread(know, flat)
    flat.hub.sysctl({"ipv4/ip_forward": forwards, "ipv6/conf/all/forwarding": forwards})
    topology = replace(topology, forwards_ipv4=forwards == "1", forwards_ipv6=forwards == "1")
    firewall = NftablesEnforcer(interval=0.2)
    interposition = make(topology, walled=firewall.held)
    try:
        for enforcer in (firewall, interposition):
            await enforcer.apply(plan(flat, "camera"))
        assert interposition.held()["camera"] is QUARANTINED, interposition.status
        assert await asyncio.to_thread(reaches, flat, camera) == set()
        assert not await asyncio.to_thread(camera.udp_echo, flat.internet.ipv4)
        for enforcer in (firewall, interposition):
            await enforcer.apply(plan(flat), {"camera"})
        assert await asyncio.to_thread(reaches, flat, camera) >= AWAY - {"from_wan6"}
    finally:
        await interposition.close()
        await firewall.remove()
        await firewall.close()
        flat.hub.sysctl({"ipv4/ip_forward": "0", "ipv6/conf/all/forwarding": "0"})


async def test_nobody_is_drawn_where_it_would_be_forwarded(flat: Lab, make: Make) -> None:
    topology = replace(await asyncio.to_thread(know, flat), forwards_ipv4=True)
    interposition = make(topology)
    await interposition.apply(plan(flat, "camera"))
    assert (interposition.status.health, interposition.status.reason) == (Health.DEGRADED, "interposition_no_wall")
    assert "camera" not in interposition.held()
    assert await asyncio.to_thread(reaches, flat, flat.device("camera")) == AWAY | HUB


async def refused(interposition: Interposition, reason: str) -> None:
    await until(lambda: interposition.status.reason == reason)
    assert interposition.status.health is Health.DEGRADED
    assert interposition.status.detail == "camera"
    assert interposition.reach("camera") is None
    assert "camera" not in interposition.held()
    assert interposition.held()["tv"] is OPEN


async def test_a_router_with_fixed_entries_is_recognised(flat: Lab, make: Make) -> None:
    camera = flat.device("camera")
    interposition = make(await asyncio.to_thread(know, flat))
    entry = f"neigh replace {camera.ipv4} lladdr {camera.mac} dev br-home nud"
    flat.gateway.agent.call("ip", lines=[f"{entry} permanent"])
    try:
        await interposition.apply(plan(flat, "camera"))
        await refused(interposition, "interposition_router_refuses")
    finally:
        flat.gateway.agent.call("ip", lines=[f"{entry} stale"])
    await until(lambda: interposition.status.health is Health.IN_SYNC)
    assert interposition.held()["camera"] is QUARANTINED


async def test_a_device_with_fixed_entries_is_recognised(flat: Lab, make: Make) -> None:
    camera = flat.device("camera")
    interposition = make(await asyncio.to_thread(know, flat))
    entry = f"neigh replace 10.66.1.1 lladdr {ROUTER_MAC} dev eth0 nud"
    camera.agent.call("ip", lines=[f"{entry} permanent"])
    try:
        await interposition.apply(plan(flat, "camera"))
        await refused(interposition, "interposition_device_refuses")
    finally:
        camera.agent.call("ip", lines=[f"{entry} stale"])


async def test_a_device_that_answers_nobody_is_not_said_to_be_cut_off(flat: Lab, make: Make) -> None:
    """Until it sends something: what comes here then is as good a proof as an answer."""
    camera = flat.device("camera")
    interposition = make(await asyncio.to_thread(know, flat))
    only = replace(member(camera, QUARANTINED), addresses=frozenset({ip_address(camera.ipv4)}))
    quiet = plan(flat, "camera")
    quiet = replace(quiet, members={**quiet.members, "camera": only})
    camera.nft(
        "table inet quiet { chain c { type filter hook output priority 0; meta l4proto { icmp, icmpv6 } drop; }; }"
    )
    try:
        await interposition.apply(quiet)
        await refused(interposition, "interposition_silent")
        await asyncio.to_thread(camera.udp_echo, flat.internet.ipv4)
        await until(lambda: interposition.held().get("camera") is QUARANTINED)
    finally:
        camera.nft("delete table inet quiet")


async def test_addresses_that_nobody_knew_are_learned(flat: Lab, make: Make) -> None:
    """The plan knows its IPv4 address only; what it says by IPv6 shows the rest."""
    camera = flat.device("camera")
    interposition = make(await asyncio.to_thread(know, flat))
    only = replace(member(camera, QUARANTINED), addresses=frozenset({ip_address(camera.ipv4)}))
    wanted = plan(flat, "camera")
    await interposition.apply(replace(wanted, members={**wanted.members, "camera": only}))
    await until(lambda: reaches(flat, camera) <= HUB)


async def test_somebody_whom_this_host_never_met(flat: Lab, make: Make) -> None:
    """The camera finds a neighbour that the hub does not know; a moment later it has lost it."""
    camera, tv = flat.device("camera"), flat.device("tv")
    topology = await asyncio.to_thread(know, flat)
    known = tuple(n for n in topology.neighbours if n.mac != tv.mac)
    interposition = make(replace(topology, neighbours=known))
    await interposition.apply(plan(flat, "camera"))
    camera.agent.call("ip", lines=["neigh flush dev eth0"])
    await asyncio.to_thread(camera.tcp, tv.ipv4)
    await until(lambda: not camera.tcp(tv.ipv4) and not tv.tcp(camera.ipv4), 4)


async def test_nobody_loses_an_address_that_the_target_claims(flat: Lab, make: Make) -> None:
    """It says to have another's address, of whom the hub has never heard: the hub asks, and the other answers."""
    camera, tv = flat.device("camera"), flat.device("tv")
    topology = await asyncio.to_thread(know, flat)
    interposition = make(replace(topology, neighbours=tuple(n for n in topology.neighbours if n.mac != tv.mac)))
    await interposition.apply(plan(flat, "camera"))
    claim = {"claim": tv.ipv4, "victim": "10.66.1.200", "victim_mac": "ff:ff:ff:ff:ff:ff", "vlan": False}
    camera.run("arp_spoof", **claim, count=3)
    await asyncio.sleep(1.5)
    for host in (flat.laptop, flat.gateway):
        assert host.neighbours().get(tv.ipv4) != HUB_MAC
    await until(lambda: flat.laptop.tcp(tv.ipv4) and tv.tcp(flat.internet.ipv4))


async def test_a_router_that_this_host_does_not_use(flat: Lab, make: Make) -> None:
    """This host has IPv4 only as far as it knows; a router advertises itself to the devices all the same."""
    camera, tv = flat.device("camera"), flat.device("tv")
    topology = await asyncio.to_thread(know, flat)
    ipv4 = replace(
        topology,
        neighbours=tuple(n for n in topology.neighbours if n.address.version == 4),
        routes=tuple(r for r in topology.routes if r.destination.version == 4),
    )
    interposition = make(ipv4)
    await interposition.apply(plan(flat, "camera"))
    tv.send_raw(router_solicitation(tv.mac))
    await until(lambda: not camera.tcp(flat.internet.ipv6) and not flat.internet.tcp(camera.ipv6))
    await until(lambda: interposition.held().get("camera") is QUARANTINED)


def router_solicitation(mac: str) -> bytes:
    """From nobody (RFC 4861, 4.1), so that all hear the answer; its checksum is that of these very octets."""
    header = struct.pack("!IHBB", 6 << 28, 8, 58, 255) + bytes(16) + bytes.fromhex("ff02" + "00" * 13 + "02")
    message = bytes((133, 0)) + (0xFFFF - (0xFF02 + 0x02 + 8 + 58 + 0x8500) % 0xFFFF).to_bytes(2) + bytes(4)
    return bytes.fromhex("333300000002" + mac.replace(":", "") + "86dd") + header + message


async def test_a_change_of_mind(flat: Lab, make: Make) -> None:
    """Quarantined again while its release is still being told: no truth comes late. New addresses are drawn as well."""
    camera = flat.device("camera")
    only = replace(member(camera, QUARANTINED), addresses=frozenset({ip_address(camera.ipv4)}))
    wanted = plan(flat, "camera")
    interposition = make(await asyncio.to_thread(know, flat))
    await interposition.apply(replace(wanted, members={**wanted.members, "camera": only}))
    await interposition.apply(plan(flat))
    await interposition.apply(replace(wanted, members={**wanted.members, "camera": only}))
    await interposition.apply(wanted)
    assert interposition.held()["camera"] is QUARANTINED
    for _ in range(3):
        assert await asyncio.to_thread(reaches, flat, camera) <= HUB
        await asyncio.sleep(0.5)


async def test_monitor_and_protection_draw_nobody(flat: Lab, make: Make) -> None:
    camera = flat.device("camera")
    interposition = make(await asyncio.to_thread(know, flat))
    await interposition.apply(plan(flat, "camera", enforce=False))
    assert interposition.held()["camera"] is OPEN
    await interposition.apply(plan(flat, "camera", protected_macs=frozenset({ROUTER_MAC, camera.mac})))
    assert "camera" not in interposition.held()
    assert await asyncio.to_thread(reaches, flat, camera) == AWAY | HUB


async def test_a_flood_of_questions_is_answered_at_a_bounded_rate(flat: Lab, make: Make) -> None:
    camera = flat.device("camera")
    interposition = make(await asyncio.to_thread(know, flat))
    await interposition.apply(plan(flat, "camera"))
    (wire,) = interposition._wires.values()
    before, start = wire.sent, time.monotonic()
    claim = {"claim": camera.ipv4, "victim": flat.device("tv").ipv4, "victim_mac": "ff:ff:ff:ff:ff:ff", "vlan": False}
    camera.run("arp_spoof", **claim, count=5000, pace=0.0005)
    await asyncio.sleep(3)
    camera.stop()
    took = time.monotonic() - start
    assert wire.sent - before <= BURST + RATE * took
    await until(lambda: reaches(flat, camera) <= HUB)


def ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], check=True)


async def test_an_interface_that_goes_away(make: Make) -> None:
    """Said, and not an exception in the event loop."""
    ip("link add probe0 type veth peer name probe1")
    ip("link set probe0 up")
    try:
        mac, other = "02:00:00:00:00:01", "02:00:00:00:00:02"
        topology = Topology(
            links=(Link("probe0", HUB_MAC, "veth", None, up=True),),
            addresses=(("probe0", ip_interface("192.0.2.9/24")),),
            neighbours=(
                Neighbour(ip_address("192.0.2.1"), mac, "probe0"),
                Neighbour(ip_address("192.0.2.2"), other, "probe0"),
            ),
            routes=(Route(ip_network("0.0.0.0/0"), ip_address("192.0.2.1"), "probe0"),),
        )
        one = Member(frozenset({other}), frozenset({ip_address("192.0.2.2")}), frozenset(), QUARANTINED)
        interposition = make(topology)
        segment = Segment("probe0", is_bridge=False, ports=frozenset(), newcomers=OPEN)
        await interposition.apply(Plan(enforce=True, segments=(segment,), members={"one": one}))
    finally:
        ip("link del probe0")
    await until(lambda: interposition.status.reason == "interface_missing")
    assert interposition.status.health is Health.UNAVAILABLE
    assert "one" not in interposition.held()


async def test_without_the_right(flat: Lab) -> None:
    told = pickle.dumps((await asyncio.to_thread(know, flat), plan(flat, "camera")))
    command = ["setpriv", "--bounding-set", "-net_raw", sys.executable, "-c", CHILD]
    child = await asyncio.create_subprocess_exec(*command, stdin=-1, stdout=-1)
    try:
        assert child.stdin
        assert child.stdout
        child.stdin.write(told)
        child.stdin.write_eof()
        assert (await child.stdout.readline()).split() == [b"interposition_no_permission", b"None"]
    finally:
        child.kill()
        await child.wait()
