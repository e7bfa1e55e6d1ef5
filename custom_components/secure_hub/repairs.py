"""Repairs: the durable problems that a person can mend, kept equal to what is wrong now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.data_entry_flow import UnknownStep
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send
from homeassistant.helpers.http import current_request
import voluptuous as vol

from .adapters.radio_store import RadioStore
from .adapters.request_storage import PeopleStore, RequestStore
from .adapters.storage import AssetStore, PolicyStore, RoomStore, StoreUnreadableError, StoreWriteError
from .adapters.storage_codec import Decided
from .const import CONF_NEWCOMERS, DOMAIN
from .engine.enforcement import Health
from .engine.firmware.status import FirmwareState
from .engine.people import Ownership
from .engine.policy.destinations import list_place
from .engine.policy.model import Mode, Newcomers, Policy
from .engine.radio.memory import RadioMemory
from .engine.radio.posture import HINTS
from .engine.replacement.progress import Progress, State
from .engine.requests.memory import RequestMemory
from .hub import SecureHub, SecureHubConfigEntry
from .hub.manifests import Document
from .hub.publisher import signal_hub

STORE_UNREADABLE = "store_unreadable"
REPLACEMENT_STOPPED = "replacement_stopped"
_MAX_NAMED = 10
"""Names that one issue lists."""
_PASSING = frozenset({"interposition_not_started", "interposition_silent", "interposition_waiting", "router_not_asked"})
"""Reasons that nobody can mend: they pass, or the device is off."""
MANIFEST_OFFERED = "manifest_offered"
_ASKING = "hass_user"
"""Where Home Assistant's views keep in a request who asks."""
MAX_SHOWN = 40
"""Lines of an allow-list that a question shows."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem; its id is its translation key, with what it is `about` where there can be several.

    Every user can read `placeholders`: no secret goes there. With `data` there is a flow that mends it.
    """

    key: str
    severity: ir.IssueSeverity = ir.IssueSeverity.ERROR
    placeholders: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    data: Mapping[str, str | int | float | None] | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return f"{self.key}_{self.about}" if self.about else self.key


@callback
def async_follow_hub(hub: SecureHub) -> CALLBACK_TYPE:
    """Keep the issues equal to what is wrong for as long as the hub runs."""

    @callback
    def follow() -> None:
        _async_sync(hub.hass, {issue.id: issue for issue in _problems(hub)})

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
            if status.health is not Health.IN_SYNC and status.reason and status.reason not in _PASSING:
                yield Issue(status.reason, placeholders={"detail": _named(hub, status.detail or "")})
    for asset_id, offer in hub.manifests.kept.offers.items():
        if (asset := hub.assets.get(asset_id)) and not offer.declined:
            yield Issue(
                MANIFEST_OFFERED,
                ir.IssueSeverity.WARNING,
                {"device": asset.name, "source": offer.source},
                about=f"{asset_id}_{sha256(offer.source.encode()).hexdigest()[:8]}",
                data={"entry_id": hub.entry.entry_id, "asset_id": asset_id, "source": offer.source, "by": offer.by},
            )
    yield from _of_radio(hub)
    yield from _of_lists(hub)
    yield from _of_rules(hub)
    yield from _of_updates(hub)
    yield from _of_replacements(hub)


def _of_radio(hub: SecureHub) -> Iterable[Issue]:
    if (unreadable := hub.radio.unreadable) is not None:
        data: dict[str, str | int | float | None] = {"entry_id": hub.entry.entry_id}
        yield Issue(STORE_UNREADABLE, ir.IssueSeverity.CRITICAL, {"path": unreadable.aside}, data=data)
    for item in hub.radio.posture:
        if item.well is False and item.check not in HINTS:
            yield Issue(f"zigbee_{item.check.value}", ir.IssueSeverity.WARNING, {"detail": item.evidence})
    if pages := hub.radio.left_pages:
        yield Issue("zigbee_page_left", ir.IssueSeverity.WARNING, {"names": _few(pages.values())})


