"""A replacement that stopped: go on, or go back."""

from typing import Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.exceptions import HomeAssistantError

from ..engine.replacement.progress import Progress, State
from ..hub import SecureHub

REPLACEMENT_STOPPED: Final = "replacement_stopped"


class ReplacementFlow(RepairsFlow):
    """Ask which way to go; only administrators see repairs."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:  # noqa: ARG002
        """Offer both ways, or the only one that is left."""
        hub, old = self._hub(), self._old()
        progress = hub.replacements.under_way.get(old) if hub else None
        if progress is None:
            return self.async_abort(reason="not_loaded")
        step = progress.next_step
        return self.async_show_menu(
            step_id="init",
            menu_options=["resume", "roll_back"] if progress.can_roll_back else ["resume"],
            description_placeholders={
                **self._names(),
                "step": progress.plan.steps[step].subject if step is not None else "",
                "detail": progress.detail or (progress.error or ""),
            },
        )

    async def async_step_resume(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:  # noqa: ARG002
        """Go on."""
        return await self._async_go(back=False)

    async def async_step_roll_back(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:  # noqa: ARG002
        """Go back."""
        return await self._async_go(back=True)

    async def _async_go(self, *, back: bool) -> RepairsFlowResult:
        hub, old, actor = self._hub(), self._old(), self._actor()
        if hub is None:
            return self.async_abort(reason="not_loaded")
        go = hub.replacements.async_roll_back if back else hub.replacements.async_resume
        try:
            progress: Progress = await go(old, actor=actor)
        except HomeAssistantError as error:
            return self.async_abort(reason="replace_stopped", description_placeholders={"detail": str(error)})
        if progress.state is State.STOPPED:
            return self.async_abort(reason="replace_stopped", description_placeholders={"detail": progress.detail})
        return self.async_create_entry(data={})

    def _old(self) -> str:
        return str((self.data or {}).get("asset_id"))

    def _names(self) -> dict[str, str]:
        return {key: str((self.data or {}).get(key, "")) for key in ("old", "new")}

    def _actor(self) -> str | None:
        user_id = self.context.get("user_id")
        return str(user_id) if user_id else None

    def _hub(self) -> SecureHub | None:
        entry = self.hass.config_entries.async_get_entry(str((self.data or {}).get("entry_id")))
        return getattr(entry, "runtime_data", None)
