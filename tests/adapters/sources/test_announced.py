"""What devices say to the whole home as a live source, from the virtual home's wire."""

from collections.abc import Callable
import socket
import subprocess
import time
from unittest.mock import patch

import pytest

from custom_components.secure_hub.adapters.sources.announced import WireSource
from custom_components.secure_hub.adapters.sources.live import Names, SourceHealth
from custom_components.secure_hub.engine.detection.heard import Heard
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind
from custom_components.secure_hub.engine.detection.readers.endpoints import Home
from custom_components.secure_hub.engine.detection.who import Who
from tests.lab.network.lab import Lab


@pytest.fixture
def source(lab: Lab, socket_enabled: None) -> WireSource:  # noqa: ARG001
    assert lab
    return WireSource(SourceHealth(), Names(), Heard())


def ip(*words: str) -> None:
    """Change this machine's interfaces."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


def wait(read: Callable[[], list[Observation]], kind: ObservationKind, asset: str) -> Observation:
    """Read until somebody says something of a kind."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for one in read():
            if (one.kind, one.asset) == (kind, asset):
                return one
        time.sleep(0.05)
    raise AssertionError(kind)


def test_the_labs_spoofer_is_heard_and_its_claim_is_forged(lab: Lab, source: WireSource) -> None:
    camera, hub = lab.device("camera"), "02:66:00:00:00:01"
    who = Who(
        {camera.mac: "camera"},
        holders={"10.66.1.1": frozenset({hub})},
        hub_macs=frozenset({hub}),
        interfaces=frozenset({"br-iot"}),
    )
    source.read(who, Home())
    assert source._health == SourceHealth(active=True, seen=source._health.seen)
    camera.run("arp_spoof", claim="10.66.1.1", victim="10.66.1.9", victim_mac="ff:ff:ff:ff:ff:ff", count=2)
    claim = wait(lambda: source.read(who, Home()), ObservationKind.ARP_CLAIM, "camera")
    assert (claim.name, claim.hardware, claim.genuine, claim.peer) == ("10.66.1.1", camera.mac, False, hub)
    stranger = Who(interfaces=who.interfaces)
    camera.run("arp_spoof", claim="10.66.1.1", victim="10.66.1.9", victim_mac="ff:ff:ff:ff:ff:ff", count=2)
    assert wait(lambda: source.read(stranger, Home()), ObservationKind.ARP_CLAIM, camera.mac).genuine
    source.close()


def test_a_bridge_that_is_made_anew_is_heard_again(source: WireSource) -> None:
    who, health = Who(interfaces=frozenset({"br-new"})), source._health
    source.read(who, Home())
    assert (health.active, health.reason) == (False, "no_interfaces")
    for octet in "12":
        ip("link", "add", "br-new", "type", "veth", "peer", "name", "far-new", "address", f"06:00:00:00:00:0{octet}")
        for one in ("br-new", "far-new"):
            ip("link", "set", one, "up")
        ip("address", "add", "10.99.0.2/24", "dev", "far-new")
        source.read(who, Home())
        assert (health.active, health.reason) == (True, "")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.sendto(b"?", ("10.99.0.9", 9))
        frames = source._tap.read() if source._tap else ()
        assert any(frame[6:12].hex(":") == f"06:00:00:00:00:0{octet}" for _, frame in frames)
        ip("link", "delete", "br-new")
        source.read(who, Home())
        assert (health.active, health.reason) == (False, "no_interfaces")
    source.read(Who(interfaces=frozenset({"br-new", "br-iot"})), Home())
    assert (health.active, health.reason) == (True, "not_there: br-new")
    source.close()


def test_what_is_not_read_in_time_is_counted(lab: Lab, source: WireSource) -> None:
    who = Who(interfaces=frozenset({"br-iot"}))
    source.read(who, Home())
    assert source._tap is not None
    for one in source._tap._listeners.sockets:
        one.setsockopt(1, 8, 1)  # SO_RCVBUF, as little as there is
    lab.device("camera").run("scan", hosts=[f"10.66.1.{it}" for it in range(100, 130)], ports=[80])
    deadline = time.monotonic() + 10
    while not source._health.lost and time.monotonic() < deadline:
        time.sleep(0.5)
        source.read(who, Home())
    assert source._health.lost
    source.close()


def test_where_listening_is_not_permitted(source: WireSource) -> None:
    who = Who(interfaces=frozenset({"br-iot"}))
    with patch("socket.socket", side_effect=PermissionError(1, "no")) as opened:
        for _ in range(3):
            assert source.read(who, Home()) == []
        assert opened.call_count == 1, "not every second"
    assert (source._health.active, source._health.reason) == (False, "[Errno 1] no")
    source._next_open = 0.0
    source.read(who, Home())
    assert source._health.active
    source.close()
