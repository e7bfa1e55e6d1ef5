"""The wall, proved with packets: what an open, held, quarantined, unknown, spoofing or protected device can do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
import errno
from functools import partial
from ipaddress import ip_address
from pathlib import Path
import socket
import subprocess
import time
from typing import Any

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import Drift, NftablesEnforcer, probe
from custom_components.secure_hub.adapters.netfilter.backend import InProcess
from custom_components.secure_hub.adapters.netfilter.monitor import Touch
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.adapters.netfilter.probe import Capabilities
from custom_components.secure_hub.engine.enforcement import EnforcementError, Health
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab

pytestmark = pytest.mark.usefixtures("socket_enabled")

HUB_MACS = frozenset({"02:66:00:00:00:01", "02:66:00:00:00:02", "02:66:00:00:00:03"})
HUB_ADDRESSES = frozenset(map(ip_address, ("10.66.1.1", "fd66:1::1", "10.66.2.1", "fd66:2::1")))
UNSOLICITED = {"from_wan6"}
"""What even an open device is spared."""
BRIDGED = ("bridge-nf-call-iptables", "bridge-nf-call-ip6tables", "bridge-nf-call-arptables")

type Ownership = bool
type Standings = dict[str, PacketClass]
OPEN, HELD, QUARANTINED = PacketClass.OPEN, PacketClass.HELD, PacketClass.QUARANTINED


def member(device: Device, packet_class: PacketClass, *, addresses: bool = True) -> Member:
    found = set()
    if addresses:
        if device.has_ipv4:
            found.add(ip_address(device.ipv4))
        if device.has_ipv6:
            found.add(ip_address(device.ipv6))
        found.add(ip_address(device.ipv6_link_local))
    return Member(frozenset({device.mac}), frozenset(found), frozenset(), packet_class)


def plan(lab: Lab, standings: Standings | None = None, *, addresses: bool = True, **changes: Any) -> Plan:
    """Plan for the lab: everybody open but `standings`."""
    classes = dict.fromkeys((d.name for d in lab.devices), OPEN) | (standings or {})
    ports = frozenset(f"iot-{device.name}" for device in lab.devices)
    base = Plan(
        enforce=True,
        segments=(Segment("br-iot", is_bridge=True, ports=ports, newcomers=HELD),),
        lan_interfaces=frozenset({"eth-lan"}),
        hub_macs=HUB_MACS,
        hub_addresses=HUB_ADDRESSES,
        members={d.name: member(d, classes[d.name], addresses=addresses) for d in lab.devices},
    )
    return replace(base, **changes)


@pytest.fixture
def drifts() -> list[Drift]:
    return []


@pytest.fixture(params=[True, False], ids=["owner", "plain"])
def owner(request: pytest.FixtureRequest) -> Ownership:
    return bool(request.param)


@pytest.fixture
async def make(drifts: list[Drift]) -> AsyncIterator[Callable[..., NftablesEnforcer]]:
    """Make enforcers that are taken away at the end."""
    made: list[NftablesEnforcer] = []

    def _make(*, owner: bool = False, **arguments: Any) -> NftablesEnforcer:
        arguments.setdefault("interval", 0.2)
        made.append(NftablesEnforcer(partial(InProcess, owner=owner), on_drift=drifts.append, **arguments))
        return made[-1]

    yield _make
    for enforcer in made:
        await enforcer.close()
    last = NftablesEnforcer()
    await last.remove()


@pytest.fixture(params=[0, 1], ids=["bridge-nf-0", "bridge-nf-1"])
def bridged_twice(request: pytest.FixtureRequest, lab: Lab) -> Iterator[int]:  # noqa: ARG001 - the namespace must be there
    """Bridged frames seen again by the inet tables, as on machines with Docker, or not."""
    settings = [Path("/proc/sys/net/bridge", name) for name in BRIDGED]
    before = [setting.read_text() for setting in settings]
    for setting in settings:
        setting.write_text(str(request.param))
    yield request.param
    for setting, value in zip(settings, before, strict=True):
        setting.write_text(value)


def reaches(found: dict[str, bool]) -> set[str]:
    return {way for way, reached in found.items() if reached}


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        await asyncio.sleep(0.02)


@pytest.mark.usefixtures("bridged_twice")
async def test_matrix(lab: Lab, make: Callable[..., NftablesEnforcer], owner: Ownership) -> None:
    """An open device reaches all and is reached; quarantined, nothing in any direction; released, all again."""
    enforcer, camera, tv = make(owner=owner), lab.device("camera"), lab.device("tv")
    everything = reaches(lab.matrix(camera))
    assert everything >= {"wan4", "wan6", "lan4", "lan6", "hub4", "hub6", "peer4", "peer6", "from_lan4", "from_peer6"}
    await enforcer.apply(plan(lab))
    assert enforcer.status.health is Health.IN_SYNC
    assert reaches(lab.matrix(camera)) == everything - UNSOLICITED
    for standing in (QUARANTINED, HELD):
        await enforcer.apply(plan(lab, {"camera": standing}), {"camera"})
        assert enforcer.held() == {"camera": standing, "tv": OPEN, "speaker": OPEN, "plug": OPEN}
        assert reaches(lab.matrix(camera)) == set()
        assert not camera.ping(tv.ipv6_link_local + "%eth0")
        assert not camera.udp_echo(lab.internet.ipv4)
        camera.dhcp_renew()
        assert reaches(lab.matrix(tv, peer=lab.device("plug"))) == everything - UNSOLICITED
    await enforcer.apply(plan(lab), {"camera"})
    assert reaches(lab.matrix(camera)) == everything - UNSOLICITED


@pytest.mark.parametrize("target", ["internet", "laptop"])
async def test_established_is_cut(lab: Lab, make: Callable[..., NftablesEnforcer], target: str) -> None:
    """Connections that stand, and pushed datagrams in both directions, end within a second."""
    enforcer, camera, far = make(), lab.device("camera"), getattr(lab, target)
    await enforcer.apply(plan(lab))
    port = None if target == "internet" else 7
    sessions = [camera.open_session(far, port, v6=v6) for v6 in (False, True)]
    if target == "internet":
        sessions += [camera.open_session(far, udp=True), camera.open_session(far, udp=True, v6=True)]
    assert all(session.alive_within(1) for session in sessions)
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}), {"camera"})
    done = time.monotonic()
    await asyncio.sleep(1.5)
    for session in sessions:
        assert session.last_seen - done < 1
        assert not session.alive_within(0.3)
        session.close()


async def test_by_mac_alone(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """A device whose addresses nobody knows is cut off all the same, both ways."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}, addresses=False))
    assert reaches(lab.matrix(camera)) == set()


