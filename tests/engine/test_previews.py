"""What is previewed is what deciding comes to, whatever is wished."""

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.assets.model import Asset, AssetRecord, Identifier, IdentifierKind
from custom_components.secure_hub.engine.choices import set_permission
from custom_components.secure_hub.engine.decisions import decide
from custom_components.secure_hub.engine.home import Home, Networks, compiled
from custom_components.secure_hub.engine.policy.compiler import Compiler
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.evaluation import Situation
from custom_components.secure_hub.engine.policy.model import Newcomers, Policy
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, subject
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Scope
from custom_components.secure_hub.engine.previews import Wish, preview

NOW = 1_000_000.0
NAMES = ("a", "b", "c")
MATCHERS = (*(Matcher(MatcherKind.ASSET, name) for name in (*NAMES, "nobody")), EVERYONE)
wishes = st.builds(
    Wish,
    st.sampled_from(MATCHERS),
    st.sampled_from(Scope),
    st.sampled_from((None, *Decision)),
    st.sampled_from(("any", "192.0.2.0/24")).map(parse),
)


def home() -> Home:
    assets = {}
    for number, name in enumerate(NAMES):
        identifier = Identifier(IdentifierKind.MAC, f"02:00:00:00:00:0{number}")
        assets[name] = Asset(AssetRecord(name, frozenset({identifier}), name, 0.0))
    policy, permissions = Policy(newcomers=Newcomers.ALLOW), Permissions()
    subjects = {name: subject(one, governed=name != "c") for name, one in assets.items()}
    tables = compiled(None, policy, permissions, subjects, NOW)
    return Home(assets, policy, permissions, subjects=subjects, tables=tables, governed=frozenset(("a", "b")))


@given(st.lists(wishes, max_size=8))
def test_a_preview_is_what_deciding_comes_to(wanted: list[Wish]) -> None:
    before = after = home()
    compiler, refused = Compiler(Situation(before.policy, before.permissions, NOW)), set[int]()
    for number, wish in enumerate(wanted):
        try:
            change = set_permission(
                after,
                wish.matcher,
                wish.scope,
                wish.decision,
                wish.destination,
                actor=None,
                now=NOW,
                rule_id=str(number),
            )
        except PolicyError:
            refused.add(number)
            continue
        after = decide(after, change, compiler, Networks(), NOW)
    seen = preview(before, wanted, NOW)
    assert set(seen.refused) == refused
    told = {(one.asset_id, one.scope): (one.before, one.after) for one in seen.differences}
    for asset_id, table in after.tables.items():
        for scope, one in table.scopes:
            was = before.tables[asset_id].scope(scope)
            assert was
            assert told.get((asset_id, scope), (was.default, was.default)) == (was.default, one.default)
