"""Commands about replacing one device by another."""

import pytest

from custom_components.secure_hub.adapters.device_pages import PAGE_GONE, PageError
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab

from .conftest import Panel


async def test_a_device_takes_anothers_place(
    panel: Panel, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (asset(hub, lab.device(name)).id for name in ("plug", "speaker"))
    await panel.asks("set_profile", asset_ids=[old], profile="local_only")
    planned = await panel.asks("replace/plan", old=old, new=new)
    assert [step["step"] for step in planned["steps"]][:2] == ["permissions", "device"]
    assert (await panel.asks("replace/list"))["replacements"] == []

    def stop(*_: object) -> None:
        raise PageError(PAGE_GONE, "plug")

    with monkeypatch.context() as patch:
        patch.setattr("custom_components.secure_hub.adapters.device_pages._update_device", stop)
        stopped = await panel.asks("replace/start", old=old, new=new)
    assert (stopped["state"], stopped["done"], stopped["error"]) == ("stopped", 1, PAGE_GONE)
    assert {key: stopped[key] for key in planned} == planned
    assert (await panel.asks("replace/list"))["replacements"] == [stopped]
    assert (await panel.asks("asset", asset_id=old))["replacement"] == stopped
    figures = {key: value for key, value in stopped.items() if key not in {"steps", "not_carried_over"}}
    assert (await panel.asks("overview"))["replacements"] == [figures]
    assert await panel.refused("replace/plan", old=old, new=new) == "replace_under_way"
    back = await panel.asks("replace/roll_back", asset_id=old)
    assert (back["state"], back["done"]) == ("rolled_back", 0)
    assert new not in hub.permissions.profiles

    with monkeypatch.context() as patch:
        patch.setattr("custom_components.secure_hub.adapters.device_pages._update_device", stop)
        await panel.asks("replace/start", old=old, new=new)
    done = await panel.asks("replace/resume", asset_id=old)
    assert (done["state"], done["done"]) == ("done", done["number"])
    assert hub.permissions.profiles[new].value == "local_only"
    assert await panel.refused("replace/resume", asset_id=old) == "replace_not_under_way"


async def test_what_makes_no_sense_is_refused(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    plug = asset(hub, lab.device("plug")).id
    assert await panel.refused("replace/start", old=plug, new=plug) == "replace_same_device"
    assert await panel.refused("replace/start", old=plug, new="nobody") == "unknown_asset"
    assert await panel.refused("replace/roll_back", asset_id=plug) == "replace_not_under_way"
