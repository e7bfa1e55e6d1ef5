"""The forms: what they find on the virtual home's machine, what they refuse, and what their answers do to packets."""

from collections.abc import Iterator, Mapping
import ctypes
from typing import Any, Final

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.const import CONF_IOT_INTERFACES, CONF_LAN_INTERFACES, CONF_MODE, DOMAIN
from custom_components.secure_hub.hub import SecureHub
from tests.lab.network.lab import Lab

from .faces import asset, reaches_the_internet, switch
from .plugin import ENFORCING, NETWORKS

ANSWERS: Final = {**ENFORCING, **NETWORKS}
CAP_NET_ADMIN: Final = 12  # capability.h


def suggested(form: ConfigFlowResult) -> dict[str, Any]:
    """Return what a form has filled in."""
    schema = form["data_schema"]
    assert schema
    return {str(field): field.default() for field in schema.schema}


def findings(form: ConfigFlowResult) -> list[str]:
    """Return the lines that say what was found."""
    placeholders = form["description_placeholders"]
    assert placeholders
    return str(placeholders["findings"]).split("\n")


async def open_options(hass: HomeAssistant, entry: ConfigEntry[Any], step: str) -> ConfigFlowResult:
    """Choose a step of the options from their menu, as a person does."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["type"] is FlowResultType.MENU
    assert step in menu["menu_options"]
    return await hass.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": step})


async def show(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the form that sets the hub up."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def answer(hass: HomeAssistant, form: ConfigFlowResult, **changed: Any) -> ConfigFlowResult:
    """Fill a form of the config flow in."""
    result = await hass.config_entries.flow.async_configure(form["flow_id"], {**ANSWERS, **changed})
    await hass.async_block_till_done()
    return result


class Capabilities(ctypes.Structure):
    """One of the two `__user_cap_data_struct` that capget(2) fills in."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _capabilities(call: str, data: ctypes.Array[Capabilities]) -> None:
    """Call capget(2) or capset(2) for this thread, header version 3."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, call)((ctypes.c_uint32 * 2)(0x20080522, 0), data):
        raise OSError(ctypes.get_errno(), call)


@pytest.fixture(scope="class")
def no_right(lab: Lab) -> Iterator[None]:  # noqa: ARG001 - building it needs the right
    """Take the right to change the firewall from this thread, and so from the threads that Home Assistant starts.

    Of a wider scope than a test, because that makes it older than Home Assistant.
    """
    data = (Capabilities * 2)()
    _capabilities("capget", data)
    data[0].effective &= ~(1 << CAP_NET_ADMIN)
    _capabilities("capset", data)
    yield
    data[0].effective |= 1 << CAP_NET_ADMIN
    _capabilities("capset", data)


@pytest.mark.usefixtures("lab", "socket_enabled")
async def test_what_was_found_is_shown_and_suggested(hass: HomeAssistant) -> None:
    form = await show(hass)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "user"
    assert not form["errors"]
    assert findings(form) == [
        "- I can change this machine's firewall",
        "- Look like IoT networks: br-iot",
        "- Look like trusted networks: eth-lan",
        "- Lead to the internet: eth-wan",
        "- Zigbee (ZHA) is not running",
    ]
    assert suggested(form) == ANSWERS


@pytest.mark.usefixtures("lab", "socket_enabled")
async def test_interfaces_are_offered_with_their_networks(hass: HomeAssistant) -> None:
    schema = (await show(hass))["data_schema"]
    assert schema
    offered = schema.schema[CONF_IOT_INTERFACES].config["options"]
    assert offered == [
        {"value": "br-iot", "label": "br-iot 10.66.1.0/24 fd66:1::/64"},
        {"value": "eth-lan", "label": "eth-lan 10.66.2.0/24 fd66:2::/64"},
        {"value": "eth-wan", "label": "eth-wan 203.0.113.0/24 2001:db8:113::/64"},
    ]


@pytest.mark.usefixtures("lab", "socket_enabled")
async def test_zha_is_found(hass: HomeAssistant) -> None:
    zha = MockConfigEntry(domain="zha", state=ConfigEntryState.LOADED)
    zha.add_to_hass(hass)
    assert findings(await show(hass))[-1] == "- Zigbee (ZHA) is there"


@pytest.mark.usefixtures("lab", "socket_enabled")
@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({CONF_IOT_INTERFACES: ["br-iot", "br-none"]}, {CONF_IOT_INTERFACES: "no_such_interface"}),
        ({CONF_LAN_INTERFACES: ["eth-none"]}, {CONF_LAN_INTERFACES: "no_such_interface"}),
        ({CONF_LAN_INTERFACES: ["eth-lan", "br-iot"]}, {CONF_LAN_INTERFACES: "both_iot_and_lan"}),
        (
            {CONF_IOT_INTERFACES: ["br-none"], CONF_LAN_INTERFACES: ["eth-none"]},
            {CONF_IOT_INTERFACES: "no_such_interface", CONF_LAN_INTERFACES: "no_such_interface"},
        ),
    ],
)
async def test_a_mistake_is_said_and_can_be_mended(
    hass: HomeAssistant, wrong: Mapping[str, Any], errors: dict[str, str]
) -> None:
    form = await answer(hass, await show(hass), **wrong)
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == errors
    assert suggested(form) == {**ANSWERS, **wrong}, "what was typed is kept"
    done = await answer(hass, form)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "Secure Hub"
    assert done["data"] == NETWORKS
    assert done["options"] == ENFORCING
    assert done["result"].state is ConfigEntryState.LOADED


async def test_one_hub_is_enough(hass: HomeAssistant, hub_entry: MockConfigEntry) -> None:
    hub_entry.add_to_hass(hass)
    result = await show(hass)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "single_instance_allowed"


@pytest.mark.usefixtures("no_right", "socket_enabled")
async def test_without_the_right_watching_is_suggested(hass: HomeAssistant) -> None:
    form = await show(hass)
    assert findings(form)[0] == "- The firewall may not be changed"
    assert suggested(form)[CONF_MODE] == "monitor"


@pytest.mark.usefixtures("no_right", "socket_enabled")
async def test_without_the_right_enforcing_is_refused_and_watching_works(hass: HomeAssistant) -> None:
    form = await answer(hass, await show(hass))
    assert form["errors"] == {CONF_MODE: "cannot_enforce"}
    done = await answer(hass, form, **{CONF_MODE: "monitor"})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["result"].state is ConfigEntryState.LOADED
    enforcement = hass.states.get("sensor.secure_hub_enforcement")
    assert enforcement
    assert enforcement.state == "monitoring"


@pytest.mark.usefixtures("no_right", "socket_enabled")
async def test_without_the_right_enforcing_cannot_be_chosen_later_either(hass: HomeAssistant) -> None:
    entry = (await answer(hass, await show(hass), **{CONF_MODE: "monitor"}))["result"]
    form = await open_options(hass, entry, "decisions")
    refused = await hass.config_entries.options.async_configure(form["flow_id"], ENFORCING)
    assert refused["errors"] == {CONF_MODE: "cannot_enforce"}
    assert entry.options[CONF_MODE] == "monitor"
    done = await hass.config_entries.options.async_configure(form["flow_id"], {**ENFORCING, CONF_MODE: "monitor"})
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def choose(hass: HomeAssistant, entry: MockConfigEntry, mode: str) -> None:
    """Choose a mode in the options as a person does."""
    form = await open_options(hass, entry, "decisions")
    assert form["type"] is FlowResultType.FORM
    assert suggested(form) == entry.options
    done = await hass.config_entries.options.async_configure(form["flow_id"], {**ENFORCING, CONF_MODE: mode})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert entry.options == {**ENFORCING, CONF_MODE: mode}
    assert entry.state is ConfigEntryState.LOADED


async def test_watching_drops_nothing_and_enforcing_drops_again(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, hub_entry: MockConfigEntry
) -> None:
    camera = lab.device("camera")
    quarantine = switch(hub, camera)
    await hub.async_quarantine(asset(hub, camera).id, actor=None)
    assert not await reaches_the_internet(hass, lab, camera)

    await choose(hass, hub_entry, "monitor")
    assert hub_entry.runtime_data is not hub, "it was reloaded"
    assert await reaches_the_internet(hass, lab, camera)
    state = hass.states.get(quarantine)
    assert state
    assert state.state == "off", "a switch says what is, not what would be"
    assert state.attributes["standing"] == "quarantined"

    await choose(hass, hub_entry, "enforce")
    assert not await reaches_the_internet(hass, lab, camera)
    state = hass.states.get(quarantine)
    assert state
    assert state.state == "on"


async def test_other_networks_can_be_guarded(
    hass: HomeAssistant, lab: Lab, hub: SecureHub, hub_entry: MockConfigEntry
) -> None:
    camera = lab.device("camera")
    await hub.async_quarantine(asset(hub, camera).id, actor=None)
    form = await hub_entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "reconfigure"
    assert suggested(form) == NETWORKS

    wrong = {CONF_IOT_INTERFACES: ["br-none"], CONF_LAN_INTERFACES: []}
    form = await hass.config_entries.flow.async_configure(form["flow_id"], wrong)
    assert form["errors"] == {CONF_IOT_INTERFACES: "no_such_interface"}
    assert suggested(form) == wrong
    assert hub_entry.data == NETWORKS

    right = {CONF_IOT_INTERFACES: [], CONF_LAN_INTERFACES: ["eth-lan"]}
    done = await hass.config_entries.flow.async_configure(form["flow_id"], right)
    assert done["type"] is FlowResultType.ABORT
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert hub_entry.data == right
    assert hub_entry.state is ConfigEntryState.LOADED
    assert await reaches_the_internet(hass, lab, camera), "its network is guarded no more"


async def test_a_step_of_the_options_leaves_the_others_alone(hass: HomeAssistant, hub: SecureHub) -> None:
    entry = hub.entry
    hass.config_entries.async_update_entry(entry, options={**entry.options, "of_another_concern": ["kept"]})
    form = await open_options(hass, entry, "decisions")
    await hass.config_entries.options.async_configure(form["flow_id"], {**ENFORCING, CONF_MODE: "monitor"})
    await hass.async_block_till_done()
    assert entry.options == {**ENFORCING, CONF_MODE: "monitor", "of_another_concern": ["kept"]}


async def test_what_interposition_lacks_is_said_where_it_is_switched(hass: HomeAssistant, hub: SecureHub) -> None:
    """This machine is the router itself, so there is nobody to draw anything from."""
    form = await open_options(hass, hub.entry, "interposition")
    assert form["description_placeholders"] == {"status": "switched off"}
    assert form["data_schema"]({}) == {"interposition": False, "interpose_restricted": False}
    chosen = {"interposition": True, "interpose_restricted": True}
    await hass.config_entries.options.async_configure(form["flow_id"], chosen)
    await hass.async_block_till_done()
    assert chosen.items() <= hub.entry.options.items()
    form = await open_options(hass, hub.entry, "interposition")
    assert form["data_schema"]({}) == chosen
    assert form["description_placeholders"] == {"status": "Interposition finds no router"}
    assert ("secure_hub", "interposition_no_router") in ir.async_get(hass).issues
    await hass.config_entries.async_unload(hub.entry.entry_id)
    form = await open_options(hass, hub.entry, "interposition")
    assert form["description_placeholders"] == {"status": "switched off"}, "nothing runs"
