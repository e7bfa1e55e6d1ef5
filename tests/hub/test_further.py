"""Further enforcers through the settings, as a person names them: a router, a switch, interposition; with packets."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_socket import socket_allow_hosts

from custom_components.secure_hub.const import CONF_HA_GATE, CONF_INTERPOSE_RESTRICTED, CONF_INTERPOSITION, DOMAIN
from custom_components.secure_hub.diagnostics import async_get_config_entry_diagnostics
from custom_components.secure_hub.engine.firewall.coverage import Coverage, CoverageLevel
from custom_components.secure_hub.engine.policy.scopes import Scope
from custom_components.secure_hub.hub import SecureHub
from tests.adapters.enforcers.thermostat import SENSOR, SWITCH as HEATING, installed
from tests.faces import asset, device_id, switch
from tests.lab.network.catalogue import DEVICES
from tests.lab.network.hosts import Device
from tests.lab.network.lab import Lab
from tests.lab.network.router import Router
from tests.lab.zigbee.plugin import eventually
from tests.plugin import actions_of, asset_with, off_loop, reach, set_up, take_walls_away

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "enforcers.md"
HUB: Final = {"hub4", "hub6", "from_hub4", "from_hub6"}
UNSOLICITED: Final = {"from_wan6"}
GATEWAY_MAC: Final = "02:66:00:00:00:0f"
FORWARDING: Final = ("ipv4/ip_forward", "ipv6/conf/all/forwarding")
SWITCH: Final = "input_boolean.blocked"


@pytest.fixture(scope="module")
def flat() -> Iterator[Lab]:
    """A home behind somebody else's router, with three devices."""
    reason = Lab.unavailable() or Router.unavailable()
    if reason is not None:
        pytest.skip(f"no router here: {reason}")
    with Lab.flat(DEVICES[:3]) as home:
        yield home


@pytest.fixture
async def hub(flat: Lab, socket_enabled: None, hass: HomeAssistant) -> AsyncIterator[SecureHub]:  # noqa: ARG001 - first
    """The hub as one host among others, guarding the network that it is on."""
    take_walls_away()
    for host in (flat.gateway, flat.laptop, *flat.devices):
        assert await off_loop(flat.hub.tcp, host.ipv4, timeout=2.0)
        assert await off_loop(flat.hub.tcp, host.ipv6, timeout=2.0)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Secure Hub",
        data={"iot_interfaces": ["eth0"], "lan_interfaces": []},
        options={"mode": "enforce", "newcomers": "allow"},
        version=1,
    )
    yield await set_up(hass, entry)
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)
    take_walls_away()


def now(hub: SecureHub) -> SecureHub:
    """The hub as it runs now: settings reload it."""
    found: SecureHub = hub.entry.runtime_data
    return found


def state(hub: SecureHub, device: Device) -> tuple[str, str, str]:
    """What the red button of a device says, how far it reaches and why."""
    found = hub.hass.states.get(switch(now(hub), device))
    assert found
    return found.state, found.attributes["coverage"], found.attributes["coverage_reason"]


async def press(hub: SecureHub, device: Device, action: str) -> None:
    """Turn the red button."""
    await hub.hass.services.async_call("switch", action, {"entity_id": switch(now(hub), device)}, blocking=True)


async def until_says(hub: SecureHub, device: Device, *said: str) -> None:
    """Wait until the red button says so."""
    await eventually(lambda: state(hub, device) == said)


async def until_reaches(flat: Lab, device: Device, ways: set[str]) -> None:
    """Wait until exactly these ways are open."""
    async with asyncio.timeout(30):
        while await reach(flat, device) != ways:  # noqa: ASYNC110 - packets are what is waited for
            await asyncio.sleep(0.1)


# --- a router


@pytest.fixture
def router(flat: Lab, tmp_path: Path, socket_enabled: None) -> Iterator[Router]:  # noqa: ARG001 - first
    """A router that lets nobody in yet."""
    machine = Router(flat, tmp_path)
    socket_allow_hosts(["127.0.0.1", machine.address], allow_unix_socket=True)
    machine.make_host_key()
    machine.authorize("")
    machine.start()
    yield machine
    machine.stop()


