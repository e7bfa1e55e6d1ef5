"""The root helper as a backend: the same calls, over a Unix socket."""

from collections.abc import Callable, Sequence
import errno
from pathlib import Path
import select
import socket
from typing import Any, Final

from .kernel import Change, Tally, Tried
from .layout import Shape
from .monitor import Touch
from .netlink import NetlinkError
from .probe import Capabilities
from .protocol import (
    Ask,
    ChangeElements,
    Flush,
    Listen,
    Load,
    ProtocolError,
    Request,
    Simple,
    capabilities_of,
    encode,
    load_json,
    receive,
    send,
    tally_of,
    touches_of,
)
from .tables import Elements

_TIMEOUT: Final = 30.0
"""Seconds for one call; ten thousand assets load in two."""
_MESSAGES: Final = 64
"""Messages of a stream that are read at once; each holds as much as the kernel gave at once."""


class HelperClient:
    """One conversation with the helper; begun anew after it broke. Raises NetlinkError like the kernel itself."""

    def __init__(self, path: Path) -> None:
        """Connect, and ask what can be done."""
        self._path = path
        self._connection: socket.socket | None = None
        self.capabilities: Capabilities = _read(capabilities_of, self._call(Simple("capabilities")))

    def stands(self) -> bool:
        """Whether our tables are there, of this run or an earlier one."""
        return bool(self._call(Simple("stands")))

    def load(self, shape: Shape, elements: Elements, tried: Tried | None = None) -> tuple[str, ...]:
        """Make the tables what they should be, read them back, say what had to be mended."""
        return tuple(map(str, self._call(Load(shape, elements, tried)) or ()))

    def change(self, changes: Sequence[Change]) -> None:
        """Change elements and read them back."""
        self._call(ChangeElements(tuple(changes)))

    def flush_connections(self, addresses: Sequence[str]) -> None:
        """Forget the connections of these addresses."""
        self._call(Flush(tuple(addresses)))

    def counters(self) -> dict[str, tuple[int, int]]:
        """Packets and bytes per counted rule, keyed `family chain comment`."""
        return {str(key): (int(packets), int(size)) for key, (packets, size) in self._call(Simple("counters")).items()}

    def tally(self, names: Sequence[str]) -> Tally:
        """What the elements of sets that count or limit say."""
        return _read(tally_of, self._call(Ask(tuple(names))))

    def touches(self) -> list[Touch]:
        """What others did to our tables since the last call."""
        return _read(touches_of, self._call(Simple("touches")))

    def event_fileno(self) -> int | None:
        """Nothing to wait for: one has to ask."""
        return None

    def remove(self) -> None:
        """Take our tables away."""
        self._call(Simple("remove"))

    def close(self) -> None:
        """End the conversation; what was loaded stays."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def rows[T](self, request: Request, read: Callable[[Any], T]) -> list[T]:
        """What was asked for, row by row."""
        return _read(lambda found: _rows(found, read), self._call(request))

    def _call(self, request: Request) -> Any:
        try:
            if self._connection is None:
                self._connection = _connected(self._path)
            send(self._connection, encode(request))
            message = load_json(receive(self._connection) or b"")
        except (OSError, ProtocolError) as error:
            self.close()
            raise _broken(self._path, error) from error
        return _told(message)


class HelperStream[T]:
    """What the helper tells for as long as we listen; `fileno` becomes readable when there is something."""

    def __init__(self, path: Path, what: str, read: Callable[[Any], T]) -> None:
        """Listen to one of `protocol.HEARD`, of which `read` reads a row. Raises NetlinkError."""
        self._path = path
        self._row = read
        try:
            self._connection = _connected(path)
        except OSError as error:
            raise _broken(path, error) from error
        try:
            send(self._connection, encode(Listen(what)))
            self._next()
        except (NetlinkError, OSError) as error:
            self.close()
            raise error if isinstance(error, NetlinkError) else _broken(path, error) from error

    def fileno(self) -> int:
        """Return the descriptor, for a selector."""
        return self._connection.fileno()

    def receive(self) -> list[T]:
        """Rows that came since the last call; does not wait, and reads a bounded number. Raises NetlinkError."""
        found: list[T] = []
        for _ in range(_MESSAGES):
            if not select.select([self._connection], [], [], 0)[0]:
                break
            found += self._next()
        return found

    def close(self) -> None:
        """Listen no more."""
        self._connection.close()

    def _next(self) -> list[T]:
        try:
            message = load_json(receive(self._connection) or b"")
        except (OSError, ProtocolError) as error:
            raise _broken(self._path, error) from error
        return _read(lambda found: _rows(found, self._row), _told(message) or [])


def _connected(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    connection.settimeout(_TIMEOUT)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


def _told(message: dict[str, Any]) -> Any:
    """What an answer says, or the error that it is."""
    if "error" in message:
        raise NetlinkError(int(message["error"]), str(message.get("detail", "")))
    return message.get("ok")


def _broken(path: Path, error: Exception) -> NetlinkError:
    return NetlinkError(errno.ETIMEDOUT if isinstance(error, TimeoutError) else errno.ECONNREFUSED, f"{path}: {error}")


def _rows[T](found: Any, read: Callable[[Any], T]) -> list[T]:
    if not isinstance(found, list):
        msg = "no rows"
        raise ProtocolError(msg)
    return [read(row) for row in found]


def _read[T](reader: Callable[[Any], T], found: Any) -> T:
    try:
        return reader(found)
    except ProtocolError as error:
        raise NetlinkError(errno.EBADMSG, str(error)) from error
