"""A way out: nothing is lost that there is room for, and nothing waits without end."""

import asyncio
from collections.abc import AsyncIterator, Iterable
import contextlib

import pytest

from custom_components.secure_hub.adapters.telemetry import outlets
from custom_components.secure_hub.adapters.telemetry.outlets import Line, Outlet, OutletError
from tests.lab.zigbee.plugin import eventually


class Fickle:
    """Takes lines while it is willing."""

    def __init__(self) -> None:
        """Willing."""
        self.taken: list[str] = []
        self.error: Exception | None = None
        self.tries = 0
        self.closed = 0
        self.hold = asyncio.Event()
        self.hold.set()

    async def send(self, lines: Iterable[Line]) -> None:
        """Take, or not."""
        self.tries += 1
        await self.hold.wait()
        if self.error:
            raise self.error
        self.taken += [it.text for it in lines]

    async def close(self) -> None:
        """Count."""
        self.closed += 1


def lines(count: int, start: int = 0) -> list[Line]:
    """Return numbered lines."""
    return [Line(0, "camera", str(number)) for number in range(start, start + count)]


@contextlib.asynccontextmanager
async def running(outlet: Outlet) -> AsyncIterator[None]:
    """Have it run."""
    task = asyncio.create_task(outlet.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(outlet: Outlet, way: Fickle, *, tries: int) -> None:
    """Wait for so many tries, and for what they brought."""
    await eventually(lambda: way.tries >= tries and (way.error is not None or not outlet.waiting))


async def test_all_arrives_in_order_and_in_batches() -> None:
    way = Fickle()
    outlet = Outlet("here", way)
    async with running(outlet):
        outlet.put(lines(250))
        await until(outlet, way, tries=3)
        outlet.put(lines(5, 250))
        await until(outlet, way, tries=4)
        await asyncio.sleep(0)
    assert way.taken == [str(number) for number in range(255)]
    assert (outlet.sent, outlet.lost, outlet.waiting, outlet.error) == (255, 0, 0, "")
    assert way.closed == 1


@pytest.mark.parametrize("error", [OutletError("no"), OSError("no"), TimeoutError("no"), ValueError("no")])
async def test_what_is_not_taken_comes_again(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outlets, "FIRST_RETRY_S", 0.01)
    way = Fickle()
    way.error = error
    outlet = Outlet("here", way)
    async with running(outlet):
        outlet.put(lines(3))
        await until(outlet, way, tries=3)
        assert outlet.error == "no"
        assert outlet.waiting == 3
        way.error = None
        await until(outlet, way, tries=4)
    assert way.taken == ["0", "1", "2"]
    assert outlet.error == ""
    assert caplog.text.count("is not taken") == 1, "said once"


async def test_the_oldest_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlets, "MAX_WAITING", 10)
    way = Fickle()
    way.hold.clear()
    outlet = Outlet("here", way)
    async with running(outlet):
        outlet.put(lines(4))
        await eventually(lambda: way.tries > 0)
        outlet.put(lines(8, 4))
        way.error = OSError("gone")
        way.hold.set()
        await eventually(lambda: bool(outlet.error))
        assert (outlet.waiting, outlet.lost) == (10, 2)
        outlet.put(lines(15, 12))
    assert (outlet.waiting, outlet.lost) == (10, 17)


async def test_who_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlets, "TIMEOUT_S", 0.05)
    way = Fickle()
    way.hold.clear()
    outlet = Outlet("here", way)
    async with running(outlet):
        outlet.put(lines(1))
        await eventually(lambda: bool(outlet.error))
    assert outlet.error == "TimeoutError"
    assert outlet.waiting == 1


async def test_stopping_in_the_middle_loses_nothing() -> None:
    way = Fickle()
    way.hold.clear()
    outlet = Outlet("here", way)
    async with running(outlet):
        outlet.put(lines(2))
        await eventually(lambda: way.tries > 0)
    assert outlet.waiting == 2
