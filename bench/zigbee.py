"""What the tap and the gate add to a Zigbee frame, beside zigpy alone, and whether frames are lost under load.

Real ZHA on the virtual coordinator, no Home Assistant integration of ours beside the gate: as many devices as a large
home has report as fast as a busy one does. The cost of one frame is measured by handing reports to `packet_received` as
the radio library does, with the gate and a listener of the tap: the time that zigpy's own method takes (the peer), and
the time that passes around it. Subtracting two runs instead would drown tens of microseconds in what ZHA varies by.
"""

import argparse
import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
import gc
import json
import logging
import os
import statistics
import sys
from tempfile import TemporaryDirectory
import time
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_test_home_assistant
import zigpy.types as t

from custom_components.secure_hub.adapters.zha.gate import ZigbeeGate
from custom_components.secure_hub.adapters.zha.tap import ZigbeeFrame
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.description import DeviceDescription
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import CONFIG, gateway_of, zha_entry
from tests.lab.zigbee.zoo import ZOO

DEVICES: Final = 100
RATE: Final = 200
"""Frames a second."""
SECONDS: Final = 60
BATCH: Final = 2_000
ROUNDS: Final = 9
JOIN_LIMIT_S: Final = 240
TICK_S: Final = 0.005
ON_OFF: Final = 0x0006


class Pulse:
    """Measures how long the event loop is held: how late a timer comes."""

    def __init__(self) -> None:
        """Nothing measured yet."""
        self.late: list[float] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _beat(self) -> None:
        while True:
            due = time.perf_counter() + TICK_S
            await asyncio.sleep(TICK_S)
            self.late.append(time.perf_counter() - due)


def lamp(number: int) -> DeviceDescription:
    """One of many lamps."""
    ieee = t.EUI64.convert(f"02:5a:00:00:00:01:{number >> 8:02x}:{number & 255:02x}")
    return replace(ZOO["bulb"], key=f"lamp{number}", ieee=ieee)


async def furnish(hass: HomeAssistant, coordinator: VirtualCoordinator, devices: int) -> list[VirtualDevice]:
    """Join lamps, a few at a time, until ZHA knows them all."""
    known = gateway_of(hass).devices
    await hass.services.async_call("zha", "permit", {"duration": 254}, blocking=True)
    lamps = []
    deadline = time.monotonic() + JOIN_LIMIT_S
    for number in range(devices):
        lamps.append(await coordinator.join(lamp(number), unasked=True))
        if number % 10 == 9:  # noqa: PLR2004 - a few at a time
            await gateway_of(hass).async_block_till_done()
    while not all(one.ieee in known and known[one.ieee].device.is_initialized for one in lamps):
        if time.monotonic() > deadline:
            sys.exit("bench zigbee: not all lamps could join")
        await asyncio.sleep(0.2)
    await gateway_of(hass).async_block_till_done()
    return lamps


