"""A replacement that stopped is mended on the repairs page, by going on or by going back."""

from http import HTTPStatus
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.secure_hub.const import DOMAIN
from tests.plugin import journal_of
from tests.replacing import House, fall_silent, states


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    found = ir.async_get(hass).issues.values()
    return next((one for one in found if one.translation_key == "replacement_stopped"), None)


@pytest.mark.parametrize("way", ["resume", "roll_back"])
async def test_mended(  # noqa: PLR0913, PLR0917 - fixtures
    hass: HomeAssistant,
    house: House,
    hass_client: ClientSessionGenerator,
    hass_admin_user: MockUser,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()

    async def walk(step: str | None = None, flow: str = "") -> Any:
        data = {"next_step_id": step} if step else {"handler": DOMAIN, "issue_id": stopped.issue_id}
        answer = await client.post(f"/api/repairs/issues/fix{flow}", json=data)
        assert answer.status == HTTPStatus.OK
        return await answer.json()

    with monkeypatch.context() as patched:
        fall_silent(patched, membership=True)
        assert (await house.replace())["state"] == "stopped"
        stopped = issue(hass)
        assert stopped
        shown = await walk()
        assert shown["menu_options"] == ["resume", "roll_back"]
        assert shown["description_placeholders"]["old"] == "Desk lamp"
        again = await walk("resume", f"/{shown['flow_id']}")
        assert (again["type"], again["reason"]) == ("abort", "replace_stopped")
    shown = await walk()
    done = await walk(way, f"/{shown['flow_id']}")
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issue(hass) is None
    assert states(house)["in_group"] is (way == "resume")
    did = {"resume": "replace_resumed", "roll_back": "replace_rolled_back"}[way]
    assert [one["actor"] for one in journal_of(hass) if one["action"] == did][-1] == hass_admin_user.id
