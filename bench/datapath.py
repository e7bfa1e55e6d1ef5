"""What the wall costs the traffic that it lets through: per small packet, and of the throughput of TCP.

`python -m bench.datapath` moves itself into a network namespace of its own, where it routes between a device behind a
bridge and a machine on the internet. A small packet is a UDP datagram of 32 bytes, and its cost the processor time from
sending it to its arrival (all of it is the sender's, for the kernel forwards it in the sender's system call), so that
other work of the machine does not count. Every device of the home may reach five services and nothing else; the rows
are measured in turn, several times over, and the best of each counts.

iperf3 fills a TCP connection, whose ends stay on a processor each: left to the scheduler, they sit now on one and now
on two, which moves the throughput by half. It differs from one second to the next by more than rules cost of it all the
same, so that two connections one after the other say nothing. So within one connection the tables are put to sleep and
woken up (`dormant`) four times a second, and what passes while they are awake is told as a share of what passes right
before and right after; the median of the shares counts. What the same gives for no rules at all says how exact that is.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
import contextlib
from contextlib import contextmanager
from functools import cache, partial
from ipaddress import IPv4Address
import json
import os
from pathlib import Path
import shutil
from statistics import median
import subprocess
import sys
import time

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.adapters.netfilter.backend import InProcess
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from custom_components.secure_hub.engine.firewall.regions import Resolver, rules
from custom_components.secure_hub.engine.firewall.zones import NO_ZONES
from custom_components.secure_hub.engine.policy.destinations import parse
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.tables import Entry, ScopeTable, Table

from .firewall import IP, MARK, NFT, firewalld, mac, run

SIZES = (1, 10, 1000, 10000)
LINEAR = (1, 10, 1000)
FIREWALLD = (1, 10, 100)
"""More take it minutes to load."""
ROUNDS = 3
WINDOWS = 16
"""Times that tables are awake, in each round."""
WINDOW_S = 0.25
SETTLING_S = 0.05
"""After the tables were told to sleep or to wake up, before what passes is counted."""
OURS = (("inet", "secure_hub"), ("bridge", "secure_hub"))
ITS_OWN = (("ip", "bench"),)
FAR = "203.0.113.1"
PORT = 5201
SENDING, RECEIVING = "0", str((os.cpu_count() or 1) - 1)
"""Processors that the ends of a connection stay on."""

HOST = """
import os, socket, sys, time
os.unshare(os.CLONE_NEWNET)
print("ready", flush=True)
sys.stdin.readline()
for line in %r:
    os.spawnlp(os.P_WAIT, "ip", "ip", *line.split())
taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
taken.bind(("0.0.0.0", %d))
print("set", flush=True)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for line in sys.stdin:
    s.connect((line.strip(), %d))
    found = []
    for _ in range(20):
        began = time.process_time_ns()
        for _ in range(2000):
            s.send(bytes(32))
        found.append((time.process_time_ns() - began) / 2000)
    print(min(found), flush=True)
"""


type Tables = tuple[tuple[str, str], ...]
"""Family and name of each."""


@contextmanager
def host(address: str, gateway: str, wiring: Callable[[int], tuple[str, ...]]) -> Iterator[subprocess.Popen[str]]:
    """Run a machine in a namespace of its own, which sends datagrams to the addresses that it is told."""
    lines = [f"link set {one} up" for one in ("lo", "eth0")]
    lines += [f"address add {address} dev eth0", f"route add default via {gateway}"]
    process = subprocess.Popen(
        (sys.executable, "-S", "-c", HOST % (lines, PORT, PORT)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdin and process.stdout  # noqa: PT018, S101 - pipes, for the type checker
        process.stdout.readline()
        for line in wiring(process.pid):
            run((IP, *line.split()))
        process.stdin.write("go\n")
        process.stdin.flush()
        process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def small(sender: subprocess.Popen[str]) -> float:
    """Nanoseconds of processor time that a small datagram costs, sending it included; the least of several bursts."""
    assert sender.stdin and sender.stdout  # noqa: PT018, S101 - pipes, for the type checker
    sender.stdin.write(f"{FAR}\n")
    sender.stdin.flush()
    return float(sender.stdout.readline())


def passed() -> int:
    """Bytes sent towards the internet until now."""
    lines = Path("/proc/self/net/dev").read_text("ascii").splitlines()  # /sys is another namespace's
    return next(int(line.split()[9]) for line in lines if line.lstrip().startswith("wan0:"))


def rate(tables: Tables, *, asleep: bool) -> float:
    """Bytes a second for one window in which the tables are asleep or awake."""
    flags = " flags dormant;" if asleep else ""
    if tables:
        run((NFT, "-f", "-"), "".join(f"add table {family} {name} {{{flags} }}\n" for family, name in tables))
    time.sleep(SETTLING_S)
    began, before = time.perf_counter(), passed()
    time.sleep(WINDOW_S - SETTLING_S)
    return (passed() - before) / (time.perf_counter() - began)


def large(pid: int, tables: Tables) -> list[float]:
    """Shares of TCP's throughput from the machine of this process that are left while the tables are awake."""
    seconds = (2 * WINDOWS + 1) * WINDOW_S + 5
    command = ("nsenter", "-t", str(pid), "-n", "iperf3", "-c", FAR, "-p", str(PORT), "-A", SENDING, "-t", str(seconds))
    client = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        before, shares = rate(tables, asleep=True), []
        for _ in range(WINDOWS):
            awake = rate(tables, asleep=False)
            after = rate(tables, asleep=True)
            shares.append(2 * awake / (before + after))
            before = after
        if client.poll() is not None:
            message = "iperf3 ended too early"
            raise RuntimeError(message)
        return shares
    finally:
        client.kill()
        client.wait()


