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
from ..engine.manifests.model import MudError
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

type Make = tuple[str, str]
"""Manufacturer and model, in the one spelling of both."""


class Offers:
    """Hears what is offered to which asset."""

    def __init__(self, hub: HomeKeeper, manifests: Manifests) -> None:
        """Hear nothing yet."""
        self._hub = hub
        self._manifests = manifests
        self._tap: MudUrlTap | None = None
        self._interfaces: frozenset[str] = frozenset()
        self._files: Mapping[Make, str] = {}
        self._indexed: Mapping[str, Asset] = {}
        self._by_mac: Mapping[str, str] = {}
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
        home = self._hub.home
        if self._indexed is not home.assets:  # once for each home: a device may say much, and a home have thousands
            self._indexed = home.assets
            self._by_mac = {mac: key for key, one in home.assets.items() for mac in one.values(IdentifierKind.MAC)}
        asset_id = self._by_mac.get(named.mac)
        if asset_id in home.governed:
            self._async_offer(asset_id, named.url, named.by)

    # --- what the owner's folder has

    @callback
    def _async_match(self, assets: list[Asset]) -> None:
        """Offer files to the assets that they are about."""
        for asset in assets if self._files else ():
            for make in _makes(asset):
                if name := self._files.get(make):
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
        fresh = dict(self._fresh)
        try:
            await self._manifests.async_offer(fresh)
        except HomeAssistantError as error:
            _LOGGER.warning("What is offered was not kept: %s", error)
        for asset_id, offer in fresh.items():  # not before: what is heard twice meanwhile is one offer
            if self._fresh.get(asset_id) is offer:
                del self._fresh[asset_id]
        async_dispatcher_send(self._hub.hass, signal_hub(self._hub.entry.entry_id))

    def _later(self, name: str, seconds: float, what: Callable[[], None]) -> None:
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, what)


def _described(config: Path, folder: str) -> Mapping[Make, str]:
    """Paths of the files of the owner's folder, by what they are about. Blocks."""
    found: dict[Make, str] = {}
    for path in sorted((config / folder).glob("*.json"))[:MAX_FILES]:
        name = f"{folder}/{path.name}"
        try:
            description = parse(read(config, name)).description
        except (ManifestFileError, MudError) as error:
            _LOGGER.warning("%s is no manifest: %s", name, error)
            continue
        if description.mfg_name and description.model_name:
            found.setdefault((fold(description.mfg_name), fold(description.model_name)), name)
    return found


def _makes(asset: Asset) -> set[Make]:
    """Every manufacturer and model that is said of an asset."""
    said = {(one.manufacturer, one.model) for one in asset.sightings} | {
        (asset.record.manufacturer, asset.record.model)
    }
    return {(fold(maker), fold(model)) for maker, model in said if maker and model}
