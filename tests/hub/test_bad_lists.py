"""Lists of bad networks: chosen in the options, named in the finding, missed when they are gone."""

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir

from custom_components.secure_hub.const import CONF_BAD_LISTS, DOMAIN
from custom_components.secure_hub.engine.detection.findings import FindingKind
from custom_components.secure_hub.hub import SecureHub
from tests.faces import asset
from tests.lab.network.lab import Lab
from tests.lab.zigbee.plugin import eventually
from tests.plugin import off_loop
from tests.test_config_flow import open_options

from .test_network_lists import CLOUD, OTHER, reload


async def test_a_contact_with_a_listed_network(hass: HomeAssistant, hub: SecureHub, lab: Lab) -> None:
    await reload(hass, {"drop.txt": f"{CLOUD.ipv4} ; bad\n", "nl.txt": f"{OTHER.ipv4}\n"})
    form = await open_options(hass, hub.entry, "monitoring")
    field = next(it for it in form["data_schema"].schema if it == CONF_BAD_LISTS)
    assert form["data_schema"].schema[field].config["options"] == ["drop", "nl"]
    chosen = {"playbook": "ask", "isolation_budget": 3, "release_after": 0, "dry_run": False, CONF_BAD_LISTS: ["drop"]}
    done = await hass.config_entries.options.async_configure(form["flow_id"], chosen)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    again: SecureHub = hub.entry.runtime_data
    camera = lab.device("camera")
    assert await off_loop(lab.hub.ping, camera.ipv4, 3.0)
    await again.monitoring.async_look()
    for site in (OTHER, CLOUD):
        assert await off_loop(camera.can_reach, site.ipv4, timeout=3.0)

    def said() -> list[str]:
        incident = again.monitoring.incident(asset(again, camera).id)
        events = incident.events if incident else ()
        return [it.finding.evidence for it in events if it.finding.kind is FindingKind.LISTED_NETWORK]

    await eventually(said, 60)
    (evidence,) = said()
    assert CLOUD.ipv4 in evidence
    assert evidence.endswith("which stands in your list of bad networks (drop).")

    await reload(hass, {"drop.txt": None})
    await again.monitoring.async_look()
    assert again.monitoring.missing_lists == ("drop",)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "bad_list_missing")
    assert issue is not None
    assert issue.translation_placeholders == {"names": "drop"}
