"""Actions about the journal."""

from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse

from .calls import NOTHING, Action, hub_of


async def _async_verify_journal(call: ServiceCall) -> ServiceResponse:
    verification = await hub_of(call).async_verify_journal()
    response: dict[str, Any] = {"ok": verification.ok, "records": verification.count}
    if verification.first_break is not None:
        response["first_break"] = {
            "line": verification.first_break.line,
            "kind": verification.first_break.kind.value,
        }
    return response


ACTIONS = (Action("verify_journal", _async_verify_journal, NOTHING, SupportsResponse.ONLY),)
