"""The stores on real files: what was remembered comes back whole, or it is said that it cannot."""

from collections.abc import Callable, Mapping
from datetime import timedelta
import json
from pathlib import Path
import resource
import stat
from typing import Any

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.util import dt as dt_util
import orjson
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.secure_hub.adapters.storage import (
    SAVE_DELAY_S,
    AssetStore,
    PolicyStore,
    RoomStore,
    StoreUnreadableError,
    StoreWriteError,
    Unreadable,
)
from custom_components.secure_hub.adapters.storage_codec import (
    Decided,
    StoreValueError,
    decode_assets,
    encode_decided,
)
from custom_components.secure_hub.engine.policy.encoding import encode
from custom_components.secure_hub.engine.policy.model import Policy
from custom_components.secure_hub.engine.policy.permissions import Permissions

from .stored import CAMERA, DECIDED, NOTHING, A


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Leave Home Assistant's stores as they are: the plugin would keep them in memory."""
    return {}


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give Home Assistant a configuration directory of its own."""
    return str(tmp_path)


@pytest.fixture
def config(hass: HomeAssistant) -> Path:
    """Make the directory of the stores."""
    path = Path(hass.config.path(".storage"))
    path.mkdir(exist_ok=True)
    return path


def bytes_at(path: str) -> bytes:
    return Path(path).read_bytes()


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.glob("secure_hub.*"))


async def unreadable(store: RoomStore[Any], *, expected: bool = False) -> StoreUnreadableError:
    with pytest.raises(StoreUnreadableError) as caught:
        await store.load(expected=expected)
    return caught.value


async def test_a_first_run_and_the_next(hass: HomeAssistant, config: Path) -> None:
    assert await PolicyStore(hass).load() is None
    assert await AssetStore(hass).load() is None
    await PolicyStore(hass).save(DECIDED)
    await AssetStore(hass).save({A: CAMERA})
    assert await PolicyStore(hass).load(expected=True) == DECIDED
    assert await AssetStore(hass).load() == {A: CAMERA}
    assert stat.S_IMODE((config / "secure_hub.policy").stat().st_mode) == 0o600
    assert stat.S_IMODE((config / "secure_hub.assets").stat().st_mode) == 0o600


@pytest.mark.usefixtures("config")
async def test_an_empty_home_is_not_an_absent_one(hass: HomeAssistant) -> None:
    await PolicyStore(hass).save(NOTHING)
    await AssetStore(hass).save({})
    assert await PolicyStore(hass).load() == NOTHING
    assert await AssetStore(hass).load() == {}


ENVELOPE: Mapping[str, Any] = {"version": 1, "minor_version": 5, "key": "secure_hub.policy", "data": None}
GOOD = encode_decided(DECIDED)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Unreadable.CORRUPT),
        (b"\x00" * 500, Unreadable.CORRUPT),
        (b'{"version": 1, "minor_ver', Unreadable.CORRUPT),
        (b"\xff\xfe", Unreadable.CORRUPT),
        (b"[" * 100_000, Unreadable.CORRUPT),
        (b"{}", Unreadable.INVALID),
        (b"null", Unreadable.INVALID),
        (b"[]", Unreadable.INVALID),
        (b"5", Unreadable.INVALID),
        (b'"text"', Unreadable.INVALID),
        (b'{"data": {}}', Unreadable.INVALID),
        (b'{"version": "1", "data": {}}', Unreadable.INVALID),
        (b'{"version": 1}', Unreadable.INVALID),
        (orjson.dumps({**ENVELOPE}), Unreadable.INVALID),
        (orjson.dumps({**ENVELOPE, "data": {**GOOD, "admitted": ["camera"]}}), Unreadable.INVALID),
        (orjson.dumps({**ENVELOPE, "data": {**GOOD, "lockdown": True}}), Unreadable.INVALID),
        (orjson.dumps({**ENVELOPE, "data": {**GOOD, "permissions": {}}}), Unreadable.INVALID),
        (orjson.dumps({**ENVELOPE, "data": GOOD, "version": 0}), Unreadable.INVALID),
        (orjson.dumps({**ENVELOPE, "data": GOOD, "minor_version": 1}), Unreadable.INVALID),
        (orjson.dumps({**ENVELOPE, "data": GOOD, "version": 2}), Unreadable.FROM_FUTURE),
        (orjson.dumps({**ENVELOPE, "data": GOOD, "minor_version": 6}), Unreadable.FROM_FUTURE),
    ],
    ids=lambda value: value.value if isinstance(value, Unreadable) else value[:40].decode("ascii", "replace"),
)
async def test_what_cannot_be_read_is_kept_and_never_written_over(
    hass: HomeAssistant, config: Path, content: bytes, reason: Unreadable
) -> None:
    path = config / "secure_hub.policy"
    path.write_bytes(content)
    store = PolicyStore(hass)
    error = await unreadable(store)
    assert error.reason is reason
    assert error.store == "secure_hub.policy"
    assert bytes_at(error.aside) == content
    with pytest.raises(StoreUnreadableError):
        await store.save(NOTHING)
    with pytest.raises(StoreUnreadableError):
        store.save_soon(NOTHING)
    await hass.async_block_till_done()
    assert bytes_at(error.aside) == content
    # The next start knows it too, be the file in its place or put away.
    await PolicyStore(hass).save(DECIDED)
    path.write_bytes(content)
    await unreadable(PolicyStore(hass))
    again = await unreadable(PolicyStore(hass))
    assert bytes_at(again.aside) == content


async def test_a_directory_in_the_place_of_the_file(hass: HomeAssistant, config: Path) -> None:
    (config / "secure_hub.policy").mkdir()
    assert (await unreadable(PolicyStore(hass))).reason is Unreadable.INVALID


async def test_a_file_beyond_all_measure_is_not_read(hass: HomeAssistant, config: Path) -> None:
    with (config / "secure_hub.policy").open("wb") as file:
        file.truncate(1 << 40)
    assert (await unreadable(PolicyStore(hass))).reason is Unreadable.INVALID


async def test_a_store_that_was_written_and_is_gone(hass: HomeAssistant, config: Path) -> None:
    await PolicyStore(hass).save(DECIDED)
    (config / "secure_hub.policy").unlink()
    error = await unreadable(PolicyStore(hass))
    assert error.reason is Unreadable.MISSING
    assert error.aside == str(config / "secure_hub.policy")


@pytest.mark.usefixtures("config")
async def test_a_store_that_others_say_must_be_there(hass: HomeAssistant) -> None:
    assert (await unreadable(PolicyStore(hass), expected=True)).reason is Unreadable.MISSING


async def test_a_store_from_before_the_witness_gets_one(hass: HomeAssistant, config: Path) -> None:
    (config / "secure_hub.policy").write_bytes(orjson.dumps({**ENVELOPE, "data": GOOD}))
    assert await PolicyStore(hass).load() == DECIDED
    (config / "secure_hub.policy").unlink()
    assert (await unreadable(PolicyStore(hass))).reason is Unreadable.MISSING


async def test_a_restored_file_is_read_again(hass: HomeAssistant, config: Path) -> None:
    path = config / "secure_hub.policy"
    store = PolicyStore(hass)
    await store.save(DECIDED)
    good = path.read_bytes()
    path.write_bytes(b"broken")
    await unreadable(store)
    path.write_bytes(good)
    assert await store.load() == DECIDED
    await store.save(NOTHING)
    assert await PolicyStore(hass).load() == NOTHING


async def test_beginning_again_is_a_decision_and_keeps_the_file(hass: HomeAssistant, config: Path) -> None:
    path = config / "secure_hub.policy"
    for content in (b"{}", b"[]"):
        path.write_bytes(content)
        store = PolicyStore(hass)
        await unreadable(store)
        aside = await store.start_anew(NOTHING)
        assert aside is not None
        assert bytes_at(aside) == content
        await store.save(DECIDED)
        assert await PolicyStore(hass).load() == DECIDED
    assert len(names(config)) == 3
    path.unlink()
    store = PolicyStore(hass)
    await unreadable(store)
    assert await store.start_anew(DECIDED) is None
    assert await PolicyStore(hass).load() == DECIDED


async def test_removal_makes_the_next_start_a_first_one(hass: HomeAssistant, config: Path) -> None:
    await PolicyStore(hass).save(DECIDED)
    await PolicyStore(hass).remove()
    await PolicyStore(hass).remove()
    assert names(config) == []
    assert await PolicyStore(hass).load() is None


async def test_what_is_saved_soon_is_saved(hass: HomeAssistant, config: Path) -> None:
    path = config / "secure_hub.assets"
    store = AssetStore(hass)
    store.save_soon({A: CAMERA})
    await hass.async_block_till_done()
    assert not path.exists()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=SAVE_DELAY_S + 1))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await AssetStore(hass).load() == {A: CAMERA}
    written = path.stat().st_ino
    await store.flush()
    assert path.stat().st_ino == written


async def test_flushing_and_stopping_lose_nothing(hass: HomeAssistant, config: Path) -> None:
    store = AssetStore(hass)
    store.save_soon({})
    store.save_soon({A: CAMERA})
    await store.flush()
    assert await AssetStore(hass).load() == {A: CAMERA}
    store.save_soon({})
    await hass.async_stop(force=True)
    assert hass.state is CoreState.stopped
    assert decode_assets(json.loads((config / "secure_hub.assets").read_bytes())["data"]) == {}


async def test_a_failed_write_is_told_and_loses_nothing(hass: HomeAssistant, config: Path) -> None:
    store = PolicyStore(hass)
    await store.save(DECIDED)
    before = (config / "secure_hub.policy").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(StoreWriteError) as caught:
            await store.save(NOTHING)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.key == "store_write_failed"
    assert (config / "secure_hub.policy").read_bytes() == before
    assert await PolicyStore(hass).load() == DECIDED
    await store.save(NOTHING)
    assert await PolicyStore(hass).load() == NOTHING


async def test_a_witness_that_cannot_be_left_is_told(hass: HomeAssistant, config: Path) -> None:
    config.with_name("secure_hub").write_bytes(b"in the way")
    with pytest.raises(StoreWriteError):
        await PolicyStore(hass).save(DECIDED)


async def test_a_value_that_no_store_holds_is_refused(hass: HomeAssistant, config: Path) -> None:
    wrong = Decided(Policy(admitted=frozenset({"camera"})))
    with pytest.raises(StoreValueError):
        await PolicyStore(hass).save(wrong)
    with pytest.raises(StoreValueError):
        PolicyStore(hass).save_soon(wrong)
    assert names(config) == []


def numbered(hass: HomeAssistant, migrate: Callable[[int, int, Any], dict[str, Any]]) -> RoomStore[int]:
    """A store of a number, in its second version."""

    def decode(data: Any) -> int:
        if not isinstance(data, dict) or not isinstance(data.get("number"), int):
            msg = "no number"
            raise StoreValueError(msg)
        return int(data["number"])

    return RoomStore(hass, "secure_hub.test", lambda n: {"number": n}, decode, version=(2, 1), migrate=migrate)


async def test_an_older_version_is_migrated_and_saved(hass: HomeAssistant, config: Path) -> None:
    path = config / "secure_hub.test"
    path.write_bytes(orjson.dumps({"version": 1, "minor_version": 3, "key": "secure_hub.test", "data": [7]}))
    seen = []

    def migrate(major: int, minor: int, data: Any) -> dict[str, Any]:
        seen.append((major, minor))
        return {"number": data[0]}

    assert await numbered(hass, migrate).load() == 7
    assert seen == [(1, 3)]
    stored = json.loads(path.read_bytes())
    assert (stored["version"], stored["data"]) == (2, {"number": 7})


async def test_decisions_of_before_permissions_are_kept(hass: HomeAssistant, config: Path) -> None:
    path = config / "secure_hub.policy"
    old = {key: value for key, value in GOOD.items() if key != "permissions"}
    path.write_bytes(orjson.dumps({**ENVELOPE, "minor_version": 1, "data": old}))
    assert await PolicyStore(hass).load() == Decided(DECIDED.policy, Permissions())
    stored = json.loads(path.read_bytes())
    assert (stored["version"], stored["minor_version"]) == (1, 5)
    assert stored["data"] == {**old, "permissions": encode(Permissions())}


async def test_allow_lists_of_before_sources_are_kept(hass: HomeAssistant, config: Path) -> None:
    path = config / "secure_hub.policy"
    lists = {A: [{"scope": "internet", "destination": "*.example.com tcp/443"}]}
    old = {**GOOD, "permissions": {**GOOD["permissions"], "allow_lists": lists}}
    path.write_bytes(orjson.dumps({**ENVELOPE, "minor_version": 2, "data": old}))
    assert await PolicyStore(hass).load() == DECIDED
    assert json.loads(path.read_bytes())["data"] == GOOD


async def test_rules_of_before_they_said_who_made_them_are_kept(hass: HomeAssistant, config: Path) -> None:
    path = config / "secure_hub.policy"
    rules = [{key: value for key, value in rule.items() if key != "actor"} for rule in GOOD["permissions"]["rules"]]
    assert rules
    old = {**GOOD, "permissions": {**GOOD["permissions"], "rules": rules}}
    path.write_bytes(orjson.dumps({**ENVELOPE, "minor_version": 4, "data": old}))
    assert await PolicyStore(hass).load() == DECIDED
    assert json.loads(path.read_bytes())["data"] == GOOD


async def test_permissions_of_before_limits_are_kept(hass: HomeAssistant, config: Path) -> None:
    path = config / "secure_hub.policy"
    permissions = {key: value for key, value in GOOD["permissions"].items() if key != "limits"}
    path.write_bytes(orjson.dumps({**ENVELOPE, "minor_version": 3, "data": {**GOOD, "permissions": permissions}}))
    assert await PolicyStore(hass).load() == DECIDED
    assert json.loads(path.read_bytes())["data"] == GOOD


@pytest.mark.parametrize("permissions", [None, [], {}])
async def test_permissions_of_before_limits_that_are_none_are_unreadable(
    hass: HomeAssistant, config: Path, permissions: Any
) -> None:
    old = {**GOOD, "permissions": permissions}
    (config / "secure_hub.policy").write_bytes(orjson.dumps({**ENVELOPE, "minor_version": 3, "data": old}))
    assert (await unreadable(PolicyStore(hass))).reason is Unreadable.INVALID


@pytest.mark.parametrize("lists", [None, [], {A: {}}, {A: [[]]}, {A: [{"scope": "internet"}]}])
async def test_allow_lists_of_before_that_are_none_are_unreadable(
    hass: HomeAssistant, config: Path, lists: Any
) -> None:
    old = {**GOOD, "permissions": {**GOOD["permissions"], "allow_lists": lists}}
    (config / "secure_hub.policy").write_bytes(orjson.dumps({**ENVELOPE, "minor_version": 2, "data": old}))
    assert (await unreadable(PolicyStore(hass))).reason is Unreadable.INVALID


async def test_a_migration_that_makes_nonsense_leaves_the_old_file(hass: HomeAssistant, config: Path) -> None:
    path = config / "secure_hub.test"
    old = orjson.dumps({"version": 1, "minor_version": 3, "key": "secure_hub.test", "data": [7]})
    path.write_bytes(old)
    assert (await unreadable(numbered(hass, lambda *_: {"number": "seven"}))).reason is Unreadable.INVALID
    assert path.read_bytes() == old
