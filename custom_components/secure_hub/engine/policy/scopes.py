"""What a permission is about, what it can say, and which permissions make sense for an asset."""

from enum import StrEnum

from ..assets.model import Asset, IdentifierKind


class Decision(StrEnum):
    """What a permission says; `ask` holds back until a person has answered."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"

    @property
    def strictness(self) -> int:
        """0 for allow, 1 for ask, 2 for deny: where nothing else separates two rules the higher one wins."""
        return _STRICTNESS[self]


_STRICTNESS = {Decision.ALLOW: 0, Decision.ASK: 1, Decision.DENY: 2}


class Scope(StrEnum):
    """What a permission is about. Every packet and every command belongs to exactly one scope."""

    INTERNET = "internet"
    """Addresses outside the home, and questions to the home's own name server."""
    LAN = "lan"
    """Machines of the home that are not governed: computers, phones, storage, the gateway itself."""
    PEERS = "peers"
    """Other governed assets, by IP, or by a direct Zigbee binding or group."""
    HUB = "hub"
    """Services on the machine that runs Home Assistant, and its connections to the asset."""
    CONTROL = "control"
    """Home Assistant and its users commanding the asset."""
    REPORT = "report"
    """The asset's data entering Home Assistant."""
    SHARE = "share"
    """The asset's data leaving Home Assistant for third parties: cloud assistants and the like."""


NETWORK_SCOPES = frozenset({Scope.INTERNET, Scope.LAN, Scope.PEERS, Scope.HUB})
"""Scopes about packets; the rest is about commands and data."""

_COMMAND_SCOPES = frozenset(Scope) - NETWORK_SCOPES


class Refusal(StrEnum):
    """Why something asked of the policy cannot be: a translation key."""

    SCOPE_NOT_APPLICABLE = "scope_not_applicable"
    INVALID_MATCHER = "invalid_matcher"
    INVALID_DESTINATION = "invalid_destination"
    INVALID_SERVICE = "invalid_service"
    INVALID_NETWORK = "invalid_network"
    INVALID_NAME = "invalid_name"
    INVALID_ASSET = "invalid_asset"
    INVALID_SET = "invalid_set"
    DESTINATION_TOO_LONG = "destination_too_long"
    DESTINATION_NOT_FOR_SCOPE = "destination_not_for_scope"
    CONTAINS_HUB = "contains_hub"
    CONTAINS_PROTECTED = "contains_protected"
    ASSET_PROTECTED = "asset_protected"
    ASSET_UNKNOWN = "asset_unknown"
    ASSET_ITSELF = "asset_itself"
    SET_UNKNOWN = "set_unknown"
    AREA_UNKNOWN = "area_unknown"
    LABEL_UNKNOWN = "label_unknown"
    CLASS_UNKNOWN = "class_unknown"
    RULE_UNKNOWN = "rule_unknown"
    LIST_TOO_LONG = "list_too_long"
    ALLOW_LIST_TOO_LONG = "allow_list_too_long"
    TOO_MANY_RULES = "too_many_rules"
    TOO_MANY_GRANTS = "too_many_grants"
    TOO_MANY_EXCEPTIONS = "too_many_exceptions"
    LIMIT_OUT_OF_RANGE = "limit_out_of_range"
    NOT_LIMITABLE = "not_limitable"
    MALFORMED = "malformed"


class PolicyError(ValueError):
    """Something asked of the policy cannot be: nothing was changed.

    `detail` says what it was about: the part that cannot be read, an address, an id.
    """

    def __init__(self, key: Refusal, detail: str = "") -> None:
        """Keep key and detail for whoever tells the user."""
        super().__init__(f"{key}: {detail}" if detail else key)
        self.key = key
        self.detail = detail


def applicable_scopes(asset: Asset) -> frozenset[Scope]:
    """Scopes that mean something for an asset.

    An asset with a network interface or an IP address has all of them; one with a Zigbee radio has `peers` and the
    command scopes; what has neither (Bluetooth, a thing known only to another integration) the command scopes alone.
    """
    scopes = _COMMAND_SCOPES
    if asset.values(IdentifierKind.MAC) or asset.addresses:
        scopes |= NETWORK_SCOPES
    if asset.values(IdentifierKind.IEEE):
        scopes |= {Scope.PEERS}
    return scopes
