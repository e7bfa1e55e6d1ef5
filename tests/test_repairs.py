"""What cannot be read is no first run: the wall stands, everybody is held, and an administrator decides."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
import resource
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import UnknownStep
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.secure_hub.const import CONF_NEWCOMERS, DOMAIN
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.repairs import StartOverFlow, async_create_fix_flow
from tests.lab.network.lab import Lab
from tests.plugin import asset_with, connects, is_on, journal_of, off_loop, press, take_walls_away
from tests.translated import missing

FLOW = "/api/repairs/issues/fix"
START_OVER = {"handler": DOMAIN, "issue_id": "store_unreadable"}
type StartOver = Callable[[], Awaitable[dict[str, Any]]]
EXCEPTIONS = {"store_corrupt": b"\x00" * 64, "store_invalid": b"{}", "store_missing": None}


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Leave Home Assistant's stores as they are: the plugin would keep them in memory."""
    return {}


@pytest.fixture
async def unloaded(hass: HomeAssistant, lab: Lab, hub: SecureHub) -> MockConfigEntry:
    """A hub that cut the camera off and was stopped; its wall stands."""
    assert await async_setup_component(hass, "repairs", {})
    await press(hass, hub, lab.device("camera").mac, on=True)
    entry = hub.entry
    assert isinstance(entry, MockConfigEntry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    return entry


def spoil(hass: HomeAssistant, room: str, content: bytes | None) -> None:
    """Put something else, or nothing, in the place of a store."""
    path = Path(hass.config.path(".storage", f"secure_hub.{room}"))
    path.unlink() if content is None else path.write_bytes(content)


async def start(hass: HomeAssistant, entry: ConfigEntry) -> ConfigEntryState:
    """Start Home Assistant's half again."""
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    return entry.state


@pytest.fixture
async def start_over(unloaded: MockConfigEntry, hass_client: ClientSessionGenerator) -> StartOver:  # noqa: ARG001 - repairs first
    """What an administrator's browser does; gives the flow's last answer."""
    client = await hass_client()

    async def fix() -> dict[str, Any]:
        form = await (await client.post(FLOW, json=START_OVER)).json()
        assert (form["type"], form["step_id"]) == ("form", "confirm")
        answer: dict[str, Any] = await (await client.post(f"{FLOW}/{form['flow_id']}", json={})).json()
        return answer

    return fix


@pytest.mark.parametrize("room", ["policy", "assets"])
@pytest.mark.parametrize("reason", EXCEPTIONS)
async def test_what_stands_stays_when_a_store_cannot_be_read(
    hass: HomeAssistant, lab: Lab, unloaded: MockConfigEntry, room: str, reason: str
) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    spoil(hass, room, EXCEPTIONS[reason])
    assert await start(hass, unloaded) is ConfigEntryState.SETUP_ERROR
    assert unloaded.error_reason_translation_key == reason
    assert not await off_loop(camera.can_reach, lab.internet)
    assert await connects(tv, lab.internet)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "store_unreadable")
    assert issue is not None
    assert issue.is_fixable
    assert issue.severity is ir.IssueSeverity.CRITICAL
    # A start that fails changes nothing, however often.
    assert await start(hass, unloaded) is ConfigEntryState.SETUP_ERROR
    assert not await off_loop(camera.can_reach, lab.internet)


@pytest.mark.parametrize("room", ["policy", "assets"])
async def test_where_no_wall_stands_everybody_is_held(
    hass: HomeAssistant, lab: Lab, unloaded: MockConfigEntry, room: str
) -> None:
    take_walls_away()
    assert await connects(lab.device("camera"), lab.internet)
    spoil(hass, room, b"[]")
    assert await start(hass, unloaded) is ConfigEntryState.SETUP_ERROR
    for device in lab.devices:
        assert not any((await off_loop(lab.matrix, device)).values())
    assert await connects(lab.laptop, lab.internet)
    assert await connects(lab.laptop, lab.hub)


async def test_a_backup_brought_back_is_read(hass: HomeAssistant, lab: Lab, unloaded: MockConfigEntry) -> None:
    path = Path(hass.config.path(".storage", "secure_hub.policy"))
    backup = await off_loop(path.read_bytes)
    spoil(hass, "policy", b"{")
    assert await start(hass, unloaded) is ConfigEntryState.SETUP_ERROR
    await off_loop(path.write_bytes, backup)
    assert await hass.config_entries.async_reload(unloaded.entry_id)
    await hass.async_block_till_done()
    assert is_on(hass, unloaded.runtime_data, lab.device("camera").mac) is True
    assert is_on(hass, unloaded.runtime_data, lab.device("tv").mac) is False
    assert ir.async_get(hass).async_get_issue(DOMAIN, "store_unreadable") is None


