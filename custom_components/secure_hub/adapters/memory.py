"""What the hub remembers across restarts: assets and decisions, which mean nothing without each other."""

from collections.abc import Mapping
from dataclasses import replace

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..engine.assets.model import AssetRecord
from ..engine.home import Home, Memory
from ..engine.policy.model import Policy
from ..engine.policy.permissions import Permissions
from .storage import AssetStore, PolicyStore
from .storage_codec import Decided


class MemoryStore:
    """The stores of assets and decisions as one memory."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the stores."""
        self._hass = hass
        self._assets = AssetStore(hass)
        self._policy = PolicyStore(hass)
        self._kept_records: Mapping[str, AssetRecord] | None = None
        self._kept: Decided | None = None
        """What the stores hold; None after a write that failed, so that the next look repeats it."""

    async def load(self, settings: Policy, entry_id: str) -> Memory:
        """Read what is remembered; mode and newcomers are those of `settings`. Raises StoreUnreadableError.

        What had entities of the config entry was governed: Home Assistant remembers them anyway.
        """
        decided = await self._policy.load()
        records = await self._assets.load(expected=decided is not None)
        policy, permissions = settings, Permissions()
        if decided is not None:
            policy = replace(settings, admitted=decided.policy.admitted, quarantined=decided.policy.quarantined)
            permissions = decided.permissions
            self._kept_records, self._kept = records, decided
        entities = er.async_entries_for_config_entry(er.async_get(self._hass), entry_id)
        governed = frozenset(entity.unique_id.partition("-")[0] for entity in entities)
        return Memory(records or {}, policy, first_run=decided is None, governed=governed, permissions=permissions)

    async def keep(self, home: Home) -> None:
        """Remember the home; returns once it is on the disk. Raises StoreWriteError.

        Decisions are keyed by the ids of assets, so an asset that came or went is written at once and first; what else
        changed of the assets may wait.
        """
        records = {asset_id: asset.record for asset_id, asset in home.assets.items()}
        kept, self._kept_records = self._kept_records, None
        if kept is None or records.keys() != kept.keys():
            await self._assets.save(records)
        elif records != kept:
            self._assets.save_soon(records)
        self._kept_records = records
        kept_decided, self._kept = self._kept, None
        # Mode and newcomers are not kept here but in the config entry.
        policy, permissions = home.lasting
        decided = Decided(Policy(admitted=policy.admitted, quarantined=policy.quarantined), permissions)
        if decided != kept_decided:
            await self._policy.save(decided)
        self._kept = decided

    async def flush(self) -> None:
        """Write what may have waited. Raises StoreWriteError."""
        await self._assets.flush()

    async def remove(self) -> None:
        """Forget everything. Raises OSError."""
        await self._assets.remove()
        await self._policy.remove()
