"""Questions on phones: asked, answered, taken back everywhere; what is forged, replayed or late counts for nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import time
from typing import Any

from freezegun import freeze_time
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.components import persistent_notification
from homeassistant.core import Context, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_capture_events

from custom_components.secure_hub.adapters.journal import JournalUnavailableError
from custom_components.secure_hub.const import CONF_ASKING, DOMAIN
from custom_components.secure_hub.engine.policy import grants
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.model import Ask, Kind, Request, Want
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset, device_id
from tests.lab.network.catalogue import SITES
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.phone import Phone, Sell, button
from tests.plugin import actions_of, journal_of, off_loop

CLOUD = SITES[1]
WANT = Want(Scope.INTERNET, f"{CLOUD.names[0]} tcp/443")
ANSWERED = "mobile_app_notification_action"


@pytest.fixture(autouse=True)
def known(lab: Lab) -> None:
    """All devices' addresses are known."""
    for device in lab.devices:
        assert lab.hub.ping(device.ipv4, 3.0)


@pytest.fixture(autouse=True)
def awake(known: None, hub: SecureHub) -> None:  # noqa: ARG001 - before the hub looks
    """Ask at any hour at which these tests may run."""
    options = {**hub.entry.options, CONF_ASKING: {"preset": "custom", "quiet": False}}
    hub.hass.config_entries.async_update_entry(hub.entry, options=options)


async def user(hass: HomeAssistant, name: str, group: str = GROUP_ID_ADMIN) -> User:
    found = await hass.auth.async_get_group(group)
    return MockUser(name=name, groups=[found]).add_to_hass(hass)


async def raised(hub: SecureHub, lab: Lab, family: str = "internet camera.example", want: Want = WANT) -> Request:
    camera = asset(hub, lab.device("camera"))
    hub.requests.async_ask([Ask(camera.id, Kind.DESTINATION, family, (want,))])
    key = (camera.id, Kind.DESTINATION, family)
    await eventually(lambda: hub.requests.book.find(key))
    request = hub.requests.book.find(key)
    assert request
    return request


def decided(hub: SecureHub) -> tuple[Any, ...]:
    return hub.policy, hub.permissions, hub.requests.book.pending.keys()


async def settled(hub: SecureHub) -> None:
    await eventually(lambda: not hub.requests.book.pending)
    await hub.hass.async_block_till_done()


async def test_asked_and_answered_on_the_phone(hass: HomeAssistant, hub: SecureHub, lab: Lab, sell: Sell) -> None:
    anna, ben = await user(hass, "Anna"), await user(hass, "Ben")
    phones = [await sell(anna, "Anna's phone"), await sell(ben, "Ben's phone")]
    request = await raised(hub, lab)
    notices = [await phone.receive() for phone in phones]
    for notice in notices:
        assert notice["title"] == f"{asset(hub, lab.device('camera')).name} asks"
        assert notice["message"].endswith(f"wants to reach {CLOUD.names[0]} (HTTPS).")
        assert notice["data"]["tag"] == f"secure_hub_{request.id}"
        titles = [one["title"] for one in notice["data"]["actions"]]
        assert titles == ["Allow once", "Allow", "Deny", "Quarantine"]
    tokens = [button(notice, "Allow") for notice in notices]
    assert tokens[0] != tokens[1], "each has a token of their own"
    await phones[1].press(tokens[1])
    await settled(hub)
    (rule,) = hub.permissions.all_rules()
    assert (rule.decision.value, rule.destination.text) == ("allow", WANT.destination)
    assert hub.requests.book.settled[-1].actor == ben.id
    for phone in phones:  # cleared everywhere, whoever answered
        cleared = await phone.receive()
        assert (cleared["message"], cleared["data"]["tag"]) == ("clear_notification", f"secure_hub_{request.id}")
    record = next(one for one in journal_of(hass) if one["action"] == "request_approved")
    assert record["actor"] == ben.id