def policy(number: int) -> Table:
    """Five services on the internet, two of which every device has."""
    allowed = [f"{FAR} tcp/{PORT}", f"{FAR} udp/{PORT}"]
    allowed += [f"{IPv4Address(0x0B000000 + number * 4 + other)} tcp/443" for other in range(3)]
    entries = tuple(Entry(parse(where), Decision.ALLOW) for where in allowed)
    return Table(((Scope.INTERNET, ScopeTable(Decision.DENY, entries)),))


def member(number: int) -> Member:
    """Device `number`; the one that sends is the second."""
    table = policy(number)
    found = rules(table, Resolver(lambda _: frozenset(), {}, NO_ZONES))
    address = frozenset({IPv4Address(0x0A000000 + number)})
    return Member(frozenset({mac(number)}), address, frozenset(), PacketClass.OPEN, table, found)


@cache
def plan(size: int) -> Plan:
    """Home of `size` devices."""
    segment = Segment("br-iot", is_bridge=True, ports=frozenset({"port0"}), newcomers=PacketClass.HELD)
    members = {f"{number:032x}": member(number) for number in range(2, size + 2)}
    return Plan(enforce=True, segments=(segment,), members=members)


@contextmanager
def ours(size: int) -> Iterator[None]:
    """Our wall around `size` devices."""
    enforcer = NftablesEnforcer(partial(InProcess, owner=False), interval=3600)

    async def load() -> None:
        await enforcer.apply(plan(size))
        await enforcer.close()

    asyncio.run(load())
    try:
        yield
    finally:
        for family in ("inet", "bridge"):
            run((NFT, "delete", "table", family, "secure_hub"))


@contextmanager
def nft(lines: str) -> Iterator[None]:
    """Some rules in the forward chain of a table of nft's."""
    hook = "type filter hook forward priority 0; policy accept;"
    run((NFT, "-f", "-"), f"table ip bench {{\nchain forward {{\n{hook}\n{lines}\n}}\n}}\n")
    try:
        yield
    finally:
        run((NFT, "delete", "table", "ip", "bench"))


def linear(size: int) -> str:
    """Say the same as rules one after another, as people write them; the device that sends is the last."""
    lines = ["ct direction reply accept"]
    for number in range(size + 1, 1, -1):
        who = f"ether saddr {mac(number)} ip daddr"
        lines += [f"{who} {FAR} {protocol} dport {PORT} accept" for protocol in ("tcp", "udp")]
        lines += [f"{who} {IPv4Address(0x0B000000 + number * 4 + other)} tcp dport 443 accept" for other in range(3)]
    return "\n".join([*lines, 'iifname "br-iot" drop'])


def by_firewalld(size: int) -> contextlib.AbstractContextManager[None]:
    """The same policy in firewalld's own words: what is routed from the zone of the devices, by rich rules."""
    rules = []
    for number in range(size + 1, 1, -1):
        wanted = [(FAR, protocol, PORT) for protocol in ("tcp", "udp")]
        wanted += [(str(IPv4Address(0x0B000000 + number * 4 + other)), "tcp", 443) for other in range(3)]
        rules += [
            f'<rule family="ipv4"><source mac="{mac(number)}"/><destination address="{where}"/>'
            f'<port port="{port}" protocol="{protocol}"/><accept/></rule>'
            for where, protocol, port in wanted
        ]
    return firewalld(
        {
            "zones/iot.xml": '<zone target="ACCEPT"><interface name="br-iot"/></zone>',
            "zones/public.xml": '<zone target="ACCEPT"><interface name="wan0"/></zone>',
            "policies/devices.xml": '<policy target="DROP"><ingress-zone name="iot"/><egress-zone name="public"/>'
            f"{''.join(rules)}</policy>",
        }
    )


