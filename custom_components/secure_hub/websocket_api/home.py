"""Commands about the home as a whole: how it stands, live; what is decided about everybody."""

from collections import Counter
from functools import partial
from typing import Any

import voluptuous as vol

from ..engine.choices import confirm, set_everybody
from ..engine.firmware.status import FirmwareState
from ..engine.policy.model import Mode, Newcomers, Standing
from ..engine.policy.profiles import Profile
from ..engine.posture import WEIGHTS, score
from ..engine.radio.posture import WEIGHTS as RADIO_WEIGHTS
from ..hub import SecureHub
from ..hub.posture import home_posture
from ..told import told_progress
from .commands import Asked, Command
from .live import Known, async_follow, different
from .rows import async_rows


def overview(hub: SecureHub) -> dict[str, Any]:
    """How the home stands, in figures."""
    settings, trial, pending = hub.settings, hub.home.trial, hub.requests.book.pending.values()
    standings = Counter(hub.standing(asset_id) for asset_id in hub.assets)
    software = Counter(status.state for status in hub.firmware.statuses.values())
    return {
        "state": hub.state.value,
        "mode": settings.mode.value,
        "newcomers": settings.newcomers.value,
        "home_profile": settings.home.value,
        "lockdown": settings.lockdown,
        "trial_ends": trial.ends if trial else None,
        "counts": {
            "assets": len(hub.assets),
            "governed": len(hub.home.governed),
            "held": standings[Standing.HELD],
            "quarantined": standings[Standing.QUARANTINED],
        },
        "enforcers": [
            {
                "name": enforcer.name,
                "health": enforcer.status.health.value,
                "reason": enforcer.status.reason,
                "detail": enforcer.status.detail,
            }
            for enforcer in hub.needed_enforcers
        ],
        "requests": {
            "pending": len(pending),
            "latest": max((it.last for it in pending), default=None),
        },
        "incidents": {
            "open": len(hub.monitoring.incidents),
            "latest": max((it.updated for it in hub.monitoring.incidents), default=None),
        },
        "updates": {
            "waiting": software[FirmwareState.UPDATE_AVAILABLE] + software[FirmwareState.OVERDUE],
            "overdue": software[FirmwareState.OVERDUE],
            "progress": list(hub.rollouts.active.progress) if hub.rollouts.active else None,
        },
        "replacements": [told_progress(hub, one, whole=False) for one in hub.replacements.under_way.values()],
        "journal": {"intact": hub.journal.status.broken is None, "records": hub.journal.status.head.seq},
        "segments": [
            {"interface": one.interface, "bridge": one.is_bridge, "ports": sorted(one.ports)}
            for one in hub.home.plan.segments
        ],
    }


async def _async_overview(asked: Asked) -> dict[str, Any]:
    return overview(asked.hub)


async def _async_subscribe(asked: Asked) -> None:
    """Send what differs from now on."""
    hub, known, told = asked.hub, Known(), dict[str, Any]()

    async def look() -> dict[str, Any]:
        figures = overview(hub)
        news = {} if figures == told else figures
        told.update(news)
        changed = [row async for row in async_rows(hub, tuple(hub.assets)) if known.is_news(row)]
        return different(overview=news, changed=changed, gone=known.gone(hub.assets))

    await async_follow(asked, look, first=False)


async def _async_posture(asked: Asked) -> dict[str, Any]:
    hub = asked.hub
    parts = {"home": home_posture(hub), "zigbee": hub.radio.posture}
    return {
        "score": score([item for items in parts.values() for item in items], {**WEIGHTS, **RADIO_WEIGHTS}),
        "checks": [
            {"part": part, "check": item.check.value, "outcome": item.outcome, "evidence": item.evidence}
            for part, items in parts.items()
            for item in items
        ],
    }


async def _async_set_home(asked: Asked) -> dict[str, Any]:
    wanted = {key: asked.data[key] for key in ("mode", "newcomers", "profile", "lockdown") if key in asked.data}
    await asked.hub.async_decide(partial(set_everybody, actor=asked.actor, **wanted))
    return overview(asked.hub)


async def _async_confirm(asked: Asked) -> dict[str, Any]:
    await asked.hub.async_decide(partial(confirm, actor=asked.actor))
    return overview(asked.hub)


COMMANDS = (
    Command("overview", _async_overview),
    Command("subscribe", _async_subscribe),
    Command("posture", _async_posture),
    Command(
        "set_home",
        _async_set_home,
        {
            vol.Optional("mode"): vol.Coerce(Mode),
            vol.Optional("newcomers"): vol.Coerce(Newcomers),
            vol.Optional("profile"): vol.All(
                vol.Coerce(Profile), vol.In([one for one in Profile if one is not Profile.QUARANTINED])
            ),
            vol.Optional("lockdown"): bool,
        },
    ),
    Command("confirm", _async_confirm),
)