@pytest.mark.parametrize("rooms", [("policy",), ("assets",), ("policy", "assets")], ids="+".join)
@pytest.mark.parametrize("newcomers", ["hold", "allow"])
async def test_starting_over_holds_everybody_until_let_in(
    hass: HomeAssistant,
    lab: Lab,
    start_over: StartOver,
    rooms: tuple[str, ...],
    newcomers: str,
) -> None:
    (unloaded,) = hass.config_entries.async_entries(DOMAIN)
    hass.config_entries.async_update_entry(unloaded, options={**unloaded.options, CONF_NEWCOMERS: newcomers})
    content = b'{"neither": "lost"}'
    for room in rooms:
        spoil(hass, room, content)
    assert await start(hass, unloaded) is ConfigEntryState.SETUP_ERROR
    assert (await start_over())["type"] == "create_entry"
    await hass.async_block_till_done()
    assert unloaded.state is ConfigEntryState.LOADED
    hub: SecureHub = unloaded.runtime_data
    assert ir.async_get(hass).async_get_issue(DOMAIN, "store_unreadable") is None
    camera, tv = lab.device("camera"), lab.device("tv")
    for device in lab.devices:
        assert is_on(hass, hub, device.mac) is True
        assert not await off_loop(device.can_reach, lab.internet)
    stores = Path(hass.config.path(".storage"))
    kept = await off_loop(lambda: [path.read_bytes() for path in stores.glob("secure_hub.*")])
    assert kept.count(content) == len(rooms)
    await press(hass, hub, tv.mac, on=False)
    assert await connects(tv, lab.internet)
    assert not await off_loop(camera.can_reach, lab.internet)
    assert await hass.config_entries.async_reload(unloaded.entry_id)
    await hass.async_block_till_done()
    assert await connects(tv, lab.internet)
    held = asset_with(unloaded.runtime_data, camera.mac)
    assert held is not None
    assert unloaded.runtime_data.standing(held.id) is not Standing.ADMITTED


async def test_no_other_issue_starts_over(hass: HomeAssistant) -> None:
    """An issue that has a mend and none here is refused: starting over takes everything away."""
    error = ir.IssueSeverity.ERROR
    for key in ("store_unreadable", "journal_broken"):
        ir.async_create_issue(hass, DOMAIN, key, is_fixable=True, severity=error, translation_key=key)
    for wrong in ("journal_broken", "store_unreadable_too"):
        with pytest.raises(UnknownStep):
            await async_create_fix_flow(hass, wrong, {"entry_id": "x"})
    assert isinstance(await async_create_fix_flow(hass, "store_unreadable", {"entry_id": "x"}), StartOverFlow)


async def test_only_administrators_start_over(
    hass: HomeAssistant,
    unloaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    spoil(hass, "policy", b"[]")
    assert await start(hass, unloaded) is ConfigEntryState.SETUP_ERROR
    plain = await hass_client(hass_read_only_access_token)
    assert (await plain.post(FLOW, json=START_OVER)).status == HTTPStatus.UNAUTHORIZED
    assert ir.async_get(hass).async_get_issue(DOMAIN, "store_unreadable") is not None
    assert unloaded.state is ConfigEntryState.SETUP_ERROR


async def test_starting_over_on_a_full_disk_is_told_and_can_be_repeated(
    hass: HomeAssistant, lab: Lab, unloaded: MockConfigEntry, start_over: StartOver
) -> None:
    spoil(hass, "policy", b"[]")
    assert await start(hass, unloaded) is ConfigEntryState.SETUP_ERROR
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        answer = await start_over()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer["type"], answer["reason"]) == ("abort", "store_write_failed")
    wording = ("issues", "store_unreadable", "fix_flow", "abort", answer["reason"])
    assert not list(missing(wording, answer["description_placeholders"]))
    assert ir.async_get(hass).async_get_issue(DOMAIN, "store_unreadable") is not None
    assert (await start_over())["type"] == "create_entry"
    await hass.async_block_till_done()
    assert unloaded.state is ConfigEntryState.LOADED
    assert not await off_loop(lab.device("tv").can_reach, lab.internet)


def cut(data: bytes) -> bytes:
    """Lose the last record."""
    return data[: data.rstrip(b"\n").rfind(b"\n") + 1]


@pytest.mark.parametrize("damage", [cut, lambda _: b""], ids=["cut", "emptied"])
async def test_a_broken_journal_is_told_and_goes_on(
    hass: HomeAssistant, lab: Lab, unloaded: MockConfigEntry, config_dir: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = config_dir / DOMAIN / "journal.jsonl"
    await off_loop(lambda: path.write_bytes(damage(path.read_bytes())))
    assert await start(hass, unloaded) is ConfigEntryState.LOADED
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "journal_broken")
    assert issue is not None
    assert not issue.is_fixable
    state = hass.states.get("binary_sensor.secure_hub_journal")
    assert state is not None
    assert state.state == "on"
    assert is_on(hass, unloaded.runtime_data, lab.device("camera").mac) is True
    await press(hass, unloaded.runtime_data, lab.device("tv").mac, on=True)
    assert journal_of(hass)[-1]["action"] == "enforced"


async def test_a_journal_that_cannot_be_opened_opens_nothing(
    hass: HomeAssistant, lab: Lab, unloaded: MockConfigEntry, config_dir: Path
) -> None:
    """The hub tries again later; until then what was decided before is enforced, after a crash of the machine too."""
    take_walls_away()
    path = config_dir / DOMAIN / "journal.jsonl"
    await off_loop(path.rename, path.with_suffix(".kept"))
    await off_loop(path.mkdir)
    assert await start(hass, unloaded) is ConfigEntryState.SETUP_RETRY
    assert unloaded.error_reason_translation_key == "journal_unavailable"
    assert not await off_loop(lab.device("camera").can_reach, lab.internet)
    assert await connects(lab.device("tv"), lab.internet)
    await off_loop(path.rmdir)
    await off_loop(path.with_suffix(".kept").rename, path)
    assert await hass.config_entries.async_reload(unloaded.entry_id)
    assert unloaded.runtime_data.journal.status.broken is None
