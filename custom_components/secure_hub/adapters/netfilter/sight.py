"""What the kernel lets us see of devices: copied packets and connections; by ourselves, or through the root helper."""

from pathlib import Path
from typing import Protocol

from .backend import helper_path
from .client import HelperClient, HelperStream
from .connections import Connection, Ends, connections
from .conntrack import Connection as Answered, connections as answered
from .log import Copy, PacketLog
from .netlink import NetfilterSocket
from .protocol import ENDS, Simple
from .rows import answered_of, connection_of, copy_of
from .stream import COPIES


class Copies(Protocol):
    """Copied packets; `fileno` is readable when there are some."""

    def fileno(self) -> int:
        """Return the descriptor, for a selector."""

    def receive(self) -> list[Copy]:
        """What came since the last call; does not wait, and reads a bounded number. Raises NetlinkError."""

    def close(self) -> None:
        """Listen no more."""


class ConnectionTable(Protocol):
    """The kernel's table of connections; one thread at a time."""

    def connections(self) -> list[Connection]:
        """The connections of now, of each family MAX_OF_FAMILY at most. Raises NetlinkError."""

    def answered(self) -> list[Answered]:
        """Those that were answered, with who really answers. Raises NetlinkError."""

    def close(self) -> None:
        """Look no more."""


class Ended(Protocol):
    """Connections as they end."""

    lost: int
    """Times that more ended than could be kept for us."""

    def read(self, limit: int) -> list[Connection]:
        """What ended since the last call, about `limit` at most; does not wait. Raises NetlinkError."""

    def close(self) -> None:
        """Listen no more."""


class OwnTable:
    """Looked at by this process; what it needs the right for raises NetlinkError without it."""

    def __init__(self) -> None:
        """Open the way to the kernel. Raises OSError."""
        self._kernel = NetfilterSocket()

    def connections(self) -> list[Connection]:
        """See `ConnectionTable`."""
        return connections(self._kernel)

    def answered(self) -> list[Answered]:
        """See `ConnectionTable`."""
        return answered(self._kernel)

    def close(self) -> None:
        """Look no more."""
        self._kernel.close()


class HelperTable:
    """Looked at by the helper, which tells of a bounded number."""

    def __init__(self, path: Path) -> None:
        """Connect. Raises NetlinkError."""
        self._client = HelperClient(path)

    def connections(self) -> list[Connection]:
        """See `ConnectionTable`."""
        return self._client.rows(Simple("connections"), connection_of)

    def answered(self) -> list[Answered]:
        """See `ConnectionTable`."""
        return self._client.rows(Simple("answered"), answered_of)

    def close(self) -> None:
        """Look no more."""
        self._client.close()


class HelperEnds:
    """Connections that ended, as the helper tells them."""

    lost = 0

    def __init__(self, path: Path) -> None:
        """Listen. Raises NetlinkError."""
        self._stream = HelperStream(path, ENDS, connection_of)

    def read(self, limit: int) -> list[Connection]:  # noqa: ARG002 - the helper's messages are bounded, and their number
        """See `Ended`."""
        return self._stream.receive()

    def close(self) -> None:
        """Listen no more."""
        self._stream.close()


def open_copies(what: str) -> Copies:
    """Hear copied packets, `protocol.ANSWERS`, `REACHES` or `DENIALS`. Raises OSError, NetlinkError."""
    path = helper_path()
    return PacketLog(*COPIES[what]) if path is None else HelperStream(path, what, copy_of)


def open_table() -> ConnectionTable:
    """Look at the kernel's connections. Raises OSError, NetlinkError."""
    path = helper_path()
    return OwnTable() if path is None else HelperTable(path)


def open_ends() -> Ended:
    """Hear which connections end. Raises OSError, NetlinkError."""
    path = helper_path()
    return Ends() if path is None else HelperEnds(path)
