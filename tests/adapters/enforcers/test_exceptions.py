"""A rule about another device counts on a bridge before anybody knows an address of it."""

from collections.abc import Callable
from ipaddress import ip_address
from itertools import product

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.engine.firewall.plan import Member
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from tests.lab.network.lab import Lab

from .home import OPEN, member
from .test_permissions import Question, Said, governed, reached

pytestmark = pytest.mark.usefixtures("socket_enabled")

ALLOW, DENY, PEERS = Decision.ALLOW, Decision.DENY, Scope.PEERS


EVERY = {f"{way}{family} 7" for way in ("to tcp", "to udp", "from tcp") for family in (4, 6)}
EVERY |= {"to tcp4 8009", "to tcp6 8009"}


def ways(*kinds: str) -> set[str]:
    return {way for way in EVERY if way.replace("4 ", " ").replace("6 ", " ") in kinds}


CASES: tuple[dict[str, tuple[Profile, Decision, str, set[str]]], ...] = (
    {
        "camera": (Profile.TRUSTED, DENY, "asset:tv", set()),
        "speaker": (Profile.RESTRICTED, ALLOW, "asset:tv", EVERY),
        "plug": (Profile.RESTRICTED, ALLOW, "asset:camera", set()),
    },
    {
        "camera": (Profile.TRUSTED, DENY, "asset:tv tcp/7", EVERY - ways("to tcp 7")),
        "speaker": (Profile.TRUSTED, DENY, "asset:tv own:tcp/1-100", EVERY - ways("from tcp 7")),
        "plug": (Profile.TRUSTED, DENY, "asset:camera", EVERY),
    },
    {
        "camera": (Profile.RESTRICTED, ALLOW, "asset:tv tcp/8000-8010", ways("to tcp 8009")),
        "speaker": (Profile.RESTRICTED, ALLOW, "asset:tv own:tcp/7", ways("from tcp 7")),
        "plug": (Profile.RESTRICTED, ALLOW, "asset:tv udp", ways("to udp 7")),
    },
)
"""What is said in scope `peers`, by device, and the ways to and from the TV that are open then."""


@pytest.mark.parametrize("said", CASES)
async def test_device_at_an_unknown_address(
    lab: Lab, make: Callable[..., NftablesEnforcer], said: dict[str, tuple[Profile, Decision, str, set[str]]]
) -> None:
    """Both ways and in both families, while of the TV only the address is known that it gave itself."""
    tv = lab.device("tv")
    strange = Member(frozenset({tv.mac}), frozenset({ip_address(tv.ipv6_link_local)}), frozenset(), OPEN)
    known = {device.name: member(device, OPEN) for device in lab.devices}
    profiles = {name: profile for name, (profile, *_) in said.items()}
    rules: dict[str, tuple[Said, ...]] = {name: ((PEERS, what, where),) for name, (_, what, where, _) in said.items()}
    await make().apply(governed(lab, profiles, rules, members=known | {"tv": strange}))
    questions: dict[str, Question] = {}
    for name, way in product(said, EVERY):
        kind, port = way.split()[1:]
        ends = (lab.device(name), tv) if way.startswith("to") else (tv, lab.device(name))
        questions[f"{name} {way}"] = (*ends, kind, int(port))
    assert await reached(questions) == {f"{name} {way}" for name, (*_, passing) in said.items() for way in passing}
