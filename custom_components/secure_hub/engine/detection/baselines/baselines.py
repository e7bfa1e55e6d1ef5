"""The envelopes of all assets, and what an asset of a known model or kind is expected to do on its first day."""

from collections.abc import Mapping
from typing import Any, Final

from ..findings import Finding, Severity
from ..observations import Observation, ObservationKind
from .envelope import Envelope, Prior

MAX_ENVELOPES: Final = 2048
VERSION: Final = 1
_REFRESH: Final = 86_400.0
_SILENCE: Final = 86_400.0
"""Seconds for which nothing may be seen of the whole home; more is a clock that was set, or nobody looked."""
_LEARNT: Final = frozenset({ObservationKind.FLOW, ObservationKind.DNS, ObservationKind.RADIO_FRAME})
_ALIKE: Final = 8
"""Others of a model, or of a kind, that are asked what is usual for it."""


class Baselines:
    """Envelopes by asset. `models` and `classes` tell the model and the kind of an asset, where they are known."""

    def __init__(self, models: Mapping[str, str] | None = None, classes: Mapping[str, str] | None = None) -> None:
        """Know no asset yet."""
        self.models: dict[str, str] = dict(models or {})
        self.classes: dict[str, str] = dict(classes or {})
        self.trusting = False
        """Whether everything that is shown is normal life because somebody said so."""
        self._envelopes: dict[str, Envelope] = {}
        self._priors: dict[tuple[bool, str], tuple[float, Prior | None]] = {}
        self._last: float | None = None

    def __len__(self) -> int:
        """Count the assets."""
        return len(self._envelopes)

    def envelope(self, asset: str) -> Envelope | None:
        """Return what is known of an asset, if anything is."""
        return self._envelopes.get(asset)

    def observe(self, seen: Observation) -> list[Finding]:
        """Take an observation into account; return what of it is unusual for its asset."""
        if seen.kind not in _LEARNT:
            return []
        self._follow(seen.time)
        envelope = self._envelopes.get(seen.asset)
        if envelope is None:
            if len(self._envelopes) >= MAX_ENVELOPES:
                del self._envelopes[next(iter(self._envelopes))]
            envelope = self._envelopes[seen.asset] = Envelope()
        prior = self._prior(seen) if envelope.is_learning(seen.time) else None
        return envelope.observe(seen, prior)

    def _follow(self, time: float) -> None:
        """Count only as lived what was: not what a clock skips that is set, nor while nobody looked."""
        last = time if self._last is None else self._last
        step = time - last
        if -_SILENCE <= step <= _SILENCE:
            self._last = max(last, time)
            return
        self._last = time
        for envelope in self._envelopes.values():
            envelope.postpone(step - _SILENCE if step > 0.0 else step)

    def suspect(self, findings: list[Finding]) -> None:
        """Let nothing be learnt of what a hallmark objected to."""
        if self.trusting:
            return
        for finding in findings:
            if finding.severity is not Severity.LOW and (envelope := self._envelopes.get(finding.asset)):
                envelope.suspect(finding.time)

    def settle(self) -> None:
        """End all learning: what was shown until now is normal life."""
        for envelope in self._envelopes.values():
            envelope.settle()

    def relearn(self, asset: str) -> None:
        """Begin anew with an asset."""
        self._envelopes.pop(asset, None)

    def merge(self, kept: str, absorbed: str) -> None:
        """Two assets turned out to be one: keep what is known longer."""
        one, other = self._envelopes.get(kept), self._envelopes.pop(absorbed, None)
        if other is not None and (one is None or (other.since or 0.0) < (one.since or 0.0)):
            self._envelopes[kept] = other

    def succeed(self, old: str, new: str) -> None:
        """Expect of `new` what `old` used to do, in place of what it showed itself."""
        known = self._envelopes.get(old)
        if known is not None and (new in self._envelopes or len(self._envelopes) < MAX_ENVELOPES):
            self._envelopes[new] = Envelope.load(known.save())

    def forget(self, keep: frozenset[str]) -> None:
        """Forget all assets but these."""
        self._envelopes = {asset: it for asset, it in self._envelopes.items() if asset in keep}

    def _prior(self, seen: Observation) -> Prior | None:
        """What others of its model do; where none is known, how much others of its kind do."""
        return self._of_alike(self.models, seen, whole=True) or self._of_alike(self.classes, seen, whole=False)

    def _of_alike(self, kinds: Mapping[str, str], seen: Observation, *, whole: bool) -> Prior | None:
        kind = kinds.get(seen.asset)
        if kind is None:
            return None
        at, prior = self._priors.get((whole, kind), (float("-inf"), None))
        if not 0.0 <= seen.time - at < _REFRESH:
            prior = self._expected(kinds, kind, seen.time, whole=whole)
            self._priors[whole, kind] = seen.time, prior
        return prior

    def _expected(self, kinds: Mapping[str, str], kind: str, time: float, *, whole: bool) -> Prior | None:
        known = [
            envelope.as_prior()
            for asset, envelope in self._envelopes.items()
            if kinds.get(asset) == kind and not envelope.is_learning(time)
        ][:_ALIKE]
        if not known:
            return None
        habits = frozenset(habit for it in known for habit in it.habits or ())
        peaks = tuple(max(peaks) for peaks in zip(*(it.peaks for it in known), strict=True))
        return Prior(habits if whole else None, peaks)

    def save(self) -> dict[str, Any]:
        """Return all of it as JSON knows it."""
        return {
            "version": VERSION,
            "last": self._last,
            "assets": {asset: it.save() for asset, it in self._envelopes.items()},
        }

    def load(self, data: Mapping[str, Any]) -> None:
        """Take over what was saved. Raises ValueError if it is something else, and is unchanged then."""
        try:
            if data["version"] != VERSION:
                raise ValueError(data["version"])
            found = {str(asset): Envelope.load(it) for asset, it in list(data["assets"].items())[:MAX_ENVELOPES]}
            last = data.get("last")  # it was not saved at first
            last = None if last is None else float(last)
        except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
            raise ValueError(str(error)) from error
        self._envelopes, self._last = found, last
