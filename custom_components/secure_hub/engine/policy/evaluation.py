"""What an asset may do, which voice decided it, and whom that voice overrode.

Everything that has something to say about an asset and a scope is a *voice*: a decision, a destination and the layer it
speaks from. Of the voices whose destination covers what is asked, only those of the highest layer count; of these, one
gives way to another with a narrower destination; of those that remain, the strictest wins. Adding a deny can therefore
never allow more: within a layer, whoever it silences was silenced by something narrower already or is less strict.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from .destinations import ANY, Destination
from .model import Policy, Standing
from .permissions import Permissions
from .profiles import HELD, HELD_BY_RADIO, LOCKDOWN, PROFILES, Profile
from .rules import Matcher, MatcherKind, Subject
from .safety import Protection
from .scopes import NETWORK_SCOPES, Decision, PolicyError, Refusal, Scope


class Layer(IntEnum):
    """Where a voice speaks from; the lowest number is heard. The lower-case name is a translation key."""

    SAFETY = 0
    QUARANTINE = 1
    LOCKDOWN = 2
    NEWCOMER = 3
    """The firewall holds a newcomer whatever was said: only letting it in changes that."""
    GRANT = 4
    ASSET = 5
    LABEL = 6
    AREA = 7
    CLASS = 8
    MODEL = 9
    MANUFACTURER = 10
    INTEGRATION = 11
    EVERYONE = 12
    PROFILE = 13
    HOME = 14
    UNGOVERNED = 15


RULE_LAYERS = {kind: Layer[kind.name] for kind in MatcherKind}


class Voice(NamedTuple):
    """One thing that has something to say.

    `source` is the id of a rule or grant, the name of a profile or of an entry of the asset's allow-list, or the reason
    of a protection or quarantine.
    """

    scope: Scope
    layer: Layer
    decision: Decision
    destination: Destination
    source: str
    matcher: Matcher | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and why.

    `reason` is a translation key, the lower-case name of the winner's layer. `overrode` are voices that would have
    decided otherwise, highest layer first. `exceptions` are voices that decide otherwise for part of what was asked;
    a question about a single packet has none.
    """

    decision: Decision
    winner: Voice
    reason: str
    overrode: tuple[Voice, ...] = ()
    exceptions: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """All that was decided, at one moment (`now` in seconds since the epoch)."""

    policy: Policy
    permissions: Permissions
    now: float


def explain(asset: Subject, scope: Scope, destination: Destination, situation: Situation) -> Verdict:
    """What an asset may do towards a destination, and why.

    The destination is a region or one packet's far end (`destinations.target`); `ANY` asks in general. Where it lies
    in named lists, `lists.enriched` has to say so first. Raises PolicyError `scope_not_applicable`.
    """
    if scope not in asset.scopes:
        raise PolicyError(Refusal.SCOPE_NOT_APPLICABLE, scope)
    said = [voice for voice in voices(asset, situation) if voice.scope is scope]
    verdicts = (_judge(said, alternative) for alternative in destination.alternatives())
    return max(verdicts, key=lambda verdict: verdict.decision.strictness)


def _judge(said: Sequence[Voice], destination: Destination) -> Verdict:
    heard = sorted((v for v in said if v.destination.covers(destination)), key=_order)
    winner = _winner([voice for voice in heard if voice.layer is heard[0].layer])
    return Verdict(
        winner.decision,
        winner,
        winner.layer.name.lower(),
        tuple(voice for voice in heard if voice.decision is not winner.decision),
        tuple(sorted((v for v in said if _partly_beats(v, winner, destination)), key=_order)),
    )


def _winner(layer: Sequence[Voice]) -> Voice:
    """The strictest of the voices that no narrower one silences; the first in order of equals."""
    left = [v for v in layer if not any(other.destination.narrower(v.destination) for other in layer)]
    return max(left, key=lambda voice: voice.decision.strictness)


def _order(voice: Voice) -> tuple[int, str, str]:
    return voice.layer, voice.destination.text, voice.source


def _partly_beats(voice: Voice, winner: Voice, destination: Destination) -> bool:
    """The voice decides otherwise for part of the destination."""
    if voice.decision is winner.decision or voice.layer > winner.layer or voice.destination.covers(destination):
        return False
    if not voice.destination.overlaps(destination) or not voice.destination.overlaps(winner.destination):
        return False
    if voice.layer < winner.layer or voice.destination.narrower(winner.destination):
        return True
    stricter = voice.decision.strictness > winner.decision.strictness
    return stricter and not winner.destination.narrower(voice.destination)


def voices(asset: Subject, situation: Situation) -> Iterator[Voice]:
    """Everything that has something to say about an asset; for every scope at least one voice speaks of anywhere."""
    permissions = situation.permissions
    profile = permissions.profiles.get(asset.asset_id)
    if asset.protected is not None:
        yield from _table(asset, Layer.SAFETY, safe_scopes(asset.protected), asset.protected)
    if asset.asset_id in situation.policy.quarantined or profile is Profile.QUARANTINED:
        yield from _table(asset, Layer.QUARANTINE, PROFILES[Profile.QUARANTINED], Profile.QUARANTINED)
    if permissions.lockdown and asset.governed:
        yield from _table(asset, Layer.LOCKDOWN, LOCKDOWN, "lockdown")
    if (asset.governed or asset.guarded) and situation.policy.standing(asset.asset_id) is Standing.HELD:
        held = HELD if Scope.HUB in asset.scopes else HELD_BY_RADIO
        yield from _table(asset, Layer.NEWCOMER, held, Standing.HELD)
    for grant in permissions.grants.get(asset.asset_id, {}).values():
        if grant.active(situation.now) and grant.scope in asset.scopes:
            yield Voice(grant.scope, Layer.GRANT, Decision.ALLOW, grant.destination, grant.id)
    yield from _rules(asset, permissions)
    if profile is not None:
        yield from _profile(asset, Layer.PROFILE, profile, permissions)
    if asset.governed:
        yield from _profile(asset, Layer.HOME, permissions.home, permissions)
    else:
        yield from _table(asset, Layer.UNGOVERNED, PROFILES[Profile.TRUSTED], "ungoverned")


def safe_scopes(protected: str) -> Mapping[Scope, Decision]:
    """Scopes that nobody can take from a protected asset: its packets; of hub and coordinator everything."""
    everything = protected in {Protection.IS_HUB, Protection.IS_COORDINATOR}
    return dict.fromkeys(Scope if everything else sorted(NETWORK_SCOPES), Decision.ALLOW)


def _rules(asset: Subject, permissions: Permissions) -> Iterator[Voice]:
    for matcher in asset.matchers:
        group = permissions.rules.get(matcher)
        if group is None:
            continue
        layer = RULE_LAYERS[matcher.kind]
        for rule in group.values():
            if rule.scope in asset.scopes:
                yield Voice(rule.scope, layer, rule.decision, rule.destination, rule.id, matcher)


def _profile(asset: Subject, layer: Layer, profile: Profile, permissions: Permissions) -> Iterator[Voice]:
    yield from _table(asset, layer, PROFILES[profile], profile)
    if profile is Profile.RESTRICTED:
        for allowed in permissions.allow_lists.get(asset.asset_id, ()):
            if allowed.scope in asset.scopes:
                yield Voice(allowed.scope, layer, Decision.ALLOW, allowed.destination, allowed.source or profile)


def _table(asset: Subject, layer: Layer, table: Mapping[Scope, Decision], source: str) -> Iterable[Voice]:
    return (Voice(scope, layer, table[scope], ANY, source) for scope in table if scope in asset.scopes)
