"""The root helper as a backend: the same calls, over a Unix socket."""

from collections.abc import Callable, Sequence
import errno
from pathlib import Path
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

    def _call(self, request: Request) -> Any:
        try:
            connection = self._connect()
            send(connection, encode(request))
            message = load_json(receive(connection) or b"")
        except (OSError, ProtocolError) as error:
            self.close()
            code = errno.ETIMEDOUT if isinstance(error, TimeoutError) else errno.ECONNREFUSED
            raise NetlinkError(code, f"{self._path}: {error}") from error
        if "error" in message:
            raise NetlinkError(int(message["error"]), str(message.get("detail", "")))
        return message.get("ok")

    def _connect(self) -> socket.socket:
        if self._connection is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
            connection.settimeout(_TIMEOUT)
            try:
                connection.connect(str(self._path))
            except OSError:
                connection.close()
                raise
            self._connection = connection
        return self._connection


def _read[T](reader: Callable[[object], T], found: object) -> T:
    try:
        return reader(found)
    except ProtocolError as error:
        raise NetlinkError(errno.EBADMSG, str(error)) from error
