"""Enforcers that are taken away at the end, in a home whose bridge is seen once or twice."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.adapters.enforcers.telling import Drift
from custom_components.secure_hub.adapters.netfilter.backend import InProcess
from tests.lab.network.lab import Lab

from .home import (
    BRIDGED,
    Ownership,
)


@pytest.fixture
def drifts() -> list[Drift]:
    return []


@pytest.fixture(params=[True, False], ids=["owner", "plain"])
def owner(request: pytest.FixtureRequest) -> Ownership:
    return bool(request.param)


@pytest.fixture
async def make(drifts: list[Drift]) -> AsyncIterator[Callable[..., NftablesEnforcer]]:
    """Make enforcers that are taken away at the end."""
    made: list[NftablesEnforcer] = []

    def _make(*, owner: bool = False, **arguments: Any) -> NftablesEnforcer:
        arguments.setdefault("interval", 0.2)
        made.append(NftablesEnforcer(partial(InProcess, owner=owner), on_drift=drifts.append, **arguments))
        return made[-1]

    yield _make
    for enforcer in made:
        await enforcer.close()
    last = NftablesEnforcer()
    await last.remove()


@pytest.fixture(params=[0, 1], ids=["bridge-nf-0", "bridge-nf-1"])
def bridged_twice(request: pytest.FixtureRequest, lab: Lab) -> Iterator[int]:  # noqa: ARG001 - the namespace must be there
    """Bridged frames seen again by the inet tables, as on machines with Docker, or not."""
    settings = [Path("/proc/sys/net/bridge", name) for name in BRIDGED]
    before = [setting.read_text() for setting in settings]
    for setting in settings:
        setting.write_text(str(request.param))
    yield request.param
    for setting, value in zip(settings, before, strict=True):
        setting.write_text(value)
