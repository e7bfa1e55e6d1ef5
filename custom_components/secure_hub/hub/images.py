"""Images for updates over the air: checked before ZHA may see them."""

import asyncio
import logging
from pathlib import Path
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError

from ..adapters.ota_images import Offered, Refused, write_index
from ..const import DOMAIN
from ..engine.firmware.images import Target
from .firmware import FirmwareRoom
from .keeper import failed

UNWRITABLE: Final = "images_unwritable"

_LOGGER = logging.getLogger(__name__)


class Images:
    """Keeps the index of images equal to what was put into the folder and to what devices asked for."""

    def __init__(self, firmware: FirmwareRoom) -> None:
        """Nothing is read before `async_start`."""
        self._firmware = firmware
        self._root = Path(firmware.hass.config.path(DOMAIN))
        self._lock = asyncio.Lock()
        self._targets: tuple[Target, ...] = ()
        self._stop: CALLBACK_TYPE | None = None
        self.offered: tuple[Offered, ...] = ()
        self.refused: tuple[Refused, ...] = ()

    async def async_start(self) -> None:
        """Write the index that ZHA is told of, be it empty; afterwards as devices ask for images."""
        try:
            await self._async_write(downgrade=False)
        except HomeAssistantError as error:
            _LOGGER.warning("Images for updates over the air cannot be offered: %s", error)
        self._stop = self._firmware.async_on_judged(self._async_judged)

    async def async_stop(self) -> None:
        """Listen no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    async def async_check(self, *, downgrade: bool = False) -> None:
        """Check every file again, tell ZHA, and return once it has looked.

        `downgrade` offers older images too, until the next check. Raises HomeAssistantError.
        """
        await self._async_write(downgrade=downgrade)
        await self._firmware.radio.async_look_again()
        self._firmware.async_judge_anew()
        await self._firmware.async_settle()

    async def _async_write(self, *, downgrade: bool) -> None:
        async with self._lock:
            self._targets = self._firmware.radio.targets()
            try:
                offered, refused = await self._firmware.hass.async_add_executor_job(
                    lambda: write_index(self._root, self._targets, downgrade=downgrade)
                )
            except OSError as error:
                raise failed(UNWRITABLE, str(error)) from error
            self.offered, self.refused = tuple(offered), tuple(refused)

    @callback
    def _async_judged(self) -> None:
        """Check again when devices asked for something else than at the last check."""
        if not self._lock.locked() and set(self._firmware.radio.targets()) != set(self._targets):
            self._firmware.hub.entry.async_create_background_task(
                self._firmware.hass, self.async_check(), f"{DOMAIN} images", eager_start=False
            )
