"""Commands about telemetry: how it does, and every minute as it is over."""

import time

from homeassistant.core import HomeAssistant

from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind
from custom_components.secure_hub.hub import SecureHub
from tests.engine.telemetry.test_record import schema
from tests.faces import asset
from tests.lab.network.lab import Lab

from .conftest import Panel


async def minute(hub: SecureHub, *asset_ids: str) -> None:
    """Let assets be seen, and the minute be over."""
    now = time.time()
    hub.telemetry.async_take(Observation(now, it, ObservationKind.DNS, name="x.test") for it in asset_ids)
    for later in (300, 600):
        hub.telemetry.now = lambda later=later: now + later
        await hub.telemetry.async_gather()
    hub.telemetry.now = time.time


async def test_records_come_as_the_minute_is_over(panel: Panel, hub: SecureHub, lab: Lab, hass: HomeAssistant) -> None:
    camera, tv = (asset(hub, lab.device(name)).id for name in ("camera", "tv"))
    assert await panel.asks("telemetry/subscribe", asset_id=camera) is None
    await minute(hub, tv)
    await minute(hub, camera, tv)
    told = await panel.next_event()
    (record,) = told["records"]
    schema().validate(record)
    assert (record["asset"], record["names"][0]["name"]) == (camera, "x.test")
    status = await panel.asks("telemetry")
    assert status["files"] == 1
    assert (status["sends"], status["outlets"], status["error"]) == ("nothing", [], "")
    await hass.config_entries.async_unload(hub.entry.entry_id)
    while (told := await panel.next_event()) != {"stopped": True}:
        assert "records" in told, "what was open was written with the stop"


async def test_who_leaves_is_told_no_more(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    await panel.asks("telemetry/subscribe")
    await panel.socket.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    assert (await panel.socket.receive_json())["success"]
    await minute(hub, asset(hub, lab.device("tv")).id)
    assert hub.telemetry._listeners == []
