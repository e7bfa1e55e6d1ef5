"""Fixtures of the virtual home: the test process becomes the hub's host for as long as a module lasts.

A machine that cannot make network namespaces skips these tests and says why.
"""

from collections.abc import Iterator

import pytest

from .network.catalogue import DEVICES, DeviceSpec
from .network.lab import Lab


def _run(devices: tuple[DeviceSpec, ...]) -> Iterator[Lab]:
    reason = Lab.unavailable()
    if reason is not None:
        pytest.skip(f"no network namespaces here: {reason}")
    with Lab.routed(devices) as lab:
        yield lab


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A routed home with four devices: camera, tv, speaker, plug."""
    yield from _run(DEVICES[:4])


@pytest.fixture(scope="module")
def home() -> Iterator[Lab]:
    """A routed home with all devices; not in one module with `lab`."""
    yield from _run(DEVICES)
