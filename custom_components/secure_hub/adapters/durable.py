"""Files that survive a power cut: private, written whole, and on the disk when the call returns.

Everything here blocks and belongs in an executor. No file here is followed through a symbolic link.
"""

from contextlib import suppress
import os
from pathlib import Path
import stat

_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def ensure_directory(path: Path) -> None:
    """Make a directory that only its owner may enter, or close one that others may. Raises OSError."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        sync_directory(path.parent)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o700)


def sync_directory(path: Path) -> None:
    """Bring names that were created, renamed or removed in a directory to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_regular(path: Path) -> int | None:
    """Open a file for reading; None when it is not there.

    Raises OSError, also for anything that is no regular file: a pipe would never end.
    """
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        msg = f"{path} is no regular file"
        raise OSError(msg)
    return descriptor


def read_small(path: Path, limit: int) -> bytes | None:
    """Up to `limit` bytes of a file; None when it is not there or cannot be read whole."""
    try:
        descriptor = open_regular(path)
        if descriptor is None:
            return None
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(limit + 1)
    except OSError:
        return None
    return data if len(data) <= limit else None


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything and bring it to the disk. Raises OSError with part of it written."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)


def create(path: Path, data: bytes) -> None:
    """Create a file with mode 0600 that must not exist. Raises OSError; FileExistsError when it does."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)
    sync_directory(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Replace a file at once: whoever reads it sees the old bytes or the new. Raises OSError, then with the old."""
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    try:
        create(temporary, data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def make_private(path: Path) -> None:
    """Close a file that others than its owner may open; one that is not there is left so. Raises OSError."""
    descriptor = open_regular(path)
    if descriptor is None:
        return
    try:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def free_name(path: Path) -> Path:
    """This path, or the first of `<path>-2`, `<path>-3`, ... that does not exist."""
    free, number = path, 1
    while free.exists(follow_symlinks=False):
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def move_aside(path: Path, suffix: str) -> Path:
    """Rename a file to a name of its own, `<name>.<suffix>`, never over another. Raises OSError."""
    aside = free_name(path.with_name(f"{path.name}.{suffix}"))
    path.rename(aside)
    sync_directory(path.parent)
    return aside
