"""Neighbours: how this host sits in the network, read over rtnetlink (rtnetlink(7)) and followed live.

The kernel's notifications only say *that* something changed; what is then read is a whole snapshot, off the event loop,
because parsing rtnetlink messages in Python takes milliseconds. Everything happens in the network namespace of the
thread that does it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from errno import ENOBUFS
from ipaddress import ip_address, ip_interface, ip_network
import logging
from pathlib import Path
import socket
import time
from typing import Any, Final

from pyroute2 import IPRoute  # type: ignore[import-untyped]  # ships no types
from pyroute2.netlink.exceptions import NetlinkError  # type: ignore[import-untyped]  # ships no types

from ..engine.assets.model import Address
from ..engine.topology import InterfaceAddress, Link, Neighbour, Route, Station, Topology

_LOGGER = logging.getLogger(__name__)

type Run = Callable[[Callable[[], Topology]], Awaitable[Topology]]
"""Runs a blocking function elsewhere, as `hass.async_add_executor_job` does."""

QUIET: Final = 0.25
"""Seconds of silence after a change before the network is read again."""
PATIENCE: Final = 2.0
"""Seconds after which it is read even if changes keep coming."""
INTERVAL: Final = 1.0
"""Seconds between two reads at least: a device that makes noise must not keep this host busy."""
SHARE: Final = 10
"""Times as long as a read took until the next one: reading never takes more than a tenth of a core."""
MAX_NEIGHBOURS: Final = 16384
"""Rows of the neighbour table, and of the bridges' ports, that are looked at: a flood of made-up addresses must end."""

_ETHERNET: Final = 1  # ARPHRD_ETHER, linux/if_arp.h
_UP: Final = 1  # IFF_UP, linux/if.h
_USABLE: Final = 0x02 | 0x04 | 0x08 | 0x10 | 0x80  # REACHABLE, STALE, DELAY, PROBE, PERMANENT, linux/neighbour.h
_LEARNED: Final = 0x02 | 0x04  # REACHABLE, STALE: what a bridge heard itself
_MAIN_TABLE: Final = 254  # RT_TABLE_MAIN, linux/rtnetlink.h
_UNICAST: Final = 1  # RTN_UNICAST, linux/rtnetlink.h
_NO_ADDRESS: Final = "00:00:00:00:00:00"
# RTMGRP_LINK, NEIGH, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR, IPV6_ROUTE, linux/rtnetlink.h
_GROUPS: Final = 0x1 | 0x4 | 0x10 | 0x40 | 0x100 | 0x400
_RESOLV_CONF: Final = Path("/etc/resolv.conf")
_MAX_NAMESERVERS: Final = 8
_MAX_DRAINED: Final = 256


def read_topology() -> Topology:
    """Read links, addresses, neighbours, routes, name servers and forwarding. Blocks for milliseconds.

    Raises OSError if the kernel cannot be asked.
    """
    try:
        with IPRoute() as route:
            links = {message["index"]: message for message in route.get_links()}
            names = {index: message.get_attr("IFLA_IFNAME") for index, message in links.items()}
            return Topology(
                links=tuple(_link(message, names) for message in links.values()),
                addresses=tuple(_addresses(route.get_addr(), names)),
                neighbours=tuple(sorted(_neighbours(route.get_neighbours(), names), key=str)),
                routes=tuple(_routes(route.get_routes(), names)),
                nameservers=tuple(_nameservers()),
                forwards_ipv4=_sysctl("ipv4/ip_forward"),
                forwards_ipv6=_sysctl("ipv6/conf/all/forwarding"),
                stations=tuple(sorted(_stations(route.get_neighbours(family=socket.AF_BRIDGE), names), key=str)),
            )
    except NetlinkError as error:
        raise OSError(error.code, str(error)) from error


async def async_topology(run: Run) -> Topology:
    """Read the network once, off the event loop; an unreadable network is an empty one."""
    try:
        return await run(read_topology)
    except OSError:
        _LOGGER.warning("The network of this host cannot be read", exc_info=True)
        return Topology()


def _link(message: Any, names: dict[int, str]) -> Link:
    mac = message.get_attr("IFLA_ADDRESS") if message["ifi_type"] == _ETHERNET else None
    info = message.get_attr("IFLA_LINKINFO")
    name = names[message["index"]]
    return Link(
        name=name,
        mac=mac.lower() if mac and mac != _NO_ADDRESS else None,
        kind=(info.get_attr("IFLA_INFO_KIND") if info else None) or "",
        master=names.get(message.get_attr("IFLA_MASTER") or 0),
        up=bool(message["flags"] & _UP),
        wireless=_is_wireless(name),
    )


def _is_wireless(name: str) -> bool:
    """Cfg80211 links every interface to its radio. A name with a slash is no interface's."""
    return "/" not in name and Path(f"/sys/class/net/{name}/phy80211").exists()


def _addresses(messages: Iterable[Any], names: dict[int, str]) -> Iterator[tuple[str, InterfaceAddress]]:
    for message in messages:
        # IFA_LOCAL is this end of a point-to-point link, IFA_ADDRESS the other (rtnetlink(7)).
        address = message.get_attr("IFA_LOCAL") or message.get_attr("IFA_ADDRESS")
        if address and message["index"] in names:
            yield names[message["index"]], ip_interface(f"{address}/{message['prefixlen']}")


