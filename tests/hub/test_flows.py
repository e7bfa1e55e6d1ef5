"""With whom assets talk: real packets, let through and held off."""

from contextlib import closing
import time

from homeassistant.core import HomeAssistant
import pytest

from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.detection.baselines.behaviour import Quantity
from custom_components.secure_hub.engine.detection.observations import Observation
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.hub.flows import SeenFlow
from tests.faces import asset, device_id
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import off_loop

from .test_asking import CLOUD, NAME, under_ask
from .test_telemetry import flow, records


@pytest.fixture(autouse=True)
def known(lab: Lab) -> None:
    """All devices' addresses are known."""
    for device in lab.devices:
        assert lab.hub.ping(device.ipv4, 3.0)


async def test_what_was_let_through_and_what_was_held_off(hub: SecureHub, lab: Lab) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    own = asset(hub, camera).id
    await hub.monitoring.async_look()

    def found(peer: str) -> SeenFlow | None:
        return next((it for it in hub.flows.of_asset(own) if it.flow.peer == peer), None)

    seen: list[Observation] = []
    hub.monitoring.listeners.append(seen.extend)
    await off_loop(camera.run, "scan", hosts=[tv.ipv4], ports=[443])
    await eventually(lambda: any(it.peer == tv.ipv4 and it.asset == own for it in seen), 60)
    await records(hub, own)
    local = found(tv.ipv4)
    assert local is not None
    assert (local.peer_asset, local.service, local.flow.local) == (asset(hub, tv).id, "HTTPS", True)
    assert (local.flow.allowed, local.flow.held) == (1, 0)

    await under_ask(hub, camera)
    assert await off_loop(camera.resolve, NAME) == [CLOUD.ipv4]
    await hub.monitoring.async_look()
    assert not await off_loop(camera.can_reach, CLOUD.ipv4, timeout=0.4)
    await eventually(lambda: found(CLOUD.ipv4))
    held = found(CLOUD.ipv4)
    assert held is not None
    assert (held.flow.name, held.flow.protocol, held.peer_asset) == (NAME, "tcp", None)
    assert held.flow.held >= 1 > held.flow.allowed
    assert {it.flow.peer for it in hub.flows.of_home()} >= {tv.ipv4, CLOUD.ipv4}


async def test_what_is_denied_is_shown_too(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    own = asset(hub, camera).id
    data = {"device_id": device_id(hub, camera), "scope": "internet", "decision": "deny"}
    await hass.services.async_call(DOMAIN, "set_permission", data, blocking=True)

    def held() -> int:
        return sum(it.flow.held for it in hub.flows.of_asset(own) if it.flow.peer == CLOUD.ipv4)

    await eventually(lambda: hub.flows._tap)
    assert not await off_loop(camera.can_reach, CLOUD.ipv4, timeout=0.4)
    await eventually(held)
    assert not hub.requests.book.of(own), "nobody is asked about it"
    with closing(hub.flows._tap):  # somebody took it from us
        pass
    await eventually(lambda: hub.flows._tap is None)
    hub.flows._next_open = 0.0
    await eventually(lambda: hub.flows._tap)


async def test_a_restart_forgets_neither_flows_nor_hours(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    own = asset(hub, lab.device("tv")).id
    assert await hub.monitoring.async_behaviour("nobody") is None
    hub.telemetry.async_take([flow(own)])
    hub.monitoring.kept.baselines.observe(flow(own))
    assert await hass.config_entries.async_reload(hub.entry.entry_id)
    again: SecureHub = hub.entry.runtime_data
    (seen,) = [it for it in again.flows.of_asset(own) if it.flow.name == "x.test"]
    assert (seen.flow.sent, seen.service) == (7, "HTTPS")
    behaviour = await again.monitoring.async_behaviour(own)
    assert behaviour is not None
    assert behaviour.learning
    assert behaviour.hours[Quantity.SENT][-1].total >= 7
    assert abs(behaviour.hours[Quantity.SENT][-1].start - time.time()) <= 3600
