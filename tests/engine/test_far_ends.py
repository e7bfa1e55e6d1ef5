"""What is known of an address: lists, names and owner, bounded whatever a device asks for."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from custom_components.secure_hub.engine import far_ends
from custom_components.secure_hub.engine.far_ends import known, shared_names
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.lists import NetworkList
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.tables import Entry, ScopeTable, Table

from .test_home import FIRST, MACS, id_of, seen

PLAIN = seen(FIRST, *MACS)
CAMERA, TV = (id_of(PLAIN, mac) for mac in MACS[:2])
TV_AT = str(next(iter(PLAIN.plan.members[TV].addresses)))
CDN, OWN = ip_address("203.0.113.9"), ip_address("203.0.113.10")
ALLOWED = Table(((Scope.INTERNET, ScopeTable(Decision.DENY, (Entry(parse("*.good.example"), Decision.ALLOW),))),))
HOME = replace(
    PLAIN,
    tables={**PLAIN.tables, CAMERA: ALLOWED},
    names={
        CAMERA: {
            "a.good.example": frozenset({CDN, OWN}),
            "b.good.example": frozenset({OWN}),
            "bad.example": frozenset({CDN}),
            "no_name!": frozenset({CDN}),
        }
    },
    lists={"nl": NetworkList([ip_network("203.0.113.0/24")])},
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("203.0.113.9", "203.0.113.9 a.good.example bad.example set:nl"),
        ("203.0.113.10 tcp/443", "203.0.113.10 a.good.example b.good.example set:nl tcp/443"),
        ("203.0.113.8/31", "203.0.113.8/31 set:nl"),
        ("198.51.100.1", "198.51.100.1"),
        (TV_AT, f"{TV_AT} asset:{TV}"),
        ("a.good.example", "a.good.example"),
        ("any", "any"),
    ],
)
def test_what_is_known(asked: str, found: str) -> None:
    assert known(HOME, CAMERA, parse(asked)).text == found


def test_an_address_of_several_minds_is_told() -> None:
    assert shared_names(HOME, CAMERA, Scope.INTERNET) == {
        CDN: {"a.good.example": Decision.ALLOW, "bad.example": Decision.DENY}
    }
    assert shared_names(HOME, CAMERA, Scope.LAN) == {}
    assert shared_names(HOME, TV, Scope.INTERNET) == {}


def test_no_more_names_are_judged_than_are_bearable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_ends, "MAX_JUDGED", 2)
    assert shared_names(HOME, CAMERA, Scope.INTERNET) == {}, "the bad one is the third"
