"""Only administrators change anything: every way in that the registries know of is tried by everybody else.

Nothing is listed by hand: an action, a control entity, a websocket command or a view that is added without a denial
makes these tests fail, and so does one that they do not know how to try.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
import json
import time
from typing import Any, Final

from aiohttp import WSMsgType
from aiohttp.test_utils import TestClient
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.components import websocket_api
from homeassistant.components.http import HomeAssistantView
from homeassistant.core import Context, HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import area_registry as ar, entity_registry as er, label_registry as lr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import CLIENT_ID, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator
import voluptuous as vol
import yaml

from custom_components.secure_hub.adapters.device_pages import PAGE_GONE, PageError
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.model import Ask, Kind, Want
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.websocket_api import COMMANDS
from tests.engine.manifests.documents import document, encoded
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually

from .faces import asset, device_id
from .translated import INTEGRATION

FIELDS: Final[Mapping[str, Any]] = yaml.safe_load((INTEGRATION / "services.yaml").read_text())
type Enter = Callable[[str], Awaitable[tuple[TestClient[Any, Any], Any]]]

ZIGBEE: Final = {
    "cluster": 6,
    "code": "83FED3407A939723A5C639B26916D505C3B5",
    "endpoint": 1,
    "group": 16,
    "ieee": "00:11:22:33:44:55:66:77",
    "seconds": 60,
    "target_endpoint": 1,
}
"""Fields of actions about the radio."""
NEEDS_ZIGBEE: Final = {
    f"{DOMAIN}.{name}"
    for name in ("ban", "unban", "list_bindings", "remove_binding", "permit_with_install_code", "close_network")
}
"""What an administrator is let through to, and then told that there is no radio here."""
REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
EVERYBODY_ELSE: Final = (GROUP_ID_USER, GROUP_ID_READ_ONLY)


@dataclass(frozen=True)
class Attempt:
    """One thing that somebody may try to have done."""

    action: str
    data: Mapping[str, Any] = field(default_factory=dict)
    answers: bool = False

    @property
    def path(self) -> str:
        """Where the REST API takes it."""
        return f"/api/services/{self.action.replace('.', '/')}{'?return_response' if self.answers else ''}"

    @property
    def command(self) -> dict[str, Any]:
        """The websocket command for it."""
        domain, _, name = self.action.partition(".")
        command = {"type": "call_service", "domain": domain, "service": name, "service_data": dict(self.data)}
        return command | ({"return_response": True} if self.answers else {})


SAMPLES: Final[Mapping[str, Any]] = {
    **ZIGBEE,
    "answered": True,
    "owner": [],
    "quarantine": False,
    "until": "2030-01-01 00:00:00",
    "allow_unsigned": False,
    "dry_run": True,
    "area_id": ["porch"],
    "controllers": {"urn:example:server": "192.0.2.7"},
    "confirm": True,
    "days": 3,
    "decision": "deny",
    "destination": "any",
    "duration": "1_hour",
    "everywhere": False,
    "finding": "beacon",
    "class": ["camera"],
    "everyone": True,
    "integration": ["onvif"],
    "label_id": ["suspicious"],
    "manufacturer": ["Example"],
    "model": ["Cam 1"],
    "manifest": encoded(document()).decode(),
    "now": True,
    "profile": "local_only",
    "quota": 5,
    "rate": 50,
    "reason": "because",
    "scope": "internet",
    "allow_downgrade": True,
}
"""A value for each field of an action that needs no home."""


def attempts(hub: SecureHub, lab: Lab) -> Iterator[Attempt]:
    """Every action of ours, with every field filled in, and every action on every entity of ours."""
    waiting = iter(hub.requests.book.pending)
    samples = dict(SAMPLES) | {"device_id": [device_id(hub, lab.device("camera"))]}
    for name, action in hub.hass.services.async_services_for_domain(DOMAIN).items():
        fields = (FIELDS.get(name) or {}).get("fields", {})
        answers = action.supports_response is not SupportsResponse.NONE
        if "request_id" in fields:  # each can be answered once
            samples["request_id"] = next(waiting)
        if "old_device_id" in fields:
            old = "camera" if "new_device_id" in fields else "tv"
            samples["old_device_id"] = device_id(hub, lab.device(old))
            samples["new_device_id"] = next(
                device_id(hub, one) for one in reversed(lab.devices) if one.name not in {"camera", "tv"}
            )
        yield Attempt(f"{DOMAIN}.{name}", {key: samples[key] for key in fields}, answers)
    entities = er.async_entries_for_config_entry(er.async_get(hub.hass), hub.entry.entry_id)
    # The hub's own come last: what they decide is about everybody.
    for entity in sorted(entities, key=lambda one: one.unique_id.startswith(hub.entry.entry_id)):
        if entity.disabled or entity.domain == "calendar":  # which can only be read, as states can
            continue
        for domain in (entity.domain, "homeassistant") if entity.domain == "switch" else (entity.domain,):
            for name in hub.hass.services.async_services_for_domain(domain):
                if domain != "homeassistant" or name in {"turn_on", "turn_off", "toggle"}:
                    state = hub.hass.states.get(entity.entity_id)
                    option = {"option": state.attributes["options"][-1]} if name == "select_option" and state else {}
                    yield Attempt(f"{domain}.{name}", {"entity_id": entity.entity_id, **option})


def commands(hass: HomeAssistant) -> Iterator[dict[str, Any]]:
    """Every websocket command of ours."""
    for name in hass.data[websocket_api.DOMAIN]:
        if name.startswith(f"{DOMAIN}/"):
            yield {"type": name}


FILLED_IN: Final[Mapping[str, Any]] = {
    "answer": "deny",
    "asset_id": "camera",
    "asset_ids": ["camera"],
    "changes": [{"value": "camera", "scope": "internet", "decision": "deny"}],
    "days": 1,
    "duration": "1_hour",
    "finding": "beacon",
    "incident_id": "incident",
    "new": "camera",
    "old": "plug",
    "owners": [],
    "profile": "local_only",
    "reason": "because",
    "replace/resume asset_id": "tv",
    "replace/roll_back asset_id": "tv",
    "request_id": "one",
    "request_ids": ["other"],
    "scope": "internet",
}
"""A value for each field that a command must have, or of one command alone."""


def filled_in(ids: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """Every websocket command of ours with the fields that it must have; `ids` says what the names above are."""
    for command in COMMANDS:
        names = [str(key) for key in command.fields if isinstance(key, vol.Required)]
        fields = {name: FILLED_IN.get(f"{command.name} {name}", FILLED_IN.get(name)) for name in names}
        text = json.dumps({"type": command.type, **fields})
        for name, known in (ids or {}).items():
            text = text.replace(f'"{name}"', f'"{known}"')
        yield json.loads(text)


async def user_in(hass: HomeAssistant, group: str) -> User:
    """Return a new user of a group."""
    found = await hass.auth.async_get_group(group)
    return MockUser(groups=[found]).add_to_hass(hass)


async def token_of(hass: HomeAssistant, user: User) -> str:
    """Log a user in."""
    return hass.auth.async_create_access_token(await hass.auth.async_create_refresh_token(user, CLIENT_ID))


def all_there_is(hub: SecureHub) -> tuple[Any, ...]:
    """Return what nobody else may change: decisions, journal, what was read back, and what is shown."""
    # Home Assistant itself notes when a button was pressed, before it asks the button.
    states = hub.hass.states.async_all(("select", "switch"))
    shown = {state.entity_id: (state.state, dict(state.attributes)) for state in states}
    decided = hub.policy, hub.permissions, hub.home.trial, hub.requests.book, hub.people.ownership
    return *decided, hub.monitoring.normal, hub.journal.status, hub.firewall.held(), shown


async def let_in_by_http(client: TestClient[Any, Any], tries: Iterable[Attempt]) -> list[str]:
    """Return what the REST API did not refuse."""
    found = []
    for one in tries:
        answer = await client.post(one.path, json=dict(one.data))
        if answer.status not in REFUSED:
            found.append(f"{one.action} {dict(one.data)}: {answer.status}")
    return found


async def let_in_by_websocket(socket: Any, messages: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what the websocket API did not refuse, be it only because it did not understand."""
    found = []
    for message in messages:
        await socket.send_json_auto_id(dict(message))
        answer = await socket.receive_json()
        error = answer.get("error", {})
        # an action's error comes with the code of any error, and with the name of this one
        if error.get("code") != websocket_api.ERR_UNAUTHORIZED and error.get("message") != "Unauthorized":
            found.append(f"{message}: {answer}")
    return found


