"""A file compiles to rules that accept exactly the flows it lists, in any order and after an export too."""

from random import Random
from typing import Any

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.manifests.allow_list import allow_list
from custom_components.secure_hub.engine.manifests.evaluate import accepts
from custom_components.secure_hub.engine.manifests.export import export
from custom_components.secure_hub.engine.manifests.mud import parse

from .documents import EVERY_FLOW, documents, encoded
from .oracle import HOME, oracle

_RANDOMS = st.integers(0, 2**32).map(Random)
_SAMPLE = 500


@given(documents(), _RANDOMS)
def test_rules_accept_exactly_what_the_file_lists(document: dict[str, Any], random: Random) -> None:
    profile = parse(encoded(document))
    assert profile.problems == ()
    for flow in random.sample(EVERY_FLOW, _SAMPLE):
        assert accepts(profile.rules, flow, HOME) is oracle(document, flow, HOME), flow


@given(documents(), _RANDOMS)
def test_an_allow_list_means_the_same_in_any_order(document: dict[str, Any], random: Random) -> None:
    rules, left_out = allow_list(parse(encoded(document)).rules)
    shuffled = random.sample(rules, len(rules))
    for flow in random.sample(EVERY_FLOW, _SAMPLE):
        accepted = accepts(shuffled, flow, HOME)
        if left_out:
            assert not accepted or oracle(document, flow, HOME), flow
        else:
            assert accepted is oracle(document, flow, HOME), flow


@given(documents(), _RANDOMS)
def test_an_exported_file_means_the_same(document: dict[str, Any], random: Random) -> None:
    profile = parse(encoded(document))
    again = parse(export(profile.rules, profile.description))
    assert again.problems == ()
    assert again.description == profile.description
    for flow in random.sample(EVERY_FLOW, _SAMPLE):
        assert accepts(again.rules, flow, HOME) is oracle(document, flow, HOME), flow
