"""What is only tried ends by the kernel's own clock, also when whoever tried it was killed."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import pickle
import signal
import subprocess
import sys
import time

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.firewall.plan import PacketClass, Plan, Trial
from tests.lab.network.lab import Lab
from tests.plugin import off_loop

from .home import OPEN, QUARANTINED, dropped_more, plan, run, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

type Make = Callable[..., NftablesEnforcer]
LONG = 300.0

CHILD = """
import asyncio, pickle, sys
from functools import partial
from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.adapters.netfilter.backend import InProcess

async def main():
    enforcer = NftablesEnforcer(partial(InProcess, owner=sys.argv[1] == "owner"))
    for plan in pickle.load(sys.stdin.buffer):
        await enforcer.apply(plan)
    print("tried", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def tried(lab: Lab, lasting: Plan, seconds: float, **classes: PacketClass) -> Plan:
    """A plan in which these are tried for so many seconds."""
    return replace(plan(lab, classes), trial=Trial(lasting, time.time() + seconds))


@pytest.mark.parametrize("owner", ["owner", "plain"])
async def test_killed_in_the_middle_the_trial_ends_all_the_same(lab: Lab, make: Make, owner: str) -> None:
    """The camera is shut out on trial by a process that is killed; the TV was quarantined before and stays so."""
    camera, tv = lab.device("camera"), lab.device("tv")
    lasting = plan(lab, {tv.name: QUARANTINED})
    steps = [lasting, tried(lab, lasting, 4.0, camera=QUARANTINED, tv=QUARANTINED)]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, owner, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin
    assert child.stdout
    child.stdin.write(pickle.dumps(steps))
    child.stdin.write_eof()
    assert await asyncio.wait_for(child.stdout.readline(), 30) == b"tried\n"
    assert not await off_loop(camera.can_reach, lab.internet)
    child.send_signal(signal.SIGKILL)
    await child.wait()
    assert "secure_hub_trial" in run("nft", "list", "tables")
    deadline = time.monotonic() + 30
    while not await off_loop(camera.can_reach, lab.internet):
        assert time.monotonic() < deadline, "the trial did not end"
    assert not await off_loop(tv.can_reach, lab.internet), "what lasts lasts"
    await make(owner=owner == "owner").apply(lasting)
    assert "secure_hub_trial" not in run("nft", "list", "tables")


async def test_confirmed_it_lasts_and_taken_back_it_is_gone(lab: Lab, make: Make) -> None:
    enforcer, camera = make(), lab.device("camera")
    lasting = plan(lab)
    for _ in range(2):
        await enforcer.apply(tried(lab, lasting, LONG, camera=QUARANTINED))
        assert enforcer.held()[camera.name] is QUARANTINED
        assert not await off_loop(camera.can_reach, lab.internet)
        await enforcer.apply(lasting)
        assert enforcer.held()[camera.name] is OPEN
        assert await off_loop(camera.can_reach, lab.internet, timeout=3.0)
    await enforcer.apply(tried(lab, lasting, LONG, camera=QUARANTINED))
    await enforcer.apply(plan(lab, {camera.name: QUARANTINED}))
    assert "secure_hub_trial" not in run("nft", "list", "tables")
    assert not await off_loop(camera.can_reach, lab.internet)


async def test_enforcing_itself_can_be_tried(lab: Lab, make: Make) -> None:
    """From watching to enforcing and, when the time is over, back to watching."""
    enforcer, camera = make(), lab.device("camera")
    watching = plan(lab, {camera.name: QUARANTINED}, enforce=False)
    await enforcer.apply(watching)
    assert await off_loop(camera.can_reach, lab.internet, timeout=3.0)
    await enforcer.apply(tried(lab, watching, 1.0, camera=QUARANTINED))
    assert not await off_loop(camera.can_reach, lab.internet)
    deadline = time.monotonic() + 30
    while not await off_loop(camera.can_reach, lab.internet):
        assert time.monotonic() < deadline


async def test_what_is_decided_meanwhile_is_in_both(lab: Lab, make: Make) -> None:
    enforcer, camera, tv = make(), lab.device("camera"), lab.device("tv")
    await enforcer.apply(tried(lab, plan(lab), LONG, camera=QUARANTINED))
    now_lasting = plan(lab, {tv.name: QUARANTINED})
    await enforcer.apply(tried(lab, now_lasting, LONG, camera=QUARANTINED, tv=QUARANTINED), {tv.name})
    listed = run("nft", "list", "map", "bridge", "secure_hub", "mac")
    assert f"{tv.mac} : 0x00000003" in listed
    assert f"{camera.mac} : 0x00000003" not in listed
    assert not await off_loop(tv.can_reach, lab.internet)
    assert (await enforcer.tally(["sent"])).keys() >= {"bridge sent", "bridge_trial sent"}
    assert await dropped_more(enforcer, "quarantined: from", lambda: camera.can_reach(lab.internet))


async def test_a_trial_that_somebody_takes_away_is_mended(lab: Lab, make: Make) -> None:
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(tried(lab, plan(lab), LONG, camera=QUARANTINED))
    for family in ("bridge", "inet"):
        run("nft", "delete", "table", family, "secure_hub_trial")
    await until(lambda: "bridge secure_hub_trial" in run("nft", "list", "tables"), 20)
    await until(lambda: not camera.can_reach(lab.internet), 20)
