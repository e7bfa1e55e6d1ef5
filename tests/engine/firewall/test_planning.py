"""Planning: every address is one member's, and the safety invariants hold whatever was decided."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address, ip_network
from itertools import product
import time
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.secure_hub.engine.assets.model import Asset, AssetClass, IdentifierKind
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from custom_components.secure_hub.engine.firewall.planning import member, plan, rename, replan, segments
from custom_components.secure_hub.engine.firewall.regions import Names
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.model import Mode, Newcomers, Policy, Quarantine, Standing
from custom_components.secure_hub.engine.policy.safety import Environment, environment, protection
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.tables import Entry, ScopeTable, Table
from custom_components.secure_hub.engine.topology import Route, Topology

from .homes import FLAT, GATEWAY_MAC, HUB_MAC, LAPTOP_MAC, ROUTED, asset, mac, neighbour, route

IEEE = "00:0d:6f:00:00:00:00:01"
LAPTOP = ip_address("10.66.2.10")
WHY = Quarantine(1.0, None, "test")
SURROUNDINGS = environment(ROUTED, {LAPTOP})


def planned(
    policy: Policy,
    *assets: Asset,
    topology: Topology = ROUTED,
    tables: Mapping[str, Table] | None = None,
    names: Mapping[str, Names] | None = None,
) -> Plan:
    return plan(
        {one.id: one for one in assets},
        policy,
        topology,
        environment(topology, {LAPTOP}),
        iot_interfaces={"br-iot"},
        lan_interfaces={"eth-lan", "gone0"},
        tables=tables or {},
        names=names or {},
    )


def quarantined(*asset_ids: str, **fields: object) -> Policy:
    return Policy(
        quarantined=dict.fromkeys(asset_ids, WHY),
        **fields,  # type: ignore[arg-type]  # any field of a policy
    )


CAM = asset("cam", mac(1), interface="br-iot", addresses=("10.66.1.11", "fd66:1::11"))
BULB = asset("bulb", ieee=IEEE)
PC = asset("pc", mac(3), interface="eth-lan", addresses=("10.66.2.30",), asset_class=AssetClass.COMPUTER)
OPEN, HELD, CUT = PacketClass.OPEN, PacketClass.HELD, PacketClass.QUARANTINED


@pytest.mark.parametrize(
    ("subject", "standing", "expected"),
    [
        (CAM, Standing.ADMITTED, OPEN),
        (CAM, Standing.HELD, HELD),
        (CAM, Standing.QUARANTINED, CUT),
        (BULB, Standing.HELD, HELD),
        (BULB, Standing.QUARANTINED, CUT),
        (PC, Standing.HELD, OPEN),
        (PC, Standing.QUARANTINED, CUT),
        (asset("guest", mac(4), interface="br-iot", asset_class=AssetClass.PHONE), Standing.HELD, HELD),
        (asset("tv", mac(4), interface="eth-lan", asset_class=AssetClass.MEDIA), Standing.HELD, HELD),
        (asset("unknown", mac(4), interface="eth-lan", asset_class=AssetClass.UNKNOWN), Standing.HELD, OPEN),
        (asset("gateway", GATEWAY_MAC), Standing.QUARANTINED, OPEN),
        (asset("laptop", LAPTOP_MAC), Standing.HELD, OPEN),
        (asset("hub", HUB_MAC), Standing.QUARANTINED, OPEN),
        (asset("stick", ieee=IEEE, is_coordinator=True), Standing.QUARANTINED, OPEN),
    ],
)
def test_what_a_standing_means(subject: Asset, standing: Standing, expected: PacketClass) -> None:
    found = member(subject, standing, SURROUNDINGS, {"br-iot"})
    assert found is not None
    assert found.packet_class is expected


def test_an_asset_without_address_and_radio_has_nothing_to_hold() -> None:
    none: frozenset[Any] = frozenset()
    cloud = asset("cloud", addresses=("10.66.1.99",))
    assert member(cloud, Standing.QUARANTINED, SURROUNDINGS, {"br-iot"}) == Member(
        none, none, none, PacketClass.QUARANTINED
    )


def test_an_asset_without_address_and_radio_is_a_member_if_it_is_governed() -> None:
    cloud, table = asset("cloud"), Table(((Scope.CONTROL, ScopeTable(Decision.DENY)),))
    arguments = (Policy(), ROUTED, SURROUNDINGS)
    parts: dict[str, Any] = {"iot_interfaces": {"br-iot"}, "lan_interfaces": set()}
    without = plan({"cloud": cloud}, *arguments, **parts)
    governed = plan({"cloud": cloud}, *arguments, **parts, tables={"cloud": table})
    assert (without.members, set(governed.members)) == ({}, {"cloud"})
    assert replan(without, cloud, Policy(), SURROUNDINGS, table=table) == governed
    assert replan(governed, cloud, Policy(), SURROUNDINGS) == without
    assert replan(without, cloud, Policy(), SURROUNDINGS) == without


def test_the_radio_of_a_held_newcomer_is_left_alone() -> None:
    both = asset("both", mac(5), ieee=IEEE, interface="br-iot")
    assert member(both, Standing.HELD, SURROUNDINGS, {"br-iot"}) == Member(
        frozenset({mac(5)}), frozenset(), frozenset(), HELD
    )
    cut = member(both, Standing.QUARANTINED, SURROUNDINGS, {"br-iot"})
    assert cut is not None
    assert cut.ieees == {IEEE}


def test_a_whole_plan() -> None:
    found = planned(quarantined("cam", mode=Mode.ENFORCE, admitted=frozenset({"pc"})), CAM, BULB, PC)
    assert found.enforce
    assert [segment.interface for segment in found.segments] == ["br-iot"]
    assert found.segments[0].newcomers is HELD
    assert found.lan_interfaces == {"eth-lan"}, "an interface that is gone is left out"
    assert HUB_MAC in found.hub_macs
    assert found.protected_macs == {GATEWAY_MAC, LAPTOP_MAC}
    assert {key: one.packet_class for key, one in found.members.items()} == {"cam": CUT, "bulb": HELD, "pc": OPEN}
    assert found.members["cam"].addresses == CAM.addresses


def test_monitor_mode_and_open_doors() -> None:
    found = planned(Policy(newcomers=Newcomers.ALLOW), CAM)
    assert not found.enforce
    assert found.segments[0].newcomers is OPEN
    assert found.members["cam"].packet_class is OPEN


def test_who_answers_at_an_address_owns_it() -> None:
    stale = asset("stale", mac(7), interface="br-iot", addresses=("10.66.1.11",))
    found = planned(quarantined("stale", admitted=frozenset({"cam"})), CAM, stale)
    assert ip_address("10.66.1.11") in found.members["cam"].addresses
    assert found.members["stale"].addresses == frozenset()
    assert found.members["stale"].packet_class is CUT


def test_still_claimed_twice_the_stricter_class_has_it() -> None:
    one = asset("one", mac(7), interface="br-iot", addresses=("10.66.1.77",))
    two = asset("two", mac(8), interface="br-iot", addresses=("10.66.1.77",))
    found = planned(quarantined("two", admitted=frozenset({"one"})), one, two)
    assert found.members["one"].addresses == frozenset()
    assert found.members["two"].addresses == {ip_address("10.66.1.77")}
    released = replan(found, two, quarantined("one", admitted=frozenset({"two"})), SURROUNDINGS)
    assert released.members["two"].packet_class is OPEN


def test_nobody_gets_the_hub_or_a_gateway_cut_off_by_claiming_its_address() -> None:
    claims = ("203.0.113.1", "10.66.1.1", "10.66.2.10", "10.66.2.53", "10.66.1.12")
    thief = asset("thief", mac(2), interface="br-iot", addresses=claims)
    spoofed = replace(
        ROUTED, neighbours=(*ROUTED.neighbours, *(neighbour(address, mac(2), "br-iot") for address in claims[:3]))
    )
    found = planned(quarantined("thief"), thief, topology=spoofed)
    assert found.members["thief"].packet_class is CUT
    assert found.members["thief"].addresses == {ip_address("10.66.1.12")}


def test_all_addresses_of_a_protected_asset_are_protected() -> None:
    found = planned(Policy(), asset("gateway", GATEWAY_MAC, mac(9)))
    assert found.protected_macs == {GATEWAY_MAC, LAPTOP_MAC, mac(9)}
    assert not found.protected_macs & found.hub_macs


# --- invariants ---

ADDRESSES = ["10.66.1.11", "10.66.1.12", "10.66.1.77", "10.66.2.10", "203.0.113.1", "10.66.1.1", "fd66:1::11"]
SPECIAL = [GATEWAY_MAC, HUB_MAC, LAPTOP_MAC]


@st.composite
def homes(draw: st.DrawFn) -> tuple[Mapping[str, Asset], Policy]:
    """Assets with an address each (MAC addresses are one asset's, IP addresses anybody's), and any decisions."""
    macs = draw(st.permutations([*SPECIAL, *(mac(number) for number in range(1, 5))]))
    assets = {}
    for number in range(draw(st.integers(1, 6))):
        asset_id = f"a{number}"
        assets[asset_id] = asset(
            asset_id,
            *([macs[number]] if draw(st.integers(0, 5)) else []),
            ieee=f"00:0d:6f:00:00:00:00:{number:02x}" if draw(st.booleans()) else None,
            interface=draw(st.sampled_from(["br-iot", "eth-lan", None])),
            addresses=tuple(draw(st.lists(st.sampled_from(ADDRESSES), max_size=3))),
            asset_class=draw(st.sampled_from([AssetClass.CAMERA, AssetClass.COMPUTER, AssetClass.UNKNOWN])),
            is_coordinator=draw(st.booleans()),
        )
    ids = st.frozensets(st.sampled_from(sorted(assets)))
    return assets, Policy(
        mode=draw(st.sampled_from(Mode)),
        newcomers=draw(st.sampled_from(Newcomers)),
        admitted=draw(ids),
        quarantined=dict.fromkeys(sorted(draw(ids)), WHY),
    )


@given(homes())
@settings(max_examples=300)
def test_safety_and_uniqueness(home: tuple[Mapping[str, Asset], Policy]) -> None:
    assets, policy = home
    found = planned(policy, *assets.values())
    claimed = Counter(
        key for one in found.members.values() for key in (*one.macs, *map(str, one.addresses), *one.ieees)
    )
    assert all(times == 1 for times in claimed.values())
    for asset_id, one in found.members.items():
        if protection(assets[asset_id], SURROUNDINGS) is not None:
            assert one.packet_class is OPEN
            assert one.macs <= found.protected_macs | found.hub_macs
        elif asset_id in policy.quarantined:
            assert one.packet_class is CUT
            assert one.macs == assets[asset_id].values(IdentifierKind.MAC)
            assert one.ieees == assets[asset_id].values(IdentifierKind.IEEE)
        if one.packet_class is not OPEN:
            assert not one.macs & {*SPECIAL, *found.hub_macs, *found.protected_macs}
            assert not one.addresses & SURROUNDINGS.addresses.keys()


@given(homes())
@settings(max_examples=200)
def test_order_does_not_matter(home: tuple[Mapping[str, Asset], Policy]) -> None:
    assets, policy = home
    once, again = planned(policy, *assets.values()), planned(policy, *reversed(assets.values()))
    assert once == again
    assert once.contested == again.contested


@given(homes(), st.data())
@settings(max_examples=300)
def test_replanning_equals_planning(home: tuple[Mapping[str, Asset], Policy], data: st.DataObject) -> None:
    assets, policy = home
    found = planned(policy, *assets.values())
    for asset_id, quarantine in data.draw(
        st.lists(st.tuples(st.sampled_from(sorted(assets)), st.booleans()), min_size=1, max_size=4)
    ):
        policy = policy.quarantine(asset_id, WHY) if quarantine else policy.release(asset_id)
        found = replan(found, assets[asset_id], policy, SURROUNDINGS)
        whole = planned(policy, *assets.values())
        assert found == whole
        assert found.contested == whole.contested


def denied_but(scope: Scope, where: str) -> Table:
    return Table(((scope, ScopeTable(Decision.DENY, (Entry(parse(where), Decision.ALLOW),))),))


TABLES = st.none() | st.sampled_from(
    [
        denied_but(Scope.INTERNET, "cloud.example tcp/443"),
        denied_but(Scope.PEERS, "asset:a0"),
        denied_but(Scope.PEERS, "asset:a1"),
        denied_but(Scope.LAN, "10.66.2.0/24"),
    ]
)


def test_networks_of_ipv6_that_devices_may_be_in() -> None:
    """Those of this host behind guarded interfaces, its routes there, and where devices were seen; or none is known."""
    elsewhere = asset("tv", mac(2), interface="br-iot", addresses=("2001:db8:7::9", "fe80::9"))
    routed = replace(
        ROUTED,
        routes=(*ROUTED.routes, Route(ip_network("fd99::/64"), ip_address("fe80::5"), "br-iot")),
    )
    wanted = {"fd66:1::/64", "fd99::/64", "2001:db8:7::/64"}
    assert set(map(str, planned(Policy(), CAM, elsewhere, topology=routed).prefixes)) == wanted
    without = replace(ROUTED, addresses=tuple(one for one in ROUTED.addresses if one[1].version == 4), routes=())
    assert planned(Policy(), CAM, elsewhere, topology=without).prefixes == frozenset()


def test_a_rule_about_a_device_names_its_mac() -> None:
    """Before anybody has seen an address of it."""
    silent = asset("silent", mac(2), interface="br-iot")
    found = (
        planned(Policy(), CAM, silent, tables={CAM.id: denied_but(Scope.PEERS, "asset:silent")}).members[CAM.id].rules
    )
    assert found
    assert {(region.mac, region.allow) for region in found.regions} == {(mac(2), True)}


@given(homes(), st.data())
def test_replanning_with_tables_equals_planning(home: tuple[Mapping[str, Asset], Policy], data: st.DataObject) -> None:
    """Also what other assets' tables mean is as it would be planned anew, when an address goes from one to another."""
    assets, policy = home
    found = data.draw(st.dictionaries(st.sampled_from(sorted(assets)), TABLES))
    tables = {asset_id: table for asset_id, table in found.items() if table}
    names = {asset_id: {"cloud.example": frozenset({ip_address("203.0.113.9")})} for asset_id in assets}
    current = planned(policy, *assets.values(), tables=tables, names=names)
    for asset_id in data.draw(st.lists(st.sampled_from(sorted(assets)), max_size=4)):
        policy = data.draw(st.sampled_from([policy.quarantine(asset_id, WHY), policy.release(asset_id)]))
        if table := data.draw(TABLES):
            tables[asset_id] = table
        else:
            tables.pop(asset_id, None)
        current = replan(current, assets[asset_id], policy, SURROUNDINGS, table=tables.get(asset_id), names=names)
        assert current == planned(policy, *assets.values(), tables=tables, names=names)
        after = current.members.get(asset_id)
        assert after is None or after.table == tables.get(asset_id)


