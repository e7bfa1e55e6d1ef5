"""Hardware addresses: every spelling, and what names nothing."""

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.assets.model import (
    HARDWARE_KINDS,
    Asset,
    AssetRecord,
    Identifier,
    IdentifierKind,
    Sighting,
    hardware_identifier,
    is_randomised,
)


@pytest.mark.parametrize(
    "text", ["B8:27:EB:01:02:03", "b8-27-eb-01-02-03", "b827.eb01.0203", "b827eb010203", " b8:27:eb:01:02:03 "]
)
def test_every_spelling_is_one_identifier(text: str) -> None:
    assert hardware_identifier(IdentifierKind.MAC, text) == Identifier(IdentifierKind.MAC, "b8:27:eb:01:02:03")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (IdentifierKind.MAC, "00:00:00:00:00:00"),
        (IdentifierKind.MAC, "ff:ff:ff:ff:ff:ff"),
        (IdentifierKind.MAC, "01:00:5e:00:00:16"),
        (IdentifierKind.MAC, "33:33:00:00:00:01"),
        (IdentifierKind.MAC, "b8:27:eb:01:02"),
        (IdentifierKind.MAC, "b8:27:eb:01:02:0g"),
        (IdentifierKind.MAC, "b8:27:eb:01:02:٣٣"),
        (IdentifierKind.MAC, ""),
        (IdentifierKind.MAC, "b827eb010203" + " " * 100),
        (IdentifierKind.IEEE, "ff:ff:ff:ff:ff:ff:ff:ff"),
        (IdentifierKind.IEEE, "00:00:00:00:00:00:00:00"),
        (IdentifierKind.IEEE, "b8:27:eb:01:02:03"),
    ],
)
def test_what_names_no_single_thing_is_no_identifier(kind: IdentifierKind, text: str) -> None:
    assert hardware_identifier(kind, text) is None


def test_the_group_bit_means_nothing_to_zigbee() -> None:
    assert hardware_identifier(IdentifierKind.IEEE, "0x0123456789abcdef") == Identifier(
        IdentifierKind.IEEE, "01:23:45:67:89:ab:cd:ef"
    )


@given(st.sampled_from(sorted(HARDWARE_KINDS)), st.text(max_size=80))
def test_garbage_is_none_or_normal(kind: IdentifierKind, text: str) -> None:
    found = hardware_identifier(kind, text)
    assert found is None or hardware_identifier(kind, found.value) == found


def test_a_made_up_mac_is_known_by_its_bit() -> None:
    assert is_randomised("da:a1:19:00:00:01")
    assert not is_randomised("b8:27:eb:01:02:03")


def test_an_asset_sums_up_its_sightings() -> None:
    mac = Identifier(IdentifierKind.MAC, "b8:27:eb:01:02:03")
    sightings = (
        Sighting("device_registry", frozenset({mac}), device_id="one"),
        Sighting("device_registry", frozenset({mac}), device_id="two"),
        Sighting("neighbours", frozenset({mac}), interface="br-iot"),
    )
    asset = Asset(AssetRecord("a" * 32, frozenset({mac}), "Camera", 1.0), sightings)
    assert asset.id == "a" * 32
    assert asset.name == "Camera"
    assert asset.device_id == "one"
    assert asset.device_ids == {"one", "two"}
    assert asset.interfaces == {"br-iot"}
    assert asset.values(IdentifierKind.MAC) == {"b8:27:eb:01:02:03"}
    assert asset.values(IdentifierKind.IEEE) == frozenset()
