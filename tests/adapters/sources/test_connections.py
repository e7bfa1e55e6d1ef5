"""The kernel's connections as a live source; the kernel is a made-up one that has too many."""

import time
from unittest.mock import patch

import pytest

from custom_components.secure_hub.adapters.netfilter.connections import Connection
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.adapters.sources import connections as module
from custom_components.secure_hub.adapters.sources.connections import ConnectionSource, pair
from custom_components.secure_hub.adapters.sources.live import Names, SourceHealth
from custom_components.secure_hub.engine.detection.heard import Heard
from custom_components.secure_hub.engine.detection.observations import Observation
from custom_components.secure_hub.engine.detection.readers.endpoints import Home
from custom_components.secure_hub.engine.detection.who import Who

ONE = Connection(1, "tcp", "10.0.0.2", "203.0.113.5", 443, True, True, False, (9, 9), (2_000_000, 0), 0.0)  # noqa: FBT003 - a row
WHO = Who({"10.0.0.2": "camera"})


class Kernel:
    """A table of connections, and those that ended."""

    def __init__(self) -> None:
        """Have nothing."""
        self.there: list[Connection] = []
        self.lost = 0
        self.error: NetlinkError | None = None

    def connections(self) -> list[Connection]:
        """Tell of all."""
        if self.error is not None:
            raise self.error
        return self.there

    def answered(self) -> list[object]:
        """Nobody asks."""
        return []

    def read(self, limit: int) -> list[Connection]:
        """Tell of none that ended."""
        assert limit
        return []

    def close(self) -> None:
        """Be closed."""


def test_a_look_that_was_cut_says_so_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel, health, heard = Kernel(), SourceHealth(), Heard()
    for name, value in {"open_table": lambda: kernel, "open_ends": lambda: kernel, "account": lambda: False}.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module, "_LOOK_S", 0.0)
    monkeypatch.setattr(module, "_SHARE", 0.0)
    source, told = ConnectionSource(health, Names(), heard), list[Observation]()

    def look(*there: Connection, cut: bool = False) -> None:
        kernel.there = list(there)
        with patch.object(module, "is_cut", return_value=cut):
            told.extend(source.read(WHO, Home()) or ())

    look()
    before = time.time()
    look(ONE)
    assert heard.since(pair("203.0.113.5", "10.0.0.2"), before)
    look(cut=True)
    assert (health.active, health.reason) == (True, "too_many_connections")
    look(ONE)
    assert health.reason == "no_accounting"
    look()
    assert [it.sent for it in told] == [2_000_000]

    kernel.lost = 3
    look()
    assert (health.lost, health.seen) == (3, 1)
    kernel.error = NetlinkError(5, "broken")
    assert source.read(WHO, Home()) is None
    assert (health.active, "broken" in health.reason) == (False, True)
    kernel.error, kernel.lost = None, 1
    assert source.read(WHO, Home()) is None, "not every second"
    source._next_open = 0.0
    look()
    assert (health.active, health.lost) == (True, 4)
