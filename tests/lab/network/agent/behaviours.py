"""What devices do: normal life and, on demand, attacks. One small function each; all bounded in count and time.

A behaviour is a generator of steps: each `yield` is one step done, and says whether something answered (None: nothing
was to be done). The runner paces the steps and ends them when their number, their time or somebody's patience is over.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
import threading
import time
from typing import Any

from . import attacks, life
from .machine import Machine
from .probes import Probes

MAX_STEPS = 100_000
MAX_SECONDS = 600.0

type Behaviour = Callable[..., Iterator[bool | None]]

BEHAVIOURS: dict[str, Behaviour] = {
    "life": life.live,
    "scan": attacks.scan,
    "brute_force": attacks.brute_force,
    "flood": attacks.flood,
    "beacon": attacks.beacon,
    "exfiltrate": attacks.exfiltrate,
    "dns_tunnel": attacks.dns_tunnel,
    "arp_spoof": attacks.arp_spoof,
}


@dataclass(slots=True)
class Job:
    """A behaviour under way."""

    steps: int = 0
    answered: int = 0
    running: bool = True
    error: str = ""
    halt: threading.Event = field(default_factory=threading.Event)


class Behaviours:
    """What one host is doing."""

    def __init__(self, machine: Machine, probes: Probes) -> None:
        """Do nothing yet."""
        self._machine = machine
        self._probes = probes
        self._jobs: dict[str, Job] = {}

    def run(self, name: str, count: int, seconds: float, pace: float, **arguments: Any) -> None:
        """Start a behaviour: at most `count` steps and `seconds`, `pace` seconds between steps."""
        self.stop(name)
        steps = BEHAVIOURS[name](self._machine, self._probes, **arguments)
        job = self._jobs[name] = Job()
        bounds = (min(count, MAX_STEPS), min(seconds, MAX_SECONDS), pace)
        threading.Thread(target=self._perform, args=(job, steps, *bounds), daemon=True).start()

    def stop(self, name: str | None = None) -> None:
        """Stop one, or all."""
        for job in [self._jobs[name]] if name in self._jobs else self._jobs.values() if name is None else []:
            job.halt.set()

    def activity(self) -> dict[str, dict[str, Any]]:
        """What was started, how far it is and how much of it was answered."""
        return {
            name: {"steps": job.steps, "answered": job.answered, "running": job.running, "error": job.error}
            for name, job in self._jobs.items()
        }

    def _perform(self, job: Job, steps: Iterator[bool | None], count: int, seconds: float, pace: float) -> None:
        end = time.monotonic() + seconds
        try:
            for answered in steps:
                job.steps += answered is not None
                job.answered += answered is True
                if job.steps >= count or time.monotonic() >= end or job.halt.wait(pace):
                    break
        except (OSError, ValueError) as error:
            job.error = str(error)
        finally:
            job.running = False