@pytest.mark.parametrize("title", ["Deny", "Quarantine"])
async def test_refused_on_the_phone(hass: HomeAssistant, hub: SecureHub, lab: Lab, sell: Sell, title: str) -> None:
    phone = await sell(await user(hass, "Anna"), "Anna's phone")
    request = await raised(hub, lab)
    await phone.press(button(await phone.receive(), title))
    await settled(hub)
    quarantined = hub.standing(request.asset_id) is Standing.QUARANTINED
    assert quarantined is (title == "Quarantine")
    assert {rule.decision.value for rule in hub.permissions.all_rules()} == ({"deny"} if title == "Deny" else set())


async def test_answered_elsewhere_it_is_taken_back(hass: HomeAssistant, hub: SecureHub, lab: Lab, sell: Sell) -> None:
    phone = await sell(await user(hass, "Anna"), "Anna's phone")
    request = await raised(hub, lab)
    notice = await phone.receive()
    await hass.services.async_call(DOMAIN, "deny_request", {"request_id": request.id}, blocking=True)
    assert (await phone.receive())["message"] == "clear_notification"
    await settled(hub)
    before = decided(hub)
    await phone.press(button(notice, "Allow"))  # it was in the pocket, and is pressed late
    await eventually(lambda: "answer_refused" in actions_of(hass))
    assert decided(hub) == before


class Attack:
    """A home with a question that is out, and what must be as it was after an answer that does not count."""

    def __init__(self, hub: SecureHub, phone: Phone, notice: dict[str, Any], anna: User) -> None:
        """Remember what is decided now."""
        self.hub, self.phone, self.notice, self.anna = hub, phone, notice, anna
        self.before = decided(hub)

    async def fails(self, reason: str, actor: str | None) -> None:
        """Nothing was changed, and the journal says why and who it was."""
        hass = self.hub.hass
        await eventually(lambda: "answer_refused" in actions_of(hass))
        assert decided(self.hub) == self.before
        record = next(one for one in journal_of(hass) if one["action"] == "answer_refused")
        assert (record["reason"], record["actor"]) == (reason, actor)

    def says(self, action: str, user_id: str | None) -> None:
        """Fire the app's event, as anything in Home Assistant can."""
        self.hub.hass.bus.async_fire(ANSWERED, {"action": action}, context=Context(user_id=user_id))


@pytest.fixture
async def attack(hass: HomeAssistant, hub: SecureHub, lab: Lab, sell: Sell) -> Attack:
    anna = await user(hass, "Anna")
    phone = await sell(anna, "Anna's phone")
    await raised(hub, lab)
    return Attack(hub, phone, await phone.receive(), anna)


async def test_a_forged_answer(attack: Attack) -> None:
    await attack.phone.press(f"SECURE_HUB:{'0' * 32}:always")
    await attack.fails("unknown_token", attack.anna.id)


async def test_a_malformed_answer(attack: Attack) -> None:
    await attack.phone.press("SECURE_HUB:allow everything")
    await attack.fails("malformed", attack.anna.id)


async def test_a_replayed_answer(attack: Attack) -> None:
    button_pressed = button(attack.notice, "Allow once")
    await attack.phone.press(button_pressed)
    await settled(attack.hub)
    attack.before = decided(attack.hub)
    await attack.phone.press(button_pressed)
    await attack.fails("unknown_token", attack.anna.id)
    assert len(list(attack.hub.permissions.all_grants())) == 1


async def test_an_expired_answer(attack: Attack) -> None:
    (request,) = attack.hub.requests.book.pending.values()
    with freeze_time(datetime.fromtimestamp(request.expires + 1.0, UTC)):  # no longer than needed: loops go by it
        attack.says(button(attack.notice, "Allow"), attack.anna.id)
    await attack.fails("expired", attack.anna.id)


