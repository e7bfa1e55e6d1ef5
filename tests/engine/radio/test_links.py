"""Which links go, and which come back."""

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.radio.links import Link, is_unwanted, to_give, to_take

HUB, BULB, REMOTE = "00:00:00:00:00:00:00:00", "00:00:00:00:00:00:00:01", "00:00:00:00:00:00:00:02"
IEEES = st.sampled_from([HUB, BULB, REMOTE, "00:00:00:00:00:00:00:03"])
LINKS = st.one_of(
    st.builds(Link, IEEES, st.integers(1, 3), group=st.integers(0, 3)),
    st.builds(Link, IEEES, st.integers(1, 3), st.integers(6, 8), group=st.integers(0, 3)),
    st.builds(Link, IEEES, st.integers(1, 3), st.integers(6, 8), target=IEEES, target_endpoint=st.integers(1, 3)),
)


def test_which_links_tie_somebody() -> None:
    member = Link(BULB, 1, group=7)
    reports = Link(BULB, 1, 6, target=HUB, target_endpoint=1)
    command = Link(REMOTE, 1, 6, target=BULB, target_endpoint=1)
    assert member.is_membership
    assert not command.is_membership
    assert to_take([command, reports, member], {BULB}, HUB) == (member, command)
    assert to_give([command, member], {BULB}, HUB) == ()
    assert to_give([command, member], set(), HUB) == (member, command)
    assert is_unwanted(command, {REMOTE}, HUB)
    assert not is_unwanted(command, {HUB}, HUB)


@given(st.frozensets(LINKS), st.frozensets(IEEES))
def test_every_link_goes_or_stays_and_the_order_is_fixed(links: frozenset[Link], isolated: frozenset[str]) -> None:
    taken, given_back = to_take(links, isolated, HUB), to_give(links, isolated, HUB)
    assert {*taken, *given_back} == links
    assert not {*taken} & {*given_back}
    assert to_take(sorted(links, key=repr, reverse=True), isolated, HUB) == taken
    assert to_take(links, frozenset(), HUB) == ()
