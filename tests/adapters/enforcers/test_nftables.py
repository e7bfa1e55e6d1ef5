"""The wall, proved with packets: what an open, held, quarantined, unknown or protected device can do."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import time

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.enforcement import Health
from tests.lab.network.lab import Lab

from .home import (
    HELD,
    OPEN,
    QUARANTINED,
    UNSOLICITED,
    Ownership,
    plan,
    reaches,
    until,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


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
