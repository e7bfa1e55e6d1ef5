"""The actions that say what devices may do: what they do, what they answer, and what they refuse."""

import asyncio
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import area_registry as ar
import pytest
from pytest_homeassistant_custom_component.common import MockUser
import voluptuous as vol

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.policy import grants
from custom_components.secure_hub.engine.policy.rules import MatcherKind
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually

from .faces import asset, device_id, furnish, sets_of, sit_down_at
from .plugin import actions_of, journal_of


async def ask(hass: HomeAssistant, action: str, **data: Any) -> None:
    """Perform an action of ours as an automation does."""
    await hass.services.async_call(DOMAIN, action, data, blocking=True)


async def explained(hass: HomeAssistant, hub: SecureHub, lab: Lab, device: str, **data: Any) -> dict[str, Any]:
    """What the hub says of one device."""
    found = lab.device(device)
    answer = await hass.services.async_call(
        DOMAIN, "explain", {"device_id": device_id(hub, found), **data}, blocking=True, return_response=True
    )
    assert answer
    told: dict[str, Any] = answer["assets"][asset(hub, found).id]  # type: ignore[index,call-overload,assignment]
    return told


async def test_a_rule_with_a_destination_is_narrower(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    ids = [device_id(hub, lab.device("camera"))]
    await ask(hass, "set_permission", device_id=ids, scope="internet", decision="deny")
    await ask(
        hass,
        "set_permission",
        device_id=ids,
        scope="internet",
        decision="allow",
        destination="*.example.com tcp/443",
    )
    general = await explained(hass, hub, lab, "camera", scope="internet")
    assert (general["decision"], general["reason"]) == ("deny", "asset")
    assert [one["destination"] for one in general["exceptions"]] == ["*.example.com tcp/443"]
    assert general["overrode"][0]["layer"] == "home"
    inside = await explained(hass, hub, lab, "camera", scope="internet", destination="api.example.com tcp/443")
    assert inside["decision"] == "allow"
    assert inside["winner"]["kind"] == "asset"
    # Taken back, the general rule stands alone.
    await ask(
        hass,
        "set_permission",
        device_id=ids,
        scope="internet",
        decision="default",
        destination="*.example.com tcp/443",
    )
    inside = await explained(hass, hub, lab, "camera", scope="internet", destination="api.example.com tcp/443")
    assert inside["decision"] == "deny"


FIELDS = {
    MatcherKind.ASSET: "device_id",
    MatcherKind.AREA: "area_id",
    MatcherKind.LABEL: "label_id",
    MatcherKind.MODEL: "manufacturer",
}
"""Fields of `set_permission` whose names are not those of the kind."""


async def test_every_set_of_devices_is_spoken_to_as_one(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await furnish(hub, camera)
    for kind, (value, model) in sets_of(hub, camera).items():
        by_hand = {MatcherKind.ASSET: device_id(hub, camera), MatcherKind.EVERYONE: True}.get(kind, value)
        fields = {FIELDS.get(kind, kind.value): by_hand, **({"model": model} if model else {})}
        await ask(hass, "set_permission", **fields, scope="lan", decision="deny")
        assert (await explained(hass, hub, lab, "camera", scope="lan"))["reason"] == kind.value
        tv = await explained(hass, hub, lab, "tv", scope="lan")
        assert tv["decision"] == ("deny" if kind is MatcherKind.EVERYONE else "allow"), kind
        record = [one for one in journal_of(hass) if one["action"] == "set_permission"][-1]
        assert record.get("details", {}).get("kind", "asset") == kind.value
        assert record.get("details", {}).get("model", "") == model.casefold()
        voice = (await explained(hass, hub, lab, "camera", scope="lan"))["winner"]
        assert (voice["kind"], voice.get("model", "")) == (kind.value, model.casefold())
        await ask(hass, "set_permission", **fields, scope="lan", decision="default")
    assert not list(hub.permissions.all_rules())


async def test_every_rule_is_found_again_with_what_is_odd_about_it(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, hass_admin_user: MockUser
) -> None:
    camera = lab.device("camera")
    await furnish(hub, camera)
    context = Context(user_id=hass_admin_user.id)
    for data in (
        {"device_id": device_id(hub, camera), "decision": "deny"},
        {"area_id": "porch", "decision": "allow"},
        {"manufacturer": "Acme", "model": "Cam Two", "decision": "allow"},
    ):
        await hass.services.async_call(
            DOMAIN, "set_permission", {"scope": "internet", **data}, blocking=True, context=context
        )
    told: Any = await hass.services.async_call(DOMAIN, "list_rules", {}, blocking=True, return_response=True)
    assert (told["total"], told["after"], told["reviewed"]) == (3, None, True)
    first, area, model = told["rules"]
    assert (first["kind"], first["value"], first["problems"]) == ("asset", asset(hub, camera).id, [])
    assert (area["kind"], area["name"]) == ("area", "Porch")
    assert area["problems"] == [{"problem": "shadowed", "others": [first["id"]]}]
    assert (model["kind"], model["value"], model["model"]) == ("model", "acme", "cam two")
    assert model["problems"] == [{"problem": "matches_nobody", "others": []}]
    assert {one["actor"] for one in told["rules"]} == {hass_admin_user.id}


async def test_an_area_or_label_that_is_not_there_is_a_slip(
    hass: HomeAssistant, hub: SecureHub, area_registry: ar.AreaRegistry
) -> None:
    before = hub.permissions
    for wrong, key in (({"area_id": "no_such_area"}, "area_unknown"), ({"label_id": "nope"}, "label_unknown")):
        with pytest.raises(ServiceValidationError) as refusal:
            await ask(hass, "set_permission", **wrong, scope="internet", decision="deny")
        assert refusal.value.translation_key == key
    assert hub.permissions is before
    attic = area_registry.async_create("Attic").id
    await ask(hass, "set_permission", area_id=attic, scope="internet", decision="deny")
    area_registry.async_delete(attic)
    await ask(hass, "set_permission", area_id=attic, scope="internet", decision="default")
    assert not list(hub.permissions.all_rules()), "what was said of an area that is gone can be taken back"


async def test_a_grant_ends_by_itself(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = lab.device("camera")
    await ask(hass, "set_profile", device_id=device_id(hub, camera), profile="local_only")
    assert (await explained(hass, hub, lab, "camera", scope="internet"))["reason"] == "profile"
    monkeypatch.setattr(grants, "UNUSED_ONCE", grants.timedelta(seconds=1))
    await ask(hass, "grant", device_id=device_id(hub, camera), scope="internet", duration="once")
    told = await explained(hass, hub, lab, "camera", scope="internet")
    assert (told["decision"], told["reason"]) == ("allow", "grant")
    await eventually(lambda: "grant_expired" in actions_of(hass), 10)
    told = await explained(hass, hub, lab, "camera", scope="internet")
    assert (told["decision"], told["reason"]) == ("deny", "profile")
    assert not list(hub.permissions.all_grants())


async def test_a_grant_is_taken_back_and_outlives_a_restart_before(
    hass: HomeAssistant, hub: SecureHub, lab: Lab
) -> None:
    ids = device_id(hub, lab.device("camera"))
    await ask(hass, "set_profile", device_id=ids, profile="local_only")
    await ask(hass, "grant", device_id=ids, scope="internet", duration="1_hour")
    await ask(hass, "grant", device_id=ids, scope="share", duration="until_tonight")
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    hub = hub.entry.runtime_data
    assert (await explained(hass, hub, lab, "camera", scope="internet"))["reason"] == "grant"
    await ask(hass, "revoke", device_id=ids, scope="internet")
    assert (await explained(hass, hub, lab, "camera", scope="internet"))["reason"] == "profile"
    assert (await explained(hass, hub, lab, "camera", scope="share"))["reason"] == "grant"
    head = hub.journal.status.head
    await ask(hass, "revoke", device_id=ids, scope="internet")
    assert hub.journal.status.head == head, "nothing was changed, so nothing is told"
    await ask(hass, "revoke", device_id=ids)
    assert not list(hub.permissions.all_grants())


async def test_always_is_a_rule(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    ids = device_id(hub, lab.device("camera"))
    await ask(hass, "set_profile", device_id=ids, profile="local_only")
    await ask(hass, "grant", device_id=ids, scope="internet", duration="always", destination="192.0.2.7 udp/53")
    told = await explained(hass, hub, lab, "camera", scope="internet", destination="192.0.2.7 udp/53")
    assert (told["decision"], told["reason"]) == ("allow", "asset")
    await asyncio.sleep(0)
    assert not list(hub.permissions.all_grants())


async def test_who_is_forgotten_leaves_no_permission(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera"))
    await ask(hass, "set_profile", device_id=device_id(hub, lab.device("camera")), profile="local_only")
    assert camera.id in hub.permissions.named()
    await hub.async_quarantine(camera.id, actor=None)
    assert hub.permissions.profiles[camera.id] == "local_only", "quarantine takes nothing of what was said before"
    await hub.async_release(camera.id, actor=None)
    assert (await explained(hass, hub, lab, "camera", scope="internet"))["reason"] == "profile"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"scope": "internet", "destination": "256.1.1.1"}, "invalid_network"),
        ({"scope": "internet", "destination": "tcp/99999"}, "invalid_service"),
        ({"scope": "internet", "destination": "a b c"}, "invalid_destination"),
        ({"scope": "internet", "destination": "-.com"}, "invalid_name"),
        ({"scope": "internet", "destination": "set:nowhere"}, "set_unknown"),
        ({"scope": "peers", "destination": "example.com"}, "destination_not_for_scope"),
        ({"scope": "lan", "destination": "asset:00000000000000000000000000000000"}, "asset_unknown"),
        ({"scope": "lan", "destination": "10.0.0.0/8"}, "contains_hub"),
        ({"scope": "lan", "class": "toaster"}, "class_unknown"),
        ({"scope": "lan", "manufacturer": " "}, "invalid_matcher"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_what_cannot_be_said_is_refused_and_changes_nothing(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, wrong: dict[str, Any], key: str
) -> None:
    head, before = hub.journal.status.head, hub.permissions
    with pytest.raises(ServiceValidationError) as refusal:
        await ask(hass, "set_permission", device_id=device_id(hub, lab.device("camera")), decision="deny", **wrong)
    assert refusal.value.translation_key == key
    assert hub.permissions is before
    assert hub.journal.status.head == head


@pytest.mark.parametrize(
    ("action", "wrong"),
    [
        ("set_permission", {"scope": "internet", "decision": "deny"}),
        ("set_permission", {"device_id": "x", "scope": "everything", "decision": "deny"}),
        ("set_permission", {"device_id": "x", "scope": "internet", "decision": "perhaps"}),
        ("set_permission", {"device_id": "x", "scope": "internet", "decision": "deny", "destination": "x" * 321}),
        ("set_permission", {"area_id": ["x"] * 1001, "scope": "internet", "decision": "deny"}),
        ("set_permission", {"everyone": False, "scope": "internet", "decision": "deny"}),
        ("set_permission", {"model": "x", "scope": "internet", "decision": "deny"}),
        ("set_permission", {"manufacturer": ["x", "y"], "model": "z", "scope": "internet", "decision": "deny"}),
        ("set_profile", {"device_id": "x", "profile": "admin"}),
        ("grant", {"device_id": "x", "scope": "internet", "duration": "1 year"}),
        ("revoke", {"device_id": []}),
    ],
)
@pytest.mark.usefixtures("hub")
async def test_what_makes_no_sense_is_refused(hass: HomeAssistant, action: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(vol.Invalid):
        await ask(hass, action, **wrong)


async def test_one_device_that_cannot_refuses_for_all(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    """The camera comes first and could be; the television cannot, so nothing is done."""
    ids = [device_id(hub, lab.device(name)) for name in ("camera", "tv")]
    to_itself = {"scope": "lan", "destination": f"asset:{await sit_down_at(hub, lab, 'tv')}"}
    head, decided = hub.journal.status.head, (hub.policy, hub.permissions)
    for action, data in (
        ("set_permission", {**to_itself, "decision": "allow"}),
        ("grant", {**to_itself, "duration": "1_hour"}),
        ("grant", {**to_itself, "duration": "always"}),
        ("set_profile", {"profile": "quarantined"}),
        ("set_limit", {"rate": 5}),
        ("quarantine", {}),
    ):
        with pytest.raises(ServiceValidationError):
            await ask(hass, action, device_id=ids, **data)
        assert (hub.policy, hub.permissions) == decided, action
    assert hub.journal.status.head == head


async def test_several_devices_are_one_change_and_each_is_told(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    names = ("camera", "tv", "plug")
    ids = [device_id(hub, lab.device(name)) for name in names]
    await ask(hass, "set_permission", device_id=ids, scope="internet", decision="deny")
    await ask(hass, "set_profile", device_id=ids, profile="local_only")
    for name in names:
        told = await explained(hass, hub, lab, name, scope="internet")
        assert (told["enforced"], told["reason"]) == ("deny", "asset")
    told_of = [one.get("asset_id") for one in journal_of(hass) if one["action"] == "set_permission"]
    assert told_of == [asset(hub, lab.device(name)).id for name in names]
    await ask(hass, "set_profile", device_id=ids, profile="quarantined")
    assert all(hub.enforcement.is_contained(asset(hub, lab.device(name)).id) for name in names)
    await ask(hass, "release", device_id=ids)
    assert not any(hub.enforcement.is_contained(asset(hub, lab.device(name)).id) for name in names)
