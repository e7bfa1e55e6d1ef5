"""How fast a decision about one device becomes a fact in the kernel, beside `nft` and `firewall-cmd`.

`python -m bench.firewall` moves itself into a network namespace of its own. A change is measured from the decision to
the transaction committed and read back, in the thread that speaks to the kernel; `awaited` is the same as the hub waits
for it, through that thread and back, with the connections of whoever is cut off forgotten. For `nft` and
`firewall-cmd` it is from calling the command to its end.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
import contextlib
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address, IPv6Address
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys
from tempfile import TemporaryDirectory
import time
from types import MappingProxyType

from custom_components.secure_hub.adapters.enforcers.elements import Desired, shape
from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.adapters.netfilter.backend import InProcess
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from custom_components.secure_hub.engine.persistent import PersistentMap

SIZES = (10, 100, 1000, 10000)
CHANGES = 1000
COMMANDS = 30
CUTS = 100
CUT_SIZE = 1000
INTERVAL = 0.0002
MARK = "SECURE_HUB_BENCH_ISOLATED"
NFT = shutil.which("nft") or "/usr/sbin/nft"
IP = shutil.which("ip") or "/usr/sbin/ip"

NAMES = ("ours", "ours awaited", "nft", "firewall-cmd")

SENDER = """
import os, socket, sys, time
os.unshare(os.CLONE_NEWNET)
print("ready", flush=True)
sys.stdin.readline()
for line in ("link set lo up", "link set dev0 up", "address add 10.0.0.2/8 dev dev0"):
    os.spawnlp(os.P_WAIT, "ip", "ip", *line.split())
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("10.255.255.254", 9))
end = time.monotonic() + 120
while time.monotonic() < end:
    try:
        s.send(time.monotonic_ns().to_bytes(8))
    except OSError:
        pass
    time.sleep(%f)
"""
RECEIVER = """
import select, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 9))
last = 0
while True:
    ready, _, _ = select.select([s, sys.stdin], [], [])
    if s in ready:
        last = int.from_bytes(s.recv(8))
    elif sys.stdin.readline():
        print(last, flush=True)
    else:
        break
"""


def percentile(samples: list[float], share: float) -> float:
    """Smallest sample that at least this share of all do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def mac(number: int) -> str:
    """MAC of device `number`."""
    return (0x020000000000 + number).to_bytes(6).hex(":")


def member(number: int, packet_class: PacketClass) -> Member:
    """Device `number`, with one address of each family."""
    addresses = frozenset({IPv4Address(0x0A000000 + number), IPv6Address((0xFD << 120) + number)})
    return Member(frozenset({mac(number)}), addresses, frozenset(), packet_class)


def plan(size: int) -> Plan:
    """Home of `size` open devices behind one bridge."""
    segment = Segment("br-iot", is_bridge=True, ports=frozenset({"port0"}), newcomers=PacketClass.HELD)
    members = {f"{number:032x}": member(number, PacketClass.OPEN) for number in range(2, size + 2)}
    interfaces = frozenset({"eth-lan"})
    return Plan(enforce=True, segments=(segment,), lan_interfaces=interfaces, members=PersistentMap(members))


def decide(current: Plan, number: int, packet_class: PacketClass) -> tuple[Plan, set[str]]:
    """Plan after a decision about one device, and who changed."""
    key = f"{number:032x}"
    return replace(current, members=PersistentMap.of(current.members).merged({key: member(number, packet_class)})), {
        key
    }


def turns(size: int) -> Iterator[tuple[int, PacketClass]]:
    """Decisions: one device after the other quarantined and released."""
    for turn in range(CHANGES):
        yield 2 + turn // 2 * 7919 % size, PacketClass.OPEN if turn % 2 else PacketClass.QUARANTINED


def ours(size: int) -> list[float]:
    """Milliseconds of changes in a home of `size`, each decided, committed and read back."""
    current = plan(size)
    desired = Desired(current)
    backend = InProcess(owner=True)
    samples = []
    try:
        backend.load(shape(current, frozenset(), backend.capabilities), desired.elements())
        for number, packet_class in turns(size):
            began = time.perf_counter()
            current, changed = decide(current, number, packet_class)
            proposal = desired.propose(current, changed)
            backend.change(proposal.changes())  # raises unless it was read back
            proposal.accept()
            samples.append((time.perf_counter() - began) * 1000)
    finally:
        backend.remove()
        backend.close()
    return samples


