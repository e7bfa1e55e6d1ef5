"""Rows: kept while nothing changes, and never when something did."""

from functools import partial

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.secure_hub.engine.choices import set_permission, set_profile
from custom_components.secure_hub.engine.policy.destinations import ANY
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import Matcher, MatcherKind
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.told import asset_row
from custom_components.secure_hub.websocket_api import rows as module
from tests.faces import asset, device_id
from tests.lab.network.lab import Lab


async def rows(hub: SecureHub) -> dict[str, dict[str, object]]:
    """Every row by id."""
    return {row["id"]: row async for row in module.async_rows(hub, (*hub.assets, "nobody"))}


async def test_a_row_is_worked_out_once(hub: SecureHub, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await rows(hub)
    assert set(first) == set(hub.assets)
    monkeypatch.setattr("custom_components.secure_hub.hub.pauses.SLICE_S", -1.0)
    monkeypatch.setattr(module, "asset_row", lambda *_: pytest.fail("nothing changed"))
    assert await rows(hub) == first


async def test_what_changed_is_worked_out_anew(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera")).id
    assert (await rows(hub))[camera]["standing"] == "admitted"
    await hub.async_quarantine(camera, actor=None)
    assert (await rows(hub))[camera]["standing"] == "quarantined"
    dr.async_get(hass).async_update_device(device_id(hub, lab.device("camera")), name_by_user="Porch")
    assert (await rows(hub))[camera]["name"] == "Porch"


async def test_what_many_have_in_common_is_true_of_each(hub: SecureHub, lab: Lab) -> None:
    camera, tv, speaker, plug = (asset(hub, lab.device(name)).id for name in ("camera", "tv", "speaker", "plug"))

    async def each_is_as_if_it_were_alone() -> dict[str, dict[str, object]]:
        found = await rows(hub)
        assert found == {asset_id: asset_row(hub, asset_id) for asset_id in hub.assets}
        return found

    alike = await each_is_as_if_it_were_alone()
    assert alike[camera]["scopes"] is alike[tv]["scopes"], "worked out once"
    await hub.async_quarantine(camera, actor=None)
    await hub.async_decide(partial(set_profile, asset_id=tv, profile=Profile.LOCAL_ONLY, actor=None))
    said = Matcher(MatcherKind.ASSET, speaker)
    choose = partial(set_permission, matcher=said, scope=Scope.INTERNET, decision=Decision.ALLOW, destination=ANY)
    await hub.async_decide(partial(choose, actor=None, now=0.0, rule_id="rule"))
    different = await each_is_as_if_it_were_alone()
    assert len({str(different[one]["scopes"]) for one in (camera, tv, speaker, plug)}) == 4
