"""The HTTP API: `/api/secure_hub/...`, for administrators only; docs/telemetry.md tells it."""

from collections.abc import Iterator
from http import HTTPStatus
import json
from typing import Any, Final

from aiohttp import web
from homeassistant.components.http.decorators import require_admin
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
import voluptuous as vol

from .adapters.telemetry.ring import Page, Wanted
from .const import DOMAIN
from .engine.telemetry.edge import Form
from .engine.telemetry.ocsf import events
from .engine.telemetry.record import Record
from .hub import SecureHubConfigEntry

MAX_LINES: Final = 1000
"""Records that one page may hold."""
LINES: Final = "application/x-ndjson"
MORE: Final = "X-More"
"""Header that says whether `next` has something already."""
_QUERY: Final = vol.Schema(
    {
        vol.Optional("asset"): vol.All(str, vol.Length(min=1, max=64)),
        vol.Optional("since", default=0): vol.All(vol.Coerce(int), vol.Range(min=0, max=1 << 62)),
        vol.Optional("until", default=1 << 62): vol.All(vol.Coerce(int), vol.Range(min=0, max=1 << 62)),
        vol.Optional("limit", default=MAX_LINES): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_LINES)),
        vol.Optional("after"): vol.All(str, vol.Length(max=32)),
        vol.Optional("format", default=Form.RECORDS.value): vol.Coerce(Form),
    }
)


@callback
def async_setup_http_api(hass: HomeAssistant) -> None:
    """Register every view once, whether or not the hub is loaded: views cannot be taken back."""
    hass.http.register_view(TelemetryView())


class TelemetryView(HomeAssistantView):
    """Telemetry, page by page: JSON lines, oldest first; the header `Link` says where to go on (RFC 8288)."""

    url = f"/api/{DOMAIN}/telemetry"
    name = f"api:{DOMAIN}:telemetry"

    @require_admin
    async def get(self, request: web.Request) -> web.Response:
        """Answer a page; empty where there is nothing, and then `next` is where to ask later."""
        hass = request.app[KEY_HASS]
        try:
            query = _QUERY(dict(request.query))
        except vol.Invalid as error:
            return self.json_message(str(error), HTTPStatus.BAD_REQUEST)
        entries: list[SecureHubConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
        if not entries:
            return self.json_message("Secure Hub is not loaded", HTTPStatus.SERVICE_UNAVAILABLE)
        wanted = Wanted(query.get("asset"), query["since"], query["until"])
        try:
            page = await entries[0].runtime_data.telemetry.async_page(query.get("after"), wanted, query["limit"])
        except ValueError as error:
            return self.json_message(str(error), HTTPStatus.BAD_REQUEST)
        except OSError as error:
            return self.json_message(str(error), HTTPStatus.INTERNAL_SERVER_ERROR)
        body = await hass.async_add_executor_job(_body, page, query["format"])
        following = request.rel_url.update_query({"after": page.cursor})
        headers = {"Link": f'<{following}>; rel="next"', MORE: "no" if page.is_last else "yes"}
        return web.Response(body=body, content_type=LINES, headers=headers)


def _body(page: Page, form: Form) -> bytes:
    if form is Form.RECORDS:
        return b"".join(line + b"\n" for line in page.lines)
    return "".join(f"{json.dumps(it)}\n" for line in page.lines for it in _events(line)).encode()


def _events(line: bytes) -> Iterator[dict[str, Any]]:
    try:
        yield from events(Record.from_line(line))
    except ValueError:
        return
