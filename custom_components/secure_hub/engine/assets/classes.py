"""Classes: what kind of thing an asset is, with the evidence that says so.

Nobody agrees on what an IoT device is, so this is a sum of weighted, visible facts that a person can override, not a
definition. `docs/assets.md` lists the odd cases and what becomes of them.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
import re
from typing import Final

from .model import (
    Asset,
    AssetClass,
    Classification,
    Evidence,
    IdentifierKind,
    Sighting,
    is_randomised,
)

GOVERNED: Final = frozenset(
    {AssetClass.IOT_ENDPOINT, AssetClass.IOT_HUB, AssetClass.MEDIA, AssetClass.CAMERA, AssetClass.VEHICLE}
)
"""Classes that are governed unless a person says otherwise. A watch is a person's computer, like a phone."""


def is_governed(asset: Asset, iot_interfaces: Iterable[str] = ()) -> bool:
    """Whether the home's rules are for this asset.

    Where IoT devices live, what nobody knows is governed too; calling itself a phone does not help it.
    """
    asset_class = asset.classification.asset_class
    if any(sighting.is_coordinator for sighting in asset.sightings):
        return False  # the radio itself: what is behind it is governed
    if asset_class in GOVERNED:
        return True
    if not asset.values(IdentifierKind.MAC) or asset.interfaces.isdisjoint(iot_interfaces):
        return False
    if not asset.classification.overridden:
        asset_class = _heaviest(item for item in asset.classification.evidence if item.fact != _SELF_DECLARED)
    return asset_class is AssetClass.UNKNOWN or asset_class in GOVERNED


def _table(*rows: tuple[AssetClass, int, str]) -> Mapping[str, tuple[AssetClass, int]]:
    return {word: (asset_class, weight) for asset_class, weight, words in rows for word in words.split()}


_DOMAINS: Final = _table(
    (AssetClass.CAMERA, 6, "amcrest arlo axis blink dahua doorbird eufy_security foscam onvif reolink ring"),
    (AssetClass.CAMERA, 6, "unifiprotect uvc yi"),
    (AssetClass.CAMERA, 3, "ffmpeg generic mjpeg motioneye"),
    (AssetClass.COMPUTER, 6, "glances hass_agent hassagent iotlink lanscan system_bridge"),
    (AssetClass.COMPUTER, 4, "motioneye wake_on_lan"),
    (AssetClass.IOT_ENDPOINT, 5, "airthings august balboa broadlink bthome daikin ecobee elgato esphome fritzbox"),
    (AssetClass.IOT_ENDPOINT, 5, "govee_ble govee_light_local home_connect homewizard husqvarna_automower hue insteon"),
    (AssetClass.IOT_ENDPOINT, 5, "inkbird ipp brother jvc_projector kasa lg_thinq lifx matter mill miele nanoleaf"),
    (AssetClass.IOT_ENDPOINT, 5, "myuplink nest netatmo nuki ruuvitag_ble roborock sensibo senz sensorpush shelly"),
    (AssetClass.IOT_ENDPOINT, 5, "smartthings switchbee switchbot tado tapo tasmota thermobeacon tile tplink tractive"),
    (
        AssetClass.IOT_ENDPOINT,
        5,
        "traccar tuya vesync wallbox wemo withings wiz wled xiaomi_ble xiaomi_miio yale yeelight",
    ),
    (AssetClass.IOT_ENDPOINT, 5, "zha zwave_js"),
    (AssetClass.IOT_ENDPOINT, 3, "deconz homekit_controller homematicip_cloud lutron_caseta mqtt tradfri"),
    (AssetClass.MEDIA, 6, "androidtv androidtv_remote apple_tv bang_olufsen bluesound braviatv cast denonavr dlna_dmr"),
    (AssetClass.MEDIA, 6, "hdmi_cec heos linkplay onkyo panasonic_viera philips_js roku samsungtv snapcast songpal"),
    (AssetClass.MEDIA, 6, "sonos soundtouch squeezebox vizio webostv wyoming yamaha_musiccast horizon ziggo directv"),
    (AssetClass.MEDIA, 4, "alexa_devices kodi vlc_telnet"),
    (AssetClass.MEDIA, 2, "dlna_dms jellyfin plex"),
    (AssetClass.PHONE, 6, "android_ip_webcam fully_kiosk icloud mobile_app owntracks"),
    (AssetClass.STORAGE, 7, "freenas openmediavault qnap synology_dsm truenas unraid"),
    (AssetClass.VEHICLE, 7, "audiconnect bmw_connected_drive fordpass kia_uvo mazda mercedesme mercedesme2020 myskoda"),
    (AssetClass.VEHICLE, 7, "polestar_api psa renault smartcar subaru tesla_fleet teslemetry tessie toyota volvo"),
    (AssetClass.VEHICLE, 7, "volkswagencarnet volvooncall"),
    (AssetClass.WEARABLE, 7, "fitbit garmin_connect oura whoop"),
    (AssetClass.NETWORK, 7, "opnsense pfsense upnp"),
    (AssetClass.SERVICE, 7, "backup cloud hacs hassio marketplace met radio_browser speedtestdotnet sun"),
)

