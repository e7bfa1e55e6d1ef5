"""Conversations that stay open, so that the instant in which they are cut can be seen.

Times are of the machine's one monotonic clock, in seconds: those of different hosts compare.
"""

import socket
import threading
import time
from typing import Any

from .probes import Probes

MAX_SESSIONS = 64
MAX_SECONDS = 600.0


class Sessions:
    """The open conversations of one host."""

    def __init__(self, probes: Probes) -> None:
        """Have none yet."""
        self._probes = probes
        self._changed = threading.Condition()
        self._all: dict[int, dict[str, Any]] = {}
        self._number = 0

    def open(self, kind: str, host: str, port: int, interval: float, seconds: float) -> int:
        """Start one: `tcp` sends a byte every `interval` and expects it back, `udp` only listens to a push service."""
        if sum(session["open"] for session in self._all.values()) >= MAX_SESSIONS:
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
        self._number += 1
        session = {"last": 0.0, "count": 0, "open": True, "end": "", "socket": sock}
        self._all[self._number] = session
        threading.Thread(
            target=self._talk, args=(session, sock, kind == "tcp", interval, time.monotonic() + seconds), daemon=True
        ).start()
        return self._number

    def info(self, number: int) -> dict[str, Any]:
        """When the last answer came, how many there were, whether it is open and why not."""
        with self._changed:
            return {key: value for key, value in self._all[number].items() if key != "socket"}

    def wait(self, number: int, after: float, timeout: float) -> bool:
        """Whether an answer newer than `after` is there or comes within `timeout`."""
        session = self._all[number]
        with self._changed:
            return self._changed.wait_for(lambda: bool(session["last"] > after), timeout)

    def close(self, number: int) -> None:
        """End one."""
        session = self._all.pop(number)
        session["open"] = False

    def _talk(self, session: dict[str, Any], sock: socket.socket, ask: bool, interval: float, end: float) -> None:  # noqa: FBT001
        tick = time.monotonic()
        try:
            with sock:
                while session["open"] and tick < end:
                    if ask:
                        sock.send(b".")
                    tick += interval
                    self._hear(session, sock, tick)
            reason = "done"
        except OSError as error:
            reason = str(error)
        with self._changed:
            session["open"], session["end"] = False, reason

    def _hear(self, session: dict[str, Any], sock: socket.socket, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                data = sock.recv(4096)
            except TimeoutError:
                return
            if not data:
                raise OSError("closed by the other side")  # noqa: EM101, TRY003
            with self._changed:
                session["last"] = time.monotonic()
                session["count"] += 1
                self._changed.notify_all()
