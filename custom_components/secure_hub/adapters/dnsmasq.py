"""dnsmasq on this machine: one file of ours in its configuration, and whether it has read it."""

import logging
import os
from pathlib import Path
import time
from typing import Final

from .durable import read_small, replace

_LOGGER: Final = logging.getLogger(__name__)

FILE: Final = "secure-hub.conf"
_MAX_BYTES: Final = 65_536
_PROC: Final = Path("/proc")
_STARTED: Final = 19
"""Field of `/proc/PID/stat` behind the process's name: ticks from boot to its start (proc(5), field 22)."""


def keep_fragment(folder: Path, text: str | None) -> None:
    """Let our file say `text`, or be away for None; one that says it already is left as it is. Raises OSError."""
    path = folder / FILE
    if text is None:
        path.unlink(missing_ok=True)
    elif read_small(path, _MAX_BYTES) != text.encode():
        replace(path, text.encode())


def forget_fragment(folder: Path) -> None:
    """Take our file out of a folder that is no longer the one; where that fails it does no harm."""
    try:
        keep_fragment(folder, None)
    except OSError as error:
        _LOGGER.warning("%s stays in %s: %s", FILE, folder, error)


def is_read(folder: Path) -> bool | None:
    """Whether a dnsmasq of this network was started after our file was written; None if we see none at all.

    It reads such files when it starts, and not when it is told to reload (SIGHUP). Raises OSError.
    """
    written = (folder / FILE).stat().st_mtime
    started = [began for entry in _PROC.iterdir() if entry.name.isdigit() and (began := _started(entry)) is not None]
    return written < max(started) if started else None


def _started(process: Path) -> float | None:
    """When a dnsmasq was started, in seconds since the epoch; None for any other process, or one that ended."""
    try:
        if (process / "comm").read_text(errors="replace").strip() != "dnsmasq" or not _is_here(process):
            return None
        fields = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
        ticks = int(fields[_STARTED])
    except OSError, ValueError, IndexError:
        return None
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / os.sysconf("SC_CLK_TCK")


def _is_here(process: Path) -> bool:
    """It is in our network namespace, as far as we may know."""
    try:
        return (process / "ns/net").readlink() == (_PROC / "self/ns/net").readlink()
    except OSError:
        return True
