"""Which kinds of records there are: every action that the hub journals, in exactly one of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from .journal import ACTION_BROKEN, ACTION_REPAIRED, ACTION_STARTED


class RecordKind(StrEnum):
    """What a record is about. Each is a translation key."""

    DECISIONS = "decisions"
    ENFORCEMENT = "enforcement"
    DEVICES = "devices"
    REQUESTS = "requests"
    INCIDENTS = "incidents"
    UPDATES = "updates"
    PEOPLE = "people"
    RADIO = "radio"
    REPLACEMENT = "replacement"
    HUB = "hub"


ACTIONS: Final[Mapping[RecordKind, tuple[str, ...]]] = {
    RecordKind.DECISIONS: (
        *("quarantine", "release", "set_permission", "set_profile", "grant", "revoke", "grant_used", "grant_expired"),
        *("set_everybody", "confirm", "rolled_back", "decision_failed"),
        *("set_limit", "quota_reached", "import_manifest", "remove_manifest", "learn", "confirm_learned"),
    ),
    RecordKind.ENFORCEMENT: ("enforced", "drift", "lists_changed"),
    RecordKind.DEVICES: ("first_look", "assets_appeared", "assets_gone", "assets_merged", "asset_split"),
    RecordKind.REQUESTS: (
        *("requested", "request_vote", "request_approved", "request_denied", "request_expired", "request_withdrawn"),
        "answer_refused",
    ),
    RecordKind.INCIDENTS: (
        *("finding", "response", "incident_closed", "marked_normal", "normal_taken_back", "relearn", "baselines_lost"),
        *("probation", "probation_passed", "spoofed"),
    ),
    RecordKind.UPDATES: ("install_updates", "update", "skip_update", "snooze_update"),
    RecordKind.PEOPLE: ("set_owner", "transfer", "set_guest", "guest_left", "retire_device"),
    RecordKind.RADIO: (
        *("zigbee_opened", "zigbee_closed", "zigbee_joined", "zigbee_evicted", "zigbee_banned", "zigbee_unbanned"),
        *("zigbee_link_taken", "zigbee_link_given", "zigbee_link_removed", "zigbee_page_left"),
    ),
    RecordKind.REPLACEMENT: (
        *("replace_begun", "replace_done", "replace_undone", "replace_resumed", "replace_rolled_back"),
        *("succeed", "succeed_undone"),
    ),
    RecordKind.HUB: (ACTION_STARTED, ACTION_REPAIRED, ACTION_BROKEN, "telemetry_leaves"),
}
