"""Installing through Home Assistant: its own update and backup actions, whatever integration stands behind them."""

from typing import Any, Final

from homeassistant.components.update import DOMAIN as UPDATE_DOMAIN, SERVICE_INSTALL
from homeassistant.components.update.const import ATTR_VERSION
from homeassistant.const import ATTR_ENTITY_ID, STATE_ON
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..engine.assets.model import Asset
from ..engine.firmware.rings import Item, Seen
from .updates import read_facts, unavailable_entities

MAX_DETAIL: Final = 300
"""Characters of what an integration says that are kept."""
_BACKUPS: Final = (("backup", "create_automatic"), ("backup", "create"), ("hassio", "backup_full"))
"""Actions that make a backup, the first choice first: the automatic one is where the person wants backups to be."""


async def install(hass: HomeAssistant, entity_id: str, version: str | None) -> str | None:
    """Install a version, the latest if none is named, and return once the integration is done; give its complaint."""
    data = {ATTR_ENTITY_ID: entity_id} | ({} if version is None else {ATTR_VERSION: version})
    return await _call(hass, UPDATE_DOMAIN, SERVICE_INSTALL, data)


async def back_up(hass: HomeAssistant) -> str | None:
    """Make a backup and return once it is there; give the complaint if it is not."""
    complaint = "there is no action that makes a backup"
    for domain, action in _BACKUPS:
        if hass.services.has_service(domain, action):
            said = await _call(hass, domain, action, {})
            if said is None:
                return None
            complaint = said
    return complaint


async def _call(hass: HomeAssistant, domain: str, action: str, data: dict[str, Any]) -> str | None:
    try:
        await hass.services.async_call(domain, action, data, blocking=True)
    except HomeAssistantError as error:
        return str(error)[:MAX_DETAIL] or type(error).__name__
    except Exception as error:  # noqa: BLE001 - whatever an integration raises, its device was not updated
        return f"{type(error).__name__}: {error}"[:MAX_DETAIL]
    return None


@callback
def look_at(hass: HomeAssistant, asset: Asset, item: Item, since: float) -> Seen:
    """See how a device of a rollout does that began at a time, in seconds since the epoch."""
    facts = read_facts(hass, asset, {})
    offer = next((one for one in facts.offers if one.entity_id == item.entity_id), None)
    return Seen(
        offer.installed if offer else None,
        offer.waiting if offer else None,
        in_progress=offer is not None and offer.in_progress,
        absent=unavailable_entities(hass, asset.device_ids),
        anomalous=_is_anomalous(hass, asset.id, since),
    )


def _is_anomalous(hass: HomeAssistant, asset_id: str, since: float) -> bool:
    """Whether it began to behave otherwise since then."""
    entity_id = er.async_get(hass).async_get_entity_id("binary_sensor", DOMAIN, f"{asset_id}-anomaly")
    state = hass.states.get(entity_id) if entity_id else None
    return state is not None and state.state == STATE_ON and state.last_changed.timestamp() > since
