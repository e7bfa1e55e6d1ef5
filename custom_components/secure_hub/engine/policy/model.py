"""What was decided about the home: mode, newcomers, who is admitted and who is quarantined."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Mode(StrEnum):
    """Whether decisions are enforced or only counted."""

    MONITOR = "monitor"
    ENFORCE = "enforce"


class Newcomers(StrEnum):
    """What an asset meets that nobody has decided about."""

    HOLD = "hold"
    ALLOW = "allow"


class Standing(StrEnum):
    """How the home stands towards an asset."""

    ADMITTED = "admitted"
    HELD = "held"
    """A newcomer that waits for a person."""
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Why an asset is cut off: since when (seconds since the epoch), by whom (user id or None), for what reason."""

    since: float
    actor: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything decided, keyed by asset id."""

    mode: Mode = Mode.MONITOR
    newcomers: Newcomers = Newcomers.HOLD
    admitted: frozenset[str] = frozenset()
    quarantined: Mapping[str, Quarantine] = field(default_factory=dict)

    def standing(self, asset_id: str) -> Standing:
        """Quarantine wins over admission; an asset that nobody decided about meets the newcomer choice."""
        if asset_id in self.quarantined:
            return Standing.QUARANTINED
        if asset_id in self.admitted or self.newcomers is Newcomers.ALLOW:
            return Standing.ADMITTED
        return Standing.HELD

    def quarantine(self, asset_id: str, quarantine: Quarantine) -> Policy:
        """Cut an asset off; an existing quarantine keeps its first reason."""
        return replace(self, quarantined={asset_id: quarantine, **self.quarantined})

    def release(self, asset_id: str) -> Policy:
        """Let an asset talk again, which also admits a newcomer."""
        rest = {key: value for key, value in self.quarantined.items() if key != asset_id}
        return replace(self, quarantined=rest, admitted=self.admitted | {asset_id})

    def admit(self, asset_ids: frozenset[str]) -> Policy:
        """Accept assets as known."""
        return replace(self, admitted=self.admitted | asset_ids)

    def forget(self, asset_id: str) -> Policy:
        """Drop every decision about an asset."""
        rest = {key: value for key, value in self.quarantined.items() if key != asset_id}
        return replace(self, quarantined=rest, admitted=self.admitted - {asset_id})

    def merge(self, kept: str, absorbed: str) -> Policy:
        """Two ids turned out to be one asset: the stricter standing stays."""
        quarantine = self.quarantined.get(kept) or self.quarantined.get(absorbed)
        admitted = kept in self.admitted and absorbed in self.admitted
        policy = self.forget(absorbed).forget(kept)
        if admitted:
            policy = policy.admit(frozenset({kept}))
        return policy.quarantine(kept, quarantine) if quarantine else policy

    def split(self, kept: str, new: str) -> Policy:
        """One id turned out to be two assets: the new one inherits what was decided."""
        policy = self.admit(frozenset({new})) if kept in self.admitted else self
        quarantine = self.quarantined.get(kept)
        return policy.quarantine(new, quarantine) if quarantine else policy
