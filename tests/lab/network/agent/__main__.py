"""A host of the virtual home: `python -m tests.lab.network.agent NAME own|shared`, commanded over stdin and stdout.

It enters a network namespace of its own (`own`) or stays in its parent's (`shared`), and ends when stdin ends.
"""

from collections.abc import Callable
import os
import sys
import threading
from typing import Any

from .. import wire
from .behaviours import Behaviours
from .machine import Machine
from .probes import Probes
from .services import Services
from .sessions import Sessions

type Command = Callable[..., Any]


class Host:
    """One host and its commands; answers come in the order in which they are ready."""

    def __init__(self, name: str) -> None:
        """Be it."""
        self._out = threading.Lock()
        machine, services = Machine(name), Services()
        probes = Probes(machine)
        sessions = Sessions(probes)
        behaviours = Behaviours(machine, probes)
        self._prompt: dict[str, Command] = {"spawn": machine.spawn}
        self._commands: dict[str, Command] = {
            **{name: getattr(machine, name) for name in ("ip", "sysctl", "feed", "say", "join", "renew", "change_mac")},
            **{name: getattr(machine, name) for name in ("addresses", "send_raw", "resolve_by")},
            **{name: getattr(services, name) for name in ("serve", "withdraw", "zone", "certificate", "seen")},
            **{name: getattr(probes, name) for name in ("trust", "tcp", "udp", "ping", "resolve", "http", "many")},
            **{f"session_{name}": getattr(sessions, name) for name in ("open", "info", "wait", "close")},
            **{name: getattr(behaviours, name) for name in ("run", "stop", "activity")},
        }

    def answer(self, message: wire.Message) -> None:
        """Obey one request and send its result or its error."""
        reply: wire.Message = {"id": message["id"]}
        try:
            command = self._prompt.get(message["do"]) or self._commands[message["do"]]
            reply["result"] = command(**message["with"])
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller must hear it
            reply |= {"error": str(error), "kind": type(error).__name__}
        with self._out:
            sys.stdout.buffer.write(wire.encode(reply))
            sys.stdout.buffer.flush()

    def live(self) -> None:
        """Obey until the control line ends."""
        while (message := wire.read(sys.stdin.buffer)) is not None:
            if message["do"] in self._prompt:
                self.answer(message)
            else:
                threading.Thread(target=self.answer, args=(message,), daemon=True).start()


if __name__ == "__main__":
    if sys.argv[2] == "own":
        os.unshare(os.CLONE_NEWNET)
    Host(sys.argv[1]).live()
    os._exit(0)  # threads that wait in a socket do not hold the host up
