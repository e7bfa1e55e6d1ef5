"""From the plan to elements: a change step by step ends where computing all anew does, and the stricter class wins."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

from hypothesis import given, strategies as st

from custom_components.secure_hub.adapters.enforcers.elements import Desired, shape, stricter
from custom_components.secure_hub.adapters.netfilter.keys import pack
from custom_components.secure_hub.adapters.netfilter.layout import (
    CUT_OFF,
    FREE,
    GOVERNED,
    KIND,
    LIMITED,
    METERED,
    PLANNED,
    RULED,
)
from custom_components.secure_hub.adapters.netfilter.nftables import Family
from custom_components.secure_hub.adapters.netfilter.probe import Capabilities
from custom_components.secure_hub.adapters.netfilter.ruleset import table
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from custom_components.secure_hub.engine.firewall.region import Region
from custom_components.secure_hub.engine.firewall.regions import Rules
from custom_components.secure_hub.engine.policy.limits import Limit
from custom_components.secure_hub.engine.policy.scopes import Scope

MACS = [f"02:00:00:00:00:0{n}" for n in range(5)]
ADDRESSES = [ip_address(a) for a in ("10.0.0.1", "10.0.0.2", "fd00::1", "fe80::1%eth0", "::", "ff02::1", "127.0.0.1")]
IDS = ["a", "b", "c"]
REGIONS = st.builds(
    Region,
    scope=st.sampled_from([Scope.INTERNET, Scope.LAN, Scope.HUB]),
    inbound=st.booleans(),
    version=st.just(4),
    first=st.just(0x0A000000),
    last=st.sampled_from([0x0A000000, 0x0A0000FF]),
    protocols=st.sampled_from([(6, 6), (0, 255)]),
    ports=st.sampled_from([(80, 80), (80, 90), (0, 65535)]),
    allow=st.booleans(),
    zone=st.integers(0, 2),
    mac=st.sampled_from(["", MACS[-1]]),
)
RULES = st.builds(
    Rules,
    denied=st.frozensets(st.sampled_from([Scope.INTERNET, Scope.LAN, Scope.PEERS, Scope.HUB])),
    regions=st.frozensets(REGIONS, max_size=3),
    asks=st.booleans(),
).map(lambda found: replace(found, excepted=frozenset(region.scope for region in found.regions)))
MEMBERS = st.builds(
    Member,
    macs=st.frozensets(st.sampled_from(MACS), max_size=2),
    addresses=st.frozensets(st.sampled_from(ADDRESSES), max_size=3),
    ieees=st.just(frozenset()),
    packet_class=st.sampled_from(PacketClass),
    rules=st.none() | RULES,
    limit=st.none() | st.sampled_from([Limit(rate=1_000), Limit(quota=9_000_000), Limit(rate=2_000, quota=9_000_000)]),
)
PLANS = st.builds(
    Plan,
    enforce=st.booleans(),
    segments=st.just((Segment("br0", is_bridge=True, ports=frozenset({"p1"}), newcomers=PacketClass.HELD),)),
    lan_interfaces=st.just(frozenset({"eth0"})),
    hub_macs=st.just(frozenset({MACS[0]})),
    protected_macs=st.just(frozenset({MACS[1]})),
    members=st.dictionaries(st.sampled_from(IDS), MEMBERS),
    hub_addresses=st.just(frozenset({ip_address("10.0.0.2")})),
)


@given(PLANS, st.lists(st.tuples(st.sampled_from(IDS), MEMBERS | st.none()), max_size=6))
def test_step_by_step_is_all_at_once(plan: Plan, steps: list[tuple[str, Member | None]]) -> None:
    desired = Desired(plan)
    kernel = {(name, key): value for name, held in desired.elements().items() for key, value in held.items()}
    for asset_id, member in steps:
        rest = {key: value for key, value in plan.members.items() if key != asset_id}
        plan = replace(plan, members=rest if member is None else {**rest, asset_id: member})
        proposal = desired.propose(plan, {asset_id})
        for change in proposal.changes():
            assert kernel.get(change.cell) == change.old
            pack(change.cell)
            if change.new is None:
                del kernel[change.cell]
            else:
                kernel[change.cell] = change.new
        proposal.accept()
    anew = Desired(plan)
    wanted = {(name, key): value for name, held in anew.elements().items() for key, value in held.items()}
    assert kernel == wanted
    assert all(desired.held(asset_id) == anew.held(asset_id) for asset_id in IDS)


@given(PLANS)
def test_safety_and_strictness(plan: Plan) -> None:
    """The hub is no device, the protected is open, and of two claims to an address the stricter wins."""
    elements = Desired(plan).elements()
    assert (MACS[0],) not in elements.get("mac", {})
    assert elements.get("mac", {}).get((MACS[1],), PacketClass.OPEN) == PacketClass.OPEN
    assert ("10.0.0.2",) not in elements.get("class4", {})
    for mac in MACS[2:]:
        owners = [m for m in plan.members.values() if mac in m.macs]
        if not owners:
            continue
        protected = any(not m.macs.isdisjoint(MACS[:2]) for m in owners)
        strictest = max(m.packet_class for m in owners)
        value = elements["mac"][mac,]
        assert (value if value & CUT_OFF else PacketClass.OPEN) == (PacketClass.OPEN if protected else strictest)
        if any(m.rules for m in owners) and strictest is PacketClass.OPEN and not protected:
            assert value & KIND in {RULED, FREE}


@given(PLANS)
def test_a_packet_may_go_by_what_its_class_says(plan: Plan) -> None:
    """The rules ask no more about the governed than these bits: what they stand for has to be so."""
    elements = Desired(plan).elements()
    beyond = {mac for name in ("hub", "protected") for (mac,) in elements.get(name, {})}
    for (mac,), value in elements.get("mac", {}).items():
        if value & GOVERNED:
            assert value & KIND in {RULED, FREE}
            assert not value & CUT_OFF
            assert mac not in beyond
            for name, bit in (("limited", LIMITED), ("quota", METERED)):
                assert bool(value & bit) == ((mac,) in elements.get(name, {}))
        assert PLANNED["mac"][0].value.holds(value)


@given(PLANS, PLANS)
def test_connections_of_whoever_is_cut_off_anew(before: Plan, after: Plan) -> None:
    found = set(stricter(before, after, after.members.keys()))
    for asset_id, member in after.members.items():
        old = before.members.get(asset_id)
        newly = old is None or old.packet_class is PacketClass.OPEN or not before.enforce
        if member.packet_class is not PacketClass.OPEN and newly:
            assert {"10.0.0.1", "fd00::1", "fe80::1"} & {str(a).partition("%")[0] for a in member.addresses} <= found
    assert not found & {"::", "ff02::1", "127.0.0.1"}


def test_shape_is_what_the_kernel_can() -> None:
    segments = (
        Segment("br0", is_bridge=True, ports=frozenset(), newcomers=PacketClass.HELD),
        Segment("wlan1", is_bridge=False, ports=frozenset(), newcomers=PacketClass.HELD),
        Segment("wlan0", is_bridge=False, ports=frozenset(), newcomers=PacketClass.HELD),
    )
    plan = Plan(enforce=True, segments=segments)
    able = Capabilities(permitted=True, inet=True, bridge=True, netdev=True)
    assert shape(plan, {"br0", "wlan0", "wlan1"}, able).netdevs == ("wlan0", "wlan1")
    assert shape(plan, {"br0", "wlan1"}, able).netdevs == ("wlan1",)
    poor = shape(plan, {"br0", "wlan0"}, replace(able, bridge=False, netdev=False))
    assert (poor.bridge, poor.netdevs) == (False, ())


def test_behind_another_router_the_rules_of_what_goes_back_out_stand() -> None:
    """Where this host is the way out, not one of them does, so that no packet pays for them."""
    able = Capabilities(permitted=True, inet=True, bridge=True, netdev=True)
    lone = Segment("eth0", is_bridge=False, ports=frozenset(), newcomers=PacketClass.OPEN)
    routed = Plan(enforce=True, segments=(lone,))
    flat = replace(routed, segments=(replace(lone, behind=(ip_network("10.0.0.0/24"), ip_network("fe80::/10"))),))
    names = {"one_armed", "behind4", "behind6"}
    assert not names & Desired(routed).elements().keys()
    assert {name: set(found) for name, found in Desired(flat).elements().items() if name in names} == {
        "one_armed": {("eth0", "eth0")},
        "behind4": {("eth0", "10.0.0.0-10.0.0.255")},
        "behind6": {("eth0", "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff")},
    }
    fewer, more = (table(Family.INET, shape(plan, {"eth0"}, able)).rules for plan in (routed, flat))
    assert [rule for rule in more if rule in fewer] == list(fewer)
    near = {f"{way}_near{version}" for way in ("from", "to") for version in (4, 6)}
    assert {rule.chain for rule in more if rule not in fewer} == {"from_this", *near}, "which only what is near meets"


def test_by_which_rules_an_asset_is_judged() -> None:
    """Only if all of its elements are governed, and only while that is enforced."""
    rules = Rules(denied=frozenset({Scope.INTERNET}))
    lone = Segment("eth0", is_bridge=False, ports=frozenset(), newcomers=PacketClass.OPEN)
    camera = Member(frozenset(MACS[:1]), frozenset(ADDRESSES[:1]), frozenset(), PacketClass.OPEN, rules=rules)
    plan = Plan(enforce=True, segments=(lone,), members={"camera": camera})
    assert Desired(plan).rules("camera") is rules
    assert Desired(plan).rules("nobody") is None
    for other in (
        replace(plan, enforce=False),
        replace(plan, segments=()),
        replace(plan, protected_macs=camera.macs),
        replace(plan, members={"camera": replace(camera, packet_class=PacketClass.QUARANTINED)}),
        replace(plan, members={"camera": replace(camera, macs=frozenset(), addresses=frozenset())}),
    ):
        assert Desired(other).rules("camera") is None
