"""The rooms' memories: one Home Assistant store each, which fails closed.

Home Assistant's store gives None for a file that was never there, and also for one that it just found corrupt and put
away. Here the two are told apart, in this start and in every later one: beside the first write a witness,
`<config>/secure_hub/<key>.written`, is left, so a store that was there and is gone reads as unreadable, not as new.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
import logging
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers.storage import STORAGE_DIR, Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..engine.assets.model import AssetRecord
from . import durable
from .storage_codec import (
    Decided,
    StoreValueError,
    decode_assets,
    decode_decided,
    encode_assets,
    encode_decided,
    migrate_decided,
)

_LOGGER = logging.getLogger(__name__)

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a store's file that are read at all."""
_KEY = re.compile(rf"{DOMAIN}\.[a-z_]+")
SAVE_DELAY_S = 10.0
"""Seconds over which changes are gathered by `save_soon`."""

type Migrate = Callable[[int, int, Any], dict[str, Any]]
"""Turns the data of an older version (major, minor, data) into this version's; raises StoreValueError."""


class Unreadable(StrEnum):
    """Why a store cannot be read."""

    CORRUPT = "store_corrupt"
    """No JSON; Home Assistant put the file away."""
    INVALID = "store_invalid"
    """Not what was written."""
    FROM_FUTURE = "store_from_future"
    """A newer version wrote it."""
    MISSING = "store_missing"
    """It was there, and is gone."""


class StoreUnreadableError(HomeAssistantError):
    """What was remembered of the store `store` cannot be read: no first run.

    The bytes that are left are at `aside`; where there are none, the file belongs there.
    """

    def __init__(self, store: str, reason: Unreadable, aside: str) -> None:
        """Keep what is needed to tell the user."""
        super().__init__(f"{store}: {reason.value}, see {aside}")
        self.store = store
        self.reason = reason
        self.aside = aside


class StoreWriteError(HomeAssistantError):
    """What was to be remembered is not on the disk; `key` is a translation key, `detail` what the system said."""

    key = "store_write_failed"

    def __init__(self, store: str, detail: str) -> None:
        """Keep what is needed to tell the user."""
        super().__init__(f"{store} could not be written: {detail}")
        self.detail = f"{store}: {detail}"


class _WitnessedStore(Store[dict[str, Any]]):
    """A store that remembers that it was written, and whether the last write failed: the base class only logs that."""

    def __init__(self, hass: HomeAssistant, version: tuple[int, int], key: str, migrate: Migrate) -> None:
        major, minor = version
        super().__init__(hass, major, key, private=True, atomic_writes=True, minor_version=minor)
        self._migrate = migrate
        self._witness = Path(hass.config.path(DOMAIN, f"{key}.written"))
        self.failure: Exception | None = None

    async def _async_migrate_func(self, old_major_version: int, old_minor_version: int, old_data: Any) -> Any:
        if (old_major_version, old_minor_version) > (self.version, self.minor_version):
            raise UnsupportedStorageVersionError(self.key, old_major_version, self.version)
        return self._migrate(old_major_version, old_minor_version, old_data)

    async def _async_write_data(self, data: dict[str, Any]) -> None:
        self.failure = None
        try:
            await super()._async_write_data(data)
            await self.hass.async_add_executor_job(self.leave_witness)
        except (HomeAssistantError, OSError) as err:
            self.failure = err
            _LOGGER.error("%s could not be written: %s", self.key, err)  # noqa: TRY400 - a full disk is no bug

    def look(self) -> tuple[int | None, bool]:
        """Size of the file, None when it is not there, and whether it was ever written. Blocks; raises OSError."""
        path = Path(self.path)
        size = path.lstat().st_size if path.exists(follow_symlinks=False) else None
        return size, self._witness.exists()

    def leave_witness(self) -> None:
        """Remember that there is a file. Blocks; raises OSError."""
        if not self._witness.exists():
            durable.ensure_directory(self._witness.parent)
            durable.replace(self._witness, b"")

    def forget_witness(self) -> None:
        """Let the next start be a first one. Blocks; raises OSError."""
        self._witness.unlink(missing_ok=True)

    def newest_corrupt(self) -> str:
        """Where Home Assistant put the last corrupt file, or where the file should be. Blocks."""
        path = Path(self.path)
        found = sorted(path.parent.glob(f"{path.name}.corrupt.*"))
        return str(found[-1] if found else path)

    def put_aside(self) -> str | None:
        """Rename the file, if there is one, to a name of its own. Blocks; raises OSError."""
        path = Path(self.path)
        if not path.exists(follow_symlinks=False):
            return None
        return str(durable.move_aside(path, f"unreadable.{dt_util.utcnow():%Y%m%dT%H%M%S}"))


def _no_migration(major: int, minor: int, _data: Any) -> dict[str, Any]:
    """Refuse: there has been no older version yet."""
    msg = f"version {major}.{minor} never was"
    raise StoreValueError(msg)


