"""Reminders: which updates people are asked about, and which are still to be decided."""

from typing import Final

from ..firmware.status import FirmwareState, FirmwareStatus
from .model import Ask, Kind

NEAR: Final = 3 * 86_400.0
"""Seconds before its deadline from which on an update is asked about."""
OVERDUE: Final = "overdue "
"""Begins the family of a request about an update whose deadline has passed; the version follows."""
_DUE: Final = "due "
_MAX_VERSION: Final = 100


def reminder(asset_id: str, status: FirmwareStatus, now: float) -> Ask | None:
    """What to ask about an update that waits; None while there is time, or a person has put it off."""
    if status.entity_id is None or status.latest is None or not status.outstanding:
        return None
    if status.snoozed_until is not None and now < status.snoozed_until:
        return None
    if status.state is FirmwareState.OVERDUE:
        urgency = OVERDUE
    elif status.deadline is not None and status.deadline - now <= NEAR:
        urgency = _DUE
    else:
        return None
    versions = f"{(status.installed or '?')[:_MAX_VERSION]} -> {status.latest[:_MAX_VERSION]}"
    return Ask(asset_id, Kind.UPDATE, urgency + status.latest[:_MAX_VERSION], detail=versions)