def let_in(machine: Router, public_key: str) -> None:
    """Do on the router what the documentation says."""
    script = machine.folder / "only-the-wall"
    found = re.search(r"```sh\n(#!/bin/sh\n.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    script.write_text(found[1])
    script.chmod(0o755)
    machine.authorize(public_key, script)
    machine.stop()
    machine.start()


def router_tables(lab: Lab) -> list[str]:
    listed = lab.gateway.agent.call("feed", argv=["nft", "list", "tables"], text="")
    return [line.removeprefix("table ") for line in listed.splitlines() if "secure_hub" in line]


async def answer(hass: HomeAssistant, form: Any, **values: Any) -> Any:
    """Fill in a form of a subentry."""
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], values)
    await hass.async_block_till_done()
    return result


async def begin(hub: SecureHub, kind: str) -> Any:
    """Begin to add a subentry, as a person does."""
    return await hub.hass.config_entries.subentries.async_init(
        (hub.entry.entry_id, kind), context={"source": SOURCE_USER}
    )


async def add_router(hub: SecureHub, machine: Router) -> None:
    """Name the router, put our key there, and say what it guards."""
    hass = hub.hass
    form = await begin(hub, "router")
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "user")
    where = {"host": machine.address, "port": machine.port, "username": "root"}
    assert (await answer(hass, form, **where | {"port": 1}))["errors"] == {"base": "router_away"}
    assert (await answer(hass, form, **where, client_key="none"))["errors"] == {"base": "router_key_invalid"}
    form = await answer(hass, form, **where)
    assert form["step_id"] == "login"
    said = form["description_placeholders"]
    assert said["fingerprint"].startswith("SHA256:")
    assert said["public_key"].startswith("ssh-ed25519 ")
    assert (await answer(hass, form))["errors"] == {"base": "router_login_refused"}
    await off_loop(let_in, machine, said["public_key"])
    form = await answer(hass, form)
    assert form["step_id"] == "interfaces"
    schema = form["data_schema"].schema
    assert {str(key): key.default() for key in schema}["guarded_interfaces"] == ["br-home"]
    chosen = {"guarded_interfaces": ["br-home"], "lan_interfaces": [], "newcomers": "allow"}
    wrong = await answer(hass, form, **chosen | {"lan_interfaces": ["br-home"]})
    assert wrong["errors"] == {"lan_interfaces": "both_guarded_and_lan"}
    wrong = await answer(hass, form, **chosen | {"guarded_interfaces": []})
    assert wrong["errors"] == {"guarded_interfaces": "nothing_guarded"}
    done = await answer(hass, form, **chosen)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert hub.entry.state is ConfigEntryState.LOADED


async def test_a_router_does_what_this_machine_cannot(flat: Lab, hub: SecureHub, router: Router) -> None:
    """Named in the settings, it cuts a device off from everything; removed, it is as it was before."""
    hass, camera = hub.hass, flat.device("camera")
    assert state(hub, camera) == ("off", "hub_only", "beside_hub")
    everything = await reach(flat, camera)
    await add_router(hub, router)
    assert now(hub) is not hub, "the hub began anew"
    await until_says(hub, camera, "off", "full", "behind_router_bridge")
    assert set(router_tables(flat)) >= {"inet secure_hub", "bridge secure_hub"}

    await press(hub, camera, "turn_on")
    assert state(hub, camera) == ("on", "full", "behind_router_bridge")
    assert await reach(flat, camera) == set()
    identity = asset(now(hub), camera).id
    await eventually(lambda: now(hub).enforced(identity, Scope.INTERNET) == "deny")  # a look may come in between
    assert "enforced" in actions_of(hass, identity)

    told = str(await async_get_config_entry_diagnostics(hass, hub.entry))
    assert "'router': {'health': 'in_sync'" in told
    secret = next(iter(hub.entry.subentries.values())).data["client_key"]
    assert secret.startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert secret.splitlines()[1] not in told + str(hass.states.async_all())

    await press(hub, camera, "turn_off")
    await until_reaches(flat, camera, everything - UNSOLICITED)
    hass.config_entries.async_remove_subentry(hub.entry, next(iter(hub.entry.subentries)))
    await hass.async_block_till_done()
    assert router_tables(flat) == []
    assert state(hub, camera) == ("off", "hub_only", "beside_hub")