async def let_in_by_views(hass: HomeAssistant, client: TestClient[Any, Any]) -> list[str]:
    """Return the views of ours that did not refuse."""
    found = []
    for resource in hass.http.app.router.resources():
        if DOMAIN in resource.canonical or "secure-hub" in resource.canonical:
            for route in resource:
                answer = await client.request(route.method, resource.canonical)
                if route.method != "OPTIONS" and answer.status not in REFUSED:
                    found.append(f"{route.method} {resource.canonical}: {answer.status}")
    return found


@pytest.fixture
async def guarded(hass: HomeAssistant, hub: SecureHub, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> SecureHub:
    """The hub with the APIs in front of it, and a camera in quarantine that somebody may want out.

    A television is being replaced, which stopped and stops whenever it is gone on with.
    """
    for component in ("websocket_api", "api", "config", "diagnostics"):
        assert await async_setup_component(hass, component, {})
    ar.async_get(hass).async_create("Porch")
    lr.async_get(hass).async_create("Suspicious")
    await hub.async_quarantine(asset(hub, lab.device("camera")).id, actor=None)
    tv, want = asset(hub, lab.device("tv")).id, Want(Scope.INTERNET, "ads.tv.example tcp/443")
    hub.requests.async_ask(Ask(tv, Kind.DESTINATION, family, (want,)) for family in ("one", "other"))
    await eventually(lambda: len(hub.requests.book.pending) == 2)
    await hass.async_block_till_done()

    def stop(*_: object) -> None:
        raise PageError(PAGE_GONE, "tv")

    camera = asset(hub, lab.device("camera")).id
    await hub.monitoring.async_judge(
        Finding(camera, time.time(), FindingKind.BEACON, Severity.LOW, 0.5, "T1071", "", "")
    )
    monkeypatch.setattr("custom_components.secure_hub.adapters.device_pages._update_device", stop)
    assert (await hub.replacements.async_replace(tv, other_than(hub, lab), actor=None)).error == PAGE_GONE
    return hub


def ids_of(hub: SecureHub, lab: Lab) -> Mapping[str, str]:
    """What the names in FILLED_IN stand for in this home."""
    return {
        **{device.name: asset(hub, device).id for device in lab.devices},
        **{request.family: request.id for request in hub.requests.book.pending.values()},
        "incident": hub.monitoring.incidents[0].id,
    }


def other_than(hub: SecureHub, lab: Lab) -> str:
    """Some third device."""
    return next(asset(hub, one).id for one in lab.devices if one.name not in {"camera", "tv"})


@pytest.fixture
def enter(hass: HomeAssistant, hass_client: ClientSessionGenerator, hass_ws_client: WebSocketGenerator) -> Enter:
    """Log a new user of a group in, by HTTP and by websocket."""

    async def enter(group: str) -> tuple[TestClient[Any, Any], Any]:
        token = await token_of(hass, await user_in(hass, group))
        return await hass_client(token), await hass_ws_client(access_token=token)

    return enter


@pytest.mark.parametrize("group", EVERYBODY_ELSE)
async def test_no_other_user_gets_anything_done(guarded: SecureHub, lab: Lab, enter: Enter, group: str) -> None:
    client, socket = await enter(group)
    tries = list(attempts(guarded, lab))
    assert len(tries) >= 3 + len(lab.devices) * 2 * 3, "three actions, and three on each switch in two ways"
    before = all_there_is(guarded)
    assert await let_in_by_http(client, tries) == []
    assert await let_in_by_websocket(socket, (one.command for one in tries)) == []
    assert await let_in_by_websocket(socket, commands(guarded.hass)) == []
    assert await let_in_by_websocket(socket, filled_in(ids_of(guarded, lab))) == []
    assert await let_in_by_views(guarded.hass, client) == []
    assert all_there_is(guarded) == before


@pytest.mark.parametrize("expected_lingering_timers", [True])  # Home Assistant's, of connections that it refused
async def test_a_stranger_gets_nothing_done(
    hass: HomeAssistant, guarded: SecureHub, lab: Lab, hass_client_no_auth: ClientSessionGenerator
) -> None:
    before = all_there_is(guarded)
    client = await hass_client_no_auth()
    assert await let_in_by_http(client, attempts(guarded, lab)) == []
    assert await let_in_by_views(hass, client) == []
    for number, command in enumerate(filled_in(ids_of(guarded, lab)), 1):
        async with client.ws_connect("/api/websocket") as socket:
            assert (await socket.receive_json())["type"] == "auth_required"
            await socket.send_json({"id": number, **command})
            assert (await socket.receive_json())["type"] == "auth_invalid"
            assert (await socket.receive()).type is WSMsgType.CLOSE
    assert all_there_is(guarded) == before


@pytest.mark.parametrize("group", EVERYBODY_ELSE)
async def test_settings_and_diagnostics_are_for_administrators(
    hass: HomeAssistant, guarded: SecureHub, enter: Enter, group: str
) -> None:
    client, socket = await enter(group)
    entry, flows = guarded.entry.entry_id, "/api/config/config_entries"
    for method, path, body in (
        ("POST", f"{flows}/flow", {"handler": DOMAIN}),
        ("POST", f"{flows}/options/flow", {"handler": entry}),
        ("POST", f"{flows}/entry/{entry}/reload", None),
        ("DELETE", f"{flows}/entry/{entry}", None),
        ("GET", f"/api/diagnostics/config_entry/{entry}", None),
    ):
        answer = await client.request(method, path, json=body)
        assert answer.status in REFUSED, path
    messages = ({"type": "config_entries/disable", "entry_id": entry, "disabled_by": "user"},)
    assert await let_in_by_websocket(socket, messages) == []
    assert hass.config_entries.async_loaded_entries(DOMAIN) == [guarded.entry]


@pytest.mark.parametrize("who", ["unknown", "dismissed", *EVERYBODY_ELSE])
async def test_nobody_else_gets_through_from_inside_either(
    hass: HomeAssistant, guarded: SecureHub, lab: Lab, who: str
) -> None:
    """Scripts and events carry the user who set them off."""
    if who == "unknown":
        user_id = "0" * 32
    elif who == "dismissed":
        user = await user_in(hass, GROUP_ID_ADMIN)
        await hass.auth.async_deactivate_user(user)
        user_id = user.id
    else:
        user_id = (await user_in(hass, who)).id
    before = all_there_is(guarded)
    for one in attempts(guarded, lab):
        domain, _, name = one.action.partition(".")
        with pytest.raises(Unauthorized):
            await hass.services.async_call(
                domain,
                name,
                dict(one.data),
                blocking=True,
                context=Context(user_id=user_id),
                return_response=one.answers,
            )
    assert all_there_is(guarded) == before


async def test_an_administrator_gets_all_of_it_done(
    hass: HomeAssistant, guarded: SecureHub, lab: Lab, hass_client: ClientSessionGenerator
) -> None:
    user = await user_in(hass, GROUP_ID_ADMIN)
    client = await hass_client(await token_of(hass, user))
    for one in attempts(guarded, lab):
        answer = await client.post(one.path, json=dict(one.data))
        done = answer.status == HTTPStatus.OK or (one.action in NEEDS_ZIGBEE and answer.status not in REFUSED)
        assert done, f"{one.action}: {await answer.text()}"
    records = (await guarded.journal.tail(100)).records
    assert user.id in {record.entry.actor for record in records}, "the journal says who it was"


async def test_an_administrator_is_answered(guarded: SecureHub, lab: Lab, hass_ws_client: WebSocketGenerator) -> None:
    socket = await hass_ws_client(guarded.hass)
    for command in filled_in(ids_of(guarded, lab)):
        await socket.send_json_auto_id(command)
        while (answer := await socket.receive_json())["type"] == "event":
            pass
        assert answer["success"], f"{command}: {answer}"
        assert not (answer["result"] or {}).get("failed"), f"{command}: {answer}"


async def test_an_automation_gets_all_of_it_done(hass: HomeAssistant, guarded: SecureHub, lab: Lab) -> None:
    for one in attempts(guarded, lab):
        domain, _, name = one.action.partition(".")
        with suppress(HomeAssistantError) if one.action in NEEDS_ZIGBEE else nullcontext():
            await hass.services.async_call(
                domain, name, dict(one.data), blocking=True, context=Context(), return_response=one.answers
            )


class Hole(HomeAssistantView):
    """A view that asks for nothing."""

    url = f"/api/{DOMAIN}/hole"
    name = f"api:{DOMAIN}:hole"
    requires_auth = False

    async def get(self, request: Any) -> Any:
        """Answer anybody."""
        return self.json({"asked": str(request.rel_url)})


async def test_a_hole_would_be_found(hass: HomeAssistant, guarded: SecureHub, lab: Lab, enter: Enter) -> None:
    """The tests above are shown what they are to catch."""

    @websocket_api.websocket_command({"type": f"{DOMAIN}/hole"})
    def command(_hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: dict[str, Any]) -> None:
        connection.send_result(message["id"])

    async def action(_call: Any) -> None:
        """Do what anybody says."""

    websocket_api.async_register_command(hass, command)
    hass.services.async_register(DOMAIN, "hole", action)
    hass.http.register_view(Hole())
    client, socket = await enter(GROUP_ID_USER)
    tries = list(attempts(guarded, lab))
    assert await let_in_by_http(client, tries) == ["secure_hub.hole {}: 200"]
    assert len(await let_in_by_websocket(socket, (one.command for one in tries))) == 1
    assert len(await let_in_by_websocket(socket, commands(hass))) == 1
    assert await let_in_by_views(hass, client) == [f"GET {Hole.url}: 200"]
