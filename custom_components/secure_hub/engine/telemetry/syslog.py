"""Syslog messages (RFC 5424), and how they follow each other on a stream (RFC 5425 section 4.3)."""

from datetime import UTC, datetime
from typing import Final

_LOCAL0: Final = 16
_INFORMATIONAL: Final = 6
PRIORITY: Final = _LOCAL0 * 8 + _INFORMATIONAL
_MAX_HOST: Final = 255
APP_NAME: Final = "secure_hub"
MSGID: Final = "telemetry"


def message(minute: int, host: str, text: str) -> bytes:
    """Return a message about a minute (seconds since the epoch) from a host, with ASCII text and no structured data."""
    time = datetime.fromtimestamp(minute, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = "".join(it for it in host if "!" <= it <= "~")[:_MAX_HOST] or "-"
    return f"<{PRIORITY}>1 {time} {name} {APP_NAME} - {MSGID} - {text}".encode("ascii", "backslashreplace")


def framed(one: bytes) -> bytes:
    """Put the number of its octets in front of a message."""
    return b"%d %s" % (len(one), one)
