"""People and their devices: owners, transfer, guests that leave by themselves, and devices that leave for good."""

from dataclasses import replace
from datetime import timedelta
import time
from typing import Any

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.secure_hub.adapters.journal import JournalUnavailableError
from custom_components.secure_hub.adapters.manifest_store import Offer as ManifestOffer
from custom_components.secure_hub.adapters.people import async_people, async_remove_from_radio, async_user_of
from custom_components.secure_hub.const import CONF_ASKING, DOMAIN
from custom_components.secure_hub.engine.journal import Entry, Record
from custom_components.secure_hub.engine.people import GUEST_LEFT
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.engine.requests.model import Answer, Ask, Kind, Vote, Want
from custom_components.secure_hub.engine.requests.offers import Offer
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset, device_id
from tests.lab.network.lab import Lab
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.plugin import eventually, join
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import actions_of, connects


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Leave Home Assistant's stores as they are: the plugin would keep them in memory."""
    return {}


async def call(hass: HomeAssistant, hub: SecureHub, lab: Lab, action: str, **data: Any) -> None:
    ids = [device_id(hub, lab.device("camera"))]
    await hass.services.async_call(DOMAIN, action, {"device_id": ids, **data}, blocking=True)


async def user(hass: HomeAssistant, name: str) -> User:
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    return MockUser(name=name, groups=[group]).add_to_hass(hass)