async def awaited(size: int) -> list[float]:
    """Milliseconds of the same changes as the hub awaits them."""
    enforcer = NftablesEnforcer(partial(InProcess, owner=True), interval=3600)
    current = plan(size)
    samples = []
    try:
        await enforcer.apply(current)
        for number, packet_class in turns(size):
            began = time.perf_counter()
            current, changed = decide(current, number, packet_class)
            await enforcer.apply(current, changed)
            samples.append((time.perf_counter() - began) * 1000)
            if enforcer.held()[f"{number:032x}"] is not packet_class:
                msg = "not read back"
                raise RuntimeError(msg)
    finally:
        await enforcer.remove()
        await enforcer.close()
    return samples


async def by_nft(size: int) -> list[float]:
    """Milliseconds of the `nft` command for the same elements in the same tables."""
    enforcer = NftablesEnforcer(partial(InProcess, owner=False), interval=3600)
    try:
        await enforcer.apply(plan(size))
        await enforcer.close()  # the tables stay
        return await asyncio.to_thread(
            timed, [nft_change(2 + turn % size, 1, 3) for turn in range(min(COMMANDS, size))]
        )
    finally:
        await enforcer.remove()
        await enforcer.close()


def nft_change(number: int, old: int, new: int) -> Callable[[], None]:
    """Change of one device as text for `nft -f -`."""
    cells = [("inet", "mac", mac(number)), ("bridge", "mac", mac(number))]
    cells += [("inet", f"class{a.version}", str(a)) for a in member(number, PacketClass.OPEN).addresses]
    lines = [f"delete element {family} secure_hub {name} {{ {key} : {old} }}" for family, name, key in cells]
    lines += [f"add element {family} secure_hub {name} {{ {key} : {new} }}" for family, name, key in cells]
    text = "\n".join(lines)
    return lambda: run((NFT, "-f", "-"), text)


def run(command: tuple[str, ...], text: str = "") -> None:
    """Run a command; raises CalledProcessError."""
    subprocess.run(command, input=text, text=True, check=True, capture_output=True, timeout=120)


def timed(jobs: list[Callable[[], None]]) -> list[float]:
    """Milliseconds of each job."""
    samples = []
    for job in jobs:
        began = time.perf_counter()
        job()
        samples.append((time.perf_counter() - began) * 1000)
    return samples


BUS = """<busconfig><type>system</type><listen>unix:path={folder}/bus</listen>
<auth>EXTERNAL</auth><policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
<allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>"""