NAMES = st.dictionaries(
    st.sampled_from(["cloud.example", "other.example"]),
    st.frozensets(st.sampled_from([ip_address("203.0.113.9"), ip_address("2001:db8::9")]), min_size=1),
)


@given(homes(), st.data())
def test_renaming_equals_planning(home: tuple[Mapping[str, Asset], Policy], data: st.DataObject) -> None:
    """What some devices were told for names, and of devices that have no member, is as it would be planned anew."""
    assets, policy = home
    ids = st.sampled_from(sorted(assets))
    found = data.draw(st.dictionaries(ids, TABLES))
    tables = {asset_id: table for asset_id, table in found.items() if table}
    before = data.draw(st.dictionaries(ids, NAMES))
    told = data.draw(st.dictionaries(ids | st.just("gone"), NAMES))
    names = before | told
    current = rename(planned(policy, *assets.values(), tables=tables, names=before), told.keys(), names)
    assert current == planned(policy, *assets.values(), tables=tables, names=names)


def test_name_servers_of_the_home() -> None:
    """Those behind the home's interfaces, not the host's own stub and not the provider's."""
    assert planned(Policy()).nameservers == {ip_address("10.66.2.53")}
    far = replace(ROUTED, nameservers=(ip_address("192.0.2.53"),))
    assert planned(Policy(), topology=far).nameservers == frozenset()


