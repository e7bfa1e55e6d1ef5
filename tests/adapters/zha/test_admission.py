"""The door of the network, on a ZHA that lacks what it hangs on, and with listeners that fail."""

import asyncio
from collections.abc import Iterator
import gc

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
import zigpy.types as t

from custom_components.secure_hub.adapters.zha.admission import (
    AdmissionUnavailableError,
    Arrival,
    Window,
    ZigbeeAdmission,
)
from tests.adapters.zha.conftest import WatchedGate
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.plugin import eventually, gateway_of, join
from tests.lab.zigbee.zoo import ZOO

BULB = str(ZOO["bulb"].ieee)


class Told:
    """What an admission told."""

    def __init__(self, hass: HomeAssistant, gate: WatchedGate) -> None:
        """Nothing yet; nobody is banned."""
        self.banned: set[str] = set()
        self.windows: list[Window | None] = []
        self.arrivals: list[Arrival] = []
        self.evictions: list[str] = []
        self.introduced: list[str] = []
        self.fails = False
        self.admission = ZigbeeAdmission(
            hass,
            gate,
            is_banned=self.is_banned,
            on_window=self.windows.append,
            on_arrival=self.arrivals.append,
            on_eviction=self.evictions.append,
            on_introduced=self.introduced.append,
        )

    def is_banned(self, ieee: str) -> bool:
        """Say so, if nothing is out of order."""
        if self.fails:
            msg = "out of order"
            raise RuntimeError(msg)
        return ieee in self.banned


@pytest.fixture
def told(hass: HomeAssistant, gate: WatchedGate) -> Iterator[Told]:
    """An admission that is not started; stopped afterwards."""
    told = Told(hass, gate)
    yield told
    told.admission.stop()


async def test_what_was_open_before_may_have_been_asked_for(
    hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry, told: Told
) -> None:
    await hass.services.async_call("zha", "permit", {"duration": 200}, blocking=True)
    told.admission.start()
    assert told.admission.missing == frozenset()
    await join(hass, coordinator, zha, ZOO["bulb"])
    assert [(one.ieee, one.window is not None) for one in told.arrivals] == [(BULB, True)]
    await eventually(lambda: BULB in told.introduced)
    await told.admission.close_network()
    await coordinator.join(ZOO["spare_bulb"], unasked=True)
    await eventually(lambda: len(told.arrivals) == 2)
    assert told.arrivals[1].window is None
    await gateway_of(hass).application_controller.permit(60)
    assert told.admission.open_window
    application = gateway_of(hass).application_controller
    assert await told.admission.remove(BULB)
    assert not await told.admission.remove("00:00:00:00:00:00:00:00")
    told.admission.stop()
    assert not {"handle_join", "permit", "permit_with_link_key"} & vars(application).keys()
    await application.permit(0)
    assert told.admission.open_window is None


async def test_a_failure_of_ours_keeps_nobody_out(
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    told: Told,
    caplog: pytest.LogCaptureFixture,
) -> None:
    told.admission.start()
    told.fails = True
    await join(hass, coordinator, zha, ZOO["bulb"])
    assert told.arrivals == []
    assert "could not be judged" in caplog.text


async def test_an_eviction_that_is_broken_off_leaves_nothing_half_begun(
    hass: HomeAssistant, zha: ConfigEntry, told: Told
) -> None:
    assert zha
    told.admission.start()
    told.banned.add(BULB)
    gateway_of(hass).application_controller.handle_join(t.NWK(0x1234), ZOO["bulb"].ieee, t.NWK(0))
    assert told.evictions == [BULB]
    for task in asyncio.all_tasks():
        if task.get_name() == "secure_hub eviction":
            task.cancel()
    await hass.async_block_till_done(wait_background_tasks=True)
    gc.collect()  # a step that nobody took is an error (pyproject.toml)


@pytest.mark.parametrize("lacks", ["permit_with_link_key", "handle_join"])
async def test_a_zha_that_lacks_a_hook_keeps_the_others(
    hass: HomeAssistant, zha: ConfigEntry, told: Told, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    assert zha
    application = gateway_of(hass).application_controller
    with monkeypatch.context() as patch:
        for cls in type(application).__mro__:
            if lacks in vars(cls):
                patch.delattr(cls, lacks)
        told.admission.start()
    assert told.admission.missing == {lacks}
    await told.admission.open_network(30, "me")
    assert told.admission.open_window
    assert told.admission.open_window.actor == "me"


async def test_without_a_radio(hass: HomeAssistant, told: Told) -> None:
    assert hass.is_running
    told.admission.start()
    with pytest.raises(AdmissionUnavailableError) as caught:
        await told.admission.close_network()
    assert caught.value.key == "zha_not_installed"
    assert not await told.admission.remove(BULB)
