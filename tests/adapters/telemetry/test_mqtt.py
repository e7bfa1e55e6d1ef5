"""MQTT: by the action of Home Assistant's own integration, whatever broker it has."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.secure_hub.adapters.telemetry.mqtt import MqttWay
from custom_components.secure_hub.adapters.telemetry.outlets import Line, OutletError

LINE = Line(0, "camera", '{"v":1}')


async def test_each_line_is_published_under_its_asset(hass: HomeAssistant) -> None:
    calls = async_mock_service(hass, "mqtt", "publish")
    way = MqttWay(hass, "home/telemetry")
    await way.send([LINE])
    await way.close()
    assert [dict(it.data) for it in calls] == [{"topic": "home/telemetry/camera", "payload": '{"v":1}', "qos": 1}]


async def test_without_a_broker_it_waits(hass: HomeAssistant) -> None:
    with pytest.raises(OutletError, match="not set up"):
        await MqttWay(hass, "t").send([LINE])
    async_mock_service(hass, "mqtt", "publish", raise_exception=HomeAssistantError("no broker"))
    with pytest.raises(OutletError, match="no broker"):
        await MqttWay(hass, "t").send([LINE])
