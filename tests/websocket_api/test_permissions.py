"""Commands that decide: seen before, done or refused as a whole, and taken back."""

from collections.abc import Collection

from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.engine.enforcement import EnforcementError
from custom_components.secure_hub.engine.firewall.plan import Plan
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset, furnish, sets_of, sit_down_at
from tests.lab.network.lab import Lab
from tests.plugin import journal_of

from .conftest import Panel


async def test_what_is_previewed_is_what_becomes_true(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera, tv = (asset(hub, lab.device(name)).id for name in ("camera", "tv"))
    changes = [{"value": one, "scope": "internet", "decision": "deny"} for one in (camera, tv)]
    before = hub.permissions
    seen = await panel.asks("set_permissions", changes=changes, preview=True)
    assert hub.permissions is before, "a preview decides nothing"
    assert {(one["asset_id"], one["before"], one["after"]) for one in seen["assets"]} == {
        (camera, "allow", "deny"),
        (tv, "allow", "deny"),
    }
    assert {one["coverage"] for one in seen["assets"]} == {"full"}
    assert await panel.asks("set_permissions", changes=changes) is None
    for one in seen["assets"]:
        told = await panel.asks("explain", asset_id=one["asset_id"], scope=one["scope"])
        assert told["decision"] == told["enforced"] == one["after"]
    back = [{**change, "decision": "default"} for change in changes]
    assert await panel.asks("set_permissions", changes=back) is None
    assert (await panel.asks("explain", asset_id=camera, scope="internet"))["decision"] == "allow"


async def test_what_cannot_be_enforced_is_said_before(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera")).id
    change = {"value": camera, "scope": "share", "decision": "deny"}
    seen = await panel.asks("set_permissions", changes=[change], preview=True)
    assert [(one["after"], one["coverage"]) for one in seen["assets"]] == [("deny", "none")]


async def test_a_kind_of_device_is_one_change(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera"))
    kind = camera.classification.asset_class.value
    change = {"kind": "class", "value": kind, "scope": "internet", "decision": "deny"}
    seen = await panel.asks("set_permissions", changes=[change], preview=True)
    assert camera.id in {one["asset_id"] for one in seen["assets"]}
    assert await panel.asks("set_permissions", changes=[change]) is None
    assert (await panel.asks("explain", asset_id=camera.id, scope="internet"))["reason"] == "class"


async def test_one_that_is_refused_keeps_all_back(panel: Panel, hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    camera, tv = (asset(hub, lab.device(name)).id for name in ("camera", "tv"))
    speaker = await sit_down_at(hub, lab, "speaker")
    before, told = (hub.permissions, hub.policy), journal_of(hass)
    changes = [{"value": one, "scope": "internet", "decision": "deny"} for one in (camera, speaker, "nobody")]
    seen = await panel.asks("set_permissions", changes=changes, preview=True)
    assert {key: one["translation_key"] for key, one in seen["failed"].items()} == {
        "1": "asset_protected",
        "2": "asset_unknown",
    }
    assert await panel.refused("set_permissions", changes=changes) == "asset_protected"
    assert (await panel.refused("quarantine", asset_ids=[camera, speaker])).startswith("protected_")
    for command, fields in {"quarantine": {}, "release": {}, "set_profile": {"profile": "local_only"}}.items():
        assert await panel.refused(command, asset_ids=[camera, "nobody"], **fields) == "unknown_asset"
    wrong = [{"value": camera, "scope": "internet", "decision": "deny", "destination": "no where"}]
    assert await panel.refused("set_permissions", changes=wrong) == "invalid_destination"
    assert await panel.refused("set_permissions", changes=[{"value": camera}]) == "invalid_format"
    assert (hub.permissions, hub.policy) == before, "nothing is half applied"
    assert journal_of(hass) == told
    assert not hub.enforcement.is_contained(camera)
    # What is only found out while it is carried out undoes the whole.
    wall = hub.firewall.apply
    key = "firewall_not_read_back"
    with pytest.MonkeyPatch.context() as patch:

        async def breaks(plan: Plan, changed: Collection[str] | None) -> None:
            if set(plan.members) and hub.policy.quarantined:
                raise EnforcementError(key, "camera")
            await wall(plan, changed)

        patch.setattr(hub.firewall, "apply", breaks)
        assert await panel.refused("quarantine", asset_ids=[camera, tv]) == key
    assert (hub.permissions, hub.policy) == before
    assert [one["action"] for one in journal_of(hass)][len(told) :] == ["quarantine", "quarantine", "decision_failed"]


async def test_a_change_for_every_kind_of_set(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await furnish(hub, camera)
    for kind, (value, model) in sets_of(hub, camera).items():
        named = {"kind": kind.value, **({"value": value} if value else {}), **({"model": model} if model else {})}
        change = {**named, "scope": "lan", "decision": "deny"}
        assert await panel.asks("set_permissions", changes=[change]) is None
        told = await panel.asks("explain", asset_id=asset(hub, camera).id, scope="lan")
        assert (told["decision"], told["reason"]) == ("deny", kind.value)
        (rule,) = (await panel.asks("rules"))["rules"]
        assert (rule["kind"], rule["scope"], rule["decision"], bool(rule["actor"])) == (kind.value, "lan", "deny", True)
        back = {key: rule[key] for key in ("kind", "value", "model", "scope", "destination")}
        await panel.asks("set_permissions", changes=[{**back, "decision": "default"}])
    assert not list(hub.permissions.all_rules())
    for wrong in ({"kind": "everyone", "value": "x"}, {"kind": "model", "value": "Acme"}, {"kind": "area"}):
        changes = [{**wrong, "scope": "lan", "decision": "deny"}]
        assert await panel.refused("set_permissions", changes=changes) == "invalid_matcher"


async def test_rules_come_in_pages(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    ids = [asset(hub, device).id for device in lab.devices]
    changes = [{"value": one, "scope": "lan", "decision": "deny"} for one in ids]
    changes.append({"kind": "everyone", "scope": "lan", "decision": "deny"})
    await panel.asks("set_permissions", changes=changes)
    first = await panel.asks("rules", limit=3)
    rest = await panel.asks("rules", limit=3, after=first["after"])
    assert [rule["value"] for rule in first["rules"] + rest["rules"]] == [*sorted(ids), ""]
    assert (rest["total"], rest["after"]) == (len(ids) + 1, None)
    assert rest["rules"][-1]["problems"][0]["problem"] == "shadowed"
    assert [rule["kind"] for rule in (await panel.asks("rules", kinds=["everyone"]))["rules"]] == ["everyone"]
    assert await panel.refused("rules", after="gone") == "rule_unknown"


async def test_what_is_not_there_is_no_set(panel: Panel, hub: SecureHub) -> None:
    sets = {"area": "attic", "label": "nope", "class": "toaster"}
    changes = [{"kind": k, "value": v, "scope": "internet", "decision": "deny"} for k, v in sets.items()]
    told = await panel.asks("set_permissions", changes=changes, preview=True)
    refusals = {key: one["translation_key"] for key, one in told["failed"].items()}
    assert refusals == {"0": "area_unknown", "1": "label_unknown", "2": "class_unknown"}
    for change, key in zip(changes, refusals.values(), strict=True):
        assert await panel.refused("set_permissions", changes=[change]) == key
    assert not list(hub.permissions.all_rules())


async def test_many_are_one_decision(panel: Panel, hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    camera, tv = both = [asset(hub, lab.device(name)).id for name in ("camera", "tv")]
    before = len(journal_of(hass))
    assert await panel.asks("quarantine", asset_ids=[*both, camera], reason="to be sure") is None
    records = journal_of(hass)[before:]
    assert [(one["action"], one["asset_id"]) for one in records[:2]] == [("quarantine", camera), ("quarantine", tv)]
    assert {one["action"] for one in records[2:]} == {"enforced"}, "told of both before either was done"
    assert all(hub.enforcement.is_contained(one) for one in both)
    assert hub.policy.quarantined[camera].actor, "it was somebody"
    assert await panel.asks("release", asset_ids=both) is None
    assert not any(hub.enforcement.is_contained(one) for one in both)


async def test_profiles(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera, tv = (asset(hub, lab.device(name)).id for name in ("camera", "tv"))
    assert await panel.asks("set_profile", asset_ids=[camera, tv], profile="local_only") is None
    rows = {row["id"]: row for row in (await panel.asks("assets"))["assets"]}
    assert (rows[camera]["profile"], rows[camera]["scopes"]["internet"]["decision"]) == ("local_only", "deny")
    await panel.asks("set_profile", asset_ids=[camera], profile="quarantined")
    assert hub.enforcement.is_contained(camera)
    await panel.asks("set_profile", asset_ids=[camera], profile="default")
    assert not hub.enforcement.is_contained(camera)