async def test_newcomer(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """Another MAC is a newcomer: it gets a lease and nothing else, or everything if newcomers are welcome."""
    enforcer, plug = make(), lab.device("plug")
    await enforcer.apply(plan(lab))
    before = plug.mac
    plug.change_mac("02:99:00:00:00:77")
    assert plug.has_ipv4
    assert reaches(lab.matrix(plug)) == set()
    welcome = replace(plan(lab).segments[0], newcomers=OPEN)
    known = {name: value for name, value in plan(lab).members.items() if name != "plug"}
    await enforcer.apply(plan(lab, segments=(welcome,), members=known))
    wanted = {"wan4", "lan4", "hub4", "peer4", "from_lan4", "from_peer4"}
    # A host that just failed to resolve a neighbour asks again a second later.
    await until(lambda: reaches(lab.matrix(plug)) >= wanted)
    await enforcer.apply(plan(lab))
    plug.change_mac(before)


async def test_monitor_drops_nothing_but_counts(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    enforcer, camera = make(), lab.device("camera")
    everything = reaches(lab.matrix(camera))
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}, enforce=False))
    assert reaches(lab.matrix(camera)) == everything
    assert enforcer.held()["camera"] is OPEN
    counted = await enforcer.counters()
    assert counted["bridge quarantined_from quarantined: from"][0] > 0
    assert counted["bridge quarantined_to quarantined: to"][0] > 0


