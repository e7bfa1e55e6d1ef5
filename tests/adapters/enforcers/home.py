"""The lab's home as the enforcer's tests plan it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
import subprocess
import time
from typing import Any

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from custom_components.secure_hub.engine.firewall.regions import Rules
from custom_components.secure_hub.engine.policy.tables import Table
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab

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


def freed(known: Plan) -> Plan:
    """Let everybody be governed, and free to do all."""
    free = {key: replace(member, table=Table(()), rules=Rules(asks=True)) for key, member in known.members.items()}
    return replace(known, members=free)


def reaches(found: dict[str, bool]) -> set[str]:
    return {way for way, reached in found.items() if reached}


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen"
        await asyncio.sleep(0.02)


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def nft(command: str) -> None:
    run("/usr/sbin/nft", command)


async def dropped_more(enforcer: NftablesEnforcer, comment: str, act: Callable[[], None]) -> bool:
    """Whether an act raised the counter of the rule with this comment in table bridge."""

    async def count() -> int:
        return sum(v[0] for k, v in (await enforcer.counters()).items() if k.endswith(comment))

    before = await count()
    act()
    return await count() > before
