"""One look: nothing is decided by looking twice, and nothing gets laxer by looking once."""

from dataclasses import replace
from ipaddress import ip_address, ip_interface
from itertools import count

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.assets.model import (
    AssetRecord,
    Identifier,
    IdentifierKind,
    Sighting,
)
from custom_components.secure_hub.engine.firewall.plan import PacketClass
from custom_components.secure_hub.engine.home import Home, Memory, Networks, changes, look
from custom_components.secure_hub.engine.policy.model import Mode, Newcomers, Policy, Quarantine, Standing
from custom_components.secure_hub.engine.topology import Link, Neighbour, Topology

NETWORKS = Networks(iot=frozenset({"br-iot"}), lan=frozenset({"eth-lan"}))
BRIDGE = Link("br-iot", "02:66:00:00:00:01", "bridge", None, up=True)
EMPTY = Topology(links=(BRIDGE,), addresses=(("br-iot", ip_interface("10.66.1.1/24")),))
MACS = [f"02:00:00:00:00:{n:02x}" for n in range(1, 6)]
IEEES = [f"00:0d:6f:00:00:00:00:{n:02x}" for n in range(1, 3)]
IDS = [f"{n:032x}" for n in range(1, 7)]
STRICTNESS = {Standing.ADMITTED: 0, Standing.HELD: 1, Standing.QUARANTINED: 2}


_NUMBERS = count(1000)


def new_id() -> str:
    """An id that nobody has."""
    return f"{next(_NUMBERS):032x}"


def mac(value: str) -> Identifier:
    return Identifier(IdentifierKind.MAC, value)


def network(*macs: str) -> Topology:
    """Devices with these addresses on the bridge."""
    rows = tuple(Neighbour(ip_address(f"10.66.1.{number}"), m, "br-iot") for number, m in enumerate(macs, 50))
    return replace(EMPTY, neighbours=rows)


def seen(memory: Memory, *macs: str, sightings: tuple[Sighting, ...] = ()) -> Home:
    return look(memory, sightings, network(*macs), NETWORKS, frozenset(), now=1.0, new_id=new_id)


def memory_of(home: Home) -> Memory:
    """What the hub remembers of a home."""
    records = {key: asset.record for key, asset in home.assets.items()}
    return Memory(records, home.policy, first_run=False, governed=home.governed)


def id_of(home: Home, address: str) -> str:
    return next(a.id for a in home.assets.values() if address in a.values(IdentifierKind.MAC))


ENFORCING = Policy(Mode.ENFORCE)
FIRST = Memory({}, ENFORCING, first_run=True)

identifiers = st.one_of(
    st.sampled_from(MACS).map(mac),
    st.sampled_from(IEEES).map(lambda value: Identifier(IdentifierKind.IEEE, value)),
    st.sampled_from(["hue:1", "hue:2", "reolink:1"]).map(lambda value: Identifier(IdentifierKind.REGISTRY, value)),
)
sightings = st.builds(
    Sighting,
    source=st.just("device_registry"),
    identifiers=st.frozensets(identifiers, min_size=1, max_size=3),
    device_id=st.uuids().map(lambda value: value.hex),
    domain=st.sampled_from(["zha", "hue", "reolink", None]),
    name=st.sampled_from(["Lamp", "Camera", None]),
    created_at=st.floats(0, 10),
)
records = st.builds(
    AssetRecord,
    id=st.sampled_from(IDS),
    identifiers=st.frozensets(identifiers, min_size=1, max_size=3),
    name=st.sampled_from(["Lamp", "Camera"]),
    first_seen=st.floats(0, 10),
)
policies = st.builds(
    Policy,
    mode=st.sampled_from(Mode),
    newcomers=st.sampled_from(Newcomers),
    admitted=st.frozensets(st.sampled_from(IDS)),
    quarantined=st.dictionaries(st.sampled_from(IDS), st.just(Quarantine(1.0, None, "manual"))),
)
memories = st.builds(
    lambda found, policy, first_run: Memory(found, policy, first_run and not found),
    st.lists(records, max_size=5, unique_by=lambda r: r.id).map(lambda found: {r.id: r for r in found}),
    policies,
    st.booleans(),
)
looks = st.tuples(memories, st.lists(sightings, max_size=5).map(tuple), st.lists(st.sampled_from(MACS), unique=True))


