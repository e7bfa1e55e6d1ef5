"""People: whose the devices are, who is a guest, and what happens when a device changes hands or leaves."""

from collections.abc import Callable, Collection
from functools import partial
import logging
import time

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..adapters.alarm import Alarm
from ..adapters.people import async_people
from ..adapters.request_storage import PeopleStore
from ..const import DOMAIN
from ..engine.decisions import Change
from ..engine.events import SecurityEvent
from ..engine.people import Ownership, owned, retire, see_off, transfer, welcome
from ..engine.policy.scopes import PolicyError
from ..engine.requests.asking import People
from .keeper import HomeKeeper, refused

_LOGGER = logging.getLogger(__name__)

_RETRY_S = 60.0
"""Seconds until a guest whose leaving failed is seen off again."""


class Household:
    """The room of people."""

    def __init__(self, hub: HomeKeeper) -> None:
        """Know nobody yet."""
        self._hub = hub
        self._store = PeopleStore(hub.hass)
        self._alarm = Alarm(hub.hass, self._async_see_off_soon)
        self._ownership = Ownership()

    @property
    def ownership(self) -> Ownership:
        """Whose the assets are, and who is a guest."""
        return self._ownership

    async def async_start(self) -> None:
        """Remember. Raises StoreUnreadableError."""
        self._ownership = await self._store.load() or Ownership()
        self._async_wait()

    async def async_stop(self) -> None:
        """Let go of everything."""
        self._alarm.async_close()

    async def async_people(self, asset_id: str) -> People:
        """Who may be asked about an asset."""
        return await async_people(self._hub.hass, self._ownership.of(asset_id))

    async def async_set_owners(self, *asset_ids: str, users: Collection[str], actor: str | None) -> None:
        """Say whose assets are, all or none; raises ServiceValidationError or HomeAssistantError, nothing changed."""
        await self._async_give(owned, asset_ids, users, actor)

    async def async_transfer(self, *asset_ids: str, users: Collection[str], actor: str | None) -> None:
        """Give assets to others, all or none: what their former owners granted ends."""
        await self._async_give(transfer, asset_ids, users, actor)

    async def _async_give(
        self, choose: Callable[..., Change], asset_ids: Collection[str], users: Collection[str], actor: str | None
    ) -> None:
        former = {asset_id: self._ownership.of(asset_id) for asset_id in asset_ids}
        ownership = self._ownership
        for asset_id in asset_ids:
            ownership = _with_owners(ownership, asset_id, users)
        await self._hub.async_decide(
            *(partial(choose, asset_id=one, former=before, users=users, actor=actor) for one, before in former.items())
        )
        await self._async_keep(ownership)
        for asset_id, before in former.items():
            self._async_tell_change(asset_id, before, users)

    async def async_welcome(self, *asset_ids: str, until: float | None, actor: str | None) -> None:
        """Let assets be guests until then (seconds since the epoch), or with None members of the home; all or none."""
        await self._hub.async_decide(
            *(partial(welcome, asset_id=asset_id, until=until, actor=actor) for asset_id in asset_ids)
        )
        ownership = self._ownership
        for asset_id in asset_ids:
            ownership = ownership.with_guest(asset_id, until)
        await self._async_keep(ownership)

    async def async_retire(self, asset_id: str, *, actor: str | None, reason: str | None) -> None:
        """Forget all that was permitted to a device that leaves; its journal stays."""
        await self._hub.async_decide(partial(retire, asset_id=asset_id, actor=actor, reason=reason))
        await self._async_keep(self._ownership.forget(asset_id))
        self._hub.async_tell(SecurityEvent.RETIRED, asset_id)

    async def _async_keep(self, ownership: Ownership) -> None:
        """Remember, who is gone from the home forgotten. Raises StoreWriteError."""
        known = self._hub.assets
        kept = Ownership(
            {key: value for key, value in ownership.owners.items() if key in known},
            {key: value for key, value in ownership.guests.items() if key in known},
        )
        await self._store.save(kept)
        self._ownership = kept
        self._async_wait()

    @callback
    def _async_tell_change(self, asset_id: str, former: Collection[str], users: Collection[str]) -> None:
        if set(former) != set(users):
            self._hub.async_tell(SecurityEvent.OWNERSHIP_CHANGED, asset_id)

    @callback
    def _async_wait(self, at_least: float = 0.0) -> None:
        end = self._ownership.next_end
        self._alarm.async_set(end if end is None else max(end, at_least))

    @callback
    def _async_see_off_soon(self) -> None:
        entry = self._hub.entry
        entry.async_create_task(self._hub.hass, self._async_see_off(), f"{DOMAIN} guests")

    async def _async_see_off(self) -> None:
        """Cut off the guests whose time is over; one that fails is tried again."""
        now = time.time()
        failed = False
        for asset_id in self._ownership.left(now):
            try:
                if asset_id in self._hub.assets:
                    await self._hub.async_decide(partial(see_off, asset_id=asset_id, now=now))
                await self._async_keep(self._ownership.with_guest(asset_id, None))
            except HomeAssistantError as error:
                failed = True
                _LOGGER.warning("A guest that should leave is still here: %s", error)
        self._async_wait(now + _RETRY_S if failed else 0.0)


def _with_owners(ownership: Ownership, asset_id: str, users: Collection[str]) -> Ownership:
    try:
        return ownership.with_owners(asset_id, users)
    except PolicyError as error:
        raise refused(error) from error


def nobody(name: str) -> ServiceValidationError:
    """Nobody is called so, for whoever asked."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="unknown_person", translation_placeholders={"person": name}
    )
