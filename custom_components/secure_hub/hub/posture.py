"""What the checks of the home's posture rest on, gathered from the rooms."""

from collections.abc import Iterable

from ..engine.detection.findings import Severity
from ..engine.firewall.coverage import CoverageLevel
from ..engine.firmware.status import FirmwareState
from ..engine.policy.model import Newcomers
from ..engine.posture import HomeFacts, Item, examine
from .enforcement import EnforcementState
from .hub import SecureHub


def home_posture(hub: SecureHub) -> tuple[Item, ...]:
    """How well the home is kept; in O(assets)."""
    statuses, broken = hub.firmware.statuses, hub.journal.status.broken

    def software(*states: FirmwareState) -> list[str]:
        return _names(hub, (key for key, status in statuses.items() if status.state in states))

    facts = HomeFacts(
        enforcement=hub.state.value,
        is_enforced=hub.state is EnforcementState.IN_SYNC,
        newcomers_held=hub.policy.newcomers is Newcomers.HOLD,
        out_of_reach=_names(
            hub,
            (
                key
                for key in hub.home.governed
                if hub.assets[key].sightings and hub.coverage(key).level is CoverageLevel.NONE
            ),
        ),
        suspicious=_names(hub, (it.asset for it in hub.monitoring.incidents if it.severity is not Severity.LOW)),
        overdue=software(FirmwareState.OVERDUE),
        unsupported=software(FirmwareState.UNSUPPORTED, FirmwareState.END_OF_SUPPORT),
        is_journal_intact=broken is None,
        deaf=[name.value for name, it in hub.monitoring.sources.health.items() if it.reason and not it.active],
    )
    return examine(facts)


def _names(hub: SecureHub, asset_ids: Iterable[str]) -> list[str]:
    return [hub.assets[key].name if key in hub.assets else key for key in asset_ids]