def rows() -> dict[str, tuple[Callable[[], contextlib.AbstractContextManager[None]], Tables]]:
    """What is measured, by name: how it is loaded, and its tables."""
    with_firewalld = FIREWALLD if shutil.which("firewalld") else ()
    return {
        "no rules": (contextlib.nullcontext, ()),
        "conntrack": (lambda: nft("ct state established,related accept"), ITS_OWN),
        **{f"ours {size}": (partial(ours, size), OURS) for size in SIZES},
        **{f"linear {size}": (partial(lambda size: nft(linear(size)), size), ITS_OWN) for size in LINEAR},
        **{f"firewalld {size}": (partial(by_firewalld, size), (("inet", "firewalld"),)) for size in with_firewalld},
    }


def measure() -> tuple[dict[str, float], dict[str, list[float]]]:
    """Least nanoseconds of a small packet and all shares of the TCP throughput without rules, by row."""
    cost: dict[str, float] = {}
    shares: dict[str, list[float]] = defaultdict(list)
    run(("sysctl", "-qw", "net.ipv4.ip_forward=1"))
    for line in ("link set lo up", "link add br-iot type bridge", "address add 10.255.255.254/8 dev br-iot"):
        run((IP, *line.split()))
    run((IP, "link", "set", "br-iot", "up"))

    def device(pid: int) -> tuple[str, ...]:
        return (
            f"link add port0 type veth peer name eth0 address {mac(2)} netns {pid}",
            "link set port0 master br-iot up",
        )

    def internet(pid: int) -> tuple[str, ...]:
        return (
            f"link add wan0 type veth peer name eth0 netns {pid}",
            "address add 203.0.113.2/24 dev wan0",
            "link set wan0 up",
        )

    with (
        host("10.0.0.2/8", "10.255.255.254", device) as sender,
        host(f"{FAR}/24", "203.0.113.2", internet) as far,
    ):
        server = subprocess.Popen(
            ("nsenter", "-t", str(far.pid), "-n", "iperf3", "-s", "-p", str(PORT), "-A", RECEIVING),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(0.5)
            for name, (load, tables) in list(rows().items()) * ROUNDS:
                with load():
                    cost[name] = min(cost.get(name, 1e9), small(sender))
                    shares[name] += large(sender.pid, tables)
        finally:
            server.kill()
            server.wait()
    return cost, shares


def main() -> None:
    """Measure, print a table and one JSON object."""
    if os.environ.get(MARK) != "1":
        namespaces = ["--net"] if os.getuid() == 0 else ["--user", "--map-root-user", "--net"]
        os.environ[MARK] = "1"
        os.execvp("unshare", ["unshare", *namespaces, sys.executable, "-m", "bench.datapath"])  # noqa: S606 - ourselves
    if shutil.which("iperf3") is None:
        sys.exit("bench: iperf3 is not installed (Debian: apt-get install iperf3)")
    cost, shares = measure()
    print(f"{'':>14} {'ns a packet':>12} {'TCP share':>10} {'least':>7} {'most':>7}")
    for name, found in shares.items():
        print(f"{name:>14} {cost[name]:>12.0f} {median(found):>10.3f} {min(found):>7.2f} {max(found):>7.2f}")
    figures = {
        "flat_ratio_10000": round(cost["ours 10000"] / cost["ours 1"], 3),
        "cost_ratio_conntrack": round(cost["ours 10000"] / cost["conntrack"], 3),
        "tcp_ratio_none": round(median(shares["ours 10000"]), 3),
    }
    peers = {f"tcp_ratio_{name.replace(' ', '_')}": round(median(found), 3) for name, found in shares.items()}
    peers |= {f"linear_ratio_{size}": round(cost[f"linear {size}"] / cost["linear 1"], 3) for size in LINEAR}
    peers |= {
        f"firewalld_ratio_{size}": round(cost[f"firewalld {size}"] / cost["ours 10000"], 3)
        for size in FIREWALLD
        if f"firewalld {size}" in cost
    }
    if f"firewalld {FIREWALLD[0]}" not in cost:
        print("firewalld is not installed here and is left out of the comparison")
    print(json.dumps({"bench": "datapath", "figures": figures, "peers": peers}))


if __name__ == "__main__":
    main()
