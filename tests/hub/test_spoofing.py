"""A device that sends under another's address is dropped, and named."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
import socket

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.secure_hub.adapters.sources.live import SourceName
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.engine.spoofing import Spoof
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.hub.spoofing import INTERVAL, signal_spoofed
from tests.adapters.enforcers.frames import arp, ethernet, icmp6, udp4
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import actions_of, journal_of, off_loop, ticked

HUB = "02:66:00:00:00:01"


async def known(hub: SecureHub, lab: Lab) -> None:
    """Wait until the hub knows whose the addresses of the camera and the TV are."""
    for device in (lab.device("camera"), lab.device("tv")):
        for address in (device.ipv4, device.ipv6, f"{device.ipv6_link_local}%br-iot"):
            assert await off_loop(lab.hub.ping, address, timeout=3.0)
        own = {ip_address(device.ipv4), ip_address(device.ipv6_link_local)}
        await eventually(lambda device=device, own=own: own <= hub.home.plan.members[asset(hub, device).id].addresses)


async def test_who_claims_anothers_address_is_told_of_with_port_and_address(
    hass: HomeAssistant, hub: SecureHub, lab: Lab
) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    await known(hub, lab)
    frame = ethernet(camera.mac, 0x0800, udp4(tv.ipv4, "10.66.1.1", (4000, 9)), HUB)
    for _ in range(3):
        await off_loop(camera.send_raw, frame)
    async_fire_time_changed(hass, dt_util.utcnow() + INTERVAL + timedelta(seconds=1))
    await ticked(hass)
    owner = asset(hub, camera).id
    entity_id = er.async_get(hass).async_get_entity_id("event", DOMAIN, f"{owner}-security")
    assert entity_id
    told = hass.states.get(entity_id)
    assert told
    details = {"port": f"iot-{camera.name}", "mac": camera.mac, "address": tv.ipv4, "packets": 3}
    assert (told.attributes["event_type"], told.attributes["details"]) == ("spoofed", details)
    record = next(one for one in journal_of(hass) if one["action"] == "spoofed")
    assert (record["asset_id"], record["details"]) == (owner, details)
    sensor = hass.states.get("sensor.secure_hub_packets_with_a_false_sender")
    assert sensor
    assert sensor.state == "3"

    await off_loop(camera.send_raw, frame)
    await hub.spoofing.async_read()
    assert actions_of(hass).count("spoofed") == 1, "once in a while is enough"
    assert hub.spoofing.book.packets == 4


@pytest.mark.parametrize("how", ["hub", "arp", "ip6", "nd"])
async def test_every_false_sender_is_noted(hub: SecureHub, lab: Lab, how: str) -> None:
    camera, tv = lab.device("camera"), lab.device("tv")
    own, false = camera.ipv6_link_local, tv.ipv6_link_local
    target = socket.inet_pton(socket.AF_INET6, false)
    frame, address = {
        "hub": (ethernet(HUB, 0x0800, udp4(camera.ipv4, "10.66.1.9", (4000, 9)), tv.mac), HUB),
        "arp": (ethernet(camera.mac, 0x0806, arp(camera.mac, tv.ipv4, camera.ipv4), HUB), tv.ipv4),
        "ip6": (ethernet(camera.mac, 0x86DD, icmp6(false, 128, bytes(4)), HUB), false),
        "nd": (ethernet(camera.mac, 0x86DD, icmp6(own, 136, b"\x20\x00\x00\x00" + target), HUB), false),
    }[how]
    await known(hub, lab)
    before = hub.spoofing.book.packets
    await off_loop(camera.send_raw, frame)
    await hub.spoofing.async_read()
    last = hub.spoofing.book.last
    assert hub.spoofing.book.packets == before + 1
    assert last
    assert (last.port, last.mac, last.address) == (f"iot-{camera.name}", HUB if how == "hub" else camera.mac, address)


async def test_the_labs_arp_spoofer_and_a_wrong_giver_of_addresses_are_found(hub: SecureHub, lab: Lab) -> None:
    """Although the wall drops what they say."""
    camera, tv = lab.device("camera"), lab.device("tv")
    await known(hub, lab)
    await hub.monitoring.async_look()
    gateway = str(lab.topology.iot.ipv4.ip)
    arguments = {"claim": gateway, "victim": tv.ipv4, "victim_mac": tv.mac, "count": 40, "pace": 0.2}
    await off_loop(camera.run, "arp_spoof", **arguments)
    bootp = bytes((2, 1, 6, 0)) + bytes(232) + b"\x63\x82\x53\x63" + bytes((53, 1, 2, 255))
    offer = udp4(camera.ipv4, "255.255.255.255", (67, 68), bootp)
    await off_loop(camera.send_raw, ethernet(camera.mac, 0x0800, offer))
    wanted = {FindingKind.FALSE_SENDER, FindingKind.ARP_SPOOF, FindingKind.DHCP_SERVER}
    found: dict[FindingKind, Finding] = {}
    async with asyncio.timeout(30):
        while found.keys() != wanted:
            await hub.spoofing.async_read()
            await hub.monitoring.async_look()
            incident = hub.monitoring.incident(asset(hub, camera).id)
            found = {it.finding.kind: it.finding for it in incident.events} if incident else {}
    await off_loop(camera.stop, "arp_spoof")
    for kind in (FindingKind.FALSE_SENDER, FindingKind.ARP_SPOOF):
        assert found[kind].severity is Severity.HIGH
        assert f"{gateway}, which is the address of the hub or of the home's router" in found[kind].evidence


async def test_who_says_that_he_is_the_hub_is_known_by_where_he_is(hub: SecureHub, lab: Lab) -> None:
    camera = lab.device("camera")
    await known(hub, lab)
    await hub.async_look()
    spoof = Spoof(f"iot-{camera.name}", HUB, HUB, 3)
    assert hub.spoofing._who(spoof) == asset(hub, camera).id
    assert hub.spoofing._who(replace(spoof, port="nowhere")) is None
    seen = hub.monitoring.sources.health[SourceName.WALL].seen
    for address in ("169.254.7.7", camera.ipv4):
        caught = [(asset(hub, camera).id, replace(spoof, mac=camera.mac, address=address))]
        async_dispatcher_send(hub.hass, signal_spoofed(hub.entry.entry_id), caught)
    assert hub.monitoring.sources.health[SourceName.WALL].seen == seen, "nobody's, or his own by now"


async def test_stopping_twice_is_no_harm(hub: SecureHub) -> None:
    await hub.spoofing.async_stop()
    await hub.spoofing.async_stop()
