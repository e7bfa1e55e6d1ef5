"""Manifests: what manufacturers say that devices need, made what those devices may do."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
import logging
from pathlib import Path
import time
from typing import Final
from urllib.parse import urljoin, urlsplit

from cryptography.x509 import Certificate
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util.ssl import get_default_context

from ..adapters.manifest_files import AUTHORITIES, ManifestFileError, authorities, fetch, read
from ..adapters.manifest_store import (
    MAX_TEXT,
    Imported,
    Kept,
    ManifestStore,
    Offer,
    decode_imported,
    encode_imported,
)
from ..adapters.storage import StoreUnreadableError, StoreWriteError
from ..const import DOMAIN
from ..engine.assets.model import Address
from ..engine.choices import restrict, unrestrict
from ..engine.decisions import Change
from ..engine.home import Home
from ..engine.journal import JsonValue
from ..engine.manifests.binding import Bound, bind
from ..engine.manifests.model import MudError, Profile as Manifest
from ..engine.manifests.mud import parse
from ..engine.manifests.signature import MAX_BYTES as MAX_SIGNATURE, SignatureError, verify
from ..engine.manifests.surroundings import surroundings
from ..engine.policy.profiles import Profile
from .keeper import HomeKeeper, failed

_LOGGER = logging.getLogger(__name__)

INLINE: Final = "inline"
"""Source of a manifest that was written into the call itself."""

type Controllers = Mapping[str, frozenset[Address]]
"""Addresses of the home's own services by class URI, as an administrator named them."""


@dataclass(frozen=True, slots=True)
class Document:
    """A manifest that was read and is what it says: `signer` is whose signature was checked, or empty."""

    manifest: Manifest
    source: str
    signer: str
    digest: str


