"""The panel at /secure-hub, its code as static files and its place in the sidebar; and the card for everybody."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components import frontend
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.components.panel_custom import async_register_panel
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

URL_PATH: Final = "secure-hub"
FOLDER: Final = Path(__file__).parent / "frontend"
_DATA_URL: HassKey[str] = HassKey(f"{DOMAIN}_static_url")


async def async_serve_code(hass: HomeAssistant) -> None:
    """Serve the code of the panel, where there is a user interface; it is public, as all of Home Assistant's is.

    The address carries a digest of what is served, so that browsers may keep it and never keep an old one.
    """
    if frontend.DOMAIN in hass.config.components:
        url = f"/{DOMAIN}_static/{await hass.async_add_executor_job(_digest)}"
        await hass.http.async_register_static_paths([StaticPathConfig(url, str(FOLDER), cache_headers=True)])
        hass.data[_DATA_URL] = url
        frontend.add_extra_js_url(hass, f"{url}/cards.js")


def _digest() -> str:
    digest = sha256()
    for file in sorted(FOLDER.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


async def async_show_panel(hass: HomeAssistant) -> None:
    """Put the panel into the sidebar of administrators; what it shows is guarded command by command."""
    url = hass.data.get(_DATA_URL)
    if url is not None and not frontend.async_panel_exists(hass, URL_PATH):
        await async_register_panel(
            hass,
            frontend_url_path=URL_PATH,
            webcomponent_name="secure-hub-panel",
            sidebar_title="Secure Hub",
            sidebar_icon="mdi:shield-home",
            module_url=f"{url}/panel.js",
            require_admin=True,
            config_panel_domain=DOMAIN,
        )


@callback
def async_hide_panel(hass: HomeAssistant) -> None:
    """Take the panel away; while the hub is only restarted it stays, and says so."""
    frontend.async_remove_panel(hass, URL_PATH, warn_if_unknown=False)
