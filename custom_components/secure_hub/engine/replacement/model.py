"""What is known of a device that is to be replaced and of its successor, and the steps from one to the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..radio.links import Link
from ..radio.scenes import Scene


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """One entity on a device's page; all but `entity_id` and what tells what it is are what a person chose."""

    entity_id: str
    platform: str
    """Integration that made it."""
    unique_id: str
    device_class: str | None = None
    translation_key: str | None = None
    original_name: str | None = None
    is_primary: bool = True
    """Neither configuration nor diagnosis."""
    name: str | None = None
    icon: str | None = None
    area_id: str | None = None
    labels: frozenset[str] = frozenset()
    hidden: bool = False
    scenes: tuple[str, ...] = ()
    """Home Assistant's scenes that say what it is to be like."""

    @property
    def domain(self) -> str:
        """`light`, `sensor`, ..."""
        return self.entity_id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Radio:
    """The Zigbee side of a device.

    `inputs` are its server clusters by endpoint, `groups` the groups that each endpoint is in, `bound_by` the entries
    of others' binding tables that lead to it.
    """

    ieee: str
    inputs: Mapping[int, frozenset[int]] = field(default_factory=dict)
    groups: Mapping[int, frozenset[int]] = field(default_factory=dict)
    bound_by: tuple[Link, ...] = ()
    taken: frozenset[Link] = frozenset()
    """Those of `bound_by` that are taken away now, because the device is cut off."""
    unread: tuple[str, ...] = ()
    """IEEE addresses of devices whose binding table could not be read."""
    scenes: tuple[Scene, ...] | None = ()
    """Scenes that it keeps, None if they could not be read."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the two devices."""

    asset_id: str
    name: str
    device_id: str | None
    """Its page in Home Assistant."""
    user_name: str | None = None
    area_id: str | None = None
    labels: frozenset[str] = frozenset()
    entities: tuple[EntityFacts, ...] = ()
    owners: frozenset[str] = frozenset()
    """Users whose it is."""
    guest_until: float | None = None
    """Until when it is a guest, in seconds since the epoch."""
    manifest: str | None = None
    """What its allow-list was made from."""
    model: str | None = None
    """Maker and model, where known."""
    protected: bool = False
    ieee: str | None = None
    radio: Radio | None = None


class StepKind(StrEnum):
    """What a step carries over, in the order in which steps are done."""

    PERMISSIONS = "permissions"
    """Rules, profile, grants: before anything else, so that the new one is never freer than the old one was."""
    OWNER = "owner"
    """Whose it is."""
    GUEST = "guest"
    """Until when it is a guest."""
    MANIFEST = "manifest"
    """What its allow-list was made from."""
    BEHAVIOUR = "behaviour"
    """What it usually did, for one of the same model."""
    DEVICE = "device"
    """Name, area and labels."""
    ENTITY = "entity"
    """An entity's id and name, so that automations, dashboards and history go on."""
    GROUP = "group"
    SCENE = "scene"
    """A scene that the device itself keeps."""
    BINDING = "binding"
    """A remote that commanded the old device directly."""
    RETIRE = "retire"
    """The old device leaves the network and is banned from it. From here there is no way back."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `subject` says in words of the home what it is about, `data` what doing and undoing take, as JSON."""

    kind: StepKind
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Loss(StrEnum):
    """Why something is not carried over."""

    NO_SUCH_ENTITY = "no_such_entity"
    """The new device has nothing that does this."""
    NO_SUCH_CLUSTER = "no_such_cluster"
    """No endpoint of the new device can be commanded so."""
    OTHER_RADIO = "other_radio"
    """Groups and bindings are of Zigbee, and the new device does not speak it."""
    UNREAD = "unread"
    """A device that does not answer now may still command the old one directly."""
    SCENES_UNREAD = "scenes_unread"
    """The old device does not say which scenes it keeps."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What replacing one by the other takes, and what gets lost by it."""

    old: str
    new: str
    """Asset ids."""
    steps: tuple[Step, ...]
    losses: tuple[tuple[Loss, str], ...] = ()


class Refusal(StrEnum):
    """Why one device cannot replace another."""

    SAME_DEVICE = "replace_same_device"
    PROTECTED = "replace_protected"
    ANOTHER_KIND = "replace_another_kind"
    UNDER_WAY = "replace_under_way"
    NOT_UNDER_WAY = "replace_not_under_way"
    TOO_LATE = "replace_too_late"
    """The old device has left: there is nothing to go back to."""


class ReplacementError(Exception):
    """It cannot be done: `key` is a translation key, `detail` what it is about."""

    def __init__(self, key: Refusal, detail: str = "") -> None:
        """Keep both for whoever tells the user."""
        super().__init__(f"{key}: {detail}" if detail else key)
        self.key = key
        self.detail = detail
