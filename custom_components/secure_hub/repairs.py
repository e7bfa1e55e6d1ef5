"""Repairs: the durable problems that a person can mend, kept equal to what is wrong now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
import voluptuous as vol

from .adapters.request_storage import PeopleStore, RequestStore
from .adapters.storage import AssetStore, PolicyStore, RoomStore, StoreUnreadableError, StoreWriteError
from .adapters.storage_codec import Decided
from .const import CONF_NEWCOMERS, DOMAIN
from .engine.enforcement import Health
from .engine.people import Ownership
from .engine.policy.model import Mode, Newcomers, Policy
from .engine.requests.memory import RequestMemory
from .hub import SecureHub, SecureHubConfigEntry
from .hub.publisher import signal_hub

STORE_UNREADABLE = "store_unreadable"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem; its id is its translation key. Every user can read `placeholders`: no secret goes there."""

    key: str
    severity: ir.IssueSeverity = ir.IssueSeverity.ERROR
    placeholders: Mapping[str, str] = field(default_factory=dict)


@callback
def async_follow_hub(hub: SecureHub) -> CALLBACK_TYPE:
    """Keep the issues equal to what is wrong for as long as the hub runs."""

    @callback
    def follow() -> None:
        _async_sync(hub.hass, {issue.key: issue for issue in _problems(hub)})

    follow()
    return async_dispatcher_connect(hub.hass, signal_hub(hub.entry.entry_id), follow)


@callback
def async_report_unreadable(hass: HomeAssistant, entry: SecureHubConfigEntry, error: StoreUnreadableError) -> None:
    """Offer to start over where what was remembered cannot be read."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        STORE_UNREADABLE,
        data={"entry_id": entry.entry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.CRITICAL,
        translation_key=STORE_UNREADABLE,
        translation_placeholders={"path": error.aside},
    )


@callback
def async_forget_issues(hass: HomeAssistant) -> None:
    """Take every issue back: there is no hub any more that they could be about."""
    _async_sync(hass, {})


def _problems(hub: SecureHub) -> Iterable[Issue]:
    if hub.journal.status.broken is not None:
        yield Issue("journal_broken", placeholders={"kind": hub.journal.status.broken.kind.value})
    if hub.policy.mode is Mode.ENFORCE:
        for enforcer in hub.needed_enforcers:
            status = enforcer.status
            if status.health is not Health.IN_SYNC and status.reason:
                yield Issue(status.reason, placeholders={"detail": status.detail or ""})


@callback
def _async_sync(hass: HomeAssistant, issues: Mapping[str, Issue]) -> None:
    for domain, key in list(ir.async_get(hass).issues):
        if domain == DOMAIN and key not in issues:
            ir.async_delete_issue(hass, DOMAIN, key)
    for key, issue in issues.items():
        ir.async_create_issue(
            hass,
            DOMAIN,
            key,
            is_fixable=False,
            severity=issue.severity,
            translation_key=key,
            translation_placeholders=dict(issue.placeholders),
        )


async def _async_start_over(hass: HomeAssistant) -> None:
    """Begin again where a store was unreadable: what is on the guarded networks is held until it is let in again.

    Raises StoreWriteError.
    """
    await _async_mend(AssetStore(hass), {})
    await _async_mend(PolicyStore(hass), Decided(Policy()))
    await _async_mend(RequestStore(hass), RequestMemory(), expected=False)
    await _async_mend(PeopleStore(hass), Ownership(), expected=False)


async def _async_mend[T](store: RoomStore[T], empty: T, *, expected: bool = True) -> None:
    """Begin a store again if it cannot be read, or if it is not there although it is `expected`."""
    try:
        await store.load(expected=expected)
    except StoreUnreadableError:
        await store.start_anew(empty)


class StartOverFlow(RepairsFlow):
    """Start over with every device on the guarded networks held until it is let in again."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:  # noqa: ARG002
        """Begin with the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask once, then start over."""
        if user_input is None:
            return self.async_show_form(step_id="confirm", data_schema=vol.Schema({}))
        try:
            await _async_start_over(self.hass)
        except StoreWriteError as error:
            return self.async_abort(reason=error.key, description_placeholders={"detail": error.detail})
        if entry := self.hass.config_entries.async_get_entry(str((self.data or {})["entry_id"])):
            # Whoever was cut off is a newcomer now and must not be let in for it.
            options = {**entry.options, CONF_NEWCOMERS: Newcomers.HOLD.value}
            self.hass.config_entries.async_update_entry(entry, options=options)
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data={})


async def async_create_fix_flow(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    issue_id: str,  # noqa: ARG001 - only one issue is fixable
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Give the mend of the one issue that has one."""
    flow = StartOverFlow()
    flow.data = data
    return flow
