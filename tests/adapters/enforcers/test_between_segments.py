"""Devices behind two guarded interfaces are each other's peers: what is routed between them meets both tables."""

from collections.abc import Callable
from ipaddress import ip_address
from itertools import batched, product

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Segment
from custom_components.secure_hub.engine.policy.destinations import ANY
from custom_components.secure_hub.engine.policy.evaluation import explain
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from tests.lab.network.lab import Lab

from .home import OPEN, plan
from .test_permissions import Question, Said, governed, reached, situation, subject

pytestmark = pytest.mark.usefixtures("socket_enabled")

LAPTOP = "laptop"


async def test_peers_behind_two_interfaces(lab: Lab, make: Callable[..., NftablesEnforcer]) -> None:
    """Under every profile and decision, both ways and in both families; the laptop is a device like the others here."""
    enforcer, laptop = make(), lab.laptop
    mac = laptop.agent.call("addresses", within=5, timeout=0.0)["mac"]
    addresses = frozenset(map(ip_address, (laptop.ipv4, laptop.ipv6)))
    base = plan(lab)
    segments = (*base.segments, Segment("eth-lan", is_bridge=False, ports=frozenset(), newcomers=PacketClass.HELD))
    members = {**base.members, LAPTOP: Member(frozenset({mac}), addresses, frozenset(), OPEN)}
    names = [device.name for device in lab.devices]
    cases = product(Profile, (None, Decision.ALLOW, Decision.DENY))
    rounds: list[dict[str, tuple[Profile, Decision | None]]] = [
        {LAPTOP: (Profile.TRUSTED, None)} | dict(zip(names, some, strict=False))
        for some in batched(cases, len(names), strict=False)
    ]
    rounds.append({LAPTOP: (Profile.RESTRICTED, None)})
    kinds = ("tcp4", "tcp6", "udp4", "udp6")
    questions: dict[str, Question] = {}
    for name, kind in product(names, kinds):
        questions[f"{name} out {kind}"] = (lab.device(name), laptop, kind, 7)
        questions[f"{name} in {kind}"] = (laptop, lab.device(name), kind, 7)
    for case in rounds:
        profiles = {name: profile for name, (profile, _) in case.items()}
        said: dict[str, tuple[Said, ...]] = {
            name: ((Scope.PEERS, decision, "any"),) for name, (_, decision) in case.items() if decision
        }
        now = situation(profiles, said)
        await enforcer.apply(governed(lab, profiles, said, members=members, segments=segments))

        def may(name: str) -> bool:
            return explain(subject(name), Scope.PEERS, ANY, now).decision is Decision.ALLOW  # noqa: B023 - asked now

        wanted = {way for way in questions if may(LAPTOP) and may(way.partition(" ")[0])}
        assert await reached(questions) == wanted, case
    about = {"camera": ((Scope.PEERS, Decision.DENY, f"asset:{LAPTOP} tcp"),)}
    await enforcer.apply(governed(lab, {}, about, members=members, segments=segments))
    assert questions.keys() - await reached(questions) == {w for w in questions if "camera" in w and "tcp" in w}
