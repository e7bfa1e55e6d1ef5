"""Commands about what devices do."""

import time

import pytest

from custom_components.secure_hub.engine.telemetry.flows import Flow
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.hub.test_telemetry import flow
from tests.lab.network.lab import Lab

from .conftest import Panel


@pytest.fixture(autouse=True)
def known(lab: Lab) -> None:
    """The camera's address is known."""
    assert lab.hub.ping(lab.device("camera").ipv4, 3.0)


async def test_each_hour_beside_what_is_usual(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    tv = asset(hub, lab.device("tv")).id
    never = await panel.asks("behaviour", asset_id=asset(hub, lab.device("plug")).id)
    assert (never["learning"], never["hours"]) == (True, [])
    hub.monitoring.kept.baselines.observe(flow(tv))
    told = await panel.asks("behaviour", asset_id=tv)
    assert (told["quantity"], told["learning"], len(told["hours"])) == ("sent", True, 168)
    latest = told["hours"][-1]
    assert latest.keys() == {"start", "total", "most", "low", "typical", "high"}
    assert abs(latest["start"] - time.time()) <= 3600
    assert latest["high"] is None, "an hour is too little to know what is usual"
    assert (await panel.asks("behaviour", asset_id=tv, quantity="calls"))["quantity"] == "calls"
    assert await panel.refused("behaviour", asset_id=tv, quantity="strangers") == "invalid_format"
    assert await panel.refused("behaviour", asset_id="nobody") == "unknown_asset"


async def test_with_whom_they_talk(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    tv, camera = (asset(hub, lab.device(name)) for name in ("tv", "camera"))
    address = lab.device("camera").ipv4
    for peer, name, size in ((address, "", 300), ("203.0.113.9", "cloud.example", 900)):
        book = hub.telemetry.flows
        book.hold(Flow(tv.id, peer, name, "tcp", 443, "", inward=False, local=not name, sent=size, held=2))
    told = await panel.asks("flows", asset_id=tv.id)
    first, second = told["flows"]
    assert not told["more"]
    assert (first["name"], first["service"], first["peer_asset"], first["held"]) == ("cloud.example", "HTTPS", None, 2)
    assert (second["peer_asset_id"], second["peer_asset"], second["local"]) == (camera.id, camera.name, True)
    whole = await panel.asks("flows", limit=1)
    assert (whole["flows"], whole["more"]) == ([first], True)
    assert await panel.refused("flows", limit=501) == "invalid_format"
    assert await panel.refused("flows", asset_id="nobody") == "unknown_asset"
