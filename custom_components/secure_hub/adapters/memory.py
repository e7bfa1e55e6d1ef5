"""What the hub remembers across restarts: assets and decisions, which mean nothing without each other."""

from dataclasses import replace

from homeassistant.core import HomeAssistant

from ..engine.home import Home, Memory
from ..engine.policy.model import Policy
from .storage import AssetStore, PolicyStore


class MemoryStore:
    """The stores of assets and decisions as one memory."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the stores."""
        self._assets = AssetStore(hass)
        self._policy = PolicyStore(hass)

    async def load(self, settings: Policy) -> Memory:
        """Read what is remembered; mode and newcomers are those of `settings`. Raises StoreUnreadableError."""
        decided = await self._policy.load()
        records = await self._assets.load(expected=decided is not None)
        policy = settings
        if decided is not None:
            policy = replace(settings, admitted=decided.admitted, quarantined=decided.quarantined)
        return Memory(records or {}, policy, first_run=decided is None)

    async def keep(self, before: Memory, home: Home) -> None:
        """Remember the home; returns once it is on the disk. Raises StoreWriteError.

        Decisions are keyed by the ids of assets, so an asset that came or went is written at once and first; what else
        changed of the assets may wait.
        """
        records = {asset_id: asset.record for asset_id, asset in home.assets.items()}
        if before.first_run or records.keys() != before.records.keys():
            await self._assets.save(records)
        elif records != before.records:
            self._assets.save_soon(records)
        if before.first_run or home.policy != before.policy:
            await self._policy.save(home.policy)

    async def flush(self) -> None:
        """Write what may have waited. Raises StoreWriteError."""
        await self._assets.flush()

    async def remove(self) -> None:
        """Forget everything. Raises OSError."""
        await self._assets.remove()
        await self._policy.remove()
