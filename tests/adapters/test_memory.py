"""Assets and decisions are remembered together, and what could not be written is written later."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
import shutil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.adapters.memory import MemoryStore
from custom_components.secure_hub.adapters.storage import AssetStore, PolicyStore, StoreUnreadableError, StoreWriteError
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.assets.model import Asset, AssetRecord, Identifier, IdentifierKind
from custom_components.secure_hub.engine.home import Home
from custom_components.secure_hub.engine.policy.model import Mode, Newcomers, Policy, Quarantine

A, B = "a" * 32, "b" * 32
SETTINGS = Policy(Mode.ENFORCE, Newcomers.ALLOW)


def record(asset_id: str, name: str = "Camera") -> AssetRecord:
    identifier = Identifier(IdentifierKind.MAC, f"02:00:00:00:00:0{asset_id[0]}")
    return AssetRecord(asset_id, frozenset({identifier}), name, 1.0)


def home(*records: AssetRecord, policy: Policy = SETTINGS) -> Home:
    return Home(assets={one.id: Asset(one) for one in records}, policy=policy)


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Leave Home Assistant's stores as they are: the plugin would keep them in memory."""
    return {}


@pytest.fixture
def store(hass: HomeAssistant, config_dir: Path) -> MemoryStore:
    (config_dir / ".storage").mkdir(exist_ok=True)
    return MemoryStore(hass)


@contextmanager
def blocked(path: Path) -> Iterator[None]:
    """Let nothing be written there."""
    kept = path.with_suffix(".kept")
    if path.exists():
        path.rename(kept)
    (path / "in the way").mkdir(parents=True)
    try:
        yield
    finally:
        shutil.rmtree(path)
        if kept.exists():
            kept.rename(path)


def written(config_dir: Path) -> dict[str, int]:
    """Which file is in the place of each store."""
    return {path.name: path.stat().st_ino for path in config_dir.glob(".storage/secure_hub.*")}


async def test_nothing_is_remembered_at_first(store: MemoryStore) -> None:
    memory = await store.load(SETTINGS, "entry")
    assert memory.first_run
    assert (memory.records, memory.policy, memory.governed) == ({}, SETTINGS, frozenset())


async def test_what_was_kept_comes_back_with_the_settings_of_now(hass: HomeAssistant, store: MemoryStore) -> None:
    decided = SETTINGS.admit(frozenset({A})).quarantine(B, Quarantine(1.0, None, "manual"))
    await store.keep(home(record(A), record(B), policy=decided))
    memory = await MemoryStore(hass).load(Policy(Mode.MONITOR, Newcomers.HOLD), "entry")
    assert not memory.first_run
    assert memory.records == {A: record(A), B: record(B)}
    assert memory.policy == replace(decided, mode=Mode.MONITOR, newcomers=Newcomers.HOLD)


async def test_an_empty_home_is_remembered_as_one(hass: HomeAssistant, store: MemoryStore) -> None:
    await store.keep(home())
    assert not (await MemoryStore(hass).load(SETTINGS, "entry")).first_run


async def test_only_what_changed_is_written(store: MemoryStore, config_dir: Path) -> None:
    await store.keep(home(record(A)))
    first = written(config_dir)
    await store.keep(home(record(A)))
    await store.keep(home(record(A, "Garden")))
    assert written(config_dir) == first
    await store.flush()
    assert written(config_dir)["secure_hub.assets"] != first["secure_hub.assets"]
    second = written(config_dir)
    await store.keep(home(record(A, "Garden"), policy=SETTINGS.admit(frozenset({A}))))
    assert written(config_dir)["secure_hub.policy"] != second["secure_hub.policy"]
    assert written(config_dir)["secure_hub.assets"] == second["secure_hub.assets"]
    await store.keep(home(record(A, "Garden"), record(B), policy=SETTINGS.admit(frozenset({A}))))
    assert written(config_dir)["secure_hub.assets"] != second["secure_hub.assets"]


async def test_what_was_loaded_is_not_written_again(hass: HomeAssistant, store: MemoryStore, config_dir: Path) -> None:
    await store.keep(home(record(A)))
    first = written(config_dir)
    again = MemoryStore(hass)
    await again.load(SETTINGS, "entry")
    await again.keep(home(record(A)))
    assert written(config_dir) == first


@pytest.mark.parametrize("room", ["policy", "assets"])
async def test_what_could_not_be_written_is_written_with_the_next_look(
    hass: HomeAssistant, store: MemoryStore, config_dir: Path, room: str
) -> None:
    await store.keep(home())
    later = home(record(A), policy=SETTINGS.admit(frozenset({A})))
    with blocked(config_dir / ".storage" / f"secure_hub.{room}"), pytest.raises(StoreWriteError):
        await store.keep(later)
    remembered = await MemoryStore(hass).load(SETTINGS, "entry")
    assert remembered.policy == SETTINGS, "no decision names an asset that is not remembered"
    await store.keep(later)
    remembered = await MemoryStore(hass).load(SETTINGS, "entry")
    assert remembered.records == {A: record(A)}
    assert remembered.policy == later.policy


@pytest.mark.parametrize("store_of", [AssetStore, PolicyStore])
async def test_half_a_memory_is_none(
    hass: HomeAssistant, store: MemoryStore, config_dir: Path, store_of: type[AssetStore | PolicyStore]
) -> None:
    await store.keep(home(record(A)))
    (config_dir / ".storage" / store_of(hass).key).unlink()
    with pytest.raises(StoreUnreadableError):
        await MemoryStore(hass).load(SETTINGS, "entry")


async def test_removed_is_as_if_it_never_was(hass: HomeAssistant, store: MemoryStore, config_dir: Path) -> None:
    await store.keep(home(record(A)))
    await store.remove()
    assert written(config_dir) == {}
    assert (await MemoryStore(hass).load(SETTINGS, "entry")).first_run


async def test_who_had_entities_was_governed(hass: HomeAssistant, store: MemoryStore) -> None:
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    er.async_get(hass).async_get_or_create("switch", DOMAIN, f"{A}-quarantine", config_entry=entry)
    assert A in (await store.load(SETTINGS, entry.entry_id)).governed
