"""Offers: manifests that devices name of themselves, and those in the owner's folder that are about a device.

Nothing is applied by itself: an offer is kept, and an administrator is asked.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
import logging
from pathlib import Path
import time
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..adapters.manifest_files import ManifestFileError, read
from ..adapters.manifest_store import Offer
from ..adapters.sources.mud_urls import MudUrlTap, Named
from ..const import DOMAIN
from ..engine.assets.model import Asset, IdentifierKind
from ..engine.manifests.model import Description, MudError
from ..engine.manifests.mud import parse
from ..engine.policy.rules import fold
from .keeper import HomeKeeper
from .manifests import Manifests
from .publisher import signal_hub

_LOGGER = logging.getLogger(__name__)

FOLDER: Final = "manifests"
"""Folder in ours, of the owner's own manifests: offered to devices of their manufacturer and model."""
MAX_FILES: Final = 256
MAX_OFFERS: Final = 256
_PAUSE: Final = 0.2
"""Seconds between two readings at least, whatever is said meanwhile."""
_REVIEW: Final = 60.0
"""Seconds between two looks at which interfaces there are."""
_SETTLE: Final = 1.0


class Offers:
    """Hears what is offered to which asset."""

    def __init__(self, hub: HomeKeeper, manifests: Manifests) -> None:
        """Hear nothing yet."""
        self._hub = hub
        self._manifests = manifests
        self._tap: MudUrlTap | None = None
        self._interfaces: frozenset[str] = frozenset()
        self._files: Mapping[str, Description] = {}
        self._fresh: dict[str, Offer] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._task: asyncio.Task[None] | None = None
        self._unlisten: CALLBACK_TYPE | None = None

    async def async_start(self) -> None:
        """Listen, and look into the folder; where listening is not permitted, the folder is all there is."""
        self._files = await self._hub.hass.async_add_executor_job(
            _described, Path(self._hub.hass.config.config_dir), f"{DOMAIN}/{FOLDER}"
        )
        self._review()
        self._unlisten = self._hub.async_on_governed(self._async_match)

    async def async_stop(self) -> None:
        """Hear no more."""
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._hang_up()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    # --- what devices say

    @callback
    def _review(self) -> None:
        """Listen on the interfaces that there are now."""
        self._later("review", _REVIEW, self._review)
        networks, topology = self._hub.networks, self._hub.home.topology
        named = networks.iot | networks.lan
        wanted = frozenset(link.name for link in topology.links if link.name in named or link.master in named)
        if wanted == self._interfaces:
            return
        self._hang_up()
        try:
            self._tap = MudUrlTap(sorted(wanted), self._async_named)
        except OSError as error:
            _LOGGER.info("What devices say of their manifests cannot be heard: %s", error)
            return
        self._interfaces = wanted
        for fileno in self._tap.filenos():
            self._listen(fileno)

    def _listen(self, fileno: int) -> None:
        asyncio.get_running_loop().add_reader(fileno, self._hear, fileno)

    def _hear(self, fileno: int) -> None:
        asyncio.get_running_loop().remove_reader(fileno)
        if (tap := self._tap) is None:
            return
        try:
            tap.read(fileno)
        except OSError as error:  # the interface went; the next review finds what there is then
            _LOGGER.debug("An interface is heard no more: %s", error)
            self._interfaces = frozenset()
            return
        self._later(f"listen {fileno}", _PAUSE, partial(self._listen, fileno))

    def _hang_up(self) -> None:
        tap, self._tap = self._tap, None
        self._interfaces = frozenset()
        if tap is not None:
            for fileno in tap.filenos():
                asyncio.get_running_loop().remove_reader(fileno)
                if timer := self._timers.pop(f"listen {fileno}", None):
                    timer.cancel()
            tap.close()

    @callback
    def _async_named(self, named: Named) -> None:
        """Take a URL that a device named, if it is governed."""
        for asset_id in self._hub.home.governed:
            if named.mac in self._hub.assets[asset_id].values(IdentifierKind.MAC):
                self._async_offer(asset_id, named.url, named.by)
                return

    # --- what the owner's folder has

    @callback
    def _async_match(self, assets: list[Asset]) -> None:
        """Offer files to the assets that they are about."""
        for asset in assets:
            for name, description in self._files.items():
                if _is_about(description, asset):
                    self._async_offer(asset.id, name, "folder")

    # --- offers

    @callback
    def _async_offer(self, asset_id: str, source: str, by: str) -> None:
        kept = self._manifests.kept
        known = kept.offers.get(asset_id) or self._fresh.get(asset_id)
        imported = kept.imported.get(asset_id)
        if (known and known.source == source) or (imported and source in {imported.mud_url, imported.source}):
            return
        if known and known.by != "folder" and by == "folder":
            return  # what the device says of itself is asked first
        if len(self._fresh) < MAX_OFFERS:
            self._fresh[asset_id] = Offer(source, by, time.time())
            if "offer" not in self._timers:
                self._later("offer", _SETTLE, self._keep)

    def _keep(self) -> None:
        self._timers.pop("offer", None)
        self._task = self._hub.entry.async_create_background_task(
            self._hub.hass, self._async_keep(), f"{DOMAIN} offers"
        )

    async def _async_keep(self) -> None:
        fresh, self._fresh = self._fresh, {}
        try:
            await self._manifests.async_offer(fresh)
        except HomeAssistantError as error:
            _LOGGER.warning("What is offered was not kept: %s", error)
        async_dispatcher_send(self._hub.hass, signal_hub(self._hub.entry.entry_id))

    def _later(self, name: str, seconds: float, what: Callable[[], None]) -> None:
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, what)


def _described(config: Path, folder: str) -> Mapping[str, Description]:
    """What the files of the owner's folder say of themselves, by their path. Blocks."""
    found: dict[str, Description] = {}
    for path in sorted((config / folder).glob("*.json"))[:MAX_FILES]:
        name = f"{folder}/{path.name}"
        try:
            found[name] = parse(read(config, name)).description
        except (ManifestFileError, MudError) as error:
            _LOGGER.warning("%s is no manifest: %s", name, error)
    return found


def _is_about(description: Description, asset: Asset) -> bool:
    """The file names the manufacturer and the model of the asset."""
    if not description.mfg_name or not description.model_name:
        return False
    wanted = fold(description.mfg_name), fold(description.model_name)
    makes = {(one.manufacturer, one.model) for one in asset.sightings} | {
        (asset.record.manufacturer, asset.record.model)
    }
    return wanted in {(fold(maker), fold(model)) for maker, model in makes if maker and model}
