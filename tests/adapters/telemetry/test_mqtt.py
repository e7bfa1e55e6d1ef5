"""MQTT by Home Assistant's own integration: unmodified, with a broker of the test's own."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.secure_hub.adapters.telemetry.mqtt import MqttWay
from custom_components.secure_hub.adapters.telemetry.outlets import Line, OutletError
from tests.lab.zigbee.plugin import eventually

from .broker import serving

LINE = Line(0, "camera", '{"v":1}')


@pytest.mark.usefixtures("socket_enabled")
async def test_each_line_arrives_at_a_broker_under_its_asset(hass: HomeAssistant, config_dir: Path) -> None:
    (config_dir / "configuration.yaml").touch()  # which the integration looks into
    async with serving() as broker:
        data = {"broker": "127.0.0.1", "port": broker.port, "protocol": "5"}
        entry = MockConfigEntry(domain="mqtt", data=data, options={"birth_message": {}, "discovery": False}, version=2)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        way = MqttWay(hass, "home/telemetry")
        await way.send([LINE, LINE])
        await way.close()
        await eventually(lambda: len(broker.published) >= 2)
        assert set(broker.published) == {("home/telemetry/camera", 1, b'{"v":1}')}
        await hass.config_entries.async_unload(entry.entry_id)


async def test_without_a_broker_it_waits(hass: HomeAssistant) -> None:
    with pytest.raises(OutletError, match="not set up"):
        await MqttWay(hass, "t").send([LINE])
    async_mock_service(hass, "mqtt", "publish", raise_exception=HomeAssistantError("no broker"))
    with pytest.raises(OutletError, match="no broker"):
        await MqttWay(hass, "t").send([LINE])
