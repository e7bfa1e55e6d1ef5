"""Actions about named lists of networks."""

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse

from .calls import NOTHING, Action, hub_of


async def _async_reload_lists(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    hub.lists.read_anew()
    await hub.async_look()
    return {
        "lists": {name: len(one.networks) for name, one in sorted(hub.home.lists.items())},
        "refused": [{"file": one.file, "line": one.line, "detail": one.detail} for one in hub.lists.troubles],
        "missing": list(hub.lists.missing),
    }


ACTIONS = (Action("reload_lists", _async_reload_lists, NOTHING, SupportsResponse.OPTIONAL),)