async def test_an_answer_of_a_non_admin(attack: Attack, hass: HomeAssistant, sell: Sell) -> None:
    """A child of the house read the token on Anna's phone, and has the app too."""
    child = await user(hass, "Child", GROUP_ID_USER)
    phone = await sell(child, "Child's phone")
    await phone.press(button(attack.notice, "Allow"))
    await attack.fails("other_user", child.id)


async def test_an_answer_of_another_admin_with_annas_token(attack: Attack, hass: HomeAssistant) -> None:
    ben = await user(hass, "Ben")
    attack.says(button(attack.notice, "Allow"), ben.id)
    await attack.fails("other_user", ben.id)


async def test_an_answer_of_nobody(attack: Attack) -> None:
    """An automation, or another integration, fires the event."""
    attack.says(button(attack.notice, "Allow"), None)
    await attack.fails("no_user", None)


async def test_an_answer_of_who_is_no_admin_any_more(attack: Attack, hass: HomeAssistant) -> None:
    await hass.auth.async_update_user(attack.anna, group_ids=[GROUP_ID_USER])
    await attack.phone.press(button(attack.notice, "Allow"))
    await attack.fails("not_allowed", attack.anna.id)


async def test_an_answer_of_who_was_dismissed(attack: Attack, hass: HomeAssistant) -> None:
    await attack.phone.switch_off()
    await hass.auth.async_update_user(attack.anna, is_active=False)
    attack.says(button(attack.notice, "Allow"), attack.anna.id)
    await attack.fails("not_allowed", attack.anna.id)


async def test_who_forges_many_does_not_fill_the_journal(attack: Attack, hass: HomeAssistant) -> None:
    for number in range(100):
        attack.says(f"SECURE_HUB:{number:032x}:always", attack.anna.id)
    await hass.async_block_till_done()
    assert actions_of(hass).count("answer_refused") == 20


async def test_no_token_is_kept_or_shown(attack: Attack, hass: HomeAssistant) -> None:
    token = button(attack.notice, "Allow").split(":")[1]
    assert token not in repr(attack.hub.requests._kept.memory)
    assert not any(token in repr(state.as_dict()) for state in hass.states.async_all())
    assert token not in repr(journal_of(hass))


