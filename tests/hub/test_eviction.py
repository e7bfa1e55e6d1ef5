"""Sent away from the Zigbee network because of an incident, and let back: unmodified ZHA, real frames."""

import asyncio
from dataclasses import replace
import time

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.secure_hub.const import CONF_PLAYBOOK, CONF_RELEASE_AFTER, DOMAIN
from custom_components.secure_hub.engine.detection.findings import Finding, FindingKind, Severity
from custom_components.secure_hub.hub import SecureHub
from tests.lab.zigbee.coordinator import JoinRefusedError, VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, gateway_of, join
from tests.lab.zigbee.zoo import ZOO
from tests.phone import Phone, Sell, button
from tests.plugin import ENFORCING, NETWORKS, actions_of, journal_of

from .zigbee import asset_of, bulb, home

__all__ = ("bulb", "home")

FLOOD = Finding("", 0.0, FindingKind.COMMAND_FLOOD, Severity.HIGH, 0.95, "T0855", "", "It gave 100 commands.")


@pytest.fixture
def hub_entry() -> MockConfigEntry:
    """A home whose owner wants what floods the radio sent away from it."""
    options = {**ENFORCING, CONF_PLAYBOOK: "evict"}
    return MockConfigEntry(domain=DOMAIN, title="Secure Hub", data=NETWORKS, options=options, version=1)


async def judge(hub: SecureHub, finding: Finding, asset_id: str) -> None:
    """Let a finding be made now."""
    await hub.monitoring.async_judge(replace(finding, asset=asset_id, time=time.time()))


def is_on_radio(hass: HomeAssistant, device: VirtualDevice) -> bool:
    """Whether ZHA knows a device."""
    return any(str(it) == str(device.ieee) for it in gateway_of(hass).devices)


@pytest.fixture
async def phone(hass: HomeAssistant, sell: Sell) -> Phone:
    """The phone of Anna, an administrator."""
    group = await hass.auth.async_get_group(GROUP_ID_ADMIN)
    return await sell(MockUser(name="Anna", groups=[group]).add_to_hass(hass), "Anna's phone")


async def test_sent_away_and_let_back_from_the_phone(
    hass: HomeAssistant,
    coordinator: VirtualCoordinator,
    zha: ConfigEntry,
    home: SecureHub,
    phone: Phone,
) -> None:
    bulb = coordinator.devices[ZOO["bulb"].ieee]
    asset = asset_of(home, bulb)
    await judge(home, FLOOD, asset.id)
    notice = await phone.receive()
    assert "It was sent away from the Zigbee network" in notice["message"]
    assert home.is_evicted(asset.id)
    await eventually(lambda: not is_on_radio(hass, bulb))
    records = journal_of(hass)
    assert [it["action"] for it in records if it["action"] in {"zigbee_banned", "response"}] == [
        "zigbee_banned",
        "response",
    ]
    assert records[-1]["details"]["step"] == "evict"
    await home.monitoring._containing.async_sweep(time.time())
    assert asset.id in home.monitoring.kept.responder.contained, "it is contained for as long as it is banned"
    with pytest.raises((JoinRefusedError, TimeoutError)):
        async with asyncio.timeout(8):  # who is welcome is there in two
            await join(hass, coordinator, zha, ZOO["bulb"])
    assert not is_on_radio(hass, bulb)

    await phone.press(button(notice, "Release and watch"))
    await eventually(lambda: not home.is_evicted(asset.id))
    unbanned = next(it for it in journal_of(hass) if it["action"] == "zigbee_unbanned")
    assert unbanned["actor"]
    await eventually(lambda: "probation" in actions_of(hass, asset.id))
    again = await join(hass, coordinator, zha, ZOO["bulb"])
    assert asset_of(home, again).id == asset.id
    assert home.monitoring.kept.responder.probation


async def test_asked_and_answered(hass: HomeAssistant, home: SecureHub, bulb: VirtualDevice) -> None:
    asset = asset_of(home, bulb)
    options = {**home.entry.options, CONF_RELEASE_AFTER: 1}
    hass.config_entries.async_update_entry(home.entry, options=options)
    await judge(home, replace(FLOOD, confidence=0.7), asset.id)
    assert journal_of(hass)[-1]["details"]["reason"] == "unsure"
    assert is_on_radio(hass, bulb)
    incident = home.monitoring.incident(asset.id)
    assert incident is not None
    await home.monitoring._containing._async_pressed("evict", incident, "anna")
    await eventually(lambda: not is_on_radio(hass, bulb))
    await home.monitoring._containing.async_sweep(time.time() + 3601)
    assert home.is_evicted(asset.id), "what a person did does not end by itself"
    await home.monitoring.async_release_and_watch(asset.id, actor="anna")
    assert not home.is_evicted(asset.id)


async def test_what_was_sent_away_without_a_person_may_come_back_by_itself(
    hass: HomeAssistant, home: SecureHub, bulb: VirtualDevice
) -> None:
    asset = asset_of(home, bulb)
    options = {**home.entry.options, CONF_RELEASE_AFTER: 1}
    hass.config_entries.async_update_entry(home.entry, options=options)
    await judge(home, FLOOD, asset.id)
    await home.monitoring._containing.async_sweep(time.time())
    assert home.is_evicted(asset.id)
    await home.monitoring._containing.async_sweep(time.time() + 3601)
    assert not home.is_evicted(asset.id)
    assert actions_of(hass, asset.id)[-1] == "probation"
