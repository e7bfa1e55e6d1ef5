"""A Zigbee device that joined although nobody had opened the network."""

from typing import ClassVar

from ..findings import Finding, FindingKind, Severity
from ..observations import Observation, ObservationKind


class UnaskedJoin:
    """Remembers nothing: who joins says itself whether the network was open."""

    observes: ClassVar = frozenset({ObservationKind.RADIO_JOIN})

    def observe(self, seen: Observation) -> Finding | None:
        """Say when it was not."""
        if not seen.began or seen.genuine:
            return None
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.UNASKED_JOIN,
            Severity.HIGH,
            0.8,
            "T0860",
            "",
            "It joined the Zigbee network while nobody had opened it for new devices: "
            "it knew a key that it should not.",
        )