async def test_nobody_has_the_app(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    request = await raised(hub, lab)
    tag = f"secure_hub_{request.id}"
    shown = persistent_notification._async_get_or_create_notifications(hass)
    await eventually(lambda: tag in shown)
    assert "SECURE_HUB" not in shown[tag]["message"]
    await hass.services.async_call(DOMAIN, "deny_request", {"request_id": request.id}, blocking=True)
    await eventually(lambda: tag not in shown)


async def test_a_phone_that_is_out_of_reach(hass: HomeAssistant, hub: SecureHub, lab: Lab, sell: Sell) -> None:
    phone = await sell(await user(hass, "Anna"), "Anna's phone")
    await phone.switch_off()
    await hass.async_block_till_done()
    request = await raised(hub, lab)
    shown = persistent_notification._async_get_or_create_notifications(hass)
    await eventually(lambda: f"secure_hub_{request.id}" in shown)


async def test_a_journal_that_is_full_lets_no_forgery_in(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    async def full(*_: Any, **__: Any) -> None:
        tried.append(1)
        detail = "no space left"
        raise JournalUnavailableError(detail)

    monkeypatch.setattr(attack.hub.journal, "record", full)
    await attack.phone.press(f"SECURE_HUB:{'0' * 32}:always")
    await eventually(lambda: tried)
    await attack.hub.hass.async_block_till_done()
    assert decided(attack.hub) == attack.before
    # With the right token it is no forgery, but nothing is decided that cannot be journalled.
    await attack.phone.press(button(attack.notice, "Allow"))
    await eventually(lambda: len(tried) > 1)
    await attack.hub.hass.async_block_till_done()
    assert decided(attack.hub) == attack.before


async def test_a_storm_is_a_few_questions_and_a_number(
    hass: HomeAssistant, hub: SecureHub, lab: Lab, sell: Sell
) -> None:
    phone = await sell(await user(hass, "Anna"), "Anna's phone")
    for number in range(6):
        await raised(hub, lab, f"family {number}", Want(Scope.INTERNET, f"n{number}.example"))
    notices = [await phone.receive() for _ in range(5)]
    assert ["actions" in notice["data"] for notice in notices].count(True) == 4
    (told,) = [notice for notice in notices if "actions" not in notice["data"]]
    assert told["message"] in {"1 more requests wait for an answer.", "2 more requests wait for an answer."}


async def test_an_owner_answers_where_owners_decide(hass: HomeAssistant, hub: SecureHub, lab: Lab, sell: Sell) -> None:
    options = {"preset": "custom", "quiet": False, "whom": "owners", "owners_decide": True}
    hass.config_entries.async_update_entry(hub.entry, options={**hub.entry.options, CONF_ASKING: options})
    owner = await user(hass, "Owner", GROUP_ID_USER)
    other = await user(hass, "Other", GROUP_ID_USER)
    phones = {one.id: await sell(one, str(one.name)) for one in (owner, other)}
    await hub.people.async_set_owners(asset(hub, lab.device("camera")).id, users=[owner.id], actor=None)
    request = await raised(hub, lab)
    await phones[owner.id].press(button(await phones[owner.id].receive(), "Allow"))
    await settled(hub)
    assert hub.requests.book.settled[-1].actor == owner.id
    assert request.id == hub.requests.book.settled[-1].id
    hass.config_entries.async_update_entry(
        hub.entry, options={**hub.entry.options, CONF_ASKING: {**options, "owners_decide": False}}
    )
    await raised(hub, lab, "another", Want(Scope.INTERNET, "another.example"))
    await hass.async_block_till_done()
    assert hub.requests._kept.memory.offers == {}, "who may not answer is not asked"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is granted once ends within seconds."""
    monkeypatch.setattr(grants, "UNUSED_ONCE", timedelta(seconds=4))
    monkeypatch.setattr(grants, "USED_ONCE", timedelta(seconds=2))
    return None


@pytest.mark.usefixtures("quick")
async def test_the_whole_way(hass: HomeAssistant, hub: SecureHub, lab: Lab, sell: Sell) -> None:
    """The camera reaches for a new server, a phone rings, "Allow once": it gets through, and is held again after."""
    camera = lab.device("camera")
    phone = await sell(await user(hass, "Anna"), "Anna's phone")
    events = async_capture_events(hass, "state_changed")
    data = {"device_id": device_id(hub, camera), "profile": "ask"}
    await hass.services.async_call(DOMAIN, "set_profile", data, blocking=True)
    await off_loop(camera.resolve, CLOUD.names[0])
    assert not await off_loop(camera.can_reach, CLOUD.ipv4), "held off"
    notice = await phone.receive()
    assert CLOUD.names[0] in notice["message"]
    # A restart in the middle loses nothing: the question that is on the phone still counts.
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    hub = hub.entry.runtime_data
    assert len(hub.requests.book.pending) == 1
    await off_loop(camera.resolve, CLOUD.names[0])
    began = time.monotonic()
    await phone.press(button(notice, "Allow once"))
    assert await off_loop(camera.can_reach, CLOUD.ipv4, timeout=3.0), "the next connection succeeds"
    assert time.monotonic() - began < 3.0
    assert (await phone.receive())["message"] == "clear_notification"
    await eventually(lambda: not list(hub.permissions.all_grants()), 20)
    await hub.async_look()
    assert not await off_loop(camera.can_reach, CLOUD.ipv4), "and the one after the grant ended is held again"
    again = await phone.receive()
    assert again["data"]["tag"] != notice["data"]["tag"], "it is asked anew"
    told = {
        event.data["new_state"].attributes.get("event_type")
        for event in events
        if event.data["entity_id"].startswith("event.") and event.data["new_state"]
    }
    assert {"requested", "approved", "expired"} <= told
