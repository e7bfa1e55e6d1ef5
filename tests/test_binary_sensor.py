"""What must not go unnoticed: the journal."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from homeassistant.const import STATE_OFF, STATE_ON, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab

from .faces import asset

JOURNAL = "binary_sensor.secure_hub_journal"


async def test_every_binary_sensor(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    set_up_only: Callable[[Platform], Awaitable[str]],
) -> None:
    await snapshot_platform(hass, entity_registry, snapshot, await set_up_only(Platform.BINARY_SENSOR))


async def test_a_journal_that_somebody_changed_is_a_problem(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    await hub.async_quarantine(asset(hub, lab.device("camera")).id, actor=None, reason="scanned the tv")
    state = hass.states.get(JOURNAL)
    assert state
    assert state.state == STATE_OFF

    def forge() -> int:
        """Change what was written, as whoever wants to hide something would; how many files held it."""
        held = [path for path in Path(hass.config.path(DOMAIN)).rglob("*") if path.is_file()]
        forged = [path for path in held if b"scanned the tv" in path.read_bytes()]
        for path in forged:
            path.write_bytes(path.read_bytes().replace(b"scanned the tv", b"scanned nothing"))
        return len(forged)

    assert await hass.async_add_executor_job(forge) == 1
    answer = await hass.services.async_call(DOMAIN, "verify_journal", {}, blocking=True, return_response=True)
    assert answer
    assert answer["ok"] is False
    state = hass.states.get(JOURNAL)
    assert state
    assert state.state == STATE_ON

    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    state = hass.states.get(JOURNAL)
    assert state
    assert state.state == STATE_ON, "a restart does not mend it"
