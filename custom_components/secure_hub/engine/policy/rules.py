"""Rules: a decision for a scope, towards a destination, for the assets that a matcher names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from ..assets.model import Asset
from .destinations import ANY, Destination
from .scopes import Decision, PolicyError, Refusal, Scope, applicable_scopes


class MatcherKind(StrEnum):
    """What a rule knows its assets by, most specific first.

    What the owner says of a thing (label, area, class) outranks what the thing and its integration say of it (model,
    manufacturer, integration), which a hostile device is free to make up.
    """

    ASSET = "asset"
    LABEL = "label"
    AREA = "area"
    CLASS = "class"
    MODEL = "model"
    MANUFACTURER = "manufacturer"
    INTEGRATION = "integration"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True, order=True)
class Matcher:
    """Names a set of assets: those with a value of a kind.

    `value` is an asset id, a label id, an area id, an asset class, a manufacturer or an integration's domain, and
    empty for everyone; `model` only completes kind `model`, whose value is the manufacturer. Manufacturers and models
    compare without regard to case and surrounding space.
    """

    kind: MatcherKind
    value: str = ""
    model: str = ""
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Bring names into one spelling. Raises PolicyError `invalid_matcher`."""
        if self.kind in {MatcherKind.MODEL, MatcherKind.MANUFACTURER}:
            object.__setattr__(self, "value", fold(self.value))
            object.__setattr__(self, "model", fold(self.model))
        if bool(self.value) is (self.kind is MatcherKind.EVERYONE) or bool(self.model) is not (
            self.kind is MatcherKind.MODEL
        ):
            raise PolicyError(Refusal.INVALID_MATCHER, str(self.kind))
        object.__setattr__(self, "_hash", hash((self.kind, self.value, self.model)))

    def __hash__(self) -> int:
        """Hashed once: every look-up of a rule goes by matcher."""
        return self._hash


EVERYONE = Matcher(MatcherKind.EVERYONE)
"""Every governed asset."""


def fold(name: str) -> str:
    """The one spelling of a manufacturer or model."""
    return " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision of a person. `created` is in seconds since the epoch and plays no part in precedence."""

    id: str
    scope: Scope
    decision: Decision
    matcher: Matcher
    destination: Destination = ANY
    note: str = ""
    created: float = 0.0
    actor: str | None = None
    """User id of who made it, if it was a person and is known."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What permissions need to know of an asset, and nothing that changes with its addresses.

    `protected` is the translation key of why it must never be cut off, if it must not.
    """

    asset_id: str
    scopes: frozenset[Scope]
    matchers: frozenset[Matcher] = field(hash=False)
    governed: bool = True
    protected: str | None = None
    guarded: bool = False
    """It is on a guarded network, where whoever is new is held."""


def subject(asset: Asset, *, governed: bool, protected: str | None = None, guarded: bool = False) -> Subject:
    """What permissions need to know of an asset; `everyone` is everyone who is governed."""
    matchers = set(_matchers(asset))
    if governed:
        matchers.add(EVERYONE)
    return Subject(asset.id, applicable_scopes(asset), frozenset(matchers), governed, protected, guarded)


def _matchers(asset: Asset) -> Iterator[Matcher]:
    """Every matcher that names the asset, whichever of its devices it comes from."""
    yield Matcher(MatcherKind.ASSET, asset.id)
    yield Matcher(MatcherKind.CLASS, asset.classification.asset_class)
    makes = {(s.manufacturer, s.model) for s in asset.sightings} | {(asset.record.manufacturer, asset.record.model)}
    for manufacturer, model in makes:
        if manufacturer and fold(manufacturer):
            yield Matcher(MatcherKind.MANUFACTURER, manufacturer)
            if model and fold(model):
                yield Matcher(MatcherKind.MODEL, manufacturer, model)
    for sighting in asset.sightings:
        if sighting.area_id:
            yield Matcher(MatcherKind.AREA, sighting.area_id)
        if sighting.domain:
            yield Matcher(MatcherKind.INTEGRATION, sighting.domain)
        for label in sighting.labels:
            yield Matcher(MatcherKind.LABEL, label)