def _of_lists(hub: SecureHub) -> Iterable[Issue]:
    for trouble in hub.lists.troubles:
        said = {"file": trouble.file, "detail": trouble.detail}
        if trouble.line is None:
            yield Issue("list_unreadable", placeholders=said, about=trouble.file)
        else:
            yield Issue("list_line_unreadable", placeholders={**said, "line": str(trouble.line)}, about=trouble.file)
    for file, detail in hub.network_owners.troubles.items():
        said = {"file": file, "detail": detail}
        yield Issue("owners_unreadable", ir.IssueSeverity.WARNING, said, about=file)
    if hub.lists.missing:
        yield Issue("list_missing", placeholders={"names": _few(hub.lists.missing)})
    if missing := hub.monitoring.missing_lists:
        yield Issue("bad_list_missing", ir.IssueSeverity.WARNING, {"names": _few(missing)})


def _of_rules(hub: SecureHub) -> Iterable[Issue]:
    """Scopes that are denied because of too many rules; where a list is not there, that is what has to be mended."""
    missing = frozenset(map(list_place, hub.lists.missing))
    large = []
    for asset_id, scope in hub.enforcement.too_large:
        table = hub.home.tables[asset_id].scope(scope) if asset_id in hub.assets else None
        if table and missing.isdisjoint(place for one in table.exceptions for place in one.destination.places):
            large.append(f"{hub.assets[asset_id].name} ({scope.value})")
    if large:
        yield Issue("rules_too_many", placeholders={"names": _few(large)})


def _of_updates(hub: SecureHub) -> Iterable[Issue]:
    replace = [
        hub.assets[key].name
        for key, status in hub.firmware.statuses.items()
        if status.state is FirmwareState.END_OF_SUPPORT
    ]
    if replace:
        yield Issue(
            "devices_to_replace", ir.IssueSeverity.WARNING, {"count": str(len(replace)), "names": _few(replace)}
        )
    if troubles := hub.firmware.advisories.troubles:
        names = _few(trouble.name for trouble in troubles)
        yield Issue("documents_unreadable", ir.IssueSeverity.WARNING, {"names": names})


def _few(names: Iterable[str]) -> str:
    """Put some names into words, and that there are more."""
    ordered = sorted(names)
    return ", ".join((*ordered[:_MAX_NAMED], *(["..."] if len(ordered) > _MAX_NAMED else [])))


def _of_replacements(hub: SecureHub) -> Iterable[Issue]:
    for old, progress in hub.replacements.under_way.items():
        if progress.state is State.STOPPED:
            names = {key: _name(hub, one) for key, one in (("old", old), ("new", progress.plan.new))}
            yield Issue(
                REPLACEMENT_STOPPED,
                ir.IssueSeverity.WARNING,
                names,
                about=old,
                data={"entry_id": hub.entry.entry_id, "asset_id": old, **names},
            )


def _name(hub: SecureHub, asset_id: str) -> str:
    return hub.assets[asset_id].name if asset_id in hub.assets else asset_id


def _named(hub: SecureHub, detail: str) -> str:
    """Put the names of assets in the place of their ids."""
    return ", ".join(hub.assets[word].name if word in hub.assets else word for word in detail.split(", "))


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
            data=dict(issue.data) if issue.data else None,
            is_fixable=issue.data is not None,
            severity=issue.severity,
            translation_key=issue.key,
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
    await _async_mend(RadioStore(hass), RadioMemory(), expected=False)


async def _async_mend[T](store: RoomStore[T], empty: T, *, expected: bool = True) -> None:
    """Begin a store again if it cannot be read, or if it is not there although it is `expected`."""
    try:
        await store.load(expected=expected)
    except StoreUnreadableError:
        await store.start_anew(empty)