async def test_rules_hold_on_the_router_and_a_router_that_is_away_undoes_nothing(
    flat: Lab, hub: SecureHub, router: Router
) -> None:
    """What this machine can do itself it does; when the router is back it does its part too."""
    hass, camera, tv = hub.hass, flat.device("camera"), flat.device("tv")
    await add_router(hub, router)
    await until_says(hub, camera, "off", "full", "behind_router_bridge")
    identity = asset(now(hub), tv).id
    select = er.async_get(hass).async_get_entity_id("select", DOMAIN, f"{identity}-internet")
    await hass.services.async_call("select", "select_option", {"entity_id": select, "option": "deny"}, blocking=True)
    await eventually(lambda: now(hub).enforced(identity, Scope.INTERNET) == "deny")
    assert now(hub).scope_coverage(identity, Scope.INTERNET).reason == "behind_router_bridge"
    limit = {"device_id": device_id(now(hub), tv), "rate": 50}
    told = await hass.services.async_call(DOMAIN, "set_limit", limit, blocking=True, return_response=True)
    assert told["assets"][identity]["rate"] == "enforced"
    with pytest.raises(ServiceValidationError, match="cannot be limited so"):
        await hass.services.async_call(DOMAIN, "set_limit", limit | {"quota": 50}, blocking=True)
    ways = await reach(flat, tv)
    assert not ways & {"wan4", "wan6"}
    assert ways >= {"lan4", "lan6", "peer4", "peer6"}
    await off_loop(router.stop)
    await press(hub, camera, "turn_on")
    assert state(hub, camera) == ("on", "hub_only", "beside_hub")
    assert "router_away" in {key for domain, key in ir.async_get(hass).issues if domain == DOMAIN}
    assert hass.states.get("sensor.secure_hub_enforcement").state == "unavailable"
    assert not await reach(flat, camera) & HUB
    await off_loop(router.start)
    await hass.config_entries.async_reload(hub.entry.entry_id)
    await hass.async_block_till_done()
    await until_says(hub, camera, "on", "full", "behind_router_bridge")
    assert await reach(flat, camera) == set()
    assert "router_away" not in {key for domain, key in ir.async_get(hass).issues if domain == DOMAIN}
    await hass.config_entries.async_remove(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert router_tables(flat) == [], "removing the hub takes away what it put on the router"


async def test_a_router_is_changed(flat: Lab, hub: SecureHub, router: Router) -> None:
    """Its key is kept unless another is given, and never shown; the interfaces are asked anew."""
    hass = hub.hass
    await add_router(hub, router)
    subentry_id, subentry = next(iter(hub.entry.subentries.items()))
    before = dict(subentry.data)
    form = await hass.config_entries.subentries.async_init(
        (hub.entry.entry_id, "router"), context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id}
    )
    assert before["client_key"] not in str(form["data_schema"].schema)
    form = await answer(hass, form, host=router.address, port=router.port, username="root")
    form = await answer(hass, form)
    chosen = {"guarded_interfaces": ["br-home"], "lan_interfaces": [], "newcomers": "hold"}
    done = await answer(hass, form, **chosen)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert dict(hub.entry.subentries[subentry_id].data) == before | chosen
    assert hub.entry.state is ConfigEntryState.LOADED
    assert set(router_tables(flat)) >= {"inet secure_hub"}
    again = await begin(hub, "router")
    again = await answer(
        hass, again, host=router.address, port=router.port, username="root", client_key=before["client_key"]
    )
    again = await answer(hass, again)
    again = await answer(hass, again, **chosen)
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")
    hass.config_entries.async_remove_subentry(hub.entry, subentry_id)
    await hass.async_block_till_done()


