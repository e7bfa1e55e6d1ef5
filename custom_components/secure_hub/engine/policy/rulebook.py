"""All rules: by matcher, as evaluation asks for them, and by id, as people change them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..persistent import PersistentMap
from .rules import Matcher, Rule

_NONE: Final[Mapping[Matcher, Mapping[str, Rule]]] = MappingProxyType({})


class RuleBook(PersistentMap[Matcher, Mapping[str, Rule]]):
    """Rules by matcher and id; no group is empty, and an id is in one group only.

    Never changes: a change makes a new book, which costs one group and not the home.
    """

    __slots__ = ("matchers",)

    matchers: PersistentMap[str, Matcher]
    """The group that each id is in."""

    def __init__(
        self, groups: Mapping[Matcher, Mapping[str, Rule]] = _NONE, matchers: PersistentMap[str, Matcher] | None = None
    ) -> None:
        """Take over groups; O(rules) unless `matchers` are known."""
        super().__init__(groups)
        if matchers is None:
            matchers = PersistentMap((rule_id, matcher) for matcher, group in groups.items() for rule_id in group)
        self.matchers = matchers

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of an id."""
        matcher = self.matchers.get(rule_id)
        return None if matcher is None else self[matcher][rule_id]

    def with_rule(self, rule: Rule) -> RuleBook:
        """Add a rule, in place of one with the same id."""
        old = self.matchers.get(rule.id)
        if old is not None and old != rule.matcher:
            return self.without(rule.id).with_rule(rule)
        group = {**self.get(rule.matcher, {}), rule.id: rule}
        matchers = self.matchers if old else self.matchers.merged({rule.id: rule.matcher})
        return RuleBook(self.merged({rule.matcher: group}), matchers)

    def without(self, rule_id: str) -> RuleBook:
        """Take a rule away, if it is there."""
        matcher = self.matchers.get(rule_id)
        if matcher is None:
            return self
        group = {name: rule for name, rule in self[matcher].items() if name != rule_id}
        groups = self.merged({matcher: group}) if group else self.merged({}, (matcher,))
        return RuleBook(groups, self.matchers.merged({}, (rule_id,)))