class RoomStore[T]:
    """What one room remembers across restarts."""

    def __init__(  # noqa: PLR0913 - one description of a store
        self,
        hass: HomeAssistant,
        key: str,
        encode: Callable[[T], dict[str, Any]],
        decode: Callable[[Any], T],
        *,
        version: tuple[int, int] = (1, 1),
        migrate: Migrate = _no_migration,
    ) -> None:
        """Describe the store; `encode` and `decode` raise StoreValueError for what it cannot hold."""
        self.hass = hass
        self.key = key
        self._encode = encode
        self._decode = decode

        def checked(major: int, minor: int, data: Any) -> dict[str, Any]:
            """Migrate to what decodes, or leave the old file alone: the base class saves what this returns."""
            migrated = migrate(major, minor, data)
            decode(migrated)
            return migrated

        self._store = _WitnessedStore(hass, version, key, checked)
        self._unreadable: StoreUnreadableError | None = None
        self._unsaved: dict[str, Any] | None = None

    async def load(self, *, expected: bool = False) -> T | None:
        """Read what is remembered; None when nothing ever was.

        `expected` says that other stores are from an earlier run, so this one must be there. Raises
        StoreUnreadableError; from then on saving raises it too, until a person decides for `start_anew`.
        """
        self._unreadable = None
        try:
            return await self._async_load(expected=expected)
        except StoreUnreadableError as err:
            self._unreadable = err
            raise

    async def _async_load(self, *, expected: bool) -> T | None:
        size, witnessed = await self.hass.async_add_executor_job(self._store.look)
        if size is not None and size > MAX_FILE:
            raise self._error(Unreadable.INVALID)
        try:
            data = await self._store.async_load()
            value = None if data is None else self._decode(data)
        except UnsupportedStorageVersionError as err:
            raise self._error(Unreadable.FROM_FUTURE) from err
        except (HomeAssistantError, OSError, LookupError, TypeError, AttributeError, ValueError) as err:
            raise self._error(Unreadable.INVALID) from err
        if value is None and (size is not None or witnessed or expected):
            still_there = (await self.hass.async_add_executor_job(self._store.look))[0] is not None
            if still_there:
                raise self._error(Unreadable.INVALID)
            aside = await self.hass.async_add_executor_job(self._store.newest_corrupt)
            raise StoreUnreadableError(self.key, Unreadable.MISSING if size is None else Unreadable.CORRUPT, aside)
        if value is not None and not witnessed:
            await self.hass.async_add_executor_job(self._store.leave_witness)
        return value

    def _error(self, reason: Unreadable) -> StoreUnreadableError:
        return StoreUnreadableError(self.key, reason, str(self._store.path))

    async def save(self, value: T) -> None:
        """Remember a value; returns once it is on the disk.

        While Home Assistant stops, it is written with its last writes instead. Raises StoreWriteError,
        StoreUnreadableError while something unreadable is there, StoreValueError for what the store cannot hold.
        """
        self._refuse_over_unreadable()
        await self._async_write(await self.hass.async_add_executor_job(self._encode, value))

    async def _async_write(self, data: dict[str, Any]) -> None:
        self._unsaved = None
        self._store.failure = None
        await self._store.async_save(data)
        if (failure := self._store.failure) is not None:
            raise StoreWriteError(self.key, str(failure)) from failure

    def save_soon(self, value: T) -> None:
        """Remember a value within SAVE_DELAY_S, or when Home Assistant stops; a failed write is logged.

        Raises StoreUnreadableError and StoreValueError as `save` does.
        """
        self._refuse_over_unreadable()
        data = self._unsaved = self._encode(value)

        def give() -> dict[str, Any]:
            self._unsaved = None
            return data

        self._store.async_delay_save(give, SAVE_DELAY_S)

    async def flush(self) -> None:
        """Write now what `save_soon` still holds back. Raises StoreWriteError."""
        if self._unsaved is not None:
            await self._async_write(self._unsaved)

    async def start_anew(self, value: T) -> str | None:
        """Begin again with a value, by a person's decision; the unreadable file is renamed, and where to is returned.

        Raises StoreWriteError.
        """
        try:
            aside = await self.hass.async_add_executor_job(self._store.put_aside)
        except OSError as err:
            raise StoreWriteError(self.key, str(err)) from err
        self._unreadable = None
        await self.save(value)
        return aside

    async def remove(self) -> None:
        """Forget everything, so that the next start is a first one; what was put aside stays. Raises OSError."""
        self._unsaved = None
        await self._store.async_remove()
        await self.hass.async_add_executor_job(self._store.forget_witness)

    def _refuse_over_unreadable(self) -> None:
        if self._unreadable is not None:
            raise self._unreadable


async def async_remove_stores(hass: HomeAssistant) -> None:
    """Forget everything that any room remembers, so that the next start is a first one; what was put aside stays.

    Raises OSError.
    """
    for key in await hass.async_add_executor_job(_written, hass):
        store = _WitnessedStore(hass, (1, 1), key, _no_migration)
        await store.async_remove()
        await hass.async_add_executor_job(store.forget_witness)


def _written(hass: HomeAssistant) -> list[str]:
    """Keys of the stores that were ever written. Blocks."""
    found = {path.name for path in Path(hass.config.path(STORAGE_DIR)).glob(f"{DOMAIN}.*")}
    found |= {path.name.removesuffix(".written") for path in Path(hass.config.path(DOMAIN)).glob(f"{DOMAIN}.*.written")}
    return sorted(key for key in found if _KEY.fullmatch(key))


class AssetStore(RoomStore[Mapping[str, AssetRecord]]):
    """Records of the assets, by id: `secure_hub.assets`."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(hass, f"{DOMAIN}.assets", encode_assets, decode_assets)


class PolicyStore(RoomStore[Decided]):
    """All that was decided: `secure_hub.policy`. Mode and newcomers come back as their defaults."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(
            hass, f"{DOMAIN}.policy", encode_decided, decode_decided, version=(1, 5), migrate=migrate_decided
        )