_ROUTERS: Final = frozenset(
    {
        "asuswrt",
        "eero",
        "freebox",
        "fritz",
        "huawei_lte",
        "keenetic_ndms2",
        "luci",
        "mikrotik",
        "netgear",
        "nmap_tracker",
        "ruckus_unleashed",
        "tplink_omada",
        "unifi",
        "vodafone_station",
    }
)
"""Integrations of routers, which also make a device of every client that they know."""

_PLATFORMS: Final = _table(
    (AssetClass.CAMERA, 3, "camera"),
    (AssetClass.MEDIA, 3, "media_player"),
    (AssetClass.IOT_ENDPOINT, 3, "alarm_control_panel climate cover fan humidifier lawn_mower light lock siren vacuum"),
    (AssetClass.IOT_ENDPOINT, 3, "valve water_heater"),
    (AssetClass.IOT_ENDPOINT, 1, "binary_sensor sensor switch"),
)

_WORDS: Final = tuple(
    (re.compile(rf"(?<![a-z0-9])(?:{pattern})(?![a-z])"), asset_class, weight)
    for asset_class, weight, pattern in (
        (AssetClass.CAMERA, 4, r"(?:ip)?cam(?:era)?|webcam|doorbell|nvr"),
        (AssetClass.COMPUTER, 4, r"laptop|notebook|desktop|pc|workstation"),
        (AssetClass.COMPUTER, 8, r"macbook[a-z]*(?:\d+,\d+)?|imac(?:\d+,\d+)?|mac ?mini|mac\d+,\d+"),
        (AssetClass.COMPUTER, 3, r"windows|thinkpad|latitude|raspberry ?pi|linux|server"),
        (AssetClass.IOT_ENDPOINT, 3, r"bulb|plug|thermostat|refrigerator|fridge|scales?|printer|washer|dryer|oven"),
        (AssetClass.IOT_ENDPOINT, 3, r"gps tracker|vacuum|doorlock|lock|heat ?pump|inverter|charger|air ?purifier"),
        (AssetClass.IOT_HUB, 7, r"(?:hue|homematic|zigbee|iot|smart ?home|tradfri|lutron) ?(?:bridge|hub|gateway)"),
        (AssetClass.IOT_HUB, 7, r"bsb00[12]|hue bridge|dirigera|smart ?things hub|homebase|slzb-\w+"),
        (AssetClass.IOT_HUB, 3, r"hub|bridge"),
        (AssetClass.MEDIA, 4, r"tv|chromecast|fire ?(?:tv|stick)|roku|set ?top ?box|stb|soundbar|speaker|receiver"),
        (AssetClass.NETWORK, 7, r"router|modem|access point|repeater|extender|fritz!?(?:box|repeater)|eero|mesh"),
        (AssetClass.NETWORK, 7, r"(?:u6|usw|udm|udr|ucg|uap)-?\w*|network switch"),
        (
            AssetClass.PHONE,
            7,
            r"iphone\d*(?:,\d+)?|ipad\d*(?:,\d+)?|pixel[ -]\w+|galaxy[ -][sazm]\d+|smartphone|tablet",
        ),
        (AssetClass.STORAGE, 6, r"nas|diskstation|readynas|ds\d{3}j?|ts-\d{3}\w*"),
        (AssetClass.VEHICLE, 5, r"car|model [3sxy]"),
        (AssetClass.WEARABLE, 8, r"(?:apple |smart ?)?watch\d*(?:,\d+)?|fitbit|smart ?band|forerunner"),
    )
)
_MAX_TEXT: Final = 200
_SELF_DECLARED: Final = "hostname"
"""Fact that anything on the network can make up."""