async def test_protected_is_never_cut(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """What is protected stays open though the plan says otherwise, and does not open the way to the quarantined."""
    enforcer, camera = make(), lab.device("camera")
    protected = frozenset({lab.device("tv").mac})
    standings = {"tv": QUARANTINED, "camera": QUARANTINED}
    await enforcer.apply(plan(lab, standings, protected_macs=protected))
    assert enforcer.held()["tv"] is OPEN
    found = reaches(lab.matrix(lab.device("tv"), peer=lab.device("plug")))
    assert found >= {"wan4", "wan6", "lan4", "hub4", "peer4", "from_lan4", "from_peer4"}
    assert reaches(lab.matrix(camera)) == set()


# --- spoofing


def ethernet(source: str, ethertype: int, payload: bytes, target: str = "ff:ff:ff:ff:ff:ff", tag: bytes = b"") -> bytes:
    head = bytes.fromhex(target.replace(":", "")) + bytes.fromhex(source.replace(":", ""))
    return head + tag + ethertype.to_bytes(2) + payload


def arp(sender_mac: str, sender: str, target: str) -> bytes:
    """Unasked ARP reply: `sender` is at `sender_mac`."""
    hardware = bytes.fromhex(sender_mac.replace(":", ""))
    head = b"\x00\x01\x08\x00\x06\x04\x00\x02"
    return head + hardware + socket.inet_aton(sender) + b"\xff" * 6 + socket.inet_aton(target)


def udp4(source: str, target: str, ports: tuple[int, int], data: bytes = b"spoof") -> bytes:
    datagram = b"".join(n.to_bytes(2) for n in (*ports, 8 + len(data), 0)) + data
    head = bytearray(b"\x45\x00" + (20 + len(datagram)).to_bytes(2) + b"\x00\x00\x00\x00\x40\x11\x00\x00")
    head += socket.inet_aton(source) + socket.inet_aton(target)
    total = sum(int.from_bytes(head[i : i + 2]) for i in range(0, 20, 2))
    total = (total & 0xFFFF) + (total >> 16)
    head[10:12] = (~((total & 0xFFFF) + (total >> 16)) & 0xFFFF).to_bytes(2)
    return bytes(head) + datagram


def icmp6(source: str, kind: int, rest: bytes) -> bytes:
    """ICMPv6 to all nodes, hop limit 255, with a checksum."""
    ends = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, "ff02::1")
    message = bytearray(bytes((kind, 0, 0, 0)) + rest)
    pseudo = ends + len(message).to_bytes(4) + b"\x00\x00\x00\x3a" + message
    total = sum(int.from_bytes(pseudo[i : i + 2]) for i in range(0, len(pseudo), 2))
    total = (total & 0xFFFF) + (total >> 16)
    message[2:4] = (~((total & 0xFFFF) + (total >> 16)) & 0xFFFF).to_bytes(2)
    return b"\x60\x00\x00\x00" + len(message).to_bytes(2) + b"\x3a\xff" + ends + message


async def dropped_more(enforcer: NftablesEnforcer, comment: str, act: Callable[[], None]) -> bool:
    """Whether an act raised the counter of the rule with this comment in table bridge."""

    async def count() -> int:
        return sum(v[0] for k, v in (await enforcer.counters()).items() if k.endswith(comment))

    before = await count()
    act()
    return await count() > before


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


async def test_spoofed_sources(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """Datagrams from an address of another, or of nobody, and from the hub's MAC go nowhere."""
    enforcer, camera, tv = make(), lab.device("camera"), lab.device("tv")
    await enforcer.apply(plan(lab))
    hub = "02:66:00:00:00:01"

    def send(source: str, mac: str = camera.mac) -> None:
        camera.send_raw(ethernet(mac, 0x0800, udp4(source, "10.66.1.1", (4000, 9)), hub))

    assert await dropped_more(enforcer, "IPv4 spoofing", lambda: send(tv.ipv4))
    assert await dropped_more(enforcer, "IPv4 address not its own", lambda: send("10.66.1.240"))
    assert await dropped_more(enforcer, "the hub's own address", lambda: send(camera.ipv4, hub))
    assert not await dropped_more(enforcer, "IPv4 address not its own", lambda: send(camera.ipv4))


async def test_rogue_servers(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """Offers of leases and of being the router, redirects and claims to a neighbour's IPv6 address are dropped."""
    enforcer, camera, tv = make(), lab.device("camera"), lab.device("tv")
    await enforcer.apply(plan(lab))
    own = camera.ipv6_link_local
    target = socket.inet_pton(socket.AF_INET6, tv.ipv6)
    frames = {
        "rogue DHCP": (0x0800, udp4(camera.ipv4, "255.255.255.255", (67, 68), bytes(240))),
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


# --- drift


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def nft(command: str) -> None:
    run("/usr/sbin/nft", command)


@pytest.mark.parametrize(
    ("attack", "word"),
    [
        ("flush ruleset", "table missing"),
        ("delete table bridge secure_hub", "table missing"),
        ("flush chain inet secure_hub forward", "rules"),
        ("insert rule bridge secure_hub prerouting accept", "rules"),
        ("add table inet secure_hub { flags dormant; }", "dormant"),
        ("add element bridge secure_hub protected { {camera} }", "protected"),
        ("delete element bridge secure_hub mac { {camera} }", "mac"),
        ("add set inet secure_hub strange { type ipv4_addr; }", "rules"),
        ("flush set bridge secure_hub ethertype", "rules"),
    ],
)
async def test_foreign_change_is_mended(
    lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift], attack: str, word: str
) -> None:
    """Whoever opens a hole is named and the hole closed within seconds."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    await asyncio.to_thread(nft, attack.replace("{camera}", camera.mac))
    began = time.monotonic()
    await until(lambda: bool(drifts))
    assert time.monotonic() - began < 2
    assert drifts[0].process == "nft"
    assert drifts[0].kind == "rules_changed"
    assert drifts[0].healed
    assert any(word in what for what in drifts[0].what), drifts[0].what
    assert enforcer.status.health is Health.IN_SYNC
    lab.masquerade()
    assert reaches(lab.matrix(camera)) == set()
    await asyncio.sleep(0.3)
    assert len(drifts) == 1


async def test_owned_tables_resist(lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift]) -> None:
    """Tables that are ours alone cannot be changed by others at all."""
    enforcer, camera = make(owner=True), lab.device("camera")
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    for attack in ("delete table bridge secure_hub", f"delete element inet secure_hub mac {{ {camera.mac} }}"):
        with pytest.raises(subprocess.CalledProcessError):
            await asyncio.to_thread(nft, attack)
    await asyncio.to_thread(nft, "flush ruleset")
    lab.masquerade()
    assert reaches(lab.matrix(camera)) == set()
    await asyncio.sleep(0.5)
    assert drifts == []


async def test_foreigners_own_tables_are_theirs(
    lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift]
) -> None:
    """Others may do with their tables what they like; ours drop before theirs accept."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    await asyncio.to_thread(
        nft, "add table inet foe { chain c { type filter hook forward priority -300; policy accept; accept; }; }"
    )
    assert reaches(lab.matrix(camera)) == set()
    await asyncio.to_thread(nft, "delete table inet foe")
    await asyncio.sleep(0.4)
    assert drifts == []


async def test_fight_is_bounded(lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift]) -> None:
    """Three mendings a minute, then we say that somebody else insists; the next decision begins anew."""
    enforcer = make()
    await enforcer.apply(plan(lab))
    for round_ in range(1, 5):
        await asyncio.to_thread(nft, "flush chain inet secure_hub forward")
        await until(lambda round_=round_: len(drifts) == round_)
    assert [drift.healed for drift in drifts] == [True, True, True, False]
    assert enforcer.status.health is Health.DRIFTED
    assert enforcer.status.reason == "rules_given_up"
    await enforcer.apply(plan(lab), {"camera"})
    assert enforcer.status.health is Health.IN_SYNC
    lab.masquerade()


