"""Commands about replacing one device by another: what it takes, do it, go on, or go back."""

from typing import Any, Final

import voluptuous as vol

from ..told import told_plan, told_progress
from .commands import ASSET, ASSET_ID, Asked, Command

_BOTH: Final[dict[vol.Marker, Any]] = {vol.Required("old"): ASSET_ID, vol.Required("new"): ASSET_ID}


async def _async_list(asked: Asked) -> dict[str, Any]:
    hub = asked.hub
    return {"replacements": [told_progress(hub, one) for one in hub.replacements.under_way.values()]}


def _both(asked: Asked) -> tuple[str, str]:
    return asked.hub.asset(asked.data["old"]).id, asked.hub.asset(asked.data["new"]).id


async def _async_plan(asked: Asked) -> dict[str, Any]:
    return told_plan(await asked.hub.replacements.async_plan(*_both(asked)))


async def _async_start(asked: Asked) -> dict[str, Any]:
    hub = asked.hub
    return told_progress(hub, await hub.replacements.async_replace(*_both(asked), actor=asked.actor))


async def _async_resume(asked: Asked) -> dict[str, Any]:
    hub = asked.hub
    return told_progress(hub, await hub.replacements.async_resume(asked.data["asset_id"], actor=asked.actor))


async def _async_roll_back(asked: Asked) -> dict[str, Any]:
    hub = asked.hub
    return told_progress(hub, await hub.replacements.async_roll_back(asked.data["asset_id"], actor=asked.actor))


COMMANDS = (
    Command("replace/list", _async_list),
    Command("replace/plan", _async_plan, _BOTH),
    Command("replace/start", _async_start, _BOTH),
    Command("replace/resume", _async_resume, ASSET),
    Command("replace/roll_back", _async_roll_back, ASSET),
)
