"""A calendar of update windows, and of the deadlines and ends of support in the home."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Final, override

from homeassistant.components.calendar import CalendarEntity, CalendarEntityDescription, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .entity import HubEntity
from .hub import SecureHubConfigEntry

PARALLEL_UPDATES = 0

UPDATES: Final = CalendarEntityDescription(key="updates", translation_key="updates")
MAX_WINDOWS: Final = 400
"""Windows that one answer lists."""
_MOMENT: Final = timedelta(minutes=30)
"""How long a deadline is shown."""


async def async_setup_entry(
    hass: HomeAssistant,  # noqa: ARG001 - Home Assistant's signature
    entry: SecureHubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the calendar."""
    async_add_entities([UpdatesCalendar(entry.runtime_data, UPDATES)])


class UpdatesCalendar(HubEntity, CalendarEntity):
    """When devices are updated, and by when they have to be."""

    entity_description: CalendarEntityDescription

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """The window that is open, or the next."""
        return next(self._windows(dt_util.now()), None)

    @override
    async def async_get_events(
        self,
        hass: HomeAssistant,
        start_date: datetime,
        end_date: datetime,
    ) -> list[CalendarEvent]:
        """List what is in a span of time."""
        windows = takewhile(lambda one: one.start_datetime_local < end_date, self._windows(start_date))
        moments = (one for one in self._moments() if start_date <= one.start_datetime_local < end_date)
        return sorted((*islice(windows, MAX_WINDOWS), *moments), key=lambda one: one.start_datetime_local)

    def _windows(self, since: datetime) -> Iterator[CalendarEvent]:
        local = since.astimezone(dt_util.get_default_time_zone())
        for begin, end in self.hub.firmware.settings.window.occurrences(local):
            yield CalendarEvent(begin, end, "Update window", uid=f"window-{begin:%Y%m%d%H%M}")

    def _moments(self) -> Iterator[CalendarEvent]:
        for asset_id, status in self.hub.firmware.statuses.items():
            name = self.hub.assets[asset_id].name
            if status.deadline is not None and status.outstanding:
                yield _moment(
                    status.deadline, f"Deadline: {name} {status.latest or ''}".strip(), f"deadline-{asset_id}"
                )
            if status.support_ends is not None:
                yield _moment(status.support_ends, f"Support ends: {name}", f"support-{asset_id}")


def _moment(when: float, summary: str, uid: str) -> CalendarEvent:
    begin = datetime.fromtimestamp(when, UTC)
    return CalendarEvent(begin, begin + _MOMENT, summary, uid=uid)
