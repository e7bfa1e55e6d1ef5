"""Commands about the whole home: the figures, what differs, and what is decided about everybody."""

import time

from homeassistant.core import HomeAssistant

from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.posture import HomeCheck
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab

from .conftest import Panel


async def test_the_home_in_figures(panel: Panel, lab: Lab) -> None:
    told = await panel.asks("overview")
    assert (told["state"], told["mode"], told["newcomers"], told["lockdown"]) == ("in_sync", "enforce", "hold", False)
    assert told["counts"]["governed"] == len(lab.devices)
    assert told["counts"]["quarantined"] == 0
    assert "nftables" in [one["name"] for one in told["enforcers"]]
    assert told["journal"]["intact"]
    assert [one["interface"] for one in told["segments"]] == ["br-iot"]


async def test_how_well_it_is_kept(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    for device in lab.devices:
        assert lab.hub.ping(device.ipv4, 3.0)
    await hub.async_look()
    told = await panel.asks("posture")
    checks = {one["check"]: one["outcome"] for one in told["checks"] if one["part"] == "home"}
    assert set(checks) == {one.value for one in HomeCheck}
    assert checks["enforced"] == checks["coverage"] == checks["journal"] == checks["newcomers"] == "good"
    camera = asset(hub, lab.device("camera"))
    finding = Finding(camera.id, time.time(), FindingKind.BEACON, Severity.HIGH, 0.9, "T1071", "-", "It calls home.")
    await hub.monitoring.async_judge(finding)
    after = await panel.asks("posture")
    assert after["score"] < told["score"]
    assert {"part": "home", "check": "incidents", "outcome": "bad", "evidence": camera.name} in after["checks"]


async def test_what_differs_is_sent_and_nothing_else(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    camera = asset(hub, lab.device("camera"))
    await panel.asks("subscribe")
    await hub.async_quarantine(camera.id, actor=None)
    rows, overview = {}, {}
    while overview.get("counts", {}).get("quarantined") != 1 or not rows.get(camera.id, {}).get("contained"):
        event = await panel.next_event()
        assert event
        rows |= {row["id"]: row for row in event.get("changed", ())}
        overview |= event.get("overview", {})
    assert set(rows) == {camera.id}
    assert rows[camera.id]["scopes"]["internet"]["enforced"] == "deny"


async def test_who_is_gone_is_told(panel: Panel, hub: SecureHub, hass: HomeAssistant) -> None:
    await panel.asks("subscribe")
    gone = next(iter(hub.assets))
    hub._home.assets.pop(gone)  # type: ignore[attr-defined]
    hub._async_publish()
    event = await panel.next_event()
    while "gone" not in event:
        event = await panel.next_event()
    assert event["gone"] == [gone]
    await hub.async_look()
    await hass.async_block_till_done()


async def test_the_end_of_the_hub_ends_the_subscription(panel: Panel, hub: SecureHub, hass: HomeAssistant) -> None:
    await panel.asks("subscribe")
    assert await hass.config_entries.async_unload(hub.entry.entry_id)
    event = await panel.next_event()
    while "stopped" not in event:
        event = await panel.next_event()
    assert await panel.refused("overview") == "not_loaded"
    assert await hass.config_entries.async_setup(hub.entry.entry_id)
    assert (await panel.asks("overview"))["state"] == "in_sync"


async def test_a_subscription_can_be_ended(panel: Panel, hub: SecureHub, lab: Lab) -> None:
    await panel.socket.send_json_auto_id({"type": "secure_hub/subscribe"})
    subscribed = await panel.socket.receive_json()
    await panel.socket.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscribed["id"]})
    assert (await panel.socket.receive_json())["success"]
    await hub.async_quarantine(asset(hub, lab.device("tv")).id, actor=None)
    await panel.asks("overview")
    assert panel.events == []


async def test_lockdown_is_on_trial_until_it_is_confirmed(panel: Panel) -> None:
    tried = await panel.asks("set_home", lockdown=True)
    assert tried["lockdown"]
    assert tried["trial_ends"] is not None
    confirmed = await panel.asks("confirm")
    assert (confirmed["lockdown"], confirmed["trial_ends"]) == (True, None)
    assert not (await panel.asks("set_home", lockdown=False))["lockdown"]
    assert await panel.refused("set_home", profile="quarantined") == "invalid_format"
