"""The tables of the whole home, kept up to date: a change costs what it touches, not what there is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..persistent import PersistentMap, differing
from .evaluation import Situation
from .model import Standing
from .profiles import Profile
from .rules import Matcher, MatcherKind, Subject
from .scopes import Scope
from .tables import Said, ScopeTable, Table, compile_table

type _Kind = tuple[frozenset[Scope], bool, bool, str | None, bool, Standing, Profile | None, frozenset[Matcher]]

_MAX_KNOWN = 50_000


class Compiler:
    """Tables by asset id. Not for several threads at once; a refused change leaves everything as it was."""

    def __init__(self, situation: Situation) -> None:
        """Begin with nobody."""
        self._situation = situation
        self._subjects: dict[str, Subject] = {}
        self._matched: dict[Matcher, set[str]] = defaultdict(set)
        self._tables: PersistentMap[str, Table] = PersistentMap()
        self._known: dict[Said, ScopeTable] = {}

    @property
    def tables(self) -> Mapping[str, Table]:
        """What was compiled."""
        return self._tables

    def classes(self) -> Mapping[Table, frozenset[str]]:
        """Assets that may do the same, by what they may do."""
        groups: dict[Table, set[str]] = defaultdict(set)
        for asset_id, table in self._tables.items():
            groups[table].add(asset_id)
        return {table: frozenset(members) for table, members in groups.items()}

    def move(self, situation: Situation, subjects: Iterable[Subject] = (), gone: Iterable[str] = ()) -> frozenset[str]:
        """Compile what differs from the last situation, for new and changed subjects, and without those gone.

        Returns the ids of assets whose table changed, came or went. Raises PolicyError `too_many_exceptions`.
        """
        moved = {subject.asset_id: subject for subject in subjects if self._subjects.get(subject.asset_id) != subject}
        left = self._subjects.keys() & set(gone) - moved.keys()
        touched = (self._touched(situation) | moved.keys()) - left
        fresh = self._compiled(situation, (moved.get(asset_id) or self._subjects[asset_id] for asset_id in touched))
        changed = {asset_id for asset_id, table in fresh.items() if self._tables.get(asset_id) != table}
        for asset_id in (*left, *moved):
            self._unlink(asset_id)
        for subject in moved.values():
            self._subjects[subject.asset_id] = subject
            for matcher in subject.matchers:
                self._matched[matcher].add(subject.asset_id)
        self._tables = self._tables.merged({asset_id: fresh[asset_id] for asset_id in changed}, left)
        self._situation = situation
        return frozenset(changed | left)

    def _unlink(self, asset_id: str) -> None:
        subject = self._subjects.pop(asset_id, None)
        for matcher in subject.matchers if subject else ():
            self._matched[matcher].discard(asset_id)
            if not self._matched[matcher]:
                del self._matched[matcher]

    def _compiled(self, situation: Situation, subjects: Iterable[Subject]) -> dict[str, Table]:
        """Compile; assets of which nothing is said in person are compiled once for each kind of them."""
        if len(self._known) > _MAX_KNOWN:
            self._known.clear()
        ruled = situation.permissions.rules.keys()
        kinds: dict[_Kind, Table] = {}
        tables: dict[str, Table] = {}
        for subject in subjects:
            if _in_person(subject, situation):
                tables[subject.asset_id] = compile_table(subject, situation, self._known)
                continue
            kind = _kind(subject, situation, frozenset(subject.matchers & ruled))
            table = kinds.get(kind)
            if table is None:
                table = kinds[kind] = compile_table(subject, situation, self._known)
            tables[subject.asset_id] = table
        return tables

    def _touched(self, situation: Situation) -> set[str]:
        """Assets of which the new situation says something else."""
        before, after = self._situation, situation
        old, new = before.permissions, after.permissions
        if (old.home, old.lockdown, before.policy.newcomers) != (new.home, new.lockdown, after.policy.newcomers):
            return set(self._subjects)
        touched: set[str] = set()
        if before.policy is not after.policy:
            touched |= before.policy.admitted ^ after.policy.admitted
            touched |= before.policy.quarantined.keys() ^ after.policy.quarantined.keys()
        touched.update(differing(old.grants, new.grants))
        touched.update(differing(old.profiles, new.profiles))
        touched.update(differing(old.allow_lists, new.allow_lists))
        for grant in new.all_grants():
            if grant.active(before.now) is not grant.active(after.now):
                touched.add(grant.asset_id)
        for matcher in differing(old.rules, new.rules):
            touched |= self._matched.get(matcher, set())
        return touched & self._subjects.keys()


def _in_person(subject: Subject, situation: Situation) -> bool:
    """Something is said of this very asset, beyond its profile and standing."""
    permissions = situation.permissions
    return (
        subject.asset_id in permissions.grants
        or subject.asset_id in permissions.allow_lists
        or Matcher(MatcherKind.ASSET, subject.asset_id) in permissions.rules
    )


def _kind(subject: Subject, situation: Situation, matchers: frozenset[Matcher]) -> _Kind:
    """All that an asset's table depends on if nothing is said of it in person."""
    policy = situation.policy
    return (
        subject.scopes,
        subject.governed,
        subject.guarded,
        subject.protected,
        subject.asset_id in policy.quarantined,
        policy.standing(subject.asset_id),
        situation.permissions.profiles.get(subject.asset_id),
        matchers,
    )
