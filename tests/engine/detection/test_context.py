"""What else was going on."""

from dataclasses import replace

import pytest

from custom_components.secure_hub.engine.detection.context import Context, weigh
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity

UNUSUAL = Finding("a", 0.0, FindingKind.UNUSUAL_VOLUME, Severity.MEDIUM, 0.6, "", "", "It.")
SCAN = Finding("a", 0.0, FindingKind.HORIZONTAL_SCAN, Severity.HIGH, 0.9, "", "", "It.")


COMMANDED = "It. Home Assistant had told it something 2 seconds before, so this counts less."
UPDATING = "It. Its software was being updated, so this counts less."
AWAY = "It. Nobody was at home, and Home Assistant had told it nothing, so this counts more."
REJOINS = replace(SCAN, kind=FindingKind.REJOIN_STORM)
SERVICE = replace(UNUSUAL, kind=FindingKind.NEW_SERVICE)
SLIGHT = replace(UNUSUAL, severity=Severity.LOW)


@pytest.mark.parametrize(
    ("finding", "context", "expected"),
    [
        (UNUSUAL, Context(), (Severity.MEDIUM, 0.6, "It.", "")),
        (UNUSUAL, Context(commanded=2.0, away=True), (Severity.LOW, 0.3, COMMANDED, "commanded")),
        (UNUSUAL, Context(commanded=300.0), (Severity.MEDIUM, 0.6, "It.", "")),
        (UNUSUAL, Context(away=True), (Severity.HIGH, 0.7, AWAY, "away")),
        (SERVICE, Context(away=True), (Severity.MEDIUM, 0.7, AWAY, "away")),
        (SLIGHT, Context(away=True), (Severity.LOW, 0.7, AWAY, "away")),
        (SLIGHT, Context(commanded=2.0), (Severity.LOW, 0.3, COMMANDED, "commanded")),
        (UNUSUAL, Context(updating=True, away=True), (Severity.LOW, 0.18, UPDATING, "updating")),
        (SCAN, Context(commanded=2.0, updating=True, away=True), (Severity.HIGH, 0.9, "It.", "")),
        (REJOINS, Context(updating=True), (Severity.HIGH, 0.27, UPDATING, "updating")),
    ],
)
def test_weights(finding: Finding, context: Context, expected: tuple[Severity, float, str, str]) -> None:
    said, why = weigh(finding, context)
    assert (said.severity, round(said.confidence, 6), said.evidence, why) == expected
