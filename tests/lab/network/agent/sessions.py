"""Conversations that stay open, so that the instant in which they are cut can be seen.

Times are of the machine's one monotonic clock, in seconds: those of different hosts compare.
"""

from dataclasses import dataclass
from itertools import count
import socket
import threading
import time
from typing import Any

from .probes import Probes

MAX_SESSIONS = 64
MAX_SECONDS = 600.0


@dataclass(slots=True)
class Session:
    """One conversation; `asks` is whether it sends, or only listens."""

    socket: socket.socket
    asks: bool
    interval: float
    end: float
    last: float = 0.0
    count: int = 0
    open: bool = True
    reason: str = ""


class Sessions:
    """The conversations of one host."""

    def __init__(self, probes: Probes) -> None:
        """Have none yet."""
        self._probes = probes
        self._changed = threading.Condition()
        self._all: dict[int, Session] = {}
        self._numbers = count(1)

    def open(self, kind: str, host: str, port: int, interval: float, seconds: float) -> int:
        """Start one: `tcp` sends a byte every `interval` and expects it back, `udp` only listens to a push service."""
        if sum(session.open for session in self._all.values()) >= MAX_SESSIONS:
            raise OSError("too many sessions")  # noqa: EM101, TRY003
        seconds = min(seconds, MAX_SECONDS)
        if kind == "tcp":
            sock = self._probes.connect(host, port, 2.0)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            target = self._probes.address(host, 2.0)
            sock = socket.socket(socket.AF_INET6 if ":" in target else socket.AF_INET, socket.SOCK_DGRAM)
            sock.connect((target, port))
            sock.send(f"{interval} {seconds}".encode())
        session = Session(sock, kind == "tcp", interval, time.monotonic() + seconds)
        number = next(self._numbers)
        self._all[number] = session
        threading.Thread(target=self._talk, args=(session,), daemon=True).start()
        return number

    def info(self, number: int) -> dict[str, Any]:
        """When the `last` answer came, the `count` of them, whether it is `open` and the `reason` why not."""
        session = self._all[number]
        with self._changed:
            return {name: getattr(session, name) for name in ("last", "count", "open", "reason")}

    def wait(self, number: int, after: float, timeout: float) -> bool:
        """Whether an answer newer than `after` is there or comes within `timeout`."""
        session = self._all[number]
        with self._changed:
            return self._changed.wait_for(lambda: session.last > after, timeout)

    def close(self, number: int) -> None:
        """End one."""
        self._all.pop(number).open = False

    def _talk(self, session: Session) -> None:
        tick = time.monotonic()
        try:
            with session.socket:
                while session.open and tick < session.end:
                    if session.asks:
                        session.socket.send(b".")
                    tick += session.interval
                    self._hear(session, tick)
                if not session.asks:
                    session.socket.send(b"0 0")  # no more, thank you
            reason = "done"
        except OSError as error:
            reason = str(error)
        with self._changed:
            session.open, session.reason = False, reason

    def _hear(self, session: Session, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            session.socket.settimeout(left)
            try:
                data = session.socket.recv(4096)
            except TimeoutError:
                return
            if not data:
                raise OSError("closed by the other side")  # noqa: EM101, TRY003
            with self._changed:
                session.last = time.monotonic()
                session.count += 1
                self._changed.notify_all()