@contextmanager
def firewalld(files: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """Start a firewalld of our own, on a bus of our own, in this namespace; `files` are of its configuration."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="secure-hub-bench-")))
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        (folder / "bus.conf").write_text(BUS.format(folder=folder))
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={folder}/bus"
        stack.callback(os.environ.pop, "DBUS_SYSTEM_BUS_ADDRESS")
        for command in (
            ("dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork"),
            ("firewalld", "--nofork", "--nopid", f"--system-config={folder}", f"--log-file={folder}/log"),
        ):
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            time.sleep(0.3)
        deadline = time.monotonic() + 90
        while subprocess.run(("firewall-cmd", "--state"), capture_output=True, check=False).returncode:
            if time.monotonic() > deadline:
                msg = "firewalld did not start"
                raise TimeoutError(msg)
            time.sleep(0.2)
        yield


def by_firewalld() -> dict[int, list[float]]:
    """Milliseconds of `firewall-cmd` for one entry of a MAC set that a rule drops."""
    found = {}
    with firewalld(), TemporaryDirectory(prefix="secure-hub-bench-") as folder:
        run(("firewall-cmd", "--permanent", "--new-ipset=cut", "--type=hash:mac", "--option=maxelem=20000"))
        run(("firewall-cmd", "--reload"))
        run(("firewall-cmd", '--add-rich-rule=rule source ipset="cut" drop'))
        there = 0
        for size in SIZES:
            entries = Path(folder, "entries")
            entries.write_text("\n".join(mac(number) for number in range(there, size)))
            run(("firewall-cmd", "--ipset=cut", f"--add-entries-from-file={entries}"))
            there = size
            fresh = [mac(1_000_000 + turn) for turn in range(5)]
            found[size] = timed(
                [
                    partial(run, ("firewall-cmd", "--ipset=cut", f"--{act}-entry={one}"))
                    for one in fresh
                    for act in ("add", "remove")
                ]
            )
    return found


async def cut() -> list[float]:
    """Milliseconds from the decision to the first packet that is dropped, of a device that sends all the time."""
    enforcer = NftablesEnforcer(partial(InProcess, owner=True), interval=3600)
    samples = []
    with contextlib.ExitStack() as stack:
        sender = stack.enter_context(piped(SENDER % INTERVAL))
        receiver = stack.enter_context(piped(RECEIVER))
        await asyncio.to_thread(wire, sender)
        current = plan(CUT_SIZE)
        await enforcer.apply(current)
        try:
            await asyncio.sleep(0.5)
            for _ in range(CUTS):
                began = time.monotonic_ns()
                current, changed = decide(current, 2, PacketClass.QUARANTINED)
                await enforcer.apply(current, changed)
                await asyncio.sleep(0.03)
                last = ask(receiver)
                await asyncio.sleep(0.03)
                if ask(receiver) != last or not last:
                    msg = "packets pass though they are cut"
                    raise RuntimeError(msg)
                samples.append(max(0.0, (last - began) / 1e6) + INTERVAL * 1000)
                current, changed = decide(current, 2, PacketClass.OPEN)
                await enforcer.apply(current, changed)
                await asyncio.sleep(0.05)
                if ask(receiver) == last:
                    msg = "packets do not pass again"
                    raise RuntimeError(msg)
        finally:
            await enforcer.remove()
            await enforcer.close()
    return samples


@contextmanager
def piped(script: str) -> Iterator[subprocess.Popen[str]]:
    """Run a script that is spoken to by lines."""
    process = subprocess.Popen(
        (sys.executable, "-S", "-c", script), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wire(sender: subprocess.Popen[str]) -> None:
    """Plug the sender into a bridge of this namespace, as device 2."""
    assert sender.stdin and sender.stdout  # noqa: PT018, S101 - pipes, for the type checker
    sender.stdout.readline()
    for line in (
        "link set lo up",
        "link add br-iot type bridge",
        f"link add port0 type veth peer name dev0 address {mac(2)} netns {sender.pid}",
        "link set port0 master br-iot up",
        "address add 10.255.255.254/8 dev br-iot",
        "link set br-iot up",
    ):
        run((IP, *line.split()))
    sender.stdin.write("go\n")
    sender.stdin.flush()


def ask(receiver: subprocess.Popen[str]) -> int:
    """When the last packet that arrived was sent, in nanoseconds of the monotonic clock."""
    assert receiver.stdin and receiver.stdout  # noqa: PT018, S101 - pipes, for the type checker
    receiver.stdin.write("?\n")
    receiver.stdin.flush()
    return int(receiver.stdout.readline())


def main() -> None:
    """Measure, print a table and one JSON object."""
    if os.environ.get(MARK) != "1":
        namespaces = ["--net"] if os.getuid() == 0 else ["--user", "--map-root-user", "--net"]
        os.environ[MARK] = "1"
        os.execvp("unshare", ["unshare", *namespaces, sys.executable, "-m", "bench.firewall"])  # noqa: S606 - ourselves
    figures: dict[str, float] = {}
    peers: dict[str, float] = {}
    try:
        daemon = by_firewalld()
    except (OSError, subprocess.SubprocessError, TimeoutError) as error:
        daemon = {}
        print(f"firewall-cmd left out: {error} {getattr(error, 'stderr', '') or ''}")
    print(f"{'assets':>8}" + "".join(f"{name + ' p50':>18}{'p99':>9}" for name in NAMES) + "   (ms)")
    for size in SIZES:
        row = {
            "change": ours(size),
            "awaited": asyncio.run(awaited(size)),
            "nft": asyncio.run(by_nft(size)),
            "firewall_cmd": daemon.get(size, []),
        }
        cells = []
        for name, samples in row.items():
            target = figures if name in {"change", "awaited"} else peers
            for label, share in (("p50", 0.5), ("p99", 0.99)):
                if samples:
                    target[f"{name}_{label}_ms_{size}"] = round(percentile(samples, share), 4)
                cells.append(f"{percentile(samples, share):>{18 if label == 'p50' else 9}.3f}" if samples else "-")
        print(f"{size:>8}{''.join(cells)}")
    cuts = asyncio.run(cut())
    figures |= {"cut_p50_ms": round(percentile(cuts, 0.5), 3), "cut_p99_ms": round(percentile(cuts, 0.99), 3)}
    print(f"from decision to first dropped packet: p50 {figures['cut_p50_ms']} ms, p99 {figures['cut_p99_ms']} ms")
    print(json.dumps({"bench": "firewall", "figures": figures, "peers": peers}))


if __name__ == "__main__":
    main()
