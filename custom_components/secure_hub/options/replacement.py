"""Replace a device by another: choose both, see what is carried over, then have it done."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import selector
from homeassistant.helpers.translation import async_get_translations
import voluptuous as vol

from ..const import DOMAIN
from ..engine.replacement.model import Plan
from ..engine.replacement.progress import Progress, State
from ..hub import SecureHub
from .step import OptionsStep

CONF_OLD = "old_device_id"
CONF_NEW = "new_device_id"
MAX_SHOWN = 30
"""Lines of a plan that a form shows; more are counted."""


class ReplacementStep(OptionsStep):
    """Replace a device; no option changes by it."""

    _replaced: tuple[str, str] = ("", "")
    _replacing: asyncio.Task[Progress] | None = None

    async def async_step_replacement(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which device takes the place of which."""
        errors: dict[str, str] = {}
        placeholders = {"detail": ""}
        if user_input is not None:
            hub = self._hub()
            found = [hub.asset_of_device(user_input[key]) if hub else None for key in (CONF_OLD, CONF_NEW)]
            if hub is None:
                errors["base"] = "not_loaded"
            elif found[0] is None or found[1] is None:
                errors[CONF_NEW if found[0] else CONF_OLD] = "unknown_device"
            else:
                self._replaced = (found[0].id, found[1].id)
                try:
                    return await self._async_show_plan(await hub.replacements.async_plan(*self._replaced))
                except HomeAssistantError as error:
                    errors["base"] = error.translation_key or "unknown_device"
                    placeholders |= error.translation_placeholders or {}
        device = selector.DeviceSelector()
        return self.async_show_form(
            step_id="replacement",
            data_schema=self.add_suggested_values_to_schema(
                vol.Schema({vol.Required(CONF_OLD): device, vol.Required(CONF_NEW): device}), user_input
            ),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def _async_show_plan(self, plan: Plan) -> ConfigFlowResult:
        texts = await async_get_translations(self.hass, self.hass.config.language, "selector", {DOMAIN})

        def lines(kind: str, found: list[tuple[str, str]]) -> str:
            shown = [
                f"- {texts.get(f'component.{DOMAIN}.selector.{kind}.options.{key}', key)}: {subject}"
                for key, subject in found[:MAX_SHOWN]
            ]
            return "\n".join([*shown, *([f"- + {len(found) - MAX_SHOWN}"] if len(found) > MAX_SHOWN else [])]) or "-"

        return self.async_show_form(
            step_id="replacement_plan",
            data_schema=vol.Schema({}),
            description_placeholders={
                "steps": lines("replacement_step", [(step.kind.value, step.subject) for step in plan.steps]),
                "losses": lines("replacement_loss", [(loss.value, subject) for loss, subject in plan.losses]),
            },
        )

    async def async_step_replacement_plan(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Begin once the plan was confirmed, and show that it is under way."""
        hub = self._hub()
        if hub is None:
            return self.async_abort(reason="not_loaded")
        if self._replacing is None:
            old, new = self._replaced
            self._replacing = self.hass.async_create_task(hub.replacements.async_replace(old, new, actor=self._actor()))
        if not self._replacing.done():
            return self.async_show_progress(
                step_id="replacement_plan", progress_action="replacing", progress_task=self._replacing
            )
        return self.async_show_progress_done(next_step_id="replacement_end")

    async def async_step_replacement_end(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say how it ended."""
        assert self._replacing is not None  # noqa: S101 - this step follows its end
        try:
            progress = self._replacing.result()
        except HomeAssistantError as error:
            return self.async_abort(reason="replace_failed", description_placeholders={"detail": str(error)})
        if progress.state is State.DONE:
            return self.async_abort(reason="replaced")
        return self.async_abort(reason="replace_stopped", description_placeholders={"detail": progress.detail})

    def _actor(self) -> str | None:
        user_id = self.context.get("user_id")
        return str(user_id) if user_id else None

    def _hub(self) -> SecureHub | None:
        return getattr(self.config_entry, "runtime_data", None)