async def test_a_router_that_cannot_be_cleaned_is_said(flat: Lab, hub: SecureHub, router: Router) -> None:
    await add_router(hub, router)
    await off_loop(router.stop)
    hass = hub.hass
    hass.config_entries.async_remove_subentry(hub.entry, next(iter(hub.entry.subentries)))
    await hass.async_block_till_done()
    notes = hass.data["persistent_notification"]
    assert router.address in notes["secure_hub_router_left_behind"]["message"]
    for table in router_tables(flat):
        flat.gateway.agent.call("feed", argv=["nft", "delete", "table", *table.split()], text="")


# --- a switch of another integration


async def add_switch(hub: SecureHub, device: Device, **changed: Any) -> Any:
    """Name the switch that blocks a device."""
    form = await begin(hub, "block_switch")
    form = await answer(hub.hass, form, asset=asset(now(hub), device).id)
    assert form["step_id"] == "switch"
    return await answer(hub.hass, form, **{"entity_id": SWITCH, "on_means": "blocked", "cuts": "everything"} | changed)


async def test_a_switch_that_a_person_named(flat: Lab, hub: SecureHub) -> None:
    """It is turned, believed while it says so, and turned back; also when it is named no more."""
    hass, camera = hub.hass, flat.device("camera")
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"blocked": {}}})
    assert (await add_switch(hub, camera, entity_id="switch.none"))["errors"] == {"entity_id": "no_such_switch"}
    own = switch(now(hub), camera)
    assert (await add_switch(hub, camera, entity_id=own))["errors"] == {"entity_id": "own_switch"}
    assert (await add_switch(hub, camera))["type"] is FlowResultType.CREATE_ENTRY
    assert state(hub, camera) == ("off", "routed", "block_switch")

    await press(hub, camera, "turn_on")
    assert hass.states.get(SWITCH).state == "on"
    assert state(hub, camera) == ("on", "routed", "block_switch")
    hass.states.async_set(SWITCH, "off")
    await hass.async_block_till_done()
    assert state(hub, camera)[0] == "off", "what says otherwise is not believed"
    assert "switch_not_confirmed" in {key for domain, key in ir.async_get(hass).issues if domain == DOMAIN}
    hass.states.async_set(SWITCH, "on")
    await hass.async_block_till_done()
    assert state(hub, camera)[0] == "on"

    subentry_id = next(iter(hub.entry.subentries))
    form = await hass.config_entries.subentries.async_init(
        (hub.entry.entry_id, "block_switch"), context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id}
    )
    done = await answer(hass, form, entity_id=SWITCH, on_means="blocked", cuts="internet")
    assert done["reason"] == "reconfigure_successful"
    assert state(hub, camera) == ("on", "hub_only", "beside_hub"), "the internet alone is no quarantine"
    assert now(hub).enforced(asset(now(hub), camera).id, Scope.INTERNET) == "deny"
    hass.config_entries.async_remove_subentry(hub.entry, subentry_id)
    await hass.async_block_till_done()
    assert hass.states.get(SWITCH).state == "off"
    assert state(hub, camera) == ("on", "hub_only", "beside_hub")


async def test_removing_the_hub_turns_its_switches_back(flat: Lab, hub: SecureHub) -> None:
    hass, camera = hub.hass, flat.device("camera")
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"blocked": {}}})
    await add_switch(hub, camera)
    await press(hub, camera, "turn_on")
    await hass.config_entries.async_remove(hub.entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get(SWITCH).state == "off"


async def test_no_switch_without_devices_or_a_hub(hub: SecureHub) -> None:
    hass = hub.hass
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"blocked": {}}})
    gateway = asset_with(hub, GATEWAY_MAC)
    assert gateway
    while (form := await begin(hub, "block_switch"))["type"] is FlowResultType.FORM:
        one = form["data_schema"].schema["asset"].config["options"][0]["value"]
        assert one != gateway.id
        form = await answer(hass, form, asset=one)
        await answer(hass, form, entity_id=SWITCH, on_means="blocked", cuts="internet")
    assert form["reason"] == "no_devices"
    await hass.config_entries.async_unload(hub.entry.entry_id)
    assert (await begin(hub, "block_switch"))["reason"] == "not_loaded"
    again = await hass.config_entries.subentries.async_init(
        (hub.entry.entry_id, "block_switch"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": next(iter(hub.entry.subentries))},
    )
    assert again["reason"] == "not_loaded"


async def test_what_cannot_be_read_stays_as_it_is(flat: Lab, hub: SecureHub, hass_storage: dict[str, Any]) -> None:
    """The hub runs; a switch of which nobody knows any more whether it was turned here is left alone."""
    hass, camera = hub.hass, flat.device("camera")
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"blocked": {}}})
    await add_switch(hub, camera)
    await press(hub, camera, "turn_on")
    await hass.config_entries.async_unload(hub.entry.entry_id)
    hass_storage["secure_hub.block_switches"]["data"] = {"turned": "nonsense"}
    await hass.config_entries.async_setup(hub.entry.entry_id)
    await until_says(hub, camera, "on", "routed", "block_switch")
    await press(hub, camera, "turn_off")
    assert hass.states.get(SWITCH).state == "off"


