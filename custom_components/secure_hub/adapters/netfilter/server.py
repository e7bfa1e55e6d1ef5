"""The root helper: answers one kind of user on a Unix socket, keeps our tables, and tells what the kernel sees."""

from collections.abc import Collection
import contextlib
from dataclasses import asdict
import errno
import logging
from pathlib import Path
import select
import socket
import struct
import threading
from typing import Final

from .backend import Backend
from .connections import account, connections
from .conntrack import connections as answered
from .netlink import NetfilterSocket, NetlinkError
from .protocol import (
    Ask,
    ChangeElements,
    Flush,
    Listen,
    Load,
    ProtocolError,
    Request,
    Simple,
    answer,
    decode,
    failure,
    receive,
    send,
)
from .rows import answered_row
from .stream import tell

_LOGGER: Final = logging.getLogger(__name__)

CONVERSATIONS: Final = 12
"""At most so many at once; Home Assistant needs nine: the firewall, the streams, and who looks at connections."""
_PATIENCE: Final = 10.0
"""Seconds for a message that has begun, and for taking an answer."""
_CREDENTIALS: Final = struct.Struct("=iII")


class Server:
    """Serves on a Unix socket until closed. Every request is checked, then done under one lock."""

    def __init__(self, path: Path, backend: Backend, uids: Collection[int]) -> None:
        """Listen at `path`; only processes of the users `uids` are answered, as the kernel tells them (SO_PEERCRED)."""
        self._backend = backend
        self._uids = frozenset(uids)
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(CONVERSATIONS)
        self._path = path
        making = path.with_name(f".{path.name}")
        making.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        self._listener.bind(str(making))
        making.chmod(0o666)  # who may talk is decided by uid, in `_welcome`
        self._listener.listen(CONVERSATIONS)
        making.rename(path)  # whoever finds it is listened to
        self._listener.settimeout(0)
        self._woken, self._waker = socket.socketpair()
        self._waker.settimeout(0)

    @property
    def waker(self) -> int:
        """Descriptor to which a byte is written to end `serve`: for `signal.set_wakeup_fd`.

        A handler alone could run just before the wait begins, and the wait would not know of it.
        """
        return self._waker.fileno()

    def serve(self) -> None:
        """Answer until `close` or a byte at `waker`."""
        while True:
            ready, _, _ = select.select([self._listener, self._woken], [], [])
            if self._woken in ready:
                self._listener.close()
                return
            try:
                connection, _ = self._listener.accept()
            except OSError:  # whoever knocked has gone
                continue
            connection.settimeout(None)
            if not self._welcome(connection) or not self._free.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def close(self) -> None:
        """End `serve`; the tables stay."""
        with contextlib.suppress(OSError):
            self._waker.send(b"\0")
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    def _welcome(self, connection: socket.socket) -> bool:
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid, uid, _ = _CREDENTIALS.unpack(raw)
        if uid in self._uids:
            return True
        _LOGGER.warning("Refused process %d of user %d", pid, uid)
        return False

    def _converse(self, connection: socket.socket) -> None:
        try:
            with connection, contextlib.suppress(OSError):
                self._answer_all(connection)
        except ProtocolError as error:
            _LOGGER.warning("Ended a conversation: %s", error)
        finally:
            self._free.release()

    def _answer_all(self, connection: socket.socket) -> None:
        while True:
            connection.settimeout(None)
            if not connection.recv(1, socket.MSG_PEEK):
                return
            connection.settimeout(_PATIENCE)
            data = receive(connection)
            if data is None:
                return
            try:
                request = decode(data)
                if isinstance(request, Listen):
                    tell(connection, request.what)
                    return
                told = answer(self._do(request))
            except ProtocolError as error:
                told = failure(errno.EBADMSG, str(error))
            except NetlinkError as error:
                told = failure(error.code, error.detail)
            send(connection, told)

    def _do(self, request: Request) -> object:
        if isinstance(request, Simple) and request.operation in _SEEN:
            return _seen(request.operation)  # our tables are not meant: nobody waits for it
        with self._lock:
            return self._change(request)

    def _change(self, request: Request) -> object:
        backend = self._backend
        match request:
            case Load(shape, elements, tried):
                return backend.load(shape, elements, tried)
            case ChangeElements(changes):
                backend.change(changes)
            case Flush(addresses):
                backend.flush_connections(addresses)
            case Ask(names):
                told = backend.tally(names)
                return {name: [[key, *numbers] for key, numbers in counts.items()] for name, counts in told.items()}
            case Simple(operation):
                return self._tell(operation)
        return None

    def _tell(self, operation: str) -> object:
        backend = self._backend
        match operation:
            case "counters":
                return backend.counters()
            case "touches":
                return [asdict(touch) for touch in backend.touches()]
            case "stands":
                return backend.stands()
            case "remove":
                backend.remove()
                return None
            case _:
                return asdict(backend.capabilities)


_SEEN: Final = frozenset({"answered", "connections"})


def _seen(operation: str) -> object:
    """The kernel's connections; nothing of a packet."""
    with NetfilterSocket() as kernel:
        if operation == "connections":
            account()
            return connections(kernel)
        return [answered_row(one) for one in answered(kernel)]