class Manifests:
    """Which manifest counts for which asset."""

    def __init__(self, hub: HomeKeeper) -> None:
        """Remember nothing yet."""
        self.kept = Kept()
        self._hub = hub
        self._store = ManifestStore(hub.hass)
        self._lock = asyncio.Lock()

    async def async_start(self) -> None:
        """Remember. What cannot be read is put aside: the allow-lists themselves are kept with the permissions."""
        try:
            self.kept = await self._store.load() or Kept()
        except StoreUnreadableError as error:
            aside = await self._store.start_anew(Kept())
            _LOGGER.warning("Which manifests were imported cannot be read (%s); see %s", error, aside or error.aside)

    async def async_stop(self) -> None:
        """Nothing is under way."""

    async def async_import(
        self,
        asset_id: str,
        source: str,
        *,
        actor: str | None,
        controllers: Controllers | None = None,
        allow_unsigned: bool = False,
    ) -> Bound:
        """Let a manifest say where an asset may go, and return once that was read back.

        `source` is a URL, a path under Home Assistant's folder, or the file itself. What cannot be had, read or trusted
        is refused as a whole and nothing changes; raises as `async_decide` does.
        """
        document = await self.async_open(source, allow_unsigned=allow_unsigned)
        return await self.async_apply(asset_id, document, actor=actor, controllers=controllers)

    async def async_apply(
        self, asset_id: str, document: Document, *, actor: str | None, controllers: Controllers | None = None
    ) -> Bound:
        """Let a manifest that was opened say where an asset may go; raises as `async_decide` does."""
        description = document.manifest.description
        imported = Imported(
            mud_url=description.mud_url[:MAX_TEXT],
            title=(description.systeminfo or "")[:MAX_TEXT],
            source=document.source[:MAX_TEXT],
            signer=document.signer[:MAX_TEXT],
            digest=document.digest,
            at=time.time(),
        )

        def here(home: Home) -> Bound:
            return self.bound(home, asset_id, document.manifest, controllers)

        return await self.async_restrict(asset_id, imported, here, action="import_manifest", actor=actor)

    async def async_restrict(
        self, asset_id: str, imported: Imported, here: Callable[[Home], Bound], *, action: str, actor: str | None
    ) -> Bound:
        """Hold an asset to the list that `here` makes in the home of the moment, in an executor.

        What was before is remembered for `async_remove`; raises as `async_decide` does, and then changes nothing.
        """
        bound: list[Bound] = []

        def choose(home: Home) -> Change:
            bound[:] = [here(home)]
            allowed, reason = bound[0].allowed, imported.mud_url
            return restrict(home, asset_id, allowed, action=action, actor=actor, reason=reason, now=imported.at)

        async with self._lock:
            before = self.kept
            offers = {key: one for key, one in before.offers.items() if key != asset_id}
            known = self._known() | {asset_id: replace(imported, before=self._before(asset_id))}
            await self._async_keep(Kept(known, offers))
            try:
                await self._hub.async_decide(choose)
            except HomeAssistantError:
                await self._async_keep(before)
                raise
        return bound[0]

    async def async_remove(self, asset_id: str, *, actor: str | None) -> None:
        """Take an asset's allow-list away, and give back the profile that it had before; raises as `async_decide`."""
        async with self._lock:
            imported = self.kept.imported.get(asset_id)
            before = imported.before if imported else None
            await self._hub.async_decide(partial(unrestrict, asset_id=asset_id, before=before, actor=actor))
            rest = {key: one for key, one in self._known().items() if key != asset_id}
            await self._async_keep(replace(self.kept, imported=rest))

    async def async_forget(self, asset_id: str) -> None:
        """Forget which manifest counts for an asset that leaves, and what was offered it. Raises HomeAssistantError."""
        async with self._lock:
            offers = {key: one for key, one in self.kept.offers.items() if key != asset_id}
            imported = {key: one for key, one in self._known().items() if key != asset_id}
            await self._async_keep(Kept(imported, offers))

    def named(self, asset_id: str) -> str | None:
        """What an asset's allow-list was made from, in the words of its maker; None if from no manifest."""
        imported = self.kept.imported.get(asset_id)
        return None if imported is None else imported.title or imported.mud_url or imported.source

    async def async_succeed(self, old: str, new: str) -> JsonValue:
        """Let what counts for `old` count for `new`; its allow-list is a permission, and carried as one.

        Gives what `async_restore` takes. Raises HomeAssistantError.
        """
        async with self._lock:
            before, mine = self.kept.imported.get(new), self.kept.imported.get(old)
            if mine is not None:
                await self._async_keep(replace(self.kept, imported=self._known() | {new: mine}))
        return encode_imported(before) if before else None

    async def async_restore(self, asset_id: str, before: JsonValue) -> None:
        """Let count for an asset what did before. Raises HomeAssistantError, StoreValueError."""
        async with self._lock:
            rest = {key: one for key, one in self._known().items() if key != asset_id}
            again = {asset_id: decode_imported(before)} if before is not None else {}
            await self._async_keep(replace(self.kept, imported=rest | again))

    async def async_offer(self, offers: Mapping[str, Offer]) -> None:
        """Keep what is offered until somebody has answered. Raises HomeAssistantError."""
        async with self._lock:
            alive = {key: one for key, one in {**self.kept.offers, **offers}.items() if key in self._hub.assets}
            await self._async_keep(replace(self.kept, offers=alive))

    async def async_decline(self, asset_id: str) -> None:
        """Remember that what is offered to an asset is not wanted. Raises HomeAssistantError."""
        offer = self.kept.offers.get(asset_id)
        if offer is not None:
            await self.async_offer({asset_id: replace(offer, declined=True)})

    async def async_open(self, source: str, *, public_only: bool = False, allow_unsigned: bool = False) -> Document:
        """Read, check and understand a manifest. Raises ServiceValidationError."""
        try:
            if source.lstrip().startswith("{"):
                return await self._async_examine(source.encode(), INLINE)
            if "://" in source:
                return await self._async_fetch(source, public_only=public_only, allow_unsigned=allow_unsigned)
            return await self._hub.hass.async_add_executor_job(self._read, source)
        except ManifestFileError as error:
            raise refused(key=error.key, detail=error.detail) from error
        except MudError as error:
            raise refused(key="manifest_malformed", detail=str(error)) from error
        except SignatureError as error:
            raise refused(key="manifest_signature", detail=str(error)) from error
        except UnicodeEncodeError as error:
            raise refused(key="manifest_malformed", detail=str(error)) from error

    def bound(self, home: Home, asset_id: str, manifest: Manifest, controllers: Controllers | None = None) -> Bound:
        """What a manifest would let an asset do in this home. Takes up to seconds: for an executor."""
        urls = {key: one.mud_url for key, one in self.kept.imported.items()}
        urls[asset_id] = manifest.description.mud_url
        return bind(manifest.rules, surroundings(home, self._hub.networks, asset_id, urls, controllers))

    # --- files

    async def _async_fetch(self, url: str, *, public_only: bool, allow_unsigned: bool) -> Document:
        context = get_default_context()
        file = await fetch(url, public_only=public_only, context=context)
        manifest = await self._hub.hass.async_add_executor_job(parse, file.data)
        reference = manifest.description.mud_signature
        if allow_unsigned and file.secure:
            return await self._async_examine(file.data, url)
        if reference is None:
            if not file.secure:
                raise ManifestFileError(key="manifest_not_https", detail=url)
            return await self._async_examine(file.data, url)
        where = urljoin(file.url, reference)
        stranger = urlsplit(where).hostname != urlsplit(file.url).hostname
        signature = await fetch(where, public_only=public_only or stranger, context=context, limit=MAX_SIGNATURE)
        return await self._async_examine(file.data, url, signature.data)

    def _read(self, name: str) -> Document:
        """Read a file below Home Assistant's folder, and the signature beside it that it names. Blocks."""
        root = Path(self._hub.hass.config.config_dir)
        data = read(root, name)
        reference = parse(data).description.mud_signature
        beside = Path(name).parent / Path(urlsplit(reference or "").path).name
        signature = None
        if reference is not None and (root / beside).is_file():
            signature = read(root, str(beside), MAX_SIGNATURE)
        return self._examine(data, name, signature)

    async def _async_examine(self, data: bytes, source: str, signature: bytes | None = None) -> Document:
        return await self._hub.hass.async_add_executor_job(self._examine, data, source, signature)

    def _examine(self, data: bytes, source: str, signature: bytes | None = None) -> Document:
        manifest, signer = parse(data), ""
        if signature is not None:
            folder = Path(self._hub.hass.config.path(DOMAIN, AUTHORITIES))
            signer = _subject(verify(data, signature, authorities(folder), datetime.now(UTC)))
        return Document(manifest, source, signer, sha256(data).hexdigest())

    # --- what is remembered

    def _known(self) -> dict[str, Imported]:
        """Imported manifests of assets that still are."""
        return {key: one for key, one in self.kept.imported.items() if key in self._hub.assets}

    def _before(self, asset_id: str) -> Profile | None:
        """The profile to come back to: what was there before the first of several manifests."""
        chosen = self._hub.permissions.profiles.get(asset_id)
        earlier = self.kept.imported.get(asset_id)
        return earlier.before if earlier is not None and chosen is Profile.RESTRICTED else chosen

    async def _async_keep(self, kept: Kept) -> None:
        if kept != self.kept:
            try:
                await self._store.save(kept)
            except StoreWriteError as error:
                raise failed(error.key, error.detail) from error
            self.kept = kept


def _subject(certificate: Certificate) -> str:
    return certificate.subject.rfc4514_string()


def refused(*, key: str, detail: str) -> ServiceValidationError:
    """What cannot be done with a manifest, for whoever asked."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders={"detail": detail[:MAX_TEXT]}
    )