# --- interposition


async def choose(hub: SecureHub, step: str, *, on: bool, **further: bool) -> Any:
    """Switch something in the options, and return the form that asked."""
    flow = hub.hass.config_entries.options
    menu = await flow.async_init(hub.entry.entry_id)
    form = await flow.async_configure(menu["flow_id"], {"next_step_id": step})
    done = await flow.async_configure(form["flow_id"], {step: on, **further})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hub.hass.async_block_till_done()
    return form


async def interpose(hub: SecureHub, *, on: bool) -> str:
    """Switch it in the options, and return what they said of it before."""
    form = await choose(hub, CONF_INTERPOSITION, on=on)
    return str(form["description_placeholders"]["status"])


async def test_interposition_isolates_and_heals(flat: Lab, hub: SecureHub) -> None:
    """Switched on, a quarantine reaches the router and the neighbours; released, or switched off, all is whole."""
    camera, tv = flat.device("camera"), flat.device("tv")
    everything = await reach(flat, camera)
    assert await interpose(hub, on=True) == "switched off"
    await until_says(hub, camera, "off", "routed", "interposed")
    await press(hub, camera, "turn_on")
    await until_says(hub, camera, "on", "routed", "interposed")
    assert await reach(flat, camera) == set()
    assert await reach(flat, tv) >= {"wan4", "wan6", "lan4", "lan6"}
    await press(hub, camera, "turn_off")
    await until_reaches(flat, camera, everything)
    await press(hub, camera, "turn_on")
    await until_says(hub, camera, "on", "routed", "interposed")
    assert await interpose(hub, on=False) == "working"
    assert state(hub, camera) == ("on", "hub_only", "beside_hub")
    await until_reaches(flat, camera, everything - HUB)
    await press(hub, camera, "turn_off")


async def test_interposition_heals_when_home_assistant_stops(flat: Lab, hub: SecureHub) -> None:
    """Home Assistant does not unload what it runs then."""
    camera = flat.device("camera")
    everything = await reach(flat, camera)
    await interpose(hub, on=True)
    await press(hub, camera, "turn_on")
    await until_says(hub, camera, "on", "routed", "interposed")
    hub.hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hub.hass.async_block_till_done()
    await until_reaches(flat, camera, everything - HUB)


async def test_interposition_draws_the_restricted_by_a_further_choice(flat: Lab, hub: SecureHub) -> None:
    """What is denied on the network is enforced while this is proved; what is allowed goes on through this machine."""
    camera, denied = flat.device("camera"), ("wan4", "wan6", "from_wan6")
    flat.hub.sysctl(dict.fromkeys(FORWARDING, "1"))
    try:
        everything = await reach(flat, camera)
        rule = {"device_id": [device_id(now(hub), camera)], "scope": "internet", "decision": "deny"}
        await hub.hass.services.async_call(DOMAIN, "set_permission", rule, blocking=True)
        await interpose(hub, on=True)
        identity = asset(now(hub), camera).id
        assert now(hub).enforced(identity, Scope.INTERNET) == "not_enforceable"
        assert await reach(flat, camera) == everything
        await choose(hub, CONF_INTERPOSITION, on=True, **{CONF_INTERPOSE_RESTRICTED: True})
        await eventually(lambda: now(hub).enforced(identity, Scope.INTERNET) == "deny")
        assert now(hub).scope_coverage(identity, Scope.INTERNET) == Coverage(CoverageLevel.FULL, "interposed")
        assert now(hub).scope_coverage(identity, Scope.PEERS) == Coverage(CoverageLevel.ROUTED, "interposed")
        assert state(hub, camera) == ("off", "routed", "interposed")
        assert await reach(flat, camera) == everything - set(denied)
        await choose(hub, CONF_INTERPOSITION, on=False, **{CONF_INTERPOSE_RESTRICTED: True})
        await until_reaches(flat, camera, everything)
    finally:
        flat.hub.sysctl(dict.fromkeys(FORWARDING, "0"))


