"""The kernel's connections, read from the kernel."""

from collections.abc import Callable
import errno
from pathlib import Path
import time
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.secure_hub.adapters.netfilter import connections as module
from custom_components.secure_hub.adapters.netfilter.connections import (
    Connection,
    Ends,
    account,
    connections,
    is_cut,
)
from custom_components.secure_hub.adapters.netfilter.netlink import NetfilterSocket, NetlinkError, attribute, nested
from tests.lab.network.lab import Lab

from .conftest import nft


@pytest.fixture
def tracked(lab: Lab, socket_enabled: None) -> Lab:  # noqa: ARG001 - netlink is a socket
    """A home whose kernel tracks connections and counts what they carry."""
    assert account()
    assert account(), "already"
    nft("add table inet tracked; add chain inet tracked forward { type filter hook forward priority 0; };")
    nft("add rule inet tracked forward ct state new counter")
    return lab


def found(lab: Lab, caller: str) -> list[Connection]:
    assert lab
    with NetfilterSocket() as kernel:
        return [one for one in connections(kernel, 10_000) if one.caller == caller]


def test_answered_refused_and_silent(tracked: Lab) -> None:
    camera, tv = tracked.device("camera"), tracked.device("tv")
    ends, began = Ends(), time.time()
    assert camera.can_reach(tracked.internet, tcp=443)
    assert not camera.can_reach(tracked.internet, tcp=9999, timeout=0.3)
    assert not camera.can_reach("203.0.113.250", tcp=80, timeout=0.3)
    assert tv.ipv4
    seen = {(one.called, one.port): one for one in found(tracked, camera.ipv4) if one.protocol == "tcp"}
    web = next(one for (_, port), one in seen.items() if port == 443)
    assert (web.replied, web.established, web.closed) == (True, True, True), "both hung up, and it is kept all the same"
    assert began <= web.opened <= time.time()
    assert min(web.packets) >= 2
    assert min(web.volume) >= 100
    assert not any(port == 9999 for _, port in seen), "it is gone with the refusal"
    (refused,) = [one for one in ends.read(1000) if one.port == 9999]
    ends.close()
    assert (refused.replied, refused.established, refused.packets) == (False, False, (1, 1))
    assert began <= refused.opened <= time.time()
    silent = seen["203.0.113.250", 80]
    assert (silent.replied, silent.established, silent.closed) == (False, False, False)


def test_ipv6_udp_and_no_more_than_asked_for(tracked: Lab) -> None:
    camera = tracked.device("camera")
    camera.can_reach(tracked.internet, udp=7, v6=True)
    assert any(one.protocol == "udp" and ":" in one.called for one in found(tracked, camera.ipv6))
    with NetfilterSocket() as kernel:
        few = connections(kernel, 1)
        assert sorted(":" in one.caller for one in few) == [False, True], "neither crowds the other out"
        assert is_cut(few, 1)
        assert not is_cut(few, 2)


def test_what_the_kernel_may_say_otherwise_is_passed_over() -> None:
    class Kernel(NetfilterSocket):
        def __init__(self) -> None:
            """Open nothing."""

        def dump_some(self, request: object, read: Callable[[bytes], Any], limit: int) -> list[Any]:
            assert request
            assert limit
            strange = nested(1, nested(1, attribute(1, b"\0")), nested(2, attribute(1, b"\x84")))
            broken = nested(1, nested(1, attribute(1, b"\1\2"), attribute(2, b"\1")), nested(2, attribute(1, b"\6")))
            return [one for one in map(read, [b"", b"\1\2\3", strange, broken]) if one is not None]

    assert connections(Kernel(), 10) == []


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOENT])
def test_where_counting_may_not_be_switched_on(code: int) -> None:
    with patch.object(Path, "read_text", side_effect=OSError(code, "no")):
        assert not account()
    with patch.object(Path, "read_text", side_effect=OSError(errno.EIO, "no")), pytest.raises(OSError, match="no"):
        account()
    assert module


def test_when_more_ends_than_the_kernel_keeps(tracked: Lab) -> None:
    assert tracked
    ends = Ends()
    try:
        with patch.object(ends._socket, "drain", side_effect=NetlinkError(errno.ENOBUFS)):
            assert ends.read(5) == []
        assert ends.lost == 1
        with patch.object(ends._socket, "drain", side_effect=NetlinkError(errno.EIO)), pytest.raises(NetlinkError):
            ends.read(5)
    finally:
        ends.close()
