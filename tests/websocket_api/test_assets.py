"""Commands about assets: pages that miss nobody, one in full, and why."""

from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab

from .conftest import Panel


async def test_pages_miss_nobody(panel: Panel, hub: SecureHub) -> None:
    found: list[str] = []
    page = await panel.asks("assets", limit=2)
    found += [row["id"] for row in page["assets"]]
    while page["after"]:
        page = await panel.asks("assets", limit=2, after=page["after"])
        assert len(page["assets"]) <= 2
        found += [row["id"] for row in page["assets"]]
    assert found == sorted(hub.assets)
    assert page["total"] == len(found)
    assert await panel.refused("assets", limit=10_000) == "invalid_format"


async def test_a_row_says_what_holds(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera"))
    rows = {row["id"]: row for row in (await panel.asks("assets"))["assets"]}
    row = rows[camera.id]
    assert (row["governed"], row["standing"], row["contained"], row["coverage"]) == (True, "admitted", False, "full")
    assert row["scopes"]["internet"] == {"said": "default", "decision": "allow", "exceptions": 0, "enforced": "allow"}
    assert row["scopes"]["share"]["enforced"] == "not_enforceable"


async def test_one_asset_in_full(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera"))
    change = {"value": camera.id, "scope": "internet", "decision": "deny"}
    await panel.asks("set_permissions", changes=[change])
    await panel.asks("grant", asset_id=camera.id, scope="internet", duration="1_hour", destination="192.0.2.0/24")
    await panel.asks("quarantine", asset_ids=[camera.id], reason="it scanned")
    told = await panel.asks("asset", asset_id=camera.id)
    assert {"kind": "mac", "value": lab.device("camera").mac} in told["identifiers"]
    assert [(rule["scope"], rule["decision"]) for rule in told["rules"]] == [("internet", "deny")]
    assert [grant["destination"] for grant in told["grants"]] == ["192.0.2.0/24"]
    assert told["quarantine"]["reason"] == "it scanned"
    assert told["verdicts"]["internet"]["reason"] == "quarantine"
    assert "asset" in {voice["layer"] for voice in told["verdicts"]["internet"]["overrode"]} | {"asset"}
    assert told["verdicts"]["internet"]["enforced"] == "deny"
    assert await panel.refused("asset", asset_id="nobody") == "unknown_asset"


async def test_why_one_destination(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera"))
    await panel.asks("grant", asset_id=camera.id, scope="internet", duration="1_hour", destination="192.0.2.0/24")
    await panel.asks("set_permissions", changes=[{"value": camera.id, "scope": "internet", "decision": "deny"}])
    there = await panel.asks("explain", asset_id=camera.id, scope="internet", destination="192.0.2.7")
    elsewhere = await panel.asks("explain", asset_id=camera.id, scope="internet")
    assert (there["decision"], there["reason"]) == ("allow", "grant")
    assert (elsewhere["decision"], elsewhere["reason"]) == ("deny", "asset")
    assert await panel.refused("explain", asset_id=camera.id, scope="internet", destination="no where") == (
        "invalid_destination"
    )
    await panel.asks("revoke", asset_id=camera.id)
    there = await panel.asks("explain", asset_id=camera.id, scope="internet", destination="192.0.2.7")
    assert there["decision"] == "deny"