@given(looks)
def test_looking_again_changes_nothing(given_: tuple[Memory, tuple[Sighting, ...], list[str]]) -> None:
    memory, found, macs = given_
    once = seen(memory, *macs, sightings=found)
    again = seen(memory_of(once), *macs, sightings=found)
    assert again.policy == once.policy
    assert again.plan == once.plan
    assert again.assets.keys() == once.assets.keys()
    assert again.governed == once.governed
    assert not again.created
    assert not again.merged
    assert not again.split
    assert not list(changes(once, again))


@given(looks)
def test_no_address_gets_laxer_by_looking(given_: tuple[Memory, tuple[Sighting, ...], list[str]]) -> None:
    """Whatever merges and splits: a hardware address that was cut off stays cut off, unless it is protected."""
    memory, found, macs = given_
    home = seen(memory, *macs, sightings=found)
    hardware = {IdentifierKind.MAC, IdentifierKind.IEEE}
    for record in memory.records.values():
        if record.id not in memory.policy.quarantined:
            continue
        for identifier in record.identifiers:
            if identifier.kind not in hardware:
                continue
            holders = [a for a in home.assets.values() if identifier in a.record.identifiers]
            assert holders
            for asset in holders:
                assert home.policy.standing(asset.id) is Standing.QUARANTINED
                assert home.plan.members[asset.id].packet_class is PacketClass.QUARANTINED
    for asset_id in home.policy.admitted - memory.policy.admitted:
        is_new = asset_id in home.created or asset_id in {new for _, new in home.split}
        assert memory.first_run or is_new


@given(looks)
def test_decisions_are_of_assets_that_are_there(given_: tuple[Memory, tuple[Sighting, ...], list[str]]) -> None:
    memory, found, macs = given_
    home = seen(memory, *macs, sightings=found)
    assert home.policy.admitted | home.policy.quarantined.keys() <= home.assets.keys()
    assert home.governed <= home.assets.keys()
    assert home.coverage.keys() == home.assets.keys()
    assert home.plan.members.keys() <= home.assets.keys()
    assert (home.policy.mode, home.policy.newcomers) == (memory.policy.mode, memory.policy.newcomers)


def test_the_first_look_admits_and_later_ones_hold() -> None:
    home = seen(FIRST, MACS[0])
    assert home.policy.standing(id_of(home, MACS[0])) is Standing.ADMITTED
    later = seen(memory_of(home), MACS[0], MACS[1])
    newcomer = id_of(later, MACS[1])
    assert later.created == (newcomer,)
    assert later.policy.standing(newcomer) is Standing.HELD
    assert later.plan.members[newcomer].packet_class is PacketClass.HELD
    assert newcomer in later.governed
    allowed = seen(replace(memory_of(home), policy=replace(home.policy, newcomers=Newcomers.ALLOW)), MACS[0], MACS[1])
    assert allowed.policy.admitted == allowed.assets.keys()


def test_what_joins_the_radio_is_a_newcomer_and_what_has_no_address_an_administrators() -> None:
    bulb = Sighting("device_registry", frozenset({Identifier(IdentifierKind.IEEE, IEEES[0])}), "1", "zha", "Bulb")
    cloud = Sighting("device_registry", frozenset({Identifier(IdentifierKind.REGISTRY, "hue:1")}), "2", "hue", "Lamp")
    home = seen(memory_of(seen(FIRST)), sightings=(bulb, cloud))
    (held,) = home.assets.keys() - home.policy.admitted
    assert home.assets[held].values(IdentifierKind.IEEE) == {IEEES[0]}
    assert home.plan.members[held].packet_class is PacketClass.HELD
    assert len(home.assets) == 2
    home = replace(home, policy=home.policy.release(held))
    # The radio's memory outlives its registry entry, the cloud's does not.
    gone = seen(memory_of(home))
    (left,) = gone.assets.values()
    assert left.values(IdentifierKind.IEEE) == {IEEES[0]}
    assert gone.policy.admitted == {left.id}


