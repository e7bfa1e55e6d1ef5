"""What a person said is normal: for one asset or for all, for one thing or a kind of thing, for some time."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from .findings import Finding, FindingKind

_MAX_NORMAL: Final = 256


@dataclass(frozen=True, slots=True)
class Normal:
    """One such statement. None stands for any."""

    kind: FindingKind
    asset: str | None = None
    subject: str | None = None
    until: float | None = None
    """Seconds since the epoch; None is for ever."""

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding."""
        return (
            finding.kind is self.kind
            and self.asset in {None, finding.asset}
            and self.subject in {None, finding.subject}
            and (self.until is None or finding.time < self.until)
        )


class Feedback:
    """At most so many statements; the oldest makes room."""

    def __init__(self) -> None:
        """Start with none."""
        self._normal: dict[tuple[FindingKind, str | None, str | None], Normal] = {}

    def __len__(self) -> int:
        """Count the statements."""
        return len(self._normal)

    def __iter__(self) -> Iterator[Normal]:
        """Go through them, the latest said last."""
        return iter(tuple(self._normal.values()))

    def add(self, normal: Normal) -> None:
        """Learn one; the same again takes the place of the first."""
        key = (normal.kind, normal.asset, normal.subject)
        self._normal.pop(key, None)
        if len(self._normal) >= _MAX_NORMAL:
            del self._normal[next(iter(self._normal))]
        self._normal[key] = normal

    def take_back(self, normal: Normal) -> bool:
        """Forget a statement about this kind, asset and subject, for whatever time; say whether there was one."""
        return self._normal.pop((normal.kind, normal.asset, normal.subject), None) is not None

    def is_normal(self, finding: Finding) -> bool:
        """Whether somebody said that this is normal."""
        return any(it.covers(finding) for it in self._normal.values())

    def sweep(self, now: float) -> None:
        """Forget what was said for a time that is over."""
        self._normal = {key: it for key, it in self._normal.items() if it.until is None or it.until > now}

    def clock_set(self, by: float) -> None:
        """The clock was set `by` seconds further: what was said for a time counts as long as it was said to."""
        self._normal = {
            key: it if it.until is None else replace(it, until=it.until + by) for key, it in self._normal.items()
        }

    def forget(self, asset: str) -> None:
        """Forget what was said of one asset; what was said of all goes on counting."""
        self._normal = {key: it for key, it in self._normal.items() if it.asset != asset}

    def save(self) -> list[dict[str, Any]]:
        """Return all of it."""
        return [asdict(it) for it in self._normal.values()]

    def load(self, data: list[dict[str, Any]]) -> None:
        """Take over what was saved. Raises ValueError, KeyError or TypeError if it is something else."""
        found = Feedback()
        for it in data:
            until = None if it["until"] is None else float(it["until"])
            found.add(Normal(FindingKind(it["kind"]), _text(it["asset"]), _text(it["subject"]), until))
        self._normal = found._normal


def _text(value: object) -> str | None:
    return None if value is None else str(value)