# --- what Home Assistant itself does


async def test_the_home_assistant_gate_takes_entities_away(flat: Lab, hub: SecureHub) -> None:
    """Opted in, a device of any integration that is cut off can neither be commanded nor report."""
    hass, camera, orders = hub.hass, flat.device("camera"), list[str]()
    async with installed(hass, camera.mac, orders):
        await now(hub).async_look()
        identity = asset(now(hub), camera).id
        assert now(hub).enforced(identity, Scope.CONTROL) == "not_enforceable"
        await choose(hub, CONF_HA_GATE, on=True)
        assert now(hub).enforced(identity, Scope.CONTROL) == "allow"
        assert now(hub).scope_coverage(identity, Scope.REPORT).reason == "ha_gate"
        await press(hub, camera, "turn_on")
        assert state(hub, camera) == ("on", "hub_only", "beside_hub")
        assert now(hub).enforced(identity, Scope.CONTROL) == now(hub).enforced(identity, Scope.REPORT) == "deny"
        assert hass.states.get(SENSOR) is None
        await hass.services.async_call("switch", "turn_on", {"entity_id": HEATING}, blocking=True)
        assert orders == []
        er.async_get(hass).async_update_entity(SENSOR, disabled_by=None)
        await hass.async_block_till_done()
        assert state(hub, camera)[0] == "off", "a quarantine denies reports too"
        assert "ha_gate_reenabled" in {key for domain, key in ir.async_get(hass).issues if domain == DOMAIN}
        await choose(hub, CONF_HA_GATE, on=False)
        assert state(hub, camera)[0] == "on"
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
        await hass.async_block_till_done()
        assert hass.states.get(SENSOR)
        await hass.services.async_call("switch", "turn_on", {"entity_id": HEATING}, blocking=True)
        assert orders == ["on"]
        await press(hub, camera, "turn_off")


async def test_a_thing_without_packets_is_cut_off_in_home_assistant(hub: SecureHub) -> None:
    """A device that only a cloud knows: what can be kept from it is Home Assistant itself."""
    hass = hub.hass
    async with installed(hass, "", []) as (_, device_id):
        await now(hub).async_look()
        thing = now(hub).asset_of_device(device_id)
        assert thing
        assert now(hub).coverage(thing.id).reason == "no_mac"
        with pytest.raises(ServiceValidationError, match="no network or Zigbee address"):
            await now(hub).async_quarantine(thing.id, actor=None)
        await choose(hub, CONF_HA_GATE, on=True)
        await now(hub).async_quarantine(thing.id, actor=None)
        assert now(hub).enforcement.is_contained(thing.id)
        assert now(hub).coverage(thing.id).reason == "ha_gate"
        assert hass.states.get(SENSOR) is None
        await now(hub).async_release(thing.id, actor=None)
        assert not now(hub).enforcement.is_contained(thing.id)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
        await hass.async_block_till_done()
        assert hass.states.get(SENSOR)


async def test_removing_the_hub_gives_entities_back(flat: Lab, hub: SecureHub) -> None:
    hass, camera = hub.hass, flat.device("camera")
    async with installed(hass, camera.mac, []):
        await now(hub).async_look()
        await choose(hub, CONF_HA_GATE, on=True)
        await press(hub, camera, "turn_on")
        assert hass.states.get(SENSOR) is None
        await hass.config_entries.async_remove(hub.entry.entry_id)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
        await hass.async_block_till_done()
        assert hass.states.get(SENSOR)
