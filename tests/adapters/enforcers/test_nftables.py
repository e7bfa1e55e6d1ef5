"""The wall, proved with packets: what an open, held, quarantined, unknown, spoofing or protected device can do."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
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
from custom_components.secure_hub.engine.enforcement import EnforcementError, Health
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from tests.lab.network.catalogue import DEVICES
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab

pytestmark = pytest.mark.usefixtures("socket_enabled")

HUB_MACS = frozenset({"02:66:00:00:00:01", "02:66:00:00:00:02", "02:66:00:00:00:03"})
HUB_ADDRESSES = frozenset(map(ip_address, ("10.66.1.1", "fd66:1::1", "10.66.2.1", "fd66:2::1")))
UNSOLICITED = {"from_wan6"}
"""What even an open device is spared."""
BRIDGED = ("bridge-nf-call-iptables", "bridge-nf-call-ip6tables", "bridge-nf-call-arptables")

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
def owner(request: pytest.FixtureRequest) -> bool:
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
    import asyncio

    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        await asyncio.sleep(0.02)


async def test_matrix(
    lab: Lab, make: Callable[..., NftablesEnforcer], owner: bool, bridged_twice: int
) -> None:
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
    time.sleep(1.5)
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
    assert reaches(lab.matrix(plug)) >= {"wan4", "lan4", "hub4", "peer4", "from_lan4", "from_peer4"}
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
