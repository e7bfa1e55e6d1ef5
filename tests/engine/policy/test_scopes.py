"""Which permissions make sense for which asset."""

from ipaddress import ip_address

import pytest

from custom_components.secure_hub.engine.assets.model import Asset, AssetRecord, Identifier, IdentifierKind, Sighting
from custom_components.secure_hub.engine.policy.scopes import (
    NETWORK_SCOPES,
    Decision,
    PolicyError,
    Refusal,
    Scope,
    applicable_scopes,
)

COMMANDS = {Scope.CONTROL, Scope.REPORT, Scope.SHARE}
MAC = Identifier(IdentifierKind.MAC, "02:00:00:00:00:01")
IEEE = Identifier(IdentifierKind.IEEE, "00:11:22:33:44:55:66:77")
BLUETOOTH = Identifier(IdentifierKind.BLUETOOTH, "02:00:00:00:00:02")
REGISTRY = Identifier(IdentifierKind.REGISTRY, "hue:bulb")


@pytest.mark.parametrize(
    ("identifiers", "address", "scopes"),
    [
        ({MAC}, None, set(Scope)),
        ({REGISTRY}, "192.0.2.1", set(Scope)),
        ({IEEE}, None, COMMANDS | {Scope.PEERS}),
        ({MAC, IEEE}, None, set(Scope)),
        ({BLUETOOTH}, None, COMMANDS),
        ({REGISTRY}, None, COMMANDS),
    ],
)
def test_applicable_scopes(identifiers: set[Identifier], address: str | None, scopes: set[Scope]) -> None:
    addresses = frozenset({ip_address(address)} if address else ())
    sighting = Sighting("test", frozenset(identifiers), addresses=addresses)
    asset = Asset(AssetRecord("a", frozenset(identifiers), "thing", 0.0), (sighting,))
    assert applicable_scopes(asset) == scopes


def test_every_scope_is_about_packets_or_commands() -> None:
    assert set(Scope) == NETWORK_SCOPES | COMMANDS


def test_deny_is_stricter_than_ask_than_allow() -> None:
    assert sorted(Decision, key=lambda decision: decision.strictness) == [Decision.ALLOW, Decision.ASK, Decision.DENY]


def test_an_error_says_what_it_was_about() -> None:
    error = PolicyError(Refusal.CONTAINS_HUB, "192.0.2.1")
    assert (error.key, error.detail, str(error)) == ("contains_hub", "192.0.2.1", "contains_hub: 192.0.2.1")
    assert str(PolicyError(Refusal.MALFORMED)) == "malformed"
