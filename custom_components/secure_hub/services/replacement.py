"""Actions about replacing one device by another."""

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..told import told_plan, told_progress
from .calls import Action, asset_of, hub_of

ATTR_OLD = "old_device_id"
ATTR_NEW = "new_device_id"
ATTR_DRY_RUN = "dry_run"

_DEVICE = vol.All(cv.string, vol.Length(min=1, max=255))
REPLACE_SCHEMA = vol.Schema(
    {
        vol.Required(ATTR_OLD): _DEVICE,
        vol.Required(ATTR_NEW): _DEVICE,
        vol.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
    }
)
GO_ON_SCHEMA = vol.Schema({vol.Required(ATTR_OLD): _DEVICE})


async def _async_replace(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    old, new = (asset_of(hub, call.data[key]) for key in (ATTR_OLD, ATTR_NEW))
    if call.data[ATTR_DRY_RUN]:
        return {"state": "planned", **told_plan(await hub.replacements.async_plan(old, new))}
    return told_progress(hub, await hub.replacements.async_replace(old, new, actor=call.context.user_id))


async def _async_resume(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    old = asset_of(hub, call.data[ATTR_OLD])
    return told_progress(hub, await hub.replacements.async_resume(old, actor=call.context.user_id))


async def _async_roll_back(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    old = asset_of(hub, call.data[ATTR_OLD])
    return told_progress(hub, await hub.replacements.async_roll_back(old, actor=call.context.user_id))


ACTIONS = (
    Action("replace_device", _async_replace, REPLACE_SCHEMA, SupportsResponse.OPTIONAL),
    Action("resume_replacement", _async_resume, GO_ON_SCHEMA, SupportsResponse.OPTIONAL),
    Action("roll_back_replacement", _async_roll_back, GO_ON_SCHEMA, SupportsResponse.OPTIONAL),
)
