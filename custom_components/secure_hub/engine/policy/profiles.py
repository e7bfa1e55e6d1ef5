"""Profiles: a decision for every scope under one name, as a table."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from .scopes import NETWORK_SCOPES, Decision, Scope

_ALLOW, _ASK, _DENY = Decision.ALLOW, Decision.ASK, Decision.DENY


class Profile(StrEnum):
    """Profiles that ship."""

    TRUSTED = "trusted"
    LOCAL_ONLY = "local_only"
    CLOUD_ONLY = "cloud_only"
    """Internet, but nothing in the home."""
    RESTRICTED = "restricted"
    """The hub, and what the asset's manifest or learned allow-list says."""
    ASK = "ask"
    QUARANTINED = "quarantined"
    """Nothing. Outranks every rule and grant, like quarantine itself."""


def _row(*decisions: Decision) -> Mapping[Scope, Decision]:
    return MappingProxyType(dict(zip(Scope, decisions, strict=True)))


# Columns are the scopes in the order of their definition.
#                           internet lan     peers   hub     control report  share
PROFILES: Mapping[Profile, Mapping[Scope, Decision]] = MappingProxyType({
    Profile.TRUSTED: _row(_ALLOW, _ALLOW, _ALLOW, _ALLOW, _ALLOW, _ALLOW, _ALLOW),
    Profile.LOCAL_ONLY: _row(_DENY, _ALLOW, _ALLOW, _ALLOW, _ALLOW, _ALLOW, _DENY),
    Profile.CLOUD_ONLY: _row(_ALLOW, _DENY, _DENY, _DENY, _ALLOW, _ALLOW, _ALLOW),
    Profile.RESTRICTED: _row(_DENY, _DENY, _DENY, _ALLOW, _ALLOW, _ALLOW, _DENY),
    Profile.ASK: _row(_ASK, _ASK, _ASK, _ALLOW, _ALLOW, _ALLOW, _ASK),
    Profile.QUARANTINED: _row(_DENY, _DENY, _DENY, _DENY, _DENY, _DENY, _DENY),
})  # fmt: skip
"""What each profile says of each scope."""

LOCKDOWN: Mapping[Scope, Decision] = MappingProxyType(
    dict.fromkeys((Scope.INTERNET, Scope.LAN, Scope.PEERS, Scope.SHARE), _DENY)
)
"""What lockdown says of every governed asset; of other scopes it says nothing, so that the home stays in hand."""

HELD: Mapping[Scope, Decision] = MappingProxyType(dict.fromkeys(sorted(NETWORK_SCOPES), _DENY))
"""What a newcomer with a network interface meets until a person has decided."""

HELD_BY_RADIO: Mapping[Scope, Decision] = MappingProxyType(
    dict.fromkeys((Scope.PEERS, Scope.CONTROL, Scope.REPORT), _DENY)
)
"""What a newcomer of the radio alone meets: the Zigbee gate lets no frame of it through, either way."""
