"""What is wrong with rules: those that are refused, those that disagree, and those that can never win."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import Final

from ..assets.model import Address, AssetClass
from .destinations import Destination, Place, PlaceKind, unmapped
from .evaluation import RULE_LAYERS, safe_scopes
from .grants import Grant
from .lists import NetworkList
from .permissions import Permissions
from .rules import Matcher, MatcherKind, Rule, Subject
from .safety import Environment, Protection
from .scopes import Decision, PolicyError, Refusal, Scope

PLACES: Mapping[Scope, frozenset[PlaceKind]] = MappingProxyType({
    Scope.INTERNET: frozenset({PlaceKind.NETWORK, PlaceKind.NAME, PlaceKind.SUFFIX, PlaceKind.LIST}),
    Scope.LAN: frozenset({PlaceKind.NETWORK, PlaceKind.NAME, PlaceKind.SUFFIX, PlaceKind.ASSET}),
    Scope.PEERS: frozenset({PlaceKind.NETWORK, PlaceKind.ASSET}),
})  # fmt: skip
"""Kinds of places that a rule of each scope may name; other scopes name none."""

MAX_REVIEWED: Final = 20_000
"""Rules beyond which nothing is reviewed: to take up and let go of so many holds everybody up."""
MAX_COMPARED: Final = 500_000
"""Pairs of rules that one review compares: a second or two."""

SERVICES = frozenset({Scope.INTERNET, Scope.LAN, Scope.PEERS, Scope.HUB})
"""Scopes whose rules may name a service."""
OWN_SERVICES = SERVICES - {Scope.INTERNET}
"""From the internet nobody opens a connection to an asset."""


@dataclass(frozen=True, slots=True)
class Premises:
    """What rules can refer to and must not harm: assets by id, lists by name, and who must never be cut off.

    `sets` are the areas and labels that there are; a kind that is not in it is taken at its word.
    """

    assets: Mapping[str, Subject] = field(default_factory=dict)
    lists: Mapping[str, NetworkList] = field(default_factory=dict)
    environment: Environment = field(default_factory=Environment)
    sets: Mapping[MatcherKind, frozenset[str]] = field(default_factory=dict)


_UNKNOWN: Final = {
    MatcherKind.AREA: Refusal.AREA_UNKNOWN,
    MatcherKind.LABEL: Refusal.LABEL_UNKNOWN,
    MatcherKind.CLASS: Refusal.CLASS_UNKNOWN,
}
_CLASSES: Final = frozenset(map(str, AssetClass))


class ProblemKind(StrEnum):
    """What a review found, as a translation key."""

    CONFLICT = "conflict"
    """Rules of equal specificity disagree about some destination; there the strictest wins."""
    SHADOWED = "shadowed"
    """The rule can never win: for each asset that it is for, one of the others wins wherever it leads."""
    DUPLICATE = "duplicate"
    """As shadowed, and the others decide the same with the same right."""
    MATCHES_NOBODY = "matches_nobody"
    """No asset is what the rule is for, or has its scope."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing found about a rule; `others` are the ids of the rules it is about, in order.

    A rule that is shadowed by no other rule is for assets that must never be cut off.
    """

    rule: str
    kind: ProblemKind
    others: tuple[str, ...] = ()


def check_rule(rule: Rule, premises: Premises) -> None:
    """Refuse what cannot or must not be said. Raises PolicyError."""
    if rule.matcher.kind is MatcherKind.ASSET:
        _check_asset(rule.matcher.value, rule.scope, rule.decision, premises)
    _check_set(rule.matcher, premises)
    _check_destination(rule.scope, rule.destination, rule.decision, premises)
    if any(place.kind is PlaceKind.ASSET and place.value == rule.matcher.value for place in rule.destination.places):
        raise PolicyError(Refusal.ASSET_ITSELF, rule.matcher.value)


def check_grant(grant: Grant, premises: Premises) -> None:
    """Refuse what cannot be granted. Raises PolicyError."""
    matcher = Matcher(MatcherKind.ASSET, grant.asset_id)
    check_rule(Rule(grant.id, grant.scope, Decision.ALLOW, matcher, grant.destination), premises)


def _check_asset(asset_id: str, scope: Scope, decision: Decision, premises: Premises) -> None:
    asset = premises.assets.get(asset_id)
    if asset is None:
        raise PolicyError(Refusal.ASSET_UNKNOWN, asset_id)
    if scope not in asset.scopes:
        raise PolicyError(Refusal.SCOPE_NOT_APPLICABLE, scope)
    if decision is not Decision.ALLOW and asset.protected is not None and scope in safe_scopes(asset.protected):
        raise PolicyError(Refusal.ASSET_PROTECTED, asset.protected)


def _check_set(matcher: Matcher, premises: Premises) -> None:
    """Refuse what is a slip of the pen: a rule for it would be for nobody. Makers and integrations may yet come."""
    known = _CLASSES if matcher.kind is MatcherKind.CLASS else premises.sets.get(matcher.kind)
    if known is not None and matcher.kind in _UNKNOWN and matcher.value not in known:
        raise PolicyError(_UNKNOWN[matcher.kind], matcher.value)


def _check_destination(scope: Scope, destination: Destination, decision: Decision, premises: Premises) -> None:
    kinds = PLACES.get(scope, frozenset())
    service = destination.service
    unheard = service is not None and scope not in (OWN_SERVICES if service.own else SERVICES)
    if len(destination.places) > 1 or unheard:
        raise PolicyError(Refusal.DESTINATION_NOT_FOR_SCOPE, destination.text)
    for place in destination.places:
        if place.kind not in kinds:
            raise PolicyError(Refusal.DESTINATION_NOT_FOR_SCOPE, destination.text)
        if place.kind is PlaceKind.ASSET and place.value not in premises.assets:
            raise PolicyError(Refusal.ASSET_UNKNOWN, place.value)
        if place.kind is PlaceKind.LIST and place.value not in premises.lists:
            raise PolicyError(Refusal.SET_UNKNOWN, place.value)
        _check_protected(place, destination, decision, premises)


def _check_protected(place: Place, destination: Destination, decision: Decision, premises: Premises) -> None:
    """Refuse a place that holds the hub, and a denied one that holds somebody else who must never be cut off.

    What an asset may do with the hub is scope `hub` alone; but a country may be allowed in which the hub is. Of the
    others a service can be denied, not the machine.
    """
    held = sorted(_held(place, premises))
    said = decision is not Decision.ALLOW
    for one, why in held:
        if why == Protection.IS_HUB and (said or place.kind is not PlaceKind.LIST):
            raise PolicyError(Refusal.CONTAINS_HUB, one)
    if held and said and destination.service is None:
        raise PolicyError(Refusal.CONTAINS_PROTECTED, held[0][0])


def _held(place: Place, premises: Premises) -> Iterator[tuple[str, str]]:
    """Who of those that must never be cut off is at a place, and why that is so."""
    if place.kind is PlaceKind.ASSET:
        if (why := premises.assets[place.value].protected) is not None:
            yield place.value, why
        return
    inside: Callable[[Address], bool]
    if place.network is not None:
        inside = place.network.__contains__
    elif place.kind is PlaceKind.LIST:
        inside = premises.lists[place.value].__contains__
    else:
        return
    yield from ((str(a), why) for a, why in premises.environment.addresses.items() if inside(unmapped(a)))


@dataclass(frozen=True, slots=True)
class Review:
    """What was found about rules, in order; `complete` is false if some combinations of rules were too many to compare.

    Of rules that are in such a combination nothing is found that could be wrong: they may win there.
    """

    problems: tuple[Problem, ...]
    complete: bool = True


def review(permissions: Permissions, subjects: Iterable[Subject], *, most: int = MAX_COMPARED) -> Review:
    """Find rules that disagree, can never win, or are for nobody.

    Coverage of one rule by several others together is not looked for. Takes O(rules^2) for each distinct combination
    of rules of a scope that some asset meets, at most `most` pairs altogether: the smaller combinations first, those of
    a size all or none; of more than MAX_REVIEWED rules nothing. Not for the event loop: it takes seconds at most.
    """
    if sum(map(len, permissions.rules.values())) > MAX_REVIEWED:
        return Review((), complete=False)
    wins: dict[str, bool] = {rule.id: False for rule in permissions.all_rules()}
    beaten: dict[str, set[str]] = defaultdict(set)
    equals: dict[str, bool] = defaultdict(lambda: True)
    met: set[str] = set()
    conflicts: set[tuple[str, str]] = set()
    complete = True
    for rules, safe, compared in _bounded(_encounters(permissions, subjects), most):
        met.update(rule.id for rule in rules)
        if not compared:
            complete = False
            wins.update((rule.id, True) for rule in rules)
            continue
        heard = () if safe else rules
        conflicts.update(_conflicts(heard))
        for rule in heard:
            winners = [other for other in heard if other is not rule and _always_beats(other, rule)]
            wins[rule.id] |= not winners
            beaten[rule.id].update(other.id for other in winners)
            equals[rule.id] &= any(_layer(o) == _layer(rule) and o.decision is rule.decision for o in winners)
    found = [Problem(rule_id, ProblemKind.MATCHES_NOBODY) for rule_id in wins.keys() - met]
    found += [
        Problem(rule_id, ProblemKind.DUPLICATE if beaten[rule_id] and equals[rule_id] else ProblemKind.SHADOWED,
                tuple(sorted(beaten[rule_id])))
        for rule_id in met if not wins[rule_id]
    ]  # fmt: skip
    found += [Problem(one, ProblemKind.CONFLICT, (other,)) for one, other in conflicts]
    return Review(tuple(sorted(found)), complete)


def _bounded(
    encounters: Iterable[tuple[Sequence[Rule], bool]], most: int
) -> Iterator[tuple[Sequence[Rule], bool, bool]]:
    """Combinations of rules, the small ones first, and whether there is time to compare them."""
    by_size: dict[int, list[tuple[Sequence[Rule], bool]]] = defaultdict(list)
    for rules, safe in encounters:
        by_size[len(rules)].append((rules, safe))
    for size, alike in sorted(by_size.items()):
        most -= size**2 * len(alike)
        yield from ((rules, safe, most >= 0) for rules, safe in alike)


def _encounters(permissions: Permissions, subjects: Iterable[Subject]) -> Iterable[tuple[Sequence[Rule], bool]]:
    """The distinct combinations of rules of one scope that some asset meets, and whether none can win there."""
    ruled = permissions.rules.keys()
    kinds = {
        (
            frozenset(subject.matchers & ruled),
            subject.scopes,
            frozenset() if subject.protected is None else frozenset(safe_scopes(subject.protected)),
        )
        for subject in subjects
    }
    found: dict[tuple[frozenset[str], bool], Sequence[Rule]] = {}
    for matchers, scopes, safe in kinds:
        by_scope: dict[Scope, list[Rule]] = defaultdict(list)
        for matcher in matchers:
            for rule in permissions.rules[matcher].values():
                if rule.scope in scopes:
                    by_scope[rule.scope].append(rule)
        for scope, rules in by_scope.items():
            found[frozenset(rule.id for rule in rules), scope in safe] = rules
    return ((rules, safe) for (_, safe), rules in found.items())


def _layer(rule: Rule) -> int:
    return RULE_LAYERS[rule.matcher.kind]


def _always_beats(one: Rule, other: Rule) -> bool:
    """Wherever the other rule leads, this one of the same scope wins over it."""
    if _layer(one) != _layer(other):
        return _layer(one) < _layer(other) and one.destination.covers(other.destination)
    return one.destination == other.destination and _rank(one) < _rank(other)


def _rank(rule: Rule) -> tuple[int, str]:
    """Among rules of equal specificity the least wins."""
    return -rule.decision.strictness, rule.id


def _conflicts(rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """Pairs of rules that disagree with the same right; the stricter first."""
    for pair in combinations(rules, 2):
        one, other = sorted(pair, key=_rank)
        if _layer(one) != _layer(other) or one.decision is other.decision:
            continue
        ranked = one.destination.narrower(other.destination) or other.destination.narrower(one.destination)
        if not ranked and one.destination.overlaps(other.destination):
            yield one.id, other.id