class StartOverFlow(RepairsFlow):
    """Start over with every device on the guarded networks held until it is let in again."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:  # noqa: ARG002 - the signature is Home Assistant's
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


class ManifestFlow(RepairsFlow):
    """Show what an offered manifest would let a device do, and apply exactly that if an administrator says so."""

    _document: Document | None = None

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:  # noqa: ARG002 - the signature is Home Assistant's
        """Begin with the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Fetch and show, then apply what was shown."""
        data = self.data or {}
        asset_id, source, by = str(data["asset_id"]), str(data["source"]), str(data["by"])
        entry: SecureHubConfigEntry | None = self.hass.config_entries.async_get_entry(str(data["entry_id"]))
        if entry is None or entry.state is not ConfigEntryState.LOADED or asset_id not in entry.runtime_data.assets:
            return self.async_abort(reason="not_loaded")
        hub = entry.runtime_data
        try:
            if self._document is None or user_input is None:
                self._document = await hub.manifests.async_open(source, public_only=by != "folder")
                bound = await self.hass.async_add_executor_job(
                    hub.manifests.bound, hub.home, asset_id, self._document.manifest
                )
                return self.async_show_form(
                    step_id="confirm",
                    data_schema=vol.Schema({}),
                    description_placeholders={
                        "device": hub.assets[asset_id].name,
                        "source": source,
                        "signer": self._document.signer or "-",
                        "allowed": _listed(f"{one.scope} {one.destination}" for one in bound.allowed),
                        "left_out": _listed(f"{one.where}: {one.reason}" for one in bound.problems),
                    },
                )
            await hub.manifests.async_apply(asset_id, self._document, actor=_user_id())
        except HomeAssistantError as error:
            return self.async_abort(reason="manifest_refused", description_placeholders={"detail": str(error)})
        async_dispatcher_send(self.hass, signal_hub(entry.entry_id))
        return self.async_create_entry(data={})


def _user_id() -> str | None:
    """Who is asking: Home Assistant gives a flow nobody's name, but the request under way has it."""
    request = current_request.get()
    user = request.get(_ASKING) if request is not None else None
    return user.id if user is not None else None


def _listed(lines: Iterable[str]) -> str:
    """Lines as a list of a text in Markdown, of which nothing in a line can be more than text."""
    every = list(lines)
    shown = [f"- `{line.replace('`', "'")}`" for line in every[:MAX_SHOWN]]
    return "\n".join(shown + (["- ..."] if len(every) > MAX_SHOWN else [])) or "-"


class ReplacementFlow(RepairsFlow):
    """Ask which way to go; only administrators see repairs."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:  # noqa: ARG002 - the signature is Home Assistant's
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

    async def async_step_resume(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:  # noqa: ARG002 - the signature is Home Assistant's
        """Go on."""
        return await self._async_go(back=False)

    async def async_step_roll_back(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:  # noqa: ARG002 - the signature is Home Assistant's
        """Go back."""
        return await self._async_go(back=True)

    async def _async_go(self, *, back: bool) -> RepairsFlowResult:
        hub, old = self._hub(), self._old()
        if hub is None:
            return self.async_abort(reason="not_loaded")
        go = hub.replacements.async_roll_back if back else hub.replacements.async_resume
        try:
            progress: Progress = await go(old, actor=_user_id())
        except HomeAssistantError as error:
            return self.async_abort(reason="replace_stopped", description_placeholders={"detail": str(error)})
        if progress.state is State.STOPPED:
            return self.async_abort(reason="replace_stopped", description_placeholders={"detail": progress.detail})
        return self.async_create_entry(data={})

    def _old(self) -> str:
        return str((self.data or {}).get("asset_id"))

    def _names(self) -> dict[str, str]:
        return {key: str((self.data or {}).get(key, "")) for key in ("old", "new")}

    def _hub(self) -> SecureHub | None:
        entry = self.hass.config_entries.async_get_entry(str((self.data or {}).get("entry_id")))
        return getattr(entry, "runtime_data", None)


_MENDS: Mapping[str, type[RepairsFlow]] = {
    STORE_UNREADABLE: StartOverFlow,
    MANIFEST_OFFERED: ManifestFlow,
    REPLACEMENT_STOPPED: ReplacementFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Give the mend of an issue that has one; raises UnknownStep for another."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    mend = _MENDS.get(issue.translation_key or "") if issue else None
    if mend is None:
        raise UnknownStep(issue_id)
    flow = mend()
    flow.data = data
    return flow