def test_one_decision_among_ten_thousand_assets_takes_milliseconds() -> None:
    assets = {
        f"a{number}": asset(f"a{number}", f"b8:27:eb:02:{high:02x}:{low:02x}", addresses=(f"10.99.{high}.{low}",))
        for number, (high, low) in enumerate(product(range(40), range(250)))
    }
    whole = planned(Policy(), *assets.values())
    policy = quarantined("a77")
    best = min(timed(whole, assets["a77"], policy) for _ in range(5))
    assert best < 0.005


def timed(whole: Plan, subject: Asset, policy: Policy) -> float:
    start = time.perf_counter()
    replan(whole, subject, policy, SURROUNDINGS)
    return time.perf_counter() - start


def test_replanning_what_has_no_member_changes_nothing() -> None:
    found = planned(Policy(), CAM)
    assert replan(found, asset("cloud"), quarantined("cloud"), Environment()) is found


def test_segments_are_the_guarded_interfaces_that_exist() -> None:
    assert segments(ROUTED, {"eth-lan", "br-iot", "gone0"}, PacketClass.OPEN) == (
        Segment("br-iot", is_bridge=True, ports=frozenset({"port1", "port2"}), newcomers=PacketClass.OPEN),
        Segment("eth-lan", is_bridge=False, ports=frozenset(), newcomers=PacketClass.OPEN),
    )


def test_what_is_behind_an_interface_whose_way_out_is_another_router() -> None:
    """Its networks, and private ones that it has routes to; half of the internet by a route is none of the home's."""
    more = (
        route("10.77.0.0/16", "eth0", "10.66.1.254"),
        route("0.0.0.0/1", "eth0", "10.66.1.254"),
        route("fd99::/64", "eth0", "fe80::9"),
        route("2001:db8:7::/64", "eth0"),
    )
    (segment,) = segments(replace(FLAT, routes=FLAT.routes + more), {"eth0"})
    own = {one.network for name, one in FLAT.addresses if name == "eth0" and not one.is_link_local}
    expected = own | set(map(ip_network, ("10.77.0.0/16", "fd99::/64", "2001:db8:7::/64", "fe80::/10")))
    assert set(segment.behind) == expected
    (segment,) = segments(replace(FLAT, routes=()), {"eth0"})
    assert segment.behind == (), "nobody's way out"
