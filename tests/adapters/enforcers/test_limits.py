"""Limits in the kernel, with packets on both sides of them."""

from collections.abc import Callable
from dataclasses import replace
import os
import socket
import threading

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.firewall.plan import Plan
from custom_components.secure_hub.engine.policy.limits import Limit
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.plugin import off_loop

from .home import freed, plan

pytestmark = pytest.mark.usefixtures("socket_enabled")

type Make = Callable[..., NftablesEnforcer]
SIZE = 1_000
"""Bytes of one datagram's payload; 28 more are on the wire."""


def send(device: Device, address: str, count: int) -> None:
    """Send datagrams from a device's own network namespace as fast as it can."""

    def job() -> None:
        namespace = os.open(f"/proc/{device.pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.setns(namespace, os.CLONE_NEWNET)
        finally:
            os.close(namespace)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(count):
                sender.sendto(bytes(SIZE), (address, 9))

    thread = threading.Thread(target=job)
    thread.start()
    thread.join()


def limited(lab: Lab, limit: Limit | None, **changes: object) -> Plan:
    """The lab's home, everybody governed and free, with the camera limited."""
    base = freed(plan(lab, **changes))
    return replace(base, members={**base.members, "camera": replace(base.members["camera"], limit=limit)})


async def told(enforcer: NftablesEnforcer, where: str, device: Device) -> tuple[int, int]:
    """What a count or a quota of a device says."""
    return (await enforcer.tally([where.split()[1]]))[where].get((device.mac,), (0, 0))


async def test_beyond_the_rate_packets_are_dropped_and_below_none(lab: Lab, make: Make) -> None:
    enforcer, camera, tv = make(), lab.device("camera"), lab.device("tv")
    await enforcer.apply(limited(lab, Limit(rate=20_000)))
    sent, refused = await told(enforcer, "bridge sent", camera), await told(enforcer, "bridge refused", camera)
    await off_loop(send, camera, lab.internet.ipv4, 50)
    within = await told(enforcer, "bridge sent", camera)
    assert within[0] - sent[0] >= 50
    assert (await told(enforcer, "bridge refused", camera))[0] == refused[0]
    await off_loop(send, camera, lab.internet.ipv4, 1_000)
    passed = (await told(enforcer, "bridge sent", camera))[0] - within[0]
    dropped = (await told(enforcer, "bridge refused", camera))[0] - refused[0]
    assert dropped > 500
    assert passed < 500
    before = await told(enforcer, "bridge refused", tv)
    await off_loop(send, tv, lab.internet.ipv4, 1_000)
    assert await told(enforcer, "bridge refused", tv) == before, "nobody else is limited"


async def test_beyond_the_quota_the_internet_is_closed_until_it_is_renewed(lab: Lab, make: Make) -> None:
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(limited(lab, Limit(quota=20_000)))
    assert await off_loop(camera.can_reach, lab.internet, timeout=3.0)
    used, size = await told(enforcer, "inet quota", camera)
    assert 0 < used < size == 20_000
    await off_loop(send, camera, lab.internet.ipv4, 30)
    used, size = await told(enforcer, "inet quota", camera)
    assert used == size, "the kernel tells no more than all of it"
    assert not await off_loop(camera.can_reach, lab.internet)
    assert await off_loop(camera.can_reach, lab.laptop, timeout=3.0), "the quota is of the internet alone"

    restarted = make()
    await enforcer.close()
    await restarted.apply(limited(lab, Limit(quota=20_000)))
    assert (await told(restarted, "inet quota", camera))[0] >= used, "a restart gives nothing back"
    assert not await off_loop(camera.can_reach, lab.internet)

    await restarted.apply(limited(lab, Limit(quota=25_000)), {"camera"})
    again, size = await told(restarted, "inet quota", camera)
    assert (again >= used, size) == (True, 25_000), "nor does another quota"
    await restarted.renew_quotas()
    assert await told(restarted, "inet quota", camera) == (0, 25_000)
    assert await off_loop(camera.can_reach, lab.internet, timeout=3.0)
    await restarted.apply(limited(lab, None), {"camera"})
    assert await told(restarted, "inet quota", camera) == (0, 0)
    await restarted.renew_quotas()


async def test_a_quota_of_a_device_with_everything_allowed_by_ipv6_too(lab: Lab, make: Make) -> None:
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(limited(lab, Limit(quota=1_000)))
    await off_loop(send, camera, lab.internet.ipv4, 2)
    assert not await off_loop(camera.can_reach, lab.internet, v6=True)


async def test_monitoring_counts_and_lets_pass(lab: Lab, make: Make) -> None:
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(limited(lab, Limit(1_000, 1_000), enforce=False))
    await off_loop(send, camera, lab.internet.ipv4, 300)
    counts = await enforcer.counters()
    assert counts["bridge too_fast rate"][0] > 0
    assert await off_loop(camera.can_reach, lab.internet, timeout=3.0)


async def test_nothing_is_renewed_where_nothing_stands(make: Make) -> None:
    await make().renew_quotas()
