"""A talk with somebody outside in one of the languages in which botnets have been commanded for twenty years.

Mirai's heirs wait for orders at a Telnet port, Tsunami's and Muhstik's by IRC. People talk by them too, from computers;
a thing that is sold has no reason to.
"""

from typing import ClassVar, Final

from ..findings import Finding, FindingKind, Severity
from ..observations import Observation, ObservationKind, Outcome

_SERVICES: Final = {"irc": "IRC", "telnet": "Telnet"}
_PORTS: Final = {23: "Telnet", 2323: "Telnet", **dict.fromkeys(range(6660, 6670), "IRC"), 7000: "IRC"}
"""Telnet's port (RFC 854) and the one that bots open beside it; those of IRC without encryption (RFC 7194)."""


class BotChannel:
    """Remembers nothing: one answer is enough."""

    observes: ClassVar = frozenset({ObservationKind.FLOW})

    def observe(self, seen: Observation) -> Finding | None:
        """Say when somebody outside answered in such a language."""
        if seen.local or seen.inward or seen.protocol != "tcp" or seen.outcome is not Outcome.ANSWERED:
            return None
        language = _SERVICES.get(seen.service) or (None if seen.service else _PORTS.get(seen.port))
        if language is None or not (seen.sent and seen.received):
            return None
        return Finding(
            seen.asset,
            seen.time,
            FindingKind.BOT_CHANNEL,
            Severity.MEDIUM,
            0.7,
            "T1071",
            language,
            f"It talks with {seen.peer} on the internet by {language}, in which taken-over devices are given orders; "
            "people use it too, things that are sold do not.",
        )
