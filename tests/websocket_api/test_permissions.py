"""Commands that decide: seen before, done for each, refused one by one, and taken back."""

from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset, furnish, sets_of, sit_down_at
from tests.lab.network.lab import Lab

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
    assert await panel.asks("set_permissions", changes=changes) == {"done": [0, 1], "failed": {}}
    for one in seen["assets"]:
        told = await panel.asks("explain", asset_id=one["asset_id"], scope=one["scope"])
        assert told["decision"] == told["enforced"] == one["after"]
    back = [{**change, "decision": "default"} for change in changes]
    assert await panel.asks("set_permissions", changes=back) == {"done": [0, 1], "failed": {}}
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
    assert (await panel.asks("set_permissions", changes=[change]))["done"] == [0]
    assert (await panel.asks("explain", asset_id=camera.id, scope="internet"))["reason"] == "class"


async def test_one_that_fails_keeps_no_other_back(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera")).id
    speaker = await sit_down_at(hub, lab, "speaker")
    changes = [{"value": one, "scope": "internet", "decision": "deny"} for one in (speaker, "nobody", camera)]
    for preview in (True, False):
        told = await panel.asks("set_permissions", changes=changes, preview=preview)
        assert {key: one["translation_key"] for key, one in told["failed"].items()} == {
            "0": "asset_protected",
            "1": "asset_unknown",
        }
    assert told["done"] == [2]
    wrong = [{"value": camera, "scope": "internet", "decision": "deny", "destination": "no where"}]
    assert await panel.refused("set_permissions", changes=wrong) == "invalid_destination"
    assert await panel.refused("set_permissions", changes=[{"value": camera}]) == "invalid_format"


async def test_a_change_for_every_kind_of_set(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await furnish(hub, camera)
    for kind, (value, model) in sets_of(hub, camera).items():
        named = {"kind": kind.value, **({"value": value} if value else {}), **({"model": model} if model else {})}
        change = {**named, "scope": "lan", "decision": "deny"}
        assert (await panel.asks("set_permissions", changes=[change]))["done"] == [0]
        told = await panel.asks("explain", asset_id=asset(hub, camera).id, scope="lan")
        assert (told["decision"], told["reason"]) == ("deny", kind.value)
        (rule,) = (await panel.asks("rules"))["rules"]
        assert (rule["kind"], rule["scope"], rule["decision"], bool(rule["actor"])) == (kind.value, "lan", "deny", True)
        back = {key: rule[key] for key in ("kind", "value", "model", "scope", "destination")}
        assert (await panel.asks("set_permissions", changes=[{**back, "decision": "default"}]))["done"] == [0]
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
    for preview in (True, False):
        told = await panel.asks("set_permissions", changes=changes, preview=preview)
        refusals = {key: one["translation_key"] for key, one in told["failed"].items()}
        assert refusals == {"0": "area_unknown", "1": "label_unknown", "2": "class_unknown"}
    assert not list(hub.permissions.all_rules())


async def test_quarantine_and_release(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera, tv = (asset(hub, lab.device(name)).id for name in ("camera", "tv"))
    speaker = await sit_down_at(hub, lab, "speaker")
    told = await panel.asks("quarantine", asset_ids=[camera, speaker, tv], reason="to be sure")
    assert told["done"] == [0, 2]
    assert list(told["failed"]) == ["1"]
    assert hub.enforcement.is_contained(camera)
    assert hub.policy.quarantined[camera].actor, "it was somebody"
    assert (await panel.asks("release", asset_ids=[camera, "nobody", tv]))["done"] == [0, 2]
    assert not hub.enforcement.is_contained(camera)


async def test_profiles(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera, tv = (asset(hub, lab.device(name)).id for name in ("camera", "tv"))
    assert (await panel.asks("set_profile", asset_ids=[camera, tv], profile="local_only"))["done"] == [0, 1]
    rows = {row["id"]: row for row in (await panel.asks("assets"))["assets"]}
    assert (rows[camera]["profile"], rows[camera]["scopes"]["internet"]["decision"]) == ("local_only", "deny")
    assert (await panel.asks("set_profile", asset_ids=[camera], profile="quarantined"))["done"] == [0]
    assert hub.enforcement.is_contained(camera)
    assert (await panel.asks("set_profile", asset_ids=[camera, "nobody"], profile="default"))["done"] == [0]
    assert not hub.enforcement.is_contained(camera)
