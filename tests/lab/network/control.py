"""The lab's end of a control line: starts the process that is a host and calls it."""

import os
from pathlib import Path
import select
import subprocess
import sys
import threading
import time
from typing import Any

from . import wire

PROGRAMS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"  # where ip, nft and dnsmasq are, for plain users too
ROOT = Path(__file__).resolve().parents[3]


class LabError(Exception):
    """A host of the lab could not do what it was asked, or is gone; `kind` names the host's own exception."""

    def __init__(self, message: str, kind: str = "") -> None:
        """Say it."""
        super().__init__(message)
        self.kind = kind


class Agent:
    """A process that is one host; thread-safe: whoever waits for an answer reads for the others too.

    There is no reader thread, so that nothing of the lab lingers in a test's process. The process ends by itself when
    its control line closes, however this one ends.
    """

    def __init__(self, name: str, *, own_namespace: bool = True) -> None:
        """Start it; `own_namespace` False keeps it in the caller's network namespace."""
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-m", "tests.lab.network.agent", name, "own" if own_namespace else "shared"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PATH": PROGRAMS},
            start_new_session=True,  # a Ctrl-C is for the lab, which ends its hosts in order
            bufsize=0,
        )
        self._sending = threading.Lock()
        self._turn = threading.Condition()
        self._reading = False
        self._last_id = 0
        self._asked: set[int] = set()
        self._answers: dict[int, wire.Message] = {}
        self._buffer = b""

    @property
    def pid(self) -> int:
        """The process, and with it the namespace `/proc/PID/ns/net`."""
        return self._process.pid

    def call(self, command: str, /, within: float = 10.0, **arguments: Any) -> Any:
        """Run a command on the host; `within` is in seconds. Raises LabError with the host's own words."""
        deadline = time.monotonic() + within
        number = self._send(command, arguments)
        try:
            answer = self._answer(number, deadline)
        finally:
            self._asked.discard(number)
        if answer is None:
            msg = f"{self.name} did not answer {command!r} within {within} s"
            raise LabError(msg)
        if "error" in answer:
            msg = f"{self.name}: {command}: {answer['kind']}: {answer['error']}"
            raise LabError(msg, answer["kind"])
        return answer["result"]

    def close(self) -> None:
        """End the process; its namespace, links and sockets go with it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _send(self, command: str, arguments: dict[str, Any]) -> int:
        with self._sending:
            self._last_id += 1
            number = self._last_id
            self._asked.add(number)
            line = wire.encode({"id": number, "do": command, "with": arguments})
            try:
                while line:
                    line = line[self._process.stdin.write(line) :]  # type: ignore[union-attr] # made with PIPE
            except (OSError, ValueError) as error:
                msg = f"{self.name} is gone"
                raise LabError(msg) from error
            return number

    def _answer(self, number: int, deadline: float) -> wire.Message | None:
        while True:
            with self._turn:
                while number not in self._answers and self._reading:
                    if not self._turn.wait(max(0.0, deadline - time.monotonic())):
                        return None
                if number in self._answers:
                    return self._answers.pop(number)
                self._reading = True
            try:
                message = self._read(deadline)
            finally:
                with self._turn:
                    self._reading = False
                    self._turn.notify_all()
            if message is None:
                return None
            with self._turn:
                if message["id"] in self._asked:  # its caller has not given up
                    self._answers[message["id"]] = message
                self._turn.notify_all()

    def _read(self, deadline: float) -> wire.Message | None:
        stream = self._process.stdout
        assert stream is not None
        while b"\n" not in self._buffer:
            if len(self._buffer) > wire.MAX_LINE:
                msg = f"{self.name} talks without end"
                raise LabError(msg)
            ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                return None
            chunk = stream.read(65536)
            if not chunk:
                msg = f"{self.name} is gone"
                raise LabError(msg)
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return wire.decode(line)
