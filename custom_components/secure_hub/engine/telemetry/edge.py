"""The edge: what of the telemetry leaves the home, and of whom. Nothing does until a person says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
import json
from typing import Any, Final, Self

from ..policy.scopes import Decision
from .ocsf import events
from .record import Record

DAYS: Final = 7
MEGABYTES: Final = 64
MAX_DAYS: Final = 90
MIN_MEGABYTES: Final = 4
MAX_MEGABYTES: Final = 1024
SYSLOG_PORT: Final = 6514
"""Syslog over TLS (RFC 5425 section 4.1)."""
MAX_TEXT: Final = 255
MAX_CA: Final = 65_536


class Sends(StrEnum):
    """How much leaves."""

    NOTHING = "nothing"
    COUNTS = "counts"
    """Numbers, and Zigbee commands; nobody whom an asset talked to, and no name that it asked for."""
    EVERYTHING = "everything"


class Form(StrEnum):
    """How it is spelled."""

    RECORDS = "records"
    OCSF = "ocsf"


@dataclass(frozen=True, slots=True)
class TelemetrySettings:
    """What a person chose."""

    days: int = DAYS
    megabytes: int = MEGABYTES
    sends: Sends = Sends.NOTHING
    form: Form = Form.RECORDS
    syslog_host: str = ""
    syslog_port: int = SYSLOG_PORT
    syslog_ca: str = ""
    """Certificates (PEM) that the receiver's own must be signed by; empty for those that the machine trusts."""
    mqtt_topic: str = ""
    """What is in front of `/<asset>`."""
    syslog_name: str = ""
    """What this home calls itself there (HOSTNAME, RFC 5424 section 6.2.4); empty for the machine's own name."""

    @property
    def leaves(self) -> bool:
        """Whether anything leaves."""
        return self.sends is not Sends.NOTHING and bool(self.syslog_host or self.mqtt_topic)

    @classmethod
    def of(cls, told: object) -> Self:
        """Read options; what is not there, or is none, is as it is by default: nothing leaves."""
        values: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
        try:
            return cls(
                _between(values.get("days", DAYS), 1, MAX_DAYS),
                _between(values.get("megabytes", MEGABYTES), MIN_MEGABYTES, MAX_MEGABYTES),
                Sends(values.get("sends", Sends.NOTHING)),
                Form(values.get("form", Form.RECORDS)),
                str(values.get("syslog_host") or "")[:MAX_TEXT],
                _between(values.get("syslog_port", SYSLOG_PORT), 1, 65_535),
                str(values.get("syslog_ca") or "")[:MAX_CA],
                str(values.get("mqtt_topic") or "")[:MAX_TEXT],
                str(values.get("syslog_name") or "")[:MAX_TEXT],
            )
        except ValueError, TypeError:
            return cls()


def _between(value: Any, least: int, most: int) -> int:
    return min(max(int(value), least), most)


def may_leave(decision: Decision | None) -> bool:
    """Say whether an asset's data may leave, from what `share` says of it; of an asset that is gone (None), not."""
    return decision is Decision.ALLOW


def outward(record: Record, sends: Sends) -> Record | None:
    """Return what of a record leaves; None for nothing."""
    if sends is Sends.NOTHING:
        return None
    return record if sends is Sends.EVERYTHING else replace(record, conversations=[], names=[])


def spelled(record: Record, form: Form) -> Iterator[str]:
    """Yield the lines of JSON that a record is in a form."""
    if form is Form.RECORDS:
        yield record.line()
    else:
        for event in events(record):
            yield json.dumps(event, separators=(",", ":"))
