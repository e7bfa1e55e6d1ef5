"""Which sets dnsmasq is to fill, and what of a device's table hangs on them."""

from ipaddress import ip_address
import re

from hypothesis import given, strategies as st

from custom_components.secure_hub.adapters.netfilter import layout
from custom_components.secure_hub.engine.firewall import named, zones
from custom_components.secure_hub.engine.firewall.named import fragment, named_places, numbered, set_stem
from custom_components.secure_hub.engine.firewall.regions import Names, Resolver, Rules, rules
from custom_components.secure_hub.engine.firewall.zones import MAX_ZONES, NO_ZONES
from custom_components.secure_hub.engine.policy.destinations import Place, parse
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind, Rule
from custom_components.secure_hub.engine.policy.scopes import Decision, PolicyError, Scope
from custom_components.secure_hub.engine.policy.tables import Entry, ScopeTable, Table

LINE = re.compile(r"nftset=/[a-z0-9._-]+/[46]#inet#t#name_[0-9a-f]{12}_[46](,[46]#inet#t#name_[0-9a-f]{12}_[46])*")


def places(*texts: str) -> tuple[Place, ...]:
    """As permissions about them have them."""
    permissions = Permissions()
    for text in texts:
        matcher = Matcher(MatcherKind.ASSET, "a")
        permissions = permissions.with_rule(Rule(text, Scope.INTERNET, Decision.ALLOW, matcher, parse(text)))
    return named_places(permissions)


def cut(default: Decision, *said: tuple[str, Decision], told: Names | None = None) -> Rules:
    """What a table means where dnsmasq tells of the names in it."""
    table = Table(((Scope.INTERNET, ScopeTable(default, tuple(Entry(parse(where), one) for where, one in said))),))
    known = numbered(places(*(where for where, _ in said)), MAX_ZONES + 1)
    return rules(table, Resolver(lambda _: frozenset(), told or {}, NO_ZONES, known))


def test_the_narrower_name_is_asked_first() -> None:
    found = places("*.example.com", "a.example.com", "example.com", "192.0.2.1", "tcp/443", "x.a.example.com tcp/80")
    assert list(map(str, found)) == ["x.a.example.com", "a.example.com", "example.com", "*.example.com"]


def test_the_fragment() -> None:
    """Dnsmasq takes the longest domain that fits, so that what is below another is in the sets of both."""
    lines = fragment(places("*.x.test", "a.x.test", "x.test"), "t").splitlines()[1:]
    exact, wide, inner = (set_stem(parse(text).places[0]) for text in ("x.test", "*.x.test", "a.x.test"))
    assert lines == [
        f"nftset=/a.x.test/4#inet#t#{inner}_4,6#inet#t#{inner}_6,4#inet#t#{wide}_4,6#inet#t#{wide}_6",
        f"nftset=/x.test/4#inet#t#{exact}_4,6#inet#t#{exact}_6,4#inet#t#{wide}_4,6#inet#t#{wide}_6",
    ]
    assert fragment((), "t").startswith("#")


@given(st.text(max_size=40) | st.from_regex(r"(\*\.)?[a-z0-9_./#,\n-]{1,20}"))
def test_nothing_but_names_is_ever_written(text: str) -> None:
    try:
        found = places(text)
    except PolicyError:
        return
    for line in fragment(found, "t").splitlines()[1:]:
        assert LINE.fullmatch(line), line


def test_a_bounded_number() -> None:
    many = places(*(f"n{number}.test" for number in range(named.MAX_NAMED + 10)))
    assert len(many) == named.MAX_NAMED == layout.NAMES_MAX
    assert zones.MAX_ZONES == layout.ZONES_MAX, "the house of the firewall imports nothing, so both say it"


def test_a_name_is_one_region() -> None:
    found = cut(Decision.DENY, ("a.test", Decision.ALLOW))
    assert [(r.zone, r.allow, r.protocols, r.ports) for r in found.regions] == [(129, True, (0, 255), (0, 65535))]


def test_a_name_below_another_has_its_own_say() -> None:
    found = cut(Decision.DENY, ("bad.x.test", Decision.DENY), ("*.x.test", Decision.ALLOW))
    assert {(r.zone, r.allow) for r in found.regions} == {(129, False), (130, True)}


def test_what_the_device_itself_was_told_goes_first() -> None:
    """One address of two names, of which it may reach one: closed, whatever others were told."""
    address = frozenset({ip_address("192.0.2.9")})
    found = cut(Decision.DENY, ("a.test", Decision.ALLOW), told={"a.test": address, "b.test": address})
    assert {(r.version, r.allow) for r in found.regions} == {(0, True), (4, False)}
