"""What a hub remembers, as an example."""

from custom_components.secure_hub.adapters.storage_codec import (
    Decided,
)
from custom_components.secure_hub.engine.assets.model import AssetClass, AssetRecord, Identifier, IdentifierKind
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.grants import Grant
from custom_components.secure_hub.engine.policy.model import Policy, Quarantine
from custom_components.secure_hub.engine.policy.permissions import Allowed, Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind, Rule
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope

A, B = "a" * 32, "b" * 32
MAC = Identifier(IdentifierKind.MAC, "02:00:00:00:00:01")
CAMERA = AssetRecord(A, frozenset({MAC}), "Camera", 1.5, "ACME", "C1", AssetClass.CAMERA, 2.5)
PERMITTED = (
    Permissions(home=Profile.LOCAL_ONLY, lockdown=True)
    .with_profile(A, Profile.RESTRICTED)
    .with_rule(Rule("r1", Scope.INTERNET, Decision.DENY, Matcher(MatcherKind.ASSET, A), note="why", created=3.5))
    .with_grant(Grant("g1", A, Scope.LAN, 99.5, parse("tcp/80"), once=True, actor="user", created=1.5))
    .with_allow_list(A, (Allowed(Scope.INTERNET, parse("*.example.com tcp/443")),))
)
DECIDED = Decided(Policy(admitted=frozenset({A}), quarantined={B: Quarantine(12.5, "user", "scan")}), PERMITTED)
NOTHING = Decided(Policy())
