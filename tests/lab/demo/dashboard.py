"""The demo's first page: the hub's figures, and a quarantine switch for every device."""

from typing import Any, Final

from .client import Client

PATH: Final = "secure-home"
TITLE: Final = "Secure home"
ZIGBEE: Final = "zigbee"
ORDER: Final = ("sensor", "binary_sensor")


async def furnish_dashboard(client: Client) -> None:
    """Make a dashboard of what Secure Hub shows, and the page that everybody sees first. Raises ApiError."""
    devices = {device["id"]: device for device in await client.command("config/device_registry/list")}
    entities = [
        entity
        for entity in await client.command("config/entity_registry/list")
        if entity["platform"] == "secure_hub" and entity["device_id"] in devices and entity["disabled_by"] is None
    ]
    figures: list[dict[str, Any]] = []
    wired: list[tuple[str, str]] = []
    radio: list[tuple[str, str]] = []
    for entity in entities:
        entity_id, device = entity["entity_id"], devices[entity["device_id"]]
        if device["entry_type"] == "service":  # the hub itself
            figures.append({"type": "tile", "entity": entity_id, "name": entity["original_name"]})
        elif entity_id.startswith("switch."):
            kinds = {kind for kind, _ in device["connections"]}
            name = str(device["name_by_user"] or device["name"])
            (radio if ZIGBEE in kinds else wired).append((name, entity_id))
    figures.sort(key=_place)
    sections = [
        _section("Secure Hub", "mdi:shield-home", figures),
        _section("Quarantine: network", "mdi:lan", _switches(wired)),
        _section("Quarantine: Zigbee", "mdi:zigbee", _switches(radio)),
    ]
    view = {"title": TITLE, "type": "sections", "max_columns": 3, "sections": [one for one in sections if one]}
    await client.command("lovelace/dashboards/create", url_path=PATH, title=TITLE, icon="mdi:shield-home")
    await client.command("lovelace/config/save", url_path=PATH, config={"views": [view]})
    await client.command("frontend/set_system_data", key="core", value={"default_panel": PATH})


def _place(card: dict[str, Any]) -> int:
    """Figures come first, then what only warns, then what is pressed."""
    domain = card["entity"].partition(".")[0]
    return ORDER.index(domain) if domain in ORDER else len(ORDER)


def _section(heading: str, icon: str, cards: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a column of cards under a heading, nothing for no cards."""
    return {"type": "grid", "cards": [{"type": "heading", "heading": heading, "icon": icon}, *cards]} if cards else {}


def _switches(named: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "type": "tile",
            "entity": entity,
            "name": name,
            "color": "red",
            "features": [{"type": "toggle"}],
            "features_position": "inline",
            "grid_options": {"columns": "full"},
        }
        for name, entity in sorted(named)
    ]
