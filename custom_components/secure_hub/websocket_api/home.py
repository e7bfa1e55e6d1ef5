"""Commands about the home as a whole: how it stands, live; what is decided about everybody."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import callback
import voluptuous as vol

from ..engine.choices import confirm, set_everybody
from ..engine.firmware.status import FirmwareState
from ..engine.policy.model import Mode, Newcomers, Standing
from ..engine.policy.profiles import Profile
from ..hub import SecureHub
from .commands import Asked, Command
from .live import Live


def overview(hub: SecureHub) -> dict[str, Any]:
    """How the home stands, in figures."""
    settings, trial = hub.settings, hub.home.trial
    standings = [hub.standing(asset_id) for asset_id in hub.assets]
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
            "held": standings.count(Standing.HELD),
            "quarantined": standings.count(Standing.QUARANTINED),
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
        "requests": {"pending": len(hub.requests.book.pending)},
        "incidents": {
            "open": len(hub.monitoring.incidents),
            "latest": max((it.updated for it in hub.monitoring.incidents), default=None),
        },
        "updates": {
            "waiting": hub.firmware.count(FirmwareState.UPDATE_AVAILABLE, FirmwareState.OVERDUE),
            "overdue": hub.firmware.count(FirmwareState.OVERDUE),
            "progress": list(hub.rollouts.active.progress) if hub.rollouts.active else None,
        },
        "journal": {"intact": hub.journal.status.broken is None, "records": hub.journal.status.head.seq},
        "segments": [
            {"interface": one.interface, "bridge": one.is_bridge, "ports": sorted(one.ports)}
            for one in hub.home.plan.segments
        ],
    }


async def _async_overview(asked: Asked) -> dict[str, Any]:
    return overview(asked.hub)


async def _async_subscribe(asked: Asked) -> None:
    """Send what differs from now on, until the connection is closed or the hub is unloaded."""
    hub, connection = asked.hub, asked.connection

    @callback
    def tell(difference: Mapping[str, Any]) -> None:
        connection.send_event(asked.id, difference)

    @callback
    def stop() -> None:
        live.async_stop()
        unfollow()

    @callback
    def state_changed() -> None:
        if hub.entry.state is not ConfigEntryState.LOADED:
            live.async_stop()
            connection.send_event(asked.id, {"stopped": True})

    live = Live(hub, overview, tell)
    unfollow = hub.entry.async_on_state_change(state_changed)
    connection.subscriptions[asked.id] = stop
    await live.async_start()


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