async def test_owners_are_users_or_persons(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    anna, ben = await user(hass, "Anna"), await user(hass, "Ben")
    hass.states.async_set("person.ben", "home", {"user_id": ben.id})
    camera = asset(hub, lab.device("camera")).id
    await call(hass, hub, lab, "set_owner", owner=[anna.id, "person.ben"])
    assert hub.people.ownership.of(camera) == {anna.id, ben.id}
    people = await hub.people.async_people(camera)
    assert people.owners == {anna.id, ben.id}
    with pytest.raises(ServiceValidationError) as refusal:
        await call(hass, hub, lab, "set_owner", owner=["person.nobody"])
    assert refusal.value.translation_key == "unknown_person"
    with pytest.raises(ServiceValidationError) as refusal:
        await hub.people.async_set_owners(camera, users=[str(number) for number in range(17)], actor=None)
    assert refusal.value.translation_key == "list_too_long"
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    again: SecureHub = hub.entry.runtime_data
    assert again.people.ownership.of(camera) == {anna.id, ben.id}
    await call(hass, again, lab, "set_owner")
    assert again.people.ownership.of(camera) == frozenset()
    assert actions_of(hass, camera).count("set_owner") == 2
    # Of several devices it is said as a whole.
    tv = asset(again, lab.device("tv")).id
    both = {"device_id": [device_id(again, lab.device(name)) for name in ("camera", "tv")]}
    record = again.journal.record

    async def full_at_the_second(entry: Entry) -> Record:
        if entry.asset_id == tv:
            raise JournalUnavailableError("full")  # noqa: EM101
        return await record(entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(again.journal, "record", full_at_the_second)
        for action, data in (
            ("set_owner", {"owner": [anna.id]}),
            ("transfer", {"owner": [anna.id]}),
            ("set_guest", {}),
        ):
            with pytest.raises(HomeAssistantError):
                await hass.services.async_call(DOMAIN, action, {**both, **data}, blocking=True)
    assert again.people.ownership.of(camera) == frozenset()
    await hass.services.async_call(DOMAIN, "set_owner", {**both, "owner": [anna.id]}, blocking=True)
    assert again.people.ownership.of(camera) == again.people.ownership.of(tv) == {anna.id}


async def test_who_is_not_active_is_nobody(hass: HomeAssistant) -> None:
    anna = await user(hass, "Anna")
    admin = MockUser(is_owner=True).add_to_hass(hass)
    assert await async_user_of(hass, anna.id) == anna.id
    await hass.auth.async_update_user(anna, is_active=False)
    assert await async_user_of(hass, anna.id) is None
    assert await async_user_of(hass, "person.nobody") is None
    people = await async_people(hass, frozenset({anna.id, "unknown"}))
    assert (people.owners, admin.id in people.admins) == (frozenset(), True)


async def test_a_new_owner_is_asked_to_confirm(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    anna, ben = await user(hass, "Anna"), await user(hass, "Ben")
    camera = asset(hub, lab.device("camera")).id
    await call(hass, hub, lab, "set_owner", owner=[anna.id])
    await call(hass, hub, lab, "grant", scope="lan", duration="1_hour")
    (grant,) = hub.permissions.all_grants()
    given = type(grant)(grant.id, camera, grant.scope, grant.expires, actor=anna.id)
    hub._home = type(hub._home)(**{**fields(hub._home), "permissions": hub.permissions.with_grant(given)})
    await call(hass, hub, lab, "transfer", owner=[ben.id])
    assert not list(hub.permissions.all_grants()), "what the former owner granted ends"
    await eventually(lambda: hub.requests.book.of(camera))
    (request,) = hub.requests.book.of(camera)
    assert request.kind is Kind.OWNER
    await hass.services.async_call(DOMAIN, "deny_request", {"request_id": request.id}, blocking=True)
    assert hub.permissions.profiles[camera] == "ask"


async def test_what_former_owners_were_sent_counts_no_more(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    """The device's requests are asked anew: votes, and the tokens of notifications, were the former owner's."""
    options = {**hub.entry.options, CONF_ASKING: {"preset": "custom", "quiet": False}}  # at any hour of the day
    hass.config_entries.async_update_entry(hub.entry, options=options)
    camera = asset(hub, lab.device("camera")).id
    hub.requests.async_ask([Ask(camera, Kind.DESTINATION, "x", (Want(Scope.INTERNET, "192.0.2.1"),))])
    await eventually(lambda: any(one.asked for one in hub.requests.book.of(camera)))
    await hass.async_block_till_done()
    (request,) = hub.requests.book.of(camera)
    kept = hub.requests._kept
    offer = Offer("0" * 64, request.id, "anna", request.expires)
    voted = replace(request, votes=(Vote("anna", Answer.ONCE),))
    book = replace(kept.book, pending={request.id: voted})
    identities = {**kept.memory.identities, camera: "acme / cam"}
    await kept.async_keep(replace(kept.memory, book=book, offers={offer.digest: offer}, identities=identities))
    await call(hass, hub, lab, "transfer", owner=[(await user(hass, "Ben")).id])
    assert kept.memory.offers == {}
    assert camera not in kept.memory.identities
    assert hub.requests.book.pending[request.id].votes == ()
    await eventually(lambda: hub.requests.book.pending[request.id].asked)
    assert hub.requests.book.pending[request.id].asked != request.asked


def fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


async def test_a_guest_leaves_by_itself(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera")).id
    until = dt_util.utcnow() + timedelta(seconds=2)
    await call(hass, hub, lab, "set_guest", until=until.isoformat())
    assert await connects(lab.device("camera"), lab.internet)
    assert camera in hub.people.ownership.guests
    await eventually(lambda: hub.standing(camera) is Standing.QUARANTINED)
    assert hub.policy.quarantined[camera].reason == GUEST_LEFT
    await eventually(lambda: camera not in hub.people.ownership.guests)
    await hass.async_block_till_done()
    assert "guest_left" in actions_of(hass, camera)
    assert not await hass.async_add_executor_job(lab.device("camera").can_reach, lab.internet)
    await call(hass, hub, lab, "set_guest")
    assert hub.standing(camera) is Standing.ADMITTED, "a member of the home"


async def test_a_guest_leaves_although_nobody_was_there(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    """Its time ended while Home Assistant was not running."""
    camera = asset(hub, lab.device("camera")).id
    await hub.people.async_welcome(camera, until=time.time() + 3600, actor=None)
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    store = hub.people._store
    await store.save(hub.people.ownership.with_guest(camera, time.time() - 1))
    assert await hass.config_entries.async_setup(hub.entry.entry_id)
    again: SecureHub = hub.entry.runtime_data
    await eventually(lambda: again.standing(camera) is Standing.QUARANTINED)


async def test_a_device_that_leaves_is_forgotten(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera")).id
    await call(hass, hub, lab, "set_profile", profile="local_only")
    await call(hass, hub, lab, "set_owner", owner=[MockUser(is_owner=True).add_to_hass(hass).id])
    await call(hass, hub, lab, "learn", days=1)
    await hub.manifests.async_offer({camera: ManifestOffer("https://maker.example/cam", "dhcp", 1.0)})
    hub.requests.async_ask([Ask(camera, Kind.DESTINATION, "x", (Want(Scope.INTERNET, "192.0.2.1"),))])
    await eventually(lambda: hub.requests.book.of(camera))
    await call(hass, hub, lab, "retire_device", reason="sold")
    assert camera not in hub.learning.watches
    assert camera not in hub.manifests.kept.offers
    assert hub.monitoring.kept.incidents.of(camera) is None
    assert {one.kind for one in (*hub.requests.book.settled, *hub.requests.book.of(camera))} <= {Kind.NEWCOMER}
    assert not hub.permissions.names(camera)
    assert hub.people.ownership.of(camera) == frozenset()
    assert hub.standing(camera) is Standing.HELD, "still there, it is a newcomer"
    await eventually(lambda: hub.requests.book.of(camera))
    assert "retire_device" in actions_of(hass, camera), "the journal stays"


async def test_a_zigbee_device_that_leaves_is_removed(
    hass: HomeAssistant, zha: ConfigEntry, coordinator: VirtualCoordinator
) -> None:
    description = next(iter(ZOO.values())) if isinstance(ZOO, dict) else ZOO[0]
    await join(hass, coordinator, zha, description)
    ieee = str(description.ieee)
    await async_remove_from_radio(hass, ieee)
    await hass.async_block_till_done()
    assert dr.async_get(hass).async_get_device_by_identifier(("zha", ieee), zha.entry_id) is None