# --- restart, interfaces, segments that are no bridge


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
        out = {way for way, (host, v6) in ways.items() if laptop.can_reach(host, v6=v6)}
        back = {f"from_{way}" for way, (host, v6) in ways.items() if host.can_reach(laptop, v6=v6)}
        hub = {"hub4"} if laptop.tcp("10.66.2.1") else set()
        return out | back | hub | ({"from_hub6"} if lab.hub.can_reach(laptop, v6=True) else set())

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


class Halting(InProcess):
    """The kernel, but asked as the helper is, and now and then out of reach."""

    broken = False

    def event_fileno(self) -> int | None:
        """Nothing to wait for."""
        return None

    def touches(self) -> list[Touch]:
        """Refuse while broken."""
        if self.broken:
            raise NetlinkError(errno.ECONNREFUSED, "gone")
        return super().touches()


async def test_backend_that_must_be_asked(lab: Lab, drifts: list[Drift]) -> None:
    """Where the kernel cannot notify us we ask; out of reach is said, and back in reach all is looked at anew."""
    told: list[Health] = []
    backend = Halting(owner=False)
    enforcer = NftablesEnforcer(
        lambda: backend,
        on_drift=drifts.append,
        on_status=lambda: told.append(enforcer.status.health),
        interval=0.1,
    )
    assert enforcer.status.health is Health.UNAVAILABLE
    assert not await enforcer.stands()
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    assert await enforcer.stands()
    await asyncio.to_thread(nft, "flush chain inet secure_hub forward")
    await until(lambda: bool(drifts))
    assert drifts[0].as_dict() == {"what": list(drifts[0].what), "pid": drifts[0].pid, "process": "nft", "healed": True}
    backend.broken = True
    await until(lambda: enforcer.status.reason == "firewall_no_helper")
    backend.broken = False
    await until(lambda: enforcer.status.health is Health.IN_SYNC)
    assert told == [Health.IN_SYNC, Health.DRIFTED, Health.IN_SYNC]
    await enforcer.remove()
    assert enforcer.status.health is Health.UNAVAILABLE
    assert await enforcer.counters() == {}
    await enforcer.close()


async def test_decision_on_changed_ground(lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift]) -> None:
    """A decision that meets tables changed by others a moment ago is made true all the same, and they are named."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(plan(lab))
    nft(f"delete element bridge secure_hub mac {{ {camera.mac} }}")  # the loop cannot have noticed yet
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}), {"camera"})
    assert enforcer.held()["camera"] is QUARANTINED
    assert reaches(lab.matrix(camera)) == set()
    await until(lambda: bool(drifts))
    assert drifts[0].process == "nft"


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
