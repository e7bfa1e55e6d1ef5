"""Identity: what is one thing, what was one, and what never is."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from random import Random
import time

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.secure_hub.engine.assets.identity import DAY, Resolution, resolve
from custom_components.secure_hub.engine.assets.model import (
    HARDWARE_KINDS,
    Asset,
    AssetClass,
    AssetRecord,
    Identifier,
    IdentifierKind,
    Sighting,
)

WIFI = Identifier(IdentifierKind.MAC, "b8:27:eb:00:00:01")
WIRE = Identifier(IdentifierKind.MAC, "b8:27:eb:00:00:02")
OTHER = Identifier(IdentifierKind.MAC, "b8:27:eb:00:00:03")
RADIO = Identifier(IdentifierKind.IEEE, "00:0d:6f:00:00:00:00:01")
TOOTH = Identifier(IdentifierKind.BLUETOOTH, "b8:27:eb:00:00:01")


def named(text: str) -> Identifier:
    return Identifier(IdentifierKind.REGISTRY, text)


def device(name: str, *identifiers: Identifier, **fields: object) -> Sighting:
    return replace(
        Sighting("device_registry", frozenset(identifiers), device_id=name, name=f"The {name}"),
        **fields,  # type: ignore[arg-type]  # any field of a sighting
    )


def neighbour(mac: Identifier, interface: str = "br-iot") -> Sighting:
    return Sighting("neighbours", frozenset({mac}), interface=interface)


def look(before: Resolution | Iterable[AssetRecord], *sightings: Sighting, now: float = 100.0) -> Resolution:
    records = [asset.record for asset in before.assets.values()] if isinstance(before, Resolution) else list(before)
    taken = {record.id for record in records}
    fresh = (f"{number:032x}" for number in count(1))
    return resolve(records, sightings, now=now, new_id=lambda: next(one for one in fresh if one not in taken))


def only(resolution: Resolution) -> Asset:
    (asset,) = resolution.assets.values()
    return asset


def owner(resolution: Resolution, identifier: Identifier) -> Asset:
    (asset,) = [asset for asset in resolution.assets.values() if identifier in asset.record.identifiers]
    return asset


# --- created ---


def test_devices_of_several_integrations_are_one_asset() -> None:
    found = look(
        (),
        device("tracker", WIFI, named("unifi:1"), platforms=frozenset({"device_tracker"}), created_at=1.0),
        device("camera", WIFI, named("onvif:1"), platforms=frozenset({"camera"}), created_at=2.0),
        neighbour(WIFI),
    )
    asset = only(found)
    assert found.created == (asset.id,)
    assert asset.device_id == "camera", "a device that is more than a tracker carries the entities"
    assert asset.device_ids == {"camera", "tracker"}
    assert asset.interfaces == {"br-iot"}
    assert asset.record.first_seen == 100.0


def test_addresses_of_different_kinds_do_not_join() -> None:
    assert len(look((), device("wifi", WIFI), device("tooth", TOOTH), device("radio", RADIO)).assets) == 3


def test_one_device_with_two_addresses_joins_both_neighbours() -> None:
    assert only(look((), neighbour(WIFI), neighbour(WIRE), device("box", WIFI, WIRE))).record.identifiers == {
        WIFI,
        WIRE,
    }


def test_a_child_is_its_parents() -> None:
    asset = only(look((), device("relay 1", named("x:1-1"), parent_id="box"), device("box", WIFI, named("x:1"))))
    assert asset.device_id == "box"
    assert asset.device_ids == {"box", "relay 1"}


def test_a_child_without_identifiers_is_not_lost() -> None:
    assert only(look((), device("child", parent_id="box"), device("box", WIFI))).device_ids == {"box", "child"}


def test_what_shows_no_identifier_is_nothing() -> None:
    assert not look((), device("nothing")).assets


def test_registry_identifiers_join_only_without_hardware_address() -> None:
    apart = look((), device("one", WIFI, named("hue:1")), device("two", WIRE, named("hue:1")))
    assert len(apart.assets) == 2
    together = look((), device("one", WIFI, named("hue:1")), device("two", named("hue:1")))
    assert only(together).device_ids == {"one", "two"}
    undecidable = look(
        (), device("one", WIFI, named("hue:1")), device("two", WIRE, named("hue:1")), device("three", named("hue:1"))
    )
    assert len(undecidable.assets) == 3


def test_splits_of_a_composite_join_where_nothing_else_is_known() -> None:
    soft = device("cloud", named("cloud:9"), composite_id="old")
    assert only(look((), soft, device("local", WIFI, composite_id="old"))).device_ids == {"cloud", "local"}
    assert only(look((), soft, device("other cloud", named("x:1"), composite_id="old"))).device_ids == {
        "cloud",
        "other cloud",
    }
    hard = look((), device("a", WIFI, composite_id="old"), device("b", WIRE, composite_id="old"))
    assert len(hard.assets) == 2, "two hardware addresses are two things, whatever they once were"


# --- named ---


@pytest.mark.parametrize(
    ("sightings", "name"),
    [
        ([device("cam", WIFI, user_name="Porch"), replace(neighbour(WIFI), hostname="ipc")], "Porch"),
        ([device("cam", WIFI), replace(neighbour(WIFI), hostname="ipc")], "The cam"),
        ([replace(neighbour(WIFI), hostname="ipc-12\x1b[31m")], "ipc-12[31m"),
        ([replace(neighbour(WIFI), hostname="x" * 500)], "x" * 80),
        ([replace(neighbour(WIFI), manufacturer="Espressif")], "Espressif 00:00:01"),
        ([neighbour(WIFI)], "Device 00:00:01"),
        ([replace(neighbour(WIFI), hostname="\x00\n")], "Device 00:00:01"),
    ],
)
def test_name(sightings: list[Sighting], name: str) -> None:
    assert only(look((), *sightings)).name == name


def test_a_better_name_replaces_a_worse_one_but_not_the_other_way_round() -> None:
    seen = look((), neighbour(WIFI))
    renamed = look(seen, replace(neighbour(WIFI), hostname="ipc"))
    assert only(renamed).name == "ipc"
    known = look(renamed, neighbour(WIFI), device("cam", WIFI, user_name="Porch"))
    assert only(known).name == "Porch"
    assert only(look(known, replace(neighbour(WIFI), hostname="evil"))).name == "Porch"


# --- moved, grown, removed ---


def test_a_move_changes_nothing_of_the_identity() -> None:
    before = look((), device("cam", WIFI, area_id="porch"))
    after = look(before, device("cam", WIFI, area_id="garage"))
    assert only(after).id == only(before).id
    assert only(after).sightings[0].area_id == "garage"
    assert not after.created


def test_a_record_grows_and_remembers() -> None:
    first = look((), device("box", WIFI))
    grown = look(first, device("box", WIFI, WIRE))
    wired = look(grown, device("box", WIRE))
    assert only(wired).id == only(first).id
    assert only(wired).record.identifiers == {WIFI, WIRE}
    back = look(wired, neighbour(WIFI))
    assert only(back).id == only(first).id


def test_a_record_that_nobody_sights_stays() -> None:
    before = look((), device("cam", WIFI, manufacturer="Acme", model="C1"))
    gone = look(before)
    assert only(gone).record == only(before).record
    assert not only(gone).sightings
    assert only(look(gone, neighbour(WIFI))).id == only(before).id


def test_a_device_that_gains_its_address_later_is_the_same() -> None:
    before = look((), device("cam", named("x:1")))
    known = look(before, device("cam", named("x:1"), WIFI))
    assert only(known).id == only(before).id
    lost = look(known, device("cam", named("x:1")), neighbour(WIFI))
    assert only(lost).id == only(before).id, "an integration that stops telling the address does not tear it apart"


def test_a_network_card_replaced_keeps_the_device() -> None:
    before = look((), device("box", named("x:1"), WIFI))
    assert only(look(before, device("box", named("x:1"), WIRE))).id == only(before).id


# --- merged ---


def test_a_merge_keeps_the_oldest_id_and_loses_nothing() -> None:
    apart = look(look((), neighbour(WIFI), now=1.0), neighbour(WIFI), neighbour(WIRE), now=2.0)
    old, young = owner(apart, WIFI).id, owner(apart, WIRE).id
    records = [
        replace(asset.record, class_override=AssetClass.CAMERA if asset.id == young else None)
        for asset in apart.assets.values()
    ]
    merged = look(records, device("box", WIFI, WIRE))
    assert merged.merges == ((old, young),)
    assert only(merged).record.first_seen == 1.0
    assert only(merged).classification.asset_class is AssetClass.CAMERA
    assert not merged.created


def test_two_records_that_claim_one_address_are_one() -> None:
    records = [
        AssetRecord("b" * 32, frozenset({WIFI, WIRE}), "Young", 2.0),
        AssetRecord("a" * 32, frozenset({WIFI, OTHER}), "Old", 1.0),
    ]
    found = look(records)
    assert found.merges == (("a" * 32, "b" * 32),)
    assert only(found).record.identifiers == {WIFI, WIRE, OTHER}
    assert only(found).name == "Old"
    assert found == look(reversed(records))


def test_two_records_of_one_registry_identifier_are_one() -> None:
    records = [AssetRecord("b" * 32, frozenset({named("x:1")}), "B", 2.0)]
    records.append(AssetRecord("a" * 32, frozenset({named("x:1"), WIFI}), "A", 1.0))
    assert look(records).merges == (("a" * 32, "b" * 32),)


def test_a_record_without_identifiers_is_kept() -> None:
    broken = AssetRecord("a" * 32, frozenset(), "Broken", 1.0)
    assert only(look([broken])).record == broken


# --- split ---


def test_a_corrected_registry_takes_a_record_apart() -> None:
    before = look((), device("box", WIFI, WIRE, named("x:1"), created_at=1.0))
    after = look(
        before, device("box", WIFI, named("x:1"), created_at=1.0), device("new", WIRE, named("x:2"), created_at=2.0)
    )
    kept, new = owner(after, WIFI), owner(after, WIRE)
    assert kept.id == only(before).id
    assert after.splits == ((kept.id, new.id),)
    assert not after.created
    assert kept.record.identifiers == {WIFI, named("x:1")}


def test_what_only_the_network_shows_does_not_take_a_record_apart() -> None:
    before = look((), device("box", WIFI, WIRE))
    assert only(look(before, neighbour(WIFI), neighbour(WIRE))).id == only(before).id
    assert only(look(before, neighbour(WIFI), device("box", WIRE))).id == only(before).id


def test_devices_without_address_come_apart_too() -> None:
    before = look((), device("both", named("x:1"), named("y:1"), created_at=1.0))
    after = look(before, device("both", named("x:1"), created_at=1.0), device("y", named("y:1"), created_at=2.0))
    assert owner(after, named("x:1")).id == only(before).id
    assert len(after.splits) == 1


def test_an_address_that_moves_to_a_known_device_leaves_both_their_ids() -> None:
    before = look((), device("a", WIFI, WIRE, created_at=2.0), device("b", OTHER, created_at=1.0))
    after = look(before, device("a", WIFI, created_at=2.0), device("b", OTHER, WIRE, created_at=1.0))
    assert owner(after, WIFI).id == owner(before, WIFI).id
    assert owner(after, OTHER).id == owner(before, OTHER).id
    assert owner(after, WIRE).id == owner(before, OTHER).id
    assert not after.merges
    assert not after.splits


def test_what_hangs_on_a_thread_follows_it_when_a_record_comes_apart() -> None:
    records = [
        AssetRecord("a" * 32, frozenset({WIFI, WIRE, named("x:1")}), "Box", 1.0),
        AssetRecord("b" * 32, frozenset({named("x:2"), named("x:3")}), "Cloud", 2.0),
    ]
    after = look(
        records,
        device("box", WIFI, created_at=1.0),
        device("new", WIRE, created_at=2.0),
        device("cloud", named("x:1"), named("x:2"), created_at=9.0),
        device("farther", named("x:3"), created_at=0.0),
    )
    kept = after.assets["a" * 32]
    assert kept.device_ids == {"box", "cloud", "farther"}
    assert owner(after, WIRE).device_ids == {"new"}
    assert after.merges == (("a" * 32, "b" * 32),)


def test_a_split_heals_when_the_devices_are_one_again() -> None:
    before = look((), device("box", WIFI, WIRE, created_at=1.0))
    apart = look(before, device("box", WIFI, created_at=1.0), device("new", WIRE, created_at=2.0), now=200.0)
    again = look(apart, device("box", WIFI, WIRE, created_at=1.0), now=300.0)
    assert only(again).id == only(before).id
    assert len(again.merges) == 1


# --- bounded ---


def test_a_flood_of_strangers_is_bounded_and_devices_still_get_in() -> None:
    flood = [neighbour(Identifier(IdentifierKind.MAC, f"02:00:00:00:00:{number:02x}")) for number in range(50)]
    ids = count(1)
    found = resolve([], [*flood, device("cam", WIFI)], now=1.0, new_id=lambda: f"{next(ids):032x}", max_strangers=10)
    assert len(found.assets) == 11
    assert len(found.refused) == 40
    records = [asset.record for asset in found.assets.values()]
    again = resolve(records, flood, now=2.0, new_id=lambda: f"{next(ids):032x}", max_strangers=10)
    assert not again.created, "the limit holds across restarts"


def test_the_time_grows_with_the_home_and_no_faster() -> None:
    small, large = (min(timed(count) for _ in range(3)) for count in (500, 5000))
    assert large < 30 * small


def timed(devices: int) -> float:
    """Take the time to look again at so many devices, each seen by Home Assistant and on the network."""
    sightings = []
    for number in range(devices):
        mac = Identifier(IdentifierKind.MAC, f"b8:27:eb:00:{number >> 8:02x}:{number & 255:02x}")
        sightings.append(device(f"d{number}", mac, named(f"shelly:{number}"), domain="shelly", model=f"Plug {number}"))
        sightings.append(neighbour(mac))
    first = look((), *sightings)
    assert len(first.assets) == devices
    start = time.process_time()
    look(first, *sightings)
    return time.process_time() - start


# --- invariants ---

MACS = [Identifier(IdentifierKind.MAC, f"b8:27:eb:00:00:{number:02x}") for number in range(5)]
NAMES = [named(f"x:{number}") for number in range(4)]
POOL = [*MACS, *NAMES, RADIO, TOOTH]
IDENTIFIERS = st.frozensets(st.sampled_from(POOL), max_size=3)


@st.composite
def homes(draw: st.DrawFn) -> tuple[list[AssetRecord], list[Sighting]]:
    """A remembered home and what is seen of it, both as contradictory as can be."""
    records = [
        AssetRecord(f"{100 + number:032x}", identifiers, f"Record {number}", draw(st.sampled_from([1.0, 2.0])))
        for number, identifiers in enumerate(draw(st.lists(IDENTIFIERS, max_size=4)))
    ]
    sightings = []
    for number in range(draw(st.integers(0, 6))):
        is_device = draw(st.booleans())
        sightings.append(
            Sighting(
                draw(st.sampled_from(["a", "b"])),
                draw(IDENTIFIERS),
                device_id=f"d{number}" if is_device else None,
                name=draw(st.sampled_from([None, "Name"])),
                parent_id=draw(st.sampled_from([None, None, "d0", "d1"])) if is_device else None,
                composite_id=draw(st.sampled_from([None, None, "old"])) if is_device else None,
                created_at=draw(st.sampled_from([1.0, 2.0])),
                is_service=draw(st.booleans()),
            )
        )
    return records, sightings


@given(homes(), st.integers())
@settings(max_examples=400)
def test_order_does_not_matter(home: tuple[list[AssetRecord], list[Sighting]], seed: int) -> None:
    records, sightings = home
    shuffled = sightings.copy()
    Random(seed).shuffle(shuffled)
    assert look(records, *sightings) == look(reversed(records), *shuffled)


@given(homes())
@settings(max_examples=400)
def test_looking_again_changes_nothing(home: tuple[list[AssetRecord], list[Sighting]]) -> None:
    records, sightings = home
    once = look(records, *sightings)
    twice = look(once, *sightings, now=200.0)
    assert twice.assets == once.assets
    assert (twice.merges, twice.splits, twice.created) == ((), (), ())


@given(homes())
@settings(max_examples=400)
def test_nothing_is_lost_and_nothing_is_twice(home: tuple[list[AssetRecord], list[Sighting]]) -> None:
    records, sightings = home
    found = look(records, *sightings)
    owned = [identifier for asset in found.assets.values() for identifier in asset.record.identifiers]
    assert len(owned) == len(set(owned)), "an identifier belongs to one asset"
    seen = {identifier for one in (*records, *sightings) for identifier in one.identifiers}
    assert seen == set(owned), "no identifier is forgotten"
    placed = [sighting for asset in found.assets.values() for sighting in asset.sightings]
    for sighting in sightings:
        assert placed.count(sighting) <= sightings.count(sighting)
        if sighting.identifiers:
            assert sighting in placed
    absorbed = {gone for _, gone in found.merges}
    assert {record.id for record in records} == absorbed | {
        asset_id for asset_id in found.assets if asset_id not in {*found.created, *(new for _, new in found.splits)}
    }
    assert not absorbed & found.assets.keys()
    assert {kept for kept, _ in (*found.merges, *found.splits)} <= found.assets.keys()


@given(homes())
@settings(max_examples=400)
def test_one_address_is_one_asset_and_memory_joins_no_two_devices(
    home: tuple[list[AssetRecord], list[Sighting]],
) -> None:
    records, sightings = home
    found, fresh = look(records, *sightings), look((), *sightings)
    homes_of = {s: asset.id for asset in found.assets.values() for s in asset.sightings}
    for address in (identifier for identifier in POOL if identifier.kind in HARDWARE_KINDS):
        assert len({homes_of[s] for s in sightings if address in s.identifiers}) <= 1
    anchored = [
        asset
        for asset in fresh.assets.values()
        if asset.device_id and any(identifier.kind in HARDWARE_KINDS for identifier in asset.record.identifiers)
    ]
    assert len({homes_of[asset.sightings[0]] for asset in anchored}) == len(anchored)


def test_when_a_thing_was_last_seen_is_kept_to_the_day() -> None:
    def seen_at(now: float, record: AssetRecord, *sightings: Sighting) -> AssetRecord:
        resolution = resolve([record], sightings, now=now, new_id=lambda: "new")
        return next(iter(resolution.assets.values())).record

    mac = Identifier(IdentifierKind.MAC, "02:00:00:00:00:01")
    shown = Sighting("neighbours", frozenset({mac}))
    first = next(iter(resolve([], [shown], now=1000.0, new_id=lambda: "first").assets.values())).record
    assert first.last_seen == 1000.0
    assert seen_at(1000.0 + DAY - 1, first, shown).last_seen == 1000.0  # no store is written for that
    assert seen_at(1000.0 + DAY, first, shown).last_seen == 1000.0 + DAY
    assert seen_at(1000.0 + 9 * DAY, first).last_seen == 1000.0