def _neighbours(messages: Iterable[Any], names: dict[int, str]) -> Iterator[Neighbour]:
    count = 0
    for message in messages:
        mac, address = message.get_attr("NDA_LLADDR"), message.get_attr("NDA_DST")
        if not mac or not address or mac == _NO_ADDRESS or message["ifindex"] not in names:
            continue
        if message["ndm_type"] == _UNICAST and message["state"] & _USABLE and (count := count + 1) <= MAX_NEIGHBOURS:
            yield Neighbour(ip_address(address), mac.lower(), names[message["ifindex"]])


def _stations(messages: Iterable[Any], names: dict[int, str]) -> Iterator[Station]:
    """Read what bridges learned: the ports' own addresses are permanent, what network cards switch has no bridge."""
    count = 0
    for message in messages:
        mac, bridge = message.get_attr("NDA_LLADDR"), names.get(message.get_attr("NDA_MASTER") or 0)
        if not mac or bridge is None or message["ifindex"] not in names or not message["state"] & _LEARNED:
            continue
        if (count := count + 1) <= MAX_NEIGHBOURS:
            yield Station(mac.lower(), bridge, names[message["ifindex"]])


def _routes(messages: Iterable[Any], names: dict[int, str]) -> Iterator[Route]:
    for message in messages:
        if message["type"] != _UNICAST or message.get_attr("RTA_TABLE") != _MAIN_TABLE:
            continue
        everything = "0.0.0.0" if message["family"] == socket.AF_INET else "::"  # noqa: S104 - a route, not a listener
        destination = ip_network(f"{message.get_attr('RTA_DST') or everything}/{message['dst_len']}")
        for hop in message.get_attr("RTA_MULTIPATH") or [message]:
            index = hop.get("oif") or message.get_attr("RTA_OIF")
            gateway = hop.get_attr("RTA_GATEWAY")
            if index in names:
                yield Route(destination, ip_address(gateway) if gateway else None, names[index])


def _nameservers() -> Iterator[Address]:
    """Name servers of resolv.conf(5), in its order."""
    try:
        text = _RESOLV_CONF.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    found = 0
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == "nameserver" and found < _MAX_NAMESERVERS:
            with suppress(ValueError):
                yield ip_address(words[1].partition("%")[0])
                found += 1


def _sysctl(name: str) -> bool:
    """Whether a switch of this thread's network namespace is on; a kernel without that protocol has it off."""
    try:
        return (Path("/proc/sys/net") / name).read_text(encoding="ascii").strip() != "0"
    except OSError:
        return False


class NetworkWatch:
    """Keeps a snapshot of the network fresh and says when it became another.

    Changes are gathered until they pause. A notification that the kernel had no room for counts as a change.
    """

    def __init__(self, on_change: Callable[[], object], run: Run | None = None) -> None:
        """Call `on_change` in the event loop whenever `topology` differs from what it was; read it through `run`."""
        self._on_change = on_change
        self._run = run
        self._socket: socket.socket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._reading: asyncio.Task[None] | None = None
        self._first_change: float | None = None
        self._next_read = 0.0
        self.topology = Topology()

    async def start(self) -> None:
        """Listen and read for the first time. Raises OSError if the kernel cannot be asked."""
        loop = asyncio.get_running_loop()
        # AF_NETLINK as in netlink(7); nothing is ever sent on it.
        listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        try:
            listener.settimeout(0)
            listener.bind((0, _GROUPS))
            self.topology = await self.snapshot()
        except BaseException:
            listener.close()
            raise
        self._socket = listener
        loop.add_reader(listener.fileno(), self._changed)

    async def snapshot(self) -> Topology:
        """Read the network now, off the event loop. Raises OSError if the kernel cannot be asked."""
        start = time.monotonic()
        try:
            if self._run is not None:
                return await self._run(read_topology)
            return await asyncio.get_running_loop().run_in_executor(None, read_topology)
        finally:
            now = time.monotonic()
            self._next_read = max(start + INTERVAL, now + SHARE * (now - start))

    async def close(self) -> None:
        """Stop listening; a read that is under way is waited for, its result is dropped."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._reading is not None:
            await asyncio.wait([self._reading])

    def _changed(self) -> None:
        """Throw the notifications away and read the network soon."""
        if self._socket is None:
            return
        for _ in range(_MAX_DRAINED):
            try:
                self._socket.recv(65536)
            except BlockingIOError, InterruptedError:
                break
            except OSError as error:
                if error.errno != ENOBUFS:
                    raise
        self._schedule()

    def _schedule(self) -> None:
        now = time.monotonic()
        if self._first_change is None:
            self._first_change = now
        due = min(now + QUIET, self._first_change + PATIENCE)
        due = max(due, self._next_read)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(max(0.0, due - now), self._due)

    def _due(self) -> None:
        self._timer = None
        if self._reading is not None:  # it may have missed this change: `_done` sees to it
            return
        self._first_change = None
        self._reading = asyncio.get_running_loop().create_task(self._refresh(), name="secure_hub network")
        self._reading.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._reading = None
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOGGER.error("Reading the network failed", exc_info=error)
        if self._socket is not None and self._first_change is not None and self._timer is None:
            self._schedule()

    async def _refresh(self) -> None:
        try:
            fresh = await self.snapshot()
        except OSError as error:
            _LOGGER.warning("The network of this host cannot be read: %s", error)
            return
        if self._socket is not None and fresh != self.topology:
            self.topology = fresh
            self._on_change()
