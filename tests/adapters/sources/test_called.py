"""Which devices an action reaches for, and whose the action is."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.secure_hub.adapters.sources.called import Command, CommandTap, called_devices
from custom_components.secure_hub.const import DOMAIN


@pytest.fixture
def lamp(hass: HomeAssistant) -> dr.DeviceEntry:
    """A device with a light of its own and a switch of ours."""
    entry = MockConfigEntry(domain="lamps")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, identifiers={("lamps", "1")})
    entities = er.async_get(hass)
    for domain, platform in (("light", "lamps"), ("switch", DOMAIN)):
        entities.async_get_or_create(domain, platform, "1", device_id=device.id, suggested_object_id="lamp")
    return device


@pytest.mark.parametrize(
    ("domain", "data", "count"),
    [
        ("light", {"entity_id": "light.lamp"}, 1),
        ("light", {"entity_id": "all"}, 1),
        ("light", {"device_id": "*"}, 1),
        ("lamps", {"device_id": "*"}, 1),
        ("lamps", {"entity_id": "light.lamp"}, 1),
        ("switch", {"entity_id": "switch.lamp"}, 0),
        ("switch", {"device_id": "*"}, 0),
        ("fan", {"entity_id": "all"}, 0),
        ("light", {"entity_id": "light.other"}, 0),
        ("light", {}, 0),
        ("light", {"entity_id": 7}, 0),
        ("light", {"entity_id": [{}]}, 0),
    ],
)
async def test_devices(
    hass: HomeAssistant, lamp: dr.DeviceEntry, domain: str, data: dict[str, Any], count: int
) -> None:
    given = {key: lamp.id if value == "*" else value for key, value in data.items()}
    assert called_devices(hass, domain, given) == frozenset([lamp.id][:count])


async def test_whose_it_is(hass: HomeAssistant, lamp: dr.DeviceEntry) -> None:
    heard: list[Command] = []
    wanted = [True]
    tap = CommandTap(hass, heard.append, lambda: wanted[0])
    tap.async_start()
    for domain in ("light", "homeassistant", DOMAIN):
        async_mock_service(hass, domain, "turn_on")

    async def call(context: Context, domain: str = "light") -> None:
        data = {"entity_id": "light.lamp"}
        await hass.services.async_call(domain, "turn_on", data, blocking=True, context=context)

    run = Context()
    hass.bus.async_fire("automation_triggered", {"name": "Evening"}, context=run)
    hass.bus.async_fire("automation_triggered", {"name": None}, context=Context())
    await call(run)
    await call(Context(parent_id=run.id))
    await call(Context(user_id="anna"))
    await call(Context(), "homeassistant")
    await call(Context(), DOMAIN)
    devices = frozenset({lamp.id})
    assert heard == [
        Command("light.turn_on", devices, "Evening", None),
        Command("light.turn_on", devices, "Evening", None),
        Command("light.turn_on", devices, None, "anna"),
    ]
    for number in range(300):
        hass.bus.async_fire("script_started", {"name": f"Script {number}"}, context=Context())
    await hass.async_block_till_done()
    await call(run)
    assert heard[-1].run is None, "a few hundred runs are remembered"
    wanted[0] = False
    await call(run)
    tap.async_stop()
    wanted[0] = True
    await call(run)
    assert len(heard) == 4
