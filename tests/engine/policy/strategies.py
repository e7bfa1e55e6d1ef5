"""Rule sets small enough that rules meet, overlap and disagree all the time."""

from ipaddress import ip_address, ip_network

from hypothesis import strategies as st

from custom_components.secure_hub.engine.policy.destinations import (
    Destination,
    Place,
    asset_place,
    list_place,
    name_place,
    network_place,
    target,
)
from custom_components.secure_hub.engine.policy.evaluation import Situation
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.limits import Limit
from custom_components.secure_hub.engine.policy.model import Newcomers, Policy, Quarantine
from custom_components.secure_hub.engine.policy.permissions import Allowed, Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import EVERYONE, Matcher, MatcherKind, Rule, Subject
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.service import Protocol, Service

NOW = 1_800_000_000.0
ASSETS = ("a0", "a1", "a2")
NETWORKS = ("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "2001:db8::/32", "2001:db8::1/128")
NAMES = ("x.example", "*.x.example", "y.x.example", "*.example", "example", "other.test")
LISTS = ("nl", "ads")
ADDRESSES = ("10.1.2.3", "10.1.2.4", "10.9.9.9", "192.0.2.1", "2001:db8::1", "2001:db8::2", "fe80::1")

places: st.SearchStrategy[Place] = st.one_of(
    st.sampled_from(NETWORKS).map(ip_network).map(network_place),
    st.sampled_from(NAMES).map(name_place),
    st.sampled_from(ASSETS).map(asset_place),
    st.sampled_from(LISTS).map(list_place),
)
ports = st.integers(1, 6)
services: st.SearchStrategy[Service] = st.one_of(
    st.sampled_from(Protocol).map(Service),
    st.builds(
        lambda protocol, one, other, own: Service(protocol, min(one, other), max(one, other), own),
        st.sampled_from([Protocol.TCP, Protocol.UDP]),
        ports,
        ports,
        st.booleans(),
    ),
)
destinations: st.SearchStrategy[Destination] = st.builds(
    lambda place, service: Destination((place,) if place else (), service), st.none() | places, st.none() | services
)
targets: st.SearchStrategy[Destination] = st.builds(
    lambda address, names, asset_id, lists, protocol, port, own: target(
        address=ip_address(address), names=names, asset_id=asset_id, lists=lists, protocol=protocol, port=port, own=own
    ),
    st.sampled_from(ADDRESSES),
    st.lists(st.sampled_from([name for name in NAMES if "*" not in name]), max_size=3),
    st.none() | st.sampled_from(ASSETS),
    st.sets(st.sampled_from(LISTS)),
    st.none() | st.sampled_from(Protocol),
    st.none() | ports,
    st.booleans(),
)
"""Far ends of packets."""

MATCHERS = (
    Matcher(MatcherKind.ASSET, "a0"),
    Matcher(MatcherKind.ASSET, "a1"),
    Matcher(MatcherKind.LABEL, "kitchen"),
    Matcher(MatcherKind.LABEL, "guests"),
    Matcher(MatcherKind.AREA, "attic"),
    Matcher(MatcherKind.CLASS, "camera"),
    Matcher(MatcherKind.MODEL, "Acme", "One"),
    Matcher(MatcherKind.MANUFACTURER, "Acme"),
    Matcher(MatcherKind.INTEGRATION, "esphome"),
    EVERYONE,
)
SCOPES = (Scope.INTERNET, Scope.PEERS, Scope.CONTROL)
"""Few, so that rules meet."""

rules: st.SearchStrategy[Rule] = st.builds(
    Rule,
    id=st.integers(0, 999).map("r{}".format),
    scope=st.sampled_from(SCOPES),
    decision=st.sampled_from(Decision),
    matcher=st.sampled_from(MATCHERS),
    destination=destinations,
    note=st.text(max_size=20),
    created=st.floats(0, 2e9),
)
rule_lists = st.lists(rules, max_size=12, unique_by=lambda rule: rule.id)
grants: st.SearchStrategy[Grant] = st.builds(
    Grant,
    id=st.integers(0, 99).map("g{}".format),
    asset_id=st.sampled_from(ASSETS),
    scope=st.sampled_from(SCOPES),
    expires=st.sampled_from([NOW - 1, NOW, NOW + 1]),
    destination=destinations,
    once=st.booleans(),
    actor=st.none() | st.just("user"),
)
amounts = st.none() | st.integers(1_000, 1_000_000_000)
limits = st.tuples(amounts, amounts).filter(any).map(lambda pair: Limit(*pair))
allowed = st.builds(Allowed, st.sampled_from(SCOPES), destinations)


def permissions_of(rule_list: list[Rule], **rest: object) -> Permissions:
    """Permissions with these rules, put in one by one."""
    permissions = Permissions(**rest)  # type: ignore[arg-type]
    for rule in rule_list:
        permissions = permissions.with_rule(rule)
    return permissions


@st.composite
def permission_sets(draw: st.DrawFn) -> Permissions:
    """Any permissions."""
    permissions = permissions_of(
        draw(rule_lists),
        profiles=draw(st.dictionaries(st.sampled_from(ASSETS), st.sampled_from(Profile))),
        allow_lists=draw(
            st.dictionaries(st.sampled_from(ASSETS), st.lists(allowed, min_size=1, max_size=4).map(tuple))
        ),
        home=draw(st.sampled_from(Profile)),
        lockdown=draw(st.booleans()),
        limits=draw(st.dictionaries(st.sampled_from(ASSETS), limits)),
    )
    for grant in draw(st.lists(grants, max_size=3, unique_by=lambda grant: grant.id)):
        permissions = permissions.with_grant(grant)
    return permissions


policies: st.SearchStrategy[Policy] = st.builds(
    Policy,
    newcomers=st.sampled_from(Newcomers),
    admitted=st.frozensets(st.sampled_from(ASSETS)),
    quarantined=st.dictionaries(st.sampled_from(ASSETS), st.just(Quarantine(0.0, None, "test")), max_size=1),
)
situations: st.SearchStrategy[Situation] = st.builds(Situation, policies, permission_sets(), st.just(NOW))


@st.composite
def subject_sets(draw: st.DrawFn) -> Subject:
    """Any asset with all scopes; now and then protected or not governed."""
    asset_id = draw(st.sampled_from(ASSETS))
    governed = draw(st.booleans())
    kinds = {m for m in MATCHERS if m.kind not in {MatcherKind.ASSET, MatcherKind.EVERYONE}}
    matchers = draw(st.sets(st.sampled_from(sorted(kinds)))) | {Matcher(MatcherKind.ASSET, asset_id)}
    protected = draw(st.sampled_from([None, None, None, "is_gateway", "is_hub"]))
    everyone = {EVERYONE} if governed else set()
    return Subject(
        asset_id, frozenset(Scope), frozenset(matchers | everyone), governed, protected, guarded=draw(st.booleans())
    )