def classify(sightings: Iterable[Sighting], override: AssetClass | None = None) -> Classification:
    """Class with the heaviest evidence (ties by name, so that it does not flicker), or what a person chose."""
    evidence: set[Evidence] = set()
    for sighting in sightings:
        for source in _SOURCES:
            evidence.update(source(sighting))
    ranked = tuple(sorted(evidence, key=lambda e: (-e.weight, e.asset_class, e.fact, e.detail)))
    if override is not None:
        return Classification(override, ranked, overridden=True)
    return Classification(_heaviest(ranked), ranked)


def _heaviest(evidence: Iterable[Evidence]) -> AssetClass:
    sums: dict[AssetClass, int] = {}
    for item in evidence:
        if item.asset_class is not AssetClass.UNKNOWN:
            sums[item.asset_class] = sums.get(item.asset_class, 0) + item.weight
    return min(sums, key=lambda asset_class: (-sums[asset_class], asset_class), default=AssetClass.UNKNOWN)


def _from_integration(sighting: Sighting) -> Iterable[Evidence]:
    if sighting.is_service:
        yield Evidence(AssetClass.SERVICE, "service_device", sighting.domain or "", 12)
        return
    domain = sighting.domain or ""
    if found := _DOMAINS.get(domain):
        yield Evidence(found[0], "integration", domain, found[1])
    elif domain in _ROUTERS and "device_tracker" not in sighting.platforms and sighting.platforms:
        yield Evidence(AssetClass.NETWORK, "integration", domain, 4)


def _from_platforms(sighting: Sighting) -> Iterable[Evidence]:
    if sighting.is_service or (sighting.domain in _ROUTERS):
        return
    for platform in sighting.platforms:
        if found := _PLATFORMS.get(platform):
            yield Evidence(found[0], "entities", platform, found[1])


def _from_words(sighting: Sighting) -> Iterable[Evidence]:
    yield from _words("model", " ".join(filter(None, (sighting.manufacturer, sighting.model))), 0)
    yield from _words(_SELF_DECLARED, sighting.hostname or "", 4)
    yield from _words("name", sighting.user_name or sighting.name or "", 2)


@lru_cache(maxsize=4096)
def _words(fact: str, text: str, discount: int) -> tuple[Evidence, ...]:
    """Evidence in a text that a maker, a device or a person wrote; the further from the maker, the weaker."""
    plain = text[:_MAX_TEXT].lower().replace("_", " ")
    return tuple(
        Evidence(asset_class, fact, match.group(), max(1, weight - discount))
        for pattern, asset_class, weight in _WORDS
        if (match := pattern.search(plain))
    )


def _from_radio(sighting: Sighting) -> Iterable[Evidence]:
    for identifier in sighting.identifiers:
        if identifier.kind is IdentifierKind.IEEE:
            yield Evidence(AssetClass.IOT_ENDPOINT, "zigbee", identifier.value, 5)
        elif identifier.kind is IdentifierKind.BLUETOOTH:
            yield Evidence(AssetClass.IOT_ENDPOINT, "bluetooth", identifier.value, 2)
        elif identifier.kind is IdentifierKind.MAC and is_randomised(identifier.value):
            yield Evidence(AssetClass.UNKNOWN, "randomised_mac", identifier.value, 1)


_SOURCES: Final[tuple[Callable[[Sighting], Iterable[Evidence]], ...]] = (
    _from_integration,
    _from_platforms,
    _from_words,
    _from_radio,
)
