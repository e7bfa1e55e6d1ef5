"""Counts of each device, as packets fill them: what passed, what was refused, and what would have been."""

from collections.abc import Callable

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.adapters.netfilter.ruleset import COUNTED
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.plugin import off_loop

from .home import HELD, QUARANTINED, plan

pytestmark = pytest.mark.usefixtures("socket_enabled")

type Make = Callable[..., NftablesEnforcer]


async def counted(enforcer: NftablesEnforcer, device: Device) -> dict[str, int]:
    """Packets of a device by `table set`."""
    own = {device.mac, device.ipv4, device.ipv6}
    return {
        where: packets
        for where, counts in (await enforcer.tally(COUNTED)).items()
        for key, (packets, _) in counts.items()
        if key[0] in own
    }


async def test_nothing_stands_nothing_counts(make: Make) -> None:
    assert await make().tally(COUNTED) == {}


async def test_what_passes_is_counted_both_ways(lab: Lab, make: Make) -> None:
    enforcer, camera, tv = make(), lab.device("camera"), lab.device("tv")
    await enforcer.apply(plan(lab))
    before = await counted(enforcer, camera)
    assert await off_loop(camera.can_reach, lab.internet)
    after = await counted(enforcer, camera)
    assert after["bridge sent"] > before.get("bridge sent", 0)
    assert after["bridge received"] > before.get("bridge received", 0)
    assert after.get("bridge refused", 0) == before.get("bridge refused", 0)
    (packets, size) = (await enforcer.tally(["sent"]))["bridge sent"][camera.mac,]
    assert size >= packets * 20
    again = make()
    await enforcer.close()
    await again.apply(plan(lab))
    assert (await counted(again, camera))["bridge sent"] >= after["bridge sent"], "a restart loses no count"
    assert "bridge sent" not in {w for w in await counted(again, tv) if w.startswith("netdev")}


@pytest.mark.parametrize("packet_class", [HELD, QUARANTINED])
async def test_what_is_dropped_is_counted_for_its_sender(lab: Lab, make: Make, packet_class: int) -> None:
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(plan(lab, {camera.name: packet_class}))
    before = await counted(enforcer, camera)
    assert not await off_loop(camera.can_reach, lab.internet)
    after = await counted(enforcer, camera)
    assert after["bridge refused"] > before.get("bridge refused", 0)
    assert not await off_loop(lab.laptop.can_reach, camera)
    assert (await counted(enforcer, camera))["inet refused4"] > before.get("inet refused4", 0)


async def test_monitoring_counts_what_would_have_been_dropped(lab: Lab, make: Make) -> None:
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(plan(lab, {camera.name: QUARANTINED}, enforce=False))
    before = await counted(enforcer, camera)
    assert await off_loop(camera.can_reach, lab.internet)
    assert (await counted(enforcer, camera))["bridge refused"] > before.get("bridge refused", 0)