def test_merged_the_stricter_standing_stays_and_split_both_have_it() -> None:
    home = seen(FIRST, MACS[0], MACS[1])
    cut_off = id_of(home, MACS[1])
    policy = home.policy.quarantine(cut_off, Quarantine(1.0, None, "manual"))
    both = Sighting("device_registry", frozenset({mac(MACS[0]), mac(MACS[1])}), "1", "reolink", "Camera")
    merged = seen(replace(memory_of(home), policy=policy), MACS[0], MACS[1], sightings=(both,))
    (asset_id,) = merged.assets
    assert merged.merged == ((asset_id, *(home.assets.keys() - {asset_id})),)
    assert merged.policy.standing(asset_id) is Standing.QUARANTINED
    one = replace(both, identifiers=frozenset({mac(MACS[0])}))
    other = replace(both, identifiers=frozenset({mac(MACS[1])}), device_id="2")
    split = seen(memory_of(merged), MACS[0], MACS[1], sightings=(one, other))
    assert len(split.assets) == 2
    assert [kept for kept, _ in split.split] == [asset_id]
    assert {split.policy.standing(key) for key in split.assets} == {Standing.QUARANTINED}
    assert [entry.action for entry in changes(home, merged)] == ["assets_merged"]
    assert [entry.action for entry in changes(merged, split)] == ["asset_split"]


def test_what_is_away_stays_governed_until_it_is_seen_elsewhere() -> None:
    home = seen(FIRST, MACS[0])
    asset_id = id_of(home, MACS[0])
    assert asset_id in home.governed
    away = seen(memory_of(home))
    assert asset_id in away.governed
    assert away.plan.members[asset_id].macs == {MACS[0]}
    moved = replace(EMPTY, neighbours=(Neighbour(ip_address("10.66.2.5"), MACS[0], "eth-lan"),))
    there = look(memory_of(away), (), moved, NETWORKS, frozenset(), now=1.0, new_id=new_id)
    assert asset_id not in there.governed
    assert asset_id in there.assets


def test_an_interface_that_is_away_stays_guarded() -> None:
    memory = memory_of(seen(FIRST))
    for newcomers, expected in ((Newcomers.HOLD, PacketClass.HELD), (Newcomers.ALLOW, PacketClass.OPEN)):
        wanted = replace(memory, policy=replace(memory.policy, newcomers=newcomers))
        home = look(wanted, (), Topology(), NETWORKS, frozenset(), now=1.0, new_id=new_id)
        assert [(s.interface, s.ports, s.newcomers) for s in home.plan.segments] == [("br-iot", frozenset(), expected)]


def test_what_the_journal_is_told() -> None:
    first = seen(FIRST, *MACS)
    (told,) = changes(Home(looked=False), first)
    assert (told.action, told.details) == ("first_look", {"assets": len(MACS)})
    (told,) = changes(Home(), first)
    assert (told.action, told.details) == ("assets_appeared", {"count": len(MACS), "assets": sorted(first.assets)})
    (told,) = changes(first, replace(first, assets={}, created=()))
    assert told.action == "assets_gone"
    many = {f"{n:032x}": next(iter(first.assets.values())) for n in range(500)}
    (told,) = changes(replace(first, assets=many), replace(first, assets={}, created=()))
    assert told.details is not None
    assert told.details["count"] == 500
    assert len(told.details["assets"]) == 200  # type: ignore[arg-type]


def test_quarantine_follows_a_radio_that_another_asset_shows() -> None:
    radio = Identifier(IdentifierKind.IEEE, IEEES[0])
    lamp = AssetRecord(IDS[0], frozenset({mac(MACS[0])}), "Lamp", 0.0, last_seen=1.0)
    plug = AssetRecord(IDS[1], frozenset({mac(MACS[1]), radio}), "Plug", 0.0, last_seen=1.0)
    policy = ENFORCING.quarantine(plug.id, Quarantine(0.0, None, "scan"))
    memory = Memory({lamp.id: lamp, plug.id: plug}, policy, first_run=False)
    home = seen(
        memory,
        sightings=(
            Sighting("device_registry", frozenset({mac(MACS[0]), radio}), device_id="a", domain="zha"),
            Sighting("device_registry", frozenset({mac(MACS[1])}), device_id="b", domain="zha"),
        ),
    )
    (owner,) = [asset for asset in home.assets.values() if radio in asset.record.identifiers]
    assert home.policy.standing(owner.id) is Standing.QUARANTINED
    assert home.policy.standing(id_of(home, MACS[1])) is Standing.QUARANTINED
