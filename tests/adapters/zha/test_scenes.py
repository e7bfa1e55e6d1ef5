"""Scenes, asked of devices that keep them, are full, know none, or tell nonsense."""

import pytest
from zigpy.zcl.foundation import Status

from custom_components.secure_hub.adapters.zha import links
from custom_components.secure_hub.adapters.zha.links import LinkError, ZigbeeLinks
from custom_components.secure_hub.adapters.zha.scenes import ZigbeeScenes
from custom_components.secure_hub.engine.radio.scenes import Scene
from tests.adapters.zha.conftest import WatchedGate
from tests.lab.zigbee import scenes as lab
from tests.lab.zigbee.device import VirtualDevice

from .test_gate import BULB, CLOSED, plan

GROUP = 0x0010
DUSK = Scene(1, GROUP, 3, 5, b"dusk", ((6, b"\x01"), (8, b"\x20")))
OTHER = Scene(1, 0, 1, 0, b"", ())


async def test_scenes_of_a_device_that_is_cut_off(bulb: VirtualDevice, gate: WatchedGate) -> None:
    scenes = ZigbeeScenes(ZigbeeLinks(gate))
    bulb.servers[1].groups.add(GROUP)
    await gate.apply(plan(CLOSED))
    for scene in (DUSK, OTHER):
        await scenes.add(BULB, 1, scene.payload())
    assert await scenes.read(BULB, {1: {GROUP}}) == (OTHER, DUSK)
    assert await scenes.of_group(BULB, 9, GROUP) == ()
    for _ in range(2):  # one that is not there is well
        await scenes.remove(BULB, 1, GROUP, 3)
        assert await scenes.view(BULB, 1, GROUP, 3) is None
    assert gate._asked == {}


async def refused(scenes: ZigbeeScenes, endpoint: int = 1) -> str:
    """Why a device does not take a scene."""
    with pytest.raises(LinkError) as caught:
        await scenes.add(BULB, endpoint, DUSK.payload())
    return caught.value.key


async def test_devices_that_do_not_do_it(
    bulb: VirtualDevice, gate: WatchedGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes = ZigbeeScenes(ZigbeeLinks(gate))
    assert await refused(scenes) == "device_refused", "it is in no such group"
    assert await refused(scenes, 9) == "device_refused", "it has no such endpoint"
    bulb.servers[1].groups.add(GROUP)
    bulb.servers[1].scenes = {(0, number): OTHER.payload()[3:] for number in range(lab.MAX_SCENES)}
    assert await refused(scenes) == "device_refused", "it is full"
    with monkeypatch.context() as patch:
        patch.setattr(lab, "answer", lambda *_: Status.UNSUP_CLUSTER_COMMAND)
        assert await scenes.read(BULB, {1: {GROUP}}) == ()
        assert await refused(scenes) == "device_refused"
        patch.setattr(links, "LIMIT_S", 0.3)  # zigpy waits on, for one that it can read
        for nonsense in (b"\x00\x0a\x10\x00\x05", b"\x00" + DUSK.payload()[:-1]):
            patch.setattr(lab, "answer", lambda _server, command, _payload, says=nonsense: (command, says))
            with pytest.raises(LinkError, match="too short"):
                await (scenes.of_group(BULB, 1, GROUP) if len(nonsense) < 6 else scenes.view(BULB, 1, GROUP, 3))
    bulb.powered = False
    assert await refused(scenes) == "device_silent"
