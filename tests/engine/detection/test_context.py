"""What else was going on."""

import pytest

from custom_components.secure_hub.engine.detection.context import Context, weigh
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity

UNUSUAL = Finding("a", 0.0, FindingKind.UNUSUAL_VOLUME, Severity.MEDIUM, 0.6, "", "", "It.")
SCAN = Finding("a", 0.0, FindingKind.HORIZONTAL_SCAN, Severity.HIGH, 0.9, "", "", "It.")


@pytest.mark.parametrize(
    ("finding", "context", "expected"),
    [
        (UNUSUAL, Context(), (0.6, "")),
        (UNUSUAL, Context(commanded=2.0), (0.3, "commanded")),
        (UNUSUAL, Context(commanded=300.0), (0.6, "")),
        (UNUSUAL, Context(away=True), (0.7, "away")),
        (UNUSUAL, Context(updating=True, away=True), (0.18, "updating")),
        (SCAN, Context(commanded=2.0, updating=True, away=True), (0.9, "")),
    ],
)
def test_weights(finding: Finding, context: Context, expected: tuple[float, str]) -> None:
    confidence, why = weigh(finding, context)
    assert (round(confidence, 6), why) == expected
