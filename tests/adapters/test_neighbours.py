"""The network of this host, read from a real kernel in a network namespace of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from ipaddress import ip_address, ip_interface, ip_network
import os
from pathlib import Path
import socket
import subprocess
import threading
import time

from pyroute2.netlink.exceptions import NetlinkError
import pytest

from custom_components.secure_hub.adapters import neighbours
from custom_components.secure_hub.adapters.neighbours import NetworkWatch, async_topology, read_topology
from custom_components.secure_hub.engine.topology import Neighbour, Role, Route, Station, Topology, guess_roles

pytestmark = pytest.mark.usefixtures("socket_enabled")

CAM = "02:00:00:00:00:11"


def ip(command: str) -> None:
    subprocess.run(["ip", *command.split()], check=True, capture_output=True)


@pytest.fixture
def namespace() -> Iterator[None]:
    """Be a host with an IoT bridge and an uplink, alone in the world."""
    with Path("/proc/self/ns/net").open("rb") as outside:
        try:
            os.unshare(os.CLONE_NEWNET)
        except PermissionError:
            pytest.skip("network namespaces need root")
        _build()
        yield
        os.setns(outside.fileno(), os.CLONE_NEWNET)


def _build() -> None:
    ip("link set lo up")
    ip("link add br-iot address 02:00:00:00:00:01 type bridge")
    ip("link add port1 type veth peer name far1")
    ip("link set port1 master br-iot")
    ip("link add eth-wan address 02:00:00:00:00:02 type veth peer name far-wan")
    for name in ("port1", "far1", "br-iot", "eth-wan", "far-wan"):
        ip(f"link set {name} up")
    ip("addr add 10.66.1.1/24 dev br-iot")
    ip("-6 addr add fd66:1::1/64 dev br-iot nodad")
    ip("addr add 203.0.113.2/24 dev eth-wan")
    ip("route add default via 203.0.113.1")


@pytest.fixture
async def watch(
    namespace: None,  # noqa: ARG001 - a fixture cannot be marked to use another
) -> AsyncIterator[tuple[NetworkWatch, asyncio.Event]]:
    """Watch the network, with an event set at every change."""
    changed = asyncio.Event()
    watching = NetworkWatch(changed.set)
    await watching.start()
    yield watching, changed
    await watching.close()


async def settled(watching: NetworkWatch, changed: asyncio.Event, condition: Callable[[Topology], bool]) -> None:
    """Wait until the watch has told of a network that fulfils `condition`."""
    async with asyncio.timeout(10):
        while not condition(watching.topology):
            changed.clear()
            await changed.wait()


@pytest.mark.usefixtures("namespace")
def test_links_addresses_and_routes() -> None:
    topology = read_topology()
    links = {link.name: link for link in topology.links}
    assert links["lo"].mac is None
    assert (links["br-iot"].kind, links["br-iot"].mac, links["br-iot"].up) == ("bridge", "02:00:00:00:00:01", True)
    assert (links["port1"].kind, links["port1"].master) == ("veth", "br-iot")
    assert not links["port1"].wireless
    assert ("br-iot", ip_interface("10.66.1.1/24")) in topology.addresses
    assert ("br-iot", ip_interface("fd66:1::1/64")) in topology.addresses
    assert Route(ip_network("0.0.0.0/0"), ip_address("203.0.113.1"), "eth-wan") in topology.routes
    assert Route(ip_network("10.66.1.0/24"), None, "br-iot") in topology.routes
    assert not any(route.destination.is_multicast for route in topology.routes)
    roles = guess_roles(topology)
    assert (roles["br-iot"].role, roles["eth-wan"].role) == (Role.IOT, Role.WAN)


@pytest.mark.usefixtures("namespace")
def test_only_neighbours_that_answer_count() -> None:
    ip(f"neigh add 10.66.1.11 lladdr {CAM} dev br-iot nud stale")
    ip(f"-6 neigh add fd66:1::11 lladdr {CAM} dev br-iot nud reachable")
    ip("neigh add 10.66.1.12 lladdr 02:00:00:00:00:12 dev br-iot nud failed")
    ip("neigh add 10.66.1.13 lladdr 02:00:00:00:00:13 dev br-iot nud incomplete")
    assert set(read_topology().neighbours) == {
        Neighbour(ip_address("10.66.1.11"), CAM, "br-iot"),
        Neighbour(ip_address("fd66:1::11"), CAM, "br-iot"),
    }


@pytest.mark.usefixtures("namespace")
def test_a_bridge_tells_whom_it_heard_and_where() -> None:
    ip(f"link set far1 address {CAM}")
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind(("far1", 0))
        for _ in range(50):
            sender.send(bytes.fromhex("ffffffffffff") + bytes.fromhex("020000000022") + b"\x88\xb5" + bytes(46))
            stations = {one for one in read_topology().stations if one.mac == "02:00:00:00:00:22"}
            if stations:
                break
            time.sleep(0.1)
    assert stations == {Station("02:00:00:00:00:22", "br-iot", "port1")}
    own = {link.mac for link in read_topology().links if link.name in {"br-iot", "port1"}}
    assert not {one.mac for one in read_topology().stations} & own


@pytest.mark.usefixtures("namespace")
def test_a_route_of_several_hops_is_several_routes() -> None:
    ip("route add 198.51.100.0/24 nexthop via 203.0.113.1 dev eth-wan nexthop via 10.66.1.254 dev br-iot")
    found = {route for route in read_topology().routes if route.destination == ip_network("198.51.100.0/24")}
    assert found == {
        Route(ip_network("198.51.100.0/24"), ip_address("203.0.113.1"), "eth-wan"),
        Route(ip_network("198.51.100.0/24"), ip_address("10.66.1.254"), "br-iot"),
    }


@pytest.mark.usefixtures("namespace")
def test_forwarding_is_this_namespaces() -> None:
    for name, value in (("ipv4/ip_forward", "1"), ("ipv6/conf/all/forwarding", "0")):
        (Path("/proc/sys/net") / name).write_text(value, encoding="ascii")
    topology = read_topology()
    assert (topology.forwards_ipv4, topology.forwards_ipv6) == (True, False)
    assert not neighbours._sysctl("no/such/protocol")


def test_name_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "resolv.conf"
    monkeypatch.setattr(neighbours, "_RESOLV_CONF", file)
    assert list(neighbours._nameservers()) == []
    file.write_bytes(
        b"# nameserver 192.0.2.9\nnameserver 192.0.2.1\n nameserver fe80::1%eth0\nnameserver\nnameserver x\n\xff\n"
        + b"nameserver 192.0.2.2\n" * 100
    )
    found = list(neighbours._nameservers())
    assert found[:3] == [ip_address("192.0.2.1"), ip_address("fe80::1"), ip_address("192.0.2.2")]
    assert len(found) == 8, "bounded"


async def test_changes_are_told(watch: tuple[NetworkWatch, asyncio.Event]) -> None:
    watching, changed = watch
    ip(f"neigh add 10.66.1.11 lladdr {CAM} dev br-iot nud stale")
    await settled(watching, changed, lambda network: any(one.mac == CAM for one in network.neighbours))
    ip("neigh del 10.66.1.11 dev br-iot")
    await settled(watching, changed, lambda network: not any(one.mac == CAM for one in network.neighbours))
    ip("addr add 10.66.3.1/24 dev br-iot")
    await settled(watching, changed, lambda network: ("br-iot", ip_interface("10.66.3.1/24")) in network.addresses)
    ip("link del port1")
    await settled(watching, changed, lambda network: not any(one.name == "port1" for one in network.links))


async def test_a_storm_is_read_seldom_and_its_end_is_seen(
    watch: tuple[NetworkWatch, asyncio.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    watching, changed = watch
    reads = 0

    def counted() -> Topology:
        nonlocal reads
        reads += 1
        return read_topology()

    monkeypatch.setattr(neighbours, "read_topology", counted)
    batch = "\n".join(f"neigh add 10.66.1.{number} lladdr {CAM} dev br-iot nud stale" for number in range(2, 250))
    for _ in range(4):
        for text in (batch, "neigh flush dev br-iot\n", batch):
            process = await asyncio.create_subprocess_exec("ip", "-batch", "-", stdin=asyncio.subprocess.PIPE)
            await process.communicate(text.encode())
        await asyncio.sleep(0.1)
        await (await asyncio.create_subprocess_exec("ip", "neigh", "flush", "dev", "br-iot")).wait()
    ip(f"neigh add 10.66.1.254 lladdr {CAM} dev br-iot nud stale")
    await settled(watching, changed, lambda network: len(network.neighbours) == 1)
    assert 1 <= reads <= 10


async def test_an_overrun_counts_as_a_change(watch: tuple[NetworkWatch, asyncio.Event]) -> None:
    watching, changed = watch
    batch = "\n".join(
        f"neigh replace 10.66.1.{number % 250 + 2} lladdr 02:00:00:00:{number >> 8:02x}:{number & 255:02x} dev br-iot"
        for number in range(4000)
    )
    # The loop does not run meanwhile, so that the socket's buffer overflows (ENOBUFS).
    subprocess.run(["ip", "-batch", "-"], input=batch.encode(), check=True)  # noqa: ASYNC221 - see above
    await settled(watching, changed, lambda network: len(network.neighbours) == 250)


def open_files() -> set[Path]:
    return set(Path("/proc/self/fd").iterdir())


@pytest.mark.usefixtures("namespace")
async def test_close_leaves_nothing_and_tells_nothing() -> None:
    before = open_files()
    told = 0

    def tell() -> None:
        nonlocal told
        told += 1

    watching = NetworkWatch(tell)
    await watching.start()
    ip(f"neigh add 10.66.1.11 lladdr {CAM} dev br-iot nud stale")
    await asyncio.sleep(0.05)
    await watching.close()
    await watching.close()
    await asyncio.sleep(neighbours.INTERVAL + neighbours.QUIET)
    assert told == 0
    assert open_files() <= before
    assert not [thread for thread in threading.enumerate() if "pyroute2" in thread.name.lower()]


@pytest.mark.usefixtures("namespace")
async def test_closing_waits_for_a_read_under_way() -> None:
    release, started = asyncio.Event(), asyncio.Event()

    async def slowly(read: Callable[[], Topology]) -> Topology:
        if watching.topology != Topology():
            started.set()
            await release.wait()
        return await asyncio.to_thread(read)

    watching = NetworkWatch(pytest.fail, slowly)
    await watching.start()
    ip("addr add 10.66.3.1/24 dev br-iot")
    async with asyncio.timeout(5):
        await started.wait()
    asyncio.get_running_loop().call_later(0.1, release.set)
    await watching.close()
    assert release.is_set()


async def refusing(_read: Callable[[], Topology]) -> Topology:
    raise OSError(1, "Operation not permitted")


async def test_an_unreadable_network_is_said(
    watch: tuple[NetworkWatch, asyncio.Event], caplog: pytest.LogCaptureFixture
) -> None:
    assert await async_topology(refusing) == Topology()
    with pytest.raises(OSError, match="not permitted"):
        await NetworkWatch(pytest.fail, refusing).start()
    watching, _ = watch
    before = watching.topology
    watching._run = refusing
    ip("addr add 10.66.3.1/24 dev br-iot")
    await asyncio.sleep(neighbours.INTERVAL + 2 * neighbours.QUIET)
    assert "cannot be read: [Errno 1]" in caplog.text
    assert watching.topology == before


@pytest.mark.usefixtures("namespace")
async def test_a_change_during_a_read_is_read_after_it() -> None:
    release, started, changed = asyncio.Event(), asyncio.Event(), asyncio.Event()
    failing = True

    async def slowly(read: Callable[[], Topology]) -> Topology:
        topology = await asyncio.to_thread(read)
        if watching.topology != Topology():
            started.set()
            await release.wait()
            if failing:
                raise RuntimeError
        return topology

    watching = NetworkWatch(changed.set, slowly)
    await watching.start()
    ip("addr add 10.66.3.1/24 dev br-iot")
    async with asyncio.timeout(5):
        await started.wait()
    ip("addr add 10.66.4.1/24 dev br-iot")
    await asyncio.sleep(3 * neighbours.QUIET)
    release.set()
    await asyncio.sleep(0)
    failing = False
    address = ("br-iot", ip_interface("10.66.4.1/24"))
    await settled(watching, changed, lambda network: address in network.addresses)
    await watching.close()


def test_a_kernel_that_refuses_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise NetlinkError(1, "Operation not permitted")

    monkeypatch.setattr(neighbours, "IPRoute", refuse)
    with pytest.raises(OSError, match="not permitted"):
        read_topology()


@pytest.mark.usefixtures("namespace")
async def test_reading_once_uses_the_runner_it_is_given() -> None:
    used = []

    async def run(read: Callable[[], Topology]) -> Topology:
        used.append(read)
        return await asyncio.to_thread(read)

    runner: Callable[[Callable[[], Topology]], Awaitable[Topology]] = run
    assert (await async_topology(runner)).links
    assert used == [read_topology]
