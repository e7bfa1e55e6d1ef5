"""What an asset is: identifiers, sightings, records and the asset that they add up to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
import re

type Address = IPv4Address | IPv6Address


class IdentifierKind(StrEnum):
    """What an identifier is made of."""

    MAC = "mac"
    """EUI-48 of a network interface, `aa:bb:cc:dd:ee:ff`."""
    IEEE = "ieee"
    """EUI-64 of a Zigbee radio, `aa:bb:cc:dd:ee:ff:00:11`."""
    BLUETOOTH = "bluetooth"
    """Bluetooth device address, `aa:bb:cc:dd:ee:ff`."""
    REGISTRY = "registry"
    """`domain:id` of a Home Assistant device that shows no hardware address."""


HARDWARE_KINDS = frozenset({IdentifierKind.MAC, IdentifierKind.IEEE, IdentifierKind.BLUETOOTH})


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """One stable name of a physical thing; hardware addresses are lower case with colons."""

    kind: IdentifierKind
    value: str


_OCTETS = {IdentifierKind.MAC: 6, IdentifierKind.BLUETOOTH: 6, IdentifierKind.IEEE: 8}
_NOT_HEX = re.compile(r"[^0-9a-f]")
_MAX_TEXT = 64
_GROUP_BIT = 1
_LOCAL_BIT = 2


def hardware_identifier(kind: IdentifierKind, text: str) -> Identifier | None:
    """Identifier of a hardware address in any usual spelling (`:`, `-`, `.`, none), or None if it names no one thing.

    All zeros, all ones and, for MAC addresses, the group bit (IEEE 802-2014, 8.2: multicast, broadcast) name nothing.
    """
    if len(text) > _MAX_TEXT:
        return None
    lowered = text.strip().lower().removeprefix("0x")
    digits = lowered.translate({ord(separator): None for separator in ":-. "})
    if len(digits) != 2 * _OCTETS[kind] or _NOT_HEX.search(digits):
        return None
    octets = bytes.fromhex(digits)
    if not any(octets) or set(octets) == {0xFF} or (kind is IdentifierKind.MAC and octets[0] & _GROUP_BIT):
        return None
    return Identifier(kind, octets.hex(":"))


def is_randomised(mac: str) -> bool:
    """Whether a MAC address was made up rather than assigned (IEEE 802-2014, 8.4: the U/L bit)."""
    return bool(int(mac[:2], 16) & _LOCAL_BIT)


class AssetClass(StrEnum):
    """What kind of thing an asset is."""

    IOT_ENDPOINT = "iot_endpoint"
    IOT_HUB = "iot_hub"
    MEDIA = "media"
    CAMERA = "camera"
    COMPUTER = "computer"
    PHONE = "phone"
    NETWORK = "network"
    STORAGE = "storage"
    VEHICLE = "vehicle"
    WEARABLE = "wearable"
    SERVICE = "service"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to believe that an asset is of a class.

    `fact` is a translation key of the kind of fact, `detail` its value in the home (a model name, a domain);
    `weight` is a positive integer, the heavier the stronger.
    """

    asset_class: AssetClass
    fact: str
    detail: str
    weight: int


@dataclass(frozen=True, slots=True)
class Classification:
    """The class chosen for an asset and the evidence, strongest first."""

    asset_class: AssetClass = AssetClass.UNKNOWN
    evidence: tuple[Evidence, ...] = ()
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one source says of one thing, now.

    A Home Assistant device is a sighting with `device_id`; a row of the neighbour table is one with a MAC, an
    interface and addresses. `created_at` (seconds since the epoch) orders devices by age.
    """

    source: str
    identifiers: frozenset[Identifier]
    device_id: str | None = None
    domain: str | None = None
    name: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    sw_version: str | None = None
    area_id: str | None = None
    labels: frozenset[str] = frozenset()
    user_name: str | None = None
    """Name that a person gave it; `name` is the integration's."""
    hostname: str | None = None
    """Name that the thing gives itself on the network; not to be trusted."""
    parent_id: str | None = None
    """Home Assistant device that this one is a child of."""
    composite_id: str | None = None
    """Home Assistant device of before 2026.8 that this one was split from."""
    platforms: frozenset[str] = frozenset()
    """Domains of the entities on the device: `light`, `camera`, ..."""
    is_service: bool = False
    is_coordinator: bool = False
    """The radio through which this host speaks Zigbee."""
    interface: str | None = None
    addresses: frozenset[Address] = frozenset()
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """What is remembered of an asset across restarts."""

    id: str
    """UUID, 32 hex digits; never derived from an address."""
    identifiers: frozenset[Identifier]
    name: str
    first_seen: float
    """Seconds since the epoch."""
    manufacturer: str | None = None
    model: str | None = None
    class_override: AssetClass | None = None
    last_seen: float = 0.0
    """Seconds since the epoch, to the day: when something last showed it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One physical thing in the home: its record and what is known of it now."""

    record: AssetRecord
    sightings: tuple[Sighting, ...] = ()
    """Canonical Home Assistant device first, then other devices, then the rest."""
    classification: Classification = field(default_factory=Classification)

    @property
    def id(self) -> str:
        """The asset's UUID."""
        return self.record.id

    @property
    def name(self) -> str:
        """What people call it."""
        return self.record.name

    @property
    def device_id(self) -> str | None:
        """Home Assistant device whose page carries this asset's entities, if another integration made one."""
        return next((s.device_id for s in self.sightings if s.device_id), None)

    @property
    def device_ids(self) -> frozenset[str]:
        """Every Home Assistant device that is this asset."""
        return frozenset(s.device_id for s in self.sightings if s.device_id)

    @property
    def addresses(self) -> frozenset[Address]:
        """IP addresses it answers at now; never its identity."""
        return frozenset(a for s in self.sightings for a in s.addresses)

    @property
    def interfaces(self) -> frozenset[str]:
        """Interfaces of this host behind which it was seen."""
        return frozenset(s.interface for s in self.sightings if s.interface)

    def values(self, kind: IdentifierKind) -> frozenset[str]:
        """Identifiers of one kind."""
        return values(self.record.identifiers, kind)


def values(identifiers: Iterable[Identifier], kind: IdentifierKind) -> frozenset[str]:
    """Values of the identifiers of one kind."""
    return frozenset(i.value for i in identifiers if i.kind is kind)
