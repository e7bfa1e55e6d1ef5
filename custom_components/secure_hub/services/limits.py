"""Actions about how much devices may send."""

from functools import partial

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from ..engine.choices import set_limit
from ..engine.containment import limitable
from ..engine.policy.limits import Limit
from ..engine.policy.scopes import PolicyError
from ..hub import refused
from .calls import DEVICES, Action, asset_ids, hub_of

ATTR_RATE = "rate"
ATTR_QUOTA = "quota"
_KILO = 1_000
_MEGA = 1_000_000

_AMOUNT = vol.All(vol.Coerce(float), vol.Range(min=0, max=1e9))
SET_LIMIT_SCHEMA = vol.Schema({**DEVICES, vol.Optional(ATTR_RATE): _AMOUNT, vol.Optional(ATTR_QUOTA): _AMOUNT})


async def _async_set_limit(call: ServiceCall) -> ServiceResponse:
    hub = hub_of(call)
    rate, quota = (
        round(call.data[name] * unit) or None if name in call.data else None
        for name, unit in ((ATTR_RATE, _KILO), (ATTR_QUOTA, _MEGA))
    )
    try:
        limit = None if rate is None and quota is None else Limit(rate, quota)
    except PolicyError as error:
        raise refused(error) from error
    assets, actor = asset_ids(hub, call), call.context.user_id
    await hub.async_decide(
        *(
            partial(set_limit, asset_id=one, limit=limit, able=limitable(hub.reaches(one)), actor=actor)
            for one in assets
        )
    )
    told = {one: {str(kind): how for kind, how in hub.limits(one).items()} for one in assets}
    return {"assets": {one: {"name": hub.asset(one).name, **kinds} for one, kinds in told.items()}}


ACTIONS = (Action("set_limit", _async_set_limit, SET_LIMIT_SCHEMA, SupportsResponse.OPTIONAL),)