def packets(application: Any, lamps: list[VirtualDevice], count: int) -> list[t.ZigbeePacket]:
    """Reports as the radio library hands them over, from one lamp after the other."""
    found = []
    for number in range(count):
        device = lamps[number % len(lamps)]
        frame = device.report("on_off", "on_off", number // len(lamps) % 2)
        found.append(
            t.ZigbeePacket(
                src=t.AddrModeAddress(t.AddrMode.NWK, device.nwk),
                dst=t.AddrModeAddress(t.AddrMode.NWK, application.state.node_info.nwk),
                src_ep=1,
                dst_ep=1,
                profile_id=frame.profile,
                cluster_id=frame.cluster,
                lqi=200,
                rssi=-50,
                data=t.SerializableBytes(frame.data),
            )
        )
    return found


class Clocked:
    """zigpy's own `packet_received`, and the seconds spent in it."""

    def __init__(self, receive: Callable[[t.ZigbeePacket], None]) -> None:
        """Nothing spent yet."""
        self._receive = receive
        self.spent = 0.0

    def __call__(self, packet: t.ZigbeePacket) -> None:
        """Receive a packet."""
        begin = time.perf_counter()
        self._receive(packet)
        self.spent += time.perf_counter() - begin


async def spend(application: Any, inner: Clocked, lamps: list[VirtualDevice]) -> tuple[float, float]:
    """Microseconds that one received frame takes in zigpy and ZHA, and around them, until it is taken in."""
    batch = packets(application, lamps, BATCH)
    await asyncio.sleep(0)
    inner.spent = around = 0.0
    gc.collect()
    gc.disable()
    for packet in batch:
        begin = time.perf_counter()
        application.packet_received(packet)
        around += time.perf_counter() - begin
    gc.enable()
    await asyncio.sleep(0.05)
    return inner.spent / BATCH * 1e6, (around - inner.spent) / BATCH * 1e6


async def overhead(application: Any, lamps: list[VirtualDevice], gate: ZigbeeGate) -> tuple[float, float]:
    """Microseconds of a frame in zigpy alone, and what tap and gate add; medians of rounds with and without them.

    Both are of the same frames: what is added is what a frame takes on its way to zigpy's own method, less what the
    clock takes there without tap and gate.
    """
    inner = application.packet_received = Clocked(application.packet_received)
    seen: list[ZigbeeFrame] = []
    plain, bare, guarded = [], [], []
    for _ in range(ROUNDS):
        await gate.close()
        _, around = await spend(application, inner, lamps)
        bare.append(around)
        await gate.start()
        end = gate.tap.subscribe(seen.append)
        own, around = await spend(application, inner, lamps)
        end()
        seen.clear()
        plain.append(own)
        guarded.append(around)
    await gate.close()
    del application.packet_received
    await gate.start()
    return statistics.median(plain), statistics.median(guarded) - statistics.median(bare)


async def endure(coordinator: VirtualCoordinator, lamps: list[VirtualDevice], gate: ZigbeeGate, seconds: int) -> Any:
    """Lost frames of a busy home, and how late the event loop was at worst, in milliseconds."""
    heard = 0

    def count(frame: ZigbeeFrame) -> None:
        nonlocal heard
        heard += frame.inbound and frame.cluster == ON_OFF

    end = gate.tap.subscribe(count)
    wanted, begin = RATE * seconds, time.perf_counter()
    async with Pulse() as pulse:
        for number in range(wanted):
            device = lamps[number % len(lamps)]
            await coordinator.report(device, "on_off", "on_off", number // len(lamps) % 2)
            ahead = begin + (number + 1) / RATE - time.perf_counter()
            if ahead > 0:
                await asyncio.sleep(ahead)
        await asyncio.sleep(1)
    end()
    late = sorted(pulse.late)
    return wanted - heard, late[-1] * 1000, late[int(len(late) * 0.999)] * 1000


async def measure(seconds: int, devices: int) -> dict[str, float]:
    """Set everything up and measure."""
    with TemporaryDirectory(prefix="secure-hub-bench-") as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            coordinator = VirtualCoordinator()
            await coordinator.start()
            for name, config in (("homeassistant", {}), ("zha", CONFIG)):
                if not await async_setup_component(hass, name, config):
                    sys.exit(f"bench zigbee: {name} could not be set up")
            entry = zha_entry(coordinator.url)
            entry.add_to_hass(hass)
            await hass.config_entries.async_setup(entry.entry_id)
            if entry.state is not ConfigEntryState.LOADED:
                sys.exit("bench zigbee: ZHA could not be loaded")
            lamps = await furnish(hass, coordinator, devices)
            gate = ZigbeeGate(hass, on_status=lambda: None)
            members = {
                str(number): Member(frozenset(), frozenset(), frozenset({str(one.ieee)}), PacketClass.OPEN)
                for number, one in enumerate(lamps)
            }
            await gate.apply(Plan(enforce=True, members=members))
            plain, added = await overhead(gateway_of(hass).application_controller, lamps, gate)
            lost, worst, usual = await endure(coordinator, lamps, gate, seconds)
            await gate.close()
            _, bare, _ = await endure(coordinator, lamps, gate, max(1, seconds // 4))
            await hass.config_entries.async_unload(entry.entry_id)
            await coordinator.stop()
            await hass.async_stop(force=True)
    return {
        "overhead_ratio": round(added / plain, 4),
        "lost_frames": lost,
        "loop_max_ms": round(worst, 2),
        "loop_p999_ms": round(usual, 2),
        "added_us": round(added, 2),
        "zigpy_us": round(plain, 2),
        "zha_loop_max_ms": round(bare, 2),
    }


def main() -> None:
    """Print the table and the line of JSON."""
    parser = argparse.ArgumentParser(prog="script/bench zigbee", description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--devices", type=int, default=DEVICES)
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    found = asyncio.run(measure(arguments.seconds, arguments.devices))
    peers = {name: found.pop(name) for name in ("zigpy_us", "zha_loop_max_ms")}
    print(f"{arguments.devices} devices, {RATE} frames a second for {arguments.seconds} s")
    print(f"zigpy alone {peers['zigpy_us']:.1f} us a frame, tap and gate {found['added_us']:.2f} us more")
    print(f"event loop held {peers['zha_loop_max_ms']:.1f} ms at most without them")
    for key, value in found.items():
        print(f"{key:16} {value}")
    print(json.dumps({"bench": "zigbee", "figures": found, "peers": peers}), flush=True)
    os._exit(0)  # the threads of ZHA's database outlive it, and would keep this waiting


if __name__ == "__main__":
    main()
