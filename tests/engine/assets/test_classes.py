"""Classes: the odd cases of the whitepaper as a table, and the evidence shown."""

import pytest

from custom_components.secure_hub.engine.assets.classes import GOVERNED, classify, is_governed
from custom_components.secure_hub.engine.assets.model import (
    Asset,
    AssetClass,
    AssetRecord,
    Classification,
    Identifier,
    IdentifierKind,
    Sighting,
)

MAC = Identifier(IdentifierKind.MAC, "b8:27:eb:00:00:01")
MADE_UP = Identifier(IdentifierKind.MAC, "da:a1:19:00:00:01")
RADIO = Identifier(IdentifierKind.IEEE, "00:0d:6f:00:00:00:00:01")
TOOTH = Identifier(IdentifierKind.BLUETOOTH, "b8:27:eb:00:00:01")


def seen(domain: str | None = None, platforms: str = "", identifier: Identifier = MAC, **fields: object) -> Sighting:
    return Sighting(
        "device_registry",
        frozenset({identifier}),
        domain=domain,
        platforms=frozenset(platforms.split()),
        **fields,  # type: ignore[arg-type]  # any field of a sighting
    )


# "Consider which of the following examples are IoT devices and which are not" (secure IoT gateways whitepaper):
# what it is, what is seen of it, its class, whether it is governed.
ODD_CASES = [
    ("my PC", [seen("system_bridge", "sensor button")], AssetClass.COMPUTER, False),
    ("my PC, woken by network", [seen("wake_on_lan", "switch")], AssetClass.COMPUTER, False),
    ("my phone", [seen("mobile_app", "sensor device_tracker", model="Pixel 9")], AssetClass.PHONE, False),
    ("my tablet", [seen("mobile_app", "sensor", manufacturer="Apple", model="iPad13,4")], AssetClass.PHONE, False),
    ("my laptop with the app", [seen("mobile_app", "sensor", model="MacBookPro18,3")], AssetClass.COMPUTER, False),
    ("smart watch", [seen("mobile_app", "sensor", model="Watch7,3")], AssetClass.WEARABLE, False),
    ("smart band in the cloud", [seen("fitbit", "sensor")], AssetClass.WEARABLE, False),
    ("smart TV", [seen("samsungtv", "media_player remote", model="QE55Q80")], AssetClass.MEDIA, True),
    ("the stick in a dumb TV", [seen("cast", "media_player", model="Chromecast")], AssetClass.MEDIA, True),
    (
        "the dumb TV itself, seen over HDMI",
        [seen("hdmi_cec", "media_player", Identifier(IdentifierKind.REGISTRY, "hdmi_cec:0"))],
        AssetClass.MEDIA,
        True,
    ),
    ("set top box", [seen("androidtv", "media_player", model="Set Top Box")], AssetClass.MEDIA, True),
    ("router", [seen("fritz", "switch update", model="FRITZ!Box 7590")], AssetClass.NETWORK, False),
    ("modem", [seen("huawei_lte", "sensor", model="B535 modem")], AssetClass.NETWORK, False),
    ("WiFi repeater", [seen(None, model="FRITZ!Repeater 1200", manufacturer="AVM")], AssetClass.NETWORK, False),
    ("car", [seen("tessie", "climate lock sensor", model="Model 3")], AssetClass.VEHICLE, True),
    ("smart fridge", [seen("home_connect", "switch sensor", model="Refrigerator")], AssetClass.IOT_ENDPOINT, True),
    ("connected bathroom scales", [seen("withings", "sensor", model="Body+ scale")], AssetClass.IOT_ENDPOINT, True),
    (
        "scales over Bluetooth to a phone",
        [seen("xiaomi_ble", "sensor", TOOTH, model="Mi Smart Scale 2")],
        AssetClass.IOT_ENDPOINT,
        True,
    ),
    ("connected webcam", [seen("onvif", "camera binary_sensor")], AssetClass.CAMERA, True),
    ("video camera on a PC", [seen("motioneye", "camera"), seen("glances", "sensor")], AssetClass.COMPUTER, False),
    ("Bluetooth camera on a phone", [seen("android_ip_webcam", "camera sensor")], AssetClass.PHONE, False),
    ("NAS with DLNA", [seen("synology_dsm", "sensor"), seen("dlna_dms")], AssetClass.STORAGE, False),
    ("PC with DLNA", [seen("system_bridge", "sensor media_player"), seen("dlna_dms")], AssetClass.COMPUTER, False),
    ("GPS tracker with a SIM", [seen("traccar", "device_tracker", model="GPS tracker")], AssetClass.IOT_ENDPOINT, True),
    ("phone as GPS tracker", [seen("owntracks", "device_tracker")], AssetClass.PHONE, False),
    # and some that this project meets itself
    ("Zigbee bulb", [seen("zha", "light", RADIO)], AssetClass.IOT_ENDPOINT, True),
    ("bridge of another maker", [seen("hue", "", model="Hue bridge (BSB002)")], AssetClass.IOT_HUB, True),
    ("bulb behind it", [seen("hue", "light", TOOTH, model="Hue white lamp")], AssetClass.IOT_ENDPOINT, True),
    ("client of a router", [seen("unifi", "device_tracker switch", hostname="Galaxy-S24")], AssetClass.PHONE, False),
    ("client that says nothing", [seen("unifi", "device_tracker")], AssetClass.UNKNOWN, False),
    ("Home Assistant's own service", [seen("met", "weather", is_service=True)], AssetClass.SERVICE, False),
    ("service that shows sensors", [seen("hassio", "sensor update", is_service=True)], AssetClass.SERVICE, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sightings", "expected", "governed"), [case[1:] for case in ODD_CASES], ids=[c[0] for c in ODD_CASES]
)
def test_odd_case(sightings: list[Sighting], expected: AssetClass, governed: bool) -> None:  # noqa: FBT001 - a column
    found = classify(sightings)
    assert found.asset_class is expected, found.evidence
    assert is_governed(asset(found)) is governed
    assert not found.overridden


def asset(classification: Classification, interface: str | None = None, identifier: Identifier = MAC) -> Asset:
    identifiers = frozenset({identifier})
    record = AssetRecord("a" * 32, identifiers, "Thing", 1.0)
    return Asset(record, (Sighting("neighbours", identifiers, interface=interface),), classification)


def test_evidence_is_shown_the_strongest_first() -> None:
    found = classify([seen("onvif", "camera", model="IP Camera")])
    weights = [item.weight for item in found.evidence]
    assert weights == sorted(weights, reverse=True)
    assert {(item.fact, item.detail) for item in found.evidence} >= {("integration", "onvif"), ("entities", "camera")}


def test_a_person_overrides_and_the_evidence_stays() -> None:
    found = classify([seen("onvif", "camera")], AssetClass.COMPUTER)
    assert found.asset_class is AssetClass.COMPUTER
    assert found.overridden
    assert found.evidence
    assert not is_governed(asset(found))


def test_a_made_up_address_is_evidence_of_nothing_but_itself() -> None:
    found = classify([seen(identifier=MADE_UP)])
    assert found.asset_class is AssetClass.UNKNOWN
    assert [(item.fact, item.detail) for item in found.evidence] == [("randomised_mac", MADE_UP.value)]


def test_who_nobody_knows_is_governed_where_iot_devices_live() -> None:
    unknown = Classification()
    assert is_governed(asset(unknown, "br-iot"), {"br-iot"})
    assert not is_governed(asset(unknown, "eth0"), {"br-iot"})
    assert not is_governed(asset(unknown, "br-iot", TOOTH), {"br-iot"})
    assert not is_governed(asset(Classification(AssetClass.COMPUTER, overridden=True), "br-iot"), {"br-iot"})


def test_what_a_device_says_of_itself_weighs_less_than_its_maker() -> None:
    assert classify([seen(model="IP Camera", hostname="iphone")]).asset_class is AssetClass.CAMERA
    liar = classify([seen(hostname="iphone")])
    assert liar.asset_class is AssetClass.PHONE
    assert is_governed(asset(liar, "br-iot"), {"br-iot"}), "calling itself a phone helps nobody among IoT devices"
    assert not is_governed(asset(liar, "eth0"), {"br-iot"})
    assert not is_governed(asset(classify([seen("mobile_app")]), "br-iot"), {"br-iot"})
    person = classify([seen(hostname="iphone")], AssetClass.PHONE)
    assert not is_governed(asset(person, "br-iot"), {"br-iot"})


def test_governed_classes_are_what_the_design_says() -> None:
    assert not GOVERNED & {AssetClass.COMPUTER, AssetClass.PHONE, AssetClass.NETWORK, AssetClass.SERVICE}


def test_long_texts_are_cut() -> None:
    assert classify([seen(model="x" * 100_000 + " camera")]).asset_class is AssetClass.UNKNOWN
