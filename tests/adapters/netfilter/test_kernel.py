"""Our tables in the real kernel: loading, changing, reading back, mending, taking away; connections forgotten."""

import errno
from ipaddress import IPv4Address
from pathlib import Path
import socket
import subprocess
import sys

import pytest

from custom_components.secure_hub.adapters.netfilter import conntrack
from custom_components.secure_hub.adapters.netfilter.kernel import Change, Kernel
from custom_components.secure_hub.adapters.netfilter.keys import pack, unpack
from custom_components.secure_hub.adapters.netfilter.layout import PLANNED, Shape
from custom_components.secure_hub.adapters.netfilter.monitor import Monitor
from custom_components.secure_hub.adapters.netfilter.netlink import NetfilterSocket, NetlinkError
from custom_components.secure_hub.adapters.netfilter.nftables import Family
from custom_components.secure_hub.adapters.netfilter.probe import probe
from custom_components.secure_hub.adapters.netfilter.ruleset import device_chain, table

from .conftest import nft
from .world import CAMERA, ELEMENTS, SHAPE

pytestmark = pytest.mark.usefixtures("netns")


@pytest.mark.parametrize("owner", [True, False])
def test_load_lists_cleanly_and_only_once(owner: bool) -> None:  # noqa: FBT001 - a parameter of the test
    kernel = Kernel(owner=owner)
    assert kernel.load(SHAPE, ELEMENTS)
    assert kernel.load(SHAPE, ELEMENTS) == ()
    listed = nft("list", "ruleset")
    for words in (
        f"{CAMERA} : 0x00000003",
        '"br-iot" : 0x00000002',
        'hook ingress device "wl0" priority -500',
        "ether saddr . arp saddr ip != @bind4",
        'comment "unsolicited"',
    ):
        assert words in listed
    kernel.close()
    again = Kernel(owner=owner)
    assert all("rules" in repair for repair in again.load(SHAPE, ELEMENTS))
    again.close()


def test_change_is_all_or_nothing_and_read_back() -> None:
    kernel = Kernel(owner=True)
    with pytest.raises(NetlinkError):
        kernel.change([Change(("mac", (CAMERA,)), 3, 1)])
    kernel.load(SHAPE, ELEMENTS)
    kernel.change([Change(("mac", (CAMERA,)), 3, 1), Change(("class4", ("10.0.0.9",)), None, 2)])
    assert f"{CAMERA} : 0x00000001" in nft("list", "map", "netdev", "secure_hub", "mac")
    for wrong, code in (
        (Change(("mac", ("02:00:00:00:00:99",)), 3, 1), errno.ENOENT),
        (Change(("class4", ("10.0.0.9",)), None, 3), errno.EEXIST),
    ):
        with pytest.raises(NetlinkError) as refused:
            kernel.change([Change(("mac", (CAMERA,)), 1, 3), wrong])
        assert refused.value.code == code
        assert f"{CAMERA} : 0x00000001" in nft("list", "map", "inet", "secure_hub", "mac")
    with pytest.raises(ValueError, match="no such element"):
        kernel.change([Change(("mac", (CAMERA, "10.0.0.1")), 1, 3)])
    kernel.close()


def test_shape_follows() -> None:
    """Mode, bridge and interfaces may change at any time; what is not needed goes."""
    kernel = Kernel(owner=True)
    kernel.load(SHAPE, ELEMENTS)
    kernel.load(Shape(enforce=False, bridge=True), ELEMENTS)
    listed = nft("list", "ruleset")
    assert "table netdev" not in listed
    assert " drop " not in listed
    kernel.load(Shape(enforce=True, bridge=False), ELEMENTS)
    listed = nft("list", "ruleset")
    assert "table bridge" not in listed
    assert " drop " in listed
    kernel.load(SHAPE, ELEMENTS)
    assert kernel.counters()["inet unsolicited unsolicited"] == (0, 0)
    kernel.remove()
    assert nft("list", "ruleset") == ""
    assert not kernel.stands()
    assert kernel.counters() == {}
    kernel.close()


def test_exceptions_change_and_come_back() -> None:
    """Elements of concatenated maps, with intervals and without, in the tables where their scope's packets pass."""
    kernel = Kernel(owner=True)
    kernel.load(SHAPE, ELEMENTS)
    cells = {
        ("exact4", ("1", CAMERA, "192.0.2.1", "6", "443")): 1,
        ("range4", ("2", CAMERA, "10.0.0.0-10.0.0.255", "0-255", "0-65535")): 2,
        ("range4", ("2", CAMERA, "10.0.1.0-10.0.2.255", "6", "80-90")): 2,
        ("opened_range6", ("2", "fd00::1", "fd01::-fd01::ffff", "17", "5353")): 1,
        ("exact4", ("10", CAMERA, "192.0.2.9", "6", "22")): 1,
        ("any", ("4", CAMERA, "6", "23")): 2,
    }
    kernel.change([Change(cell, None, value) for cell, value in cells.items()])
    assert "10.0.0.0/24" in nft("list", "map", "bridge", "secure_hub", "range4")
    assert "192.0.2.1" in nft("list", "map", "inet", "secure_hub", "exact4")
    assert "192.0.2.1" not in nft("list", "map", "bridge", "secure_hub", "exact4"), "internet is beyond a bridge"
    assert "192.0.2.9" in nft("list", "map", "bridge", "secure_hub", "exact4")
    assert "192.0.2.9" not in nft("list", "map", "inet", "secure_hub", "exact4"), (
        "who opens is known where it is routed"
    )
    wanted = {name: dict(held) for name, held in ELEMENTS.items()}
    for (name, key), value in cells.items():
        wanted.setdefault(name, {})[key] = value
    assert kernel.load(SHAPE, wanted) == ()
    kernel.change([Change(cell, value, 3 - value) for cell, value in cells.items()])
    kernel.change([Change(cell, 3 - value, None) for cell, value in cells.items()])
    assert kernel.load(SHAPE, ELEMENTS) == ()
    kernel.close()


def words(listed: str) -> list[str]:
    """All words of a listing; the order of a hash's elements is nobody's business."""
    return sorted(listed.replace(",", " ").split())


@pytest.mark.parametrize(
    "before",
    [
        "table inet secure_hub { set mac { type ipv4_addr; }; }",
        "table inet secure_hub { chain forward { type filter hook input priority 5; }; }",
        "table bridge secure_hub { chain a { jump b; }; chain b { }; }",
        "table netdev secure_hub { chain x { type filter hook ingress device wl0 priority 0; drop; }; }",
        "table inet secure_hub { map mac { type ether_addr : mark; elements = { 02:00:00:00:00:77 : 1 }; }; }",
    ],
)
def test_tables_of_another_making_become_ours(before: str) -> None:
    """An older version's tables, or somebody's under our name, are made what they should be."""
    nft(before)
    kernel = Kernel(owner=False)
    assert kernel.load(SHAPE, ELEMENTS)
    listed = nft("list", "ruleset")
    assert "02:00:00:00:00:77" not in listed
    kernel.remove()
    kernel.load(SHAPE, ELEMENTS)
    assert words(nft("list", "ruleset")) == words(listed)
    kernel.close()


def test_another_owner_is_respected() -> None:
    first, second = Kernel(owner=True), Kernel(owner=True)
    first.load(SHAPE, ELEMENTS)
    for act in (lambda: second.load(SHAPE, ELEMENTS), second.remove):
        with pytest.raises(NetlinkError) as refused:
            act()
        assert refused.value.code == errno.EPERM
    first.close()
    assert second.load(SHAPE, ELEMENTS)
    second.close()


def test_monitor_names_the_changer() -> None:
    kernel = Kernel(owner=False)
    monitor = Monitor(kernel.port)
    kernel.load(SHAPE, ELEMENTS)
    nft("add", "table", "inet", "other")
    assert monitor.read() == []
    nft("add", "element", "inet", "secure_hub", "hub", "{", "02:00:00:00:00:55", "}")
    (touch,) = monitor.read()
    assert (touch.process, touch.what, touch.lost) == ("nft", ("new element (inet)",), False)
    assert touch.pid > 0
    monitor.close()
    kernel.close()


def test_monitor_says_when_it_lost_something() -> None:
    monitor = Monitor(0)
    monitor._socket._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    for _ in range(3):
        nft(
            "add table inet t; add set inet t s { type ipv4_addr; }; add element inet t s { "
            + ", ".join(f"10.0.{i // 250}.{i % 250}" for i in range(2000))
            + " }; delete table inet t"
        )
    assert any(touch.lost for touch in monitor.read())
    monitor.close()


def flows(kernel: NetfilterSocket, count: int) -> None:
    """Put connections of ten addresses into the connection table, as packets would."""
    for i in range(count):
        source = f"10.66.1.{i % 10 + 1}"
        subprocess.run(
            [
                "/usr/sbin/conntrack",
                "-I",
                "-s",
                source,
                "-d",
                f"203.0.113.{i % 200 + 1}",
                "-p",
                "udp",
                "--sport",
                str(1024 + i),
                "--dport",
                "53",
                "-t",
                "600",
            ],
            check=True,
            capture_output=True,
        )
    del kernel


def listed_flows() -> int:
    done = subprocess.run(["/usr/sbin/conntrack", "-C"], check=True, capture_output=True, text=True)
    return int(done.stdout)


@pytest.mark.parametrize("way", ["flush", "flush_by_dump"])
def test_only_these_connections_are_forgotten(way: str) -> None:
    with NetfilterSocket() as kernel:
        flows(kernel, 30)
        assert listed_flows() == 30
        if way == "flush":
            conntrack.flush(kernel, ["10.66.1.1", "fd00::1", "10.66.9.9"])
        else:
            assert conntrack.flush_by_dump(kernel, "10.66.1.1") == 3
            assert conntrack.flush_by_dump(kernel, "fd00::1") == 0
        assert listed_flows() == 27
        conntrack.flush(kernel, ["203.0.113.2"])
        assert listed_flows() == 26, "the answering end counts too"
        conntrack.flush(kernel, [])
        assert listed_flows() == 26


@pytest.mark.skipif(Path("/proc/self/uid_map").read_text().split()[2] == "1", reason="no other user to become here")
def test_probe_without_rights() -> None:
    """A user without capabilities is told so; nothing hangs."""
    script = (
        "import os, sys; os.setgid(65534); os.setuid(65534); "
        "from custom_components.secure_hub.adapters.netfilter.probe import probe; found = probe(); "
        "print(found.usable, found.reason)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30, cwd=Path.cwd()
    )
    assert done.stdout == "False firewall_no_permission\n", done.stderr
    assert probe().usable


def test_keys_come_back() -> None:
    cells = [
        ("mac", (CAMERA,)),
        ("bind4", (CAMERA, "10.0.0.1")),
        ("bind6", (CAMERA, "fd00::1")),
        ("bridged", ("br0", "br0")),
        ("exact4", ("1", CAMERA, "192.0.2.1", "6", "443")),
        ("range6", ("2", CAMERA, "fd00::-fd00::ff", "0-255", "0-65535")),
        ("any", ("4", CAMERA, "17", "1-22")),
    ]
    for name, key in cells:
        assert unpack(PLANNED[name][0], pack((name, key))) == key
    assert IPv4Address(unpack(PLANNED["class4"][0], b"\x0a\x00\x00\x01")[0])


def test_every_rule_fits_its_table() -> None:
    """Rules name only chains and sets that stand in the same table; names of interfaces' chains differ."""
    for family in Family:
        spec = table(family, SHAPE)
        chains = {chain.name for chain in spec.chains}
        assert {rule.chain for rule in spec.rules} <= chains
        assert len(chains) == len(spec.chains)
    assert len({device_chain("ingress", name) for name in ("br-iot", "br_iot", "br.iot", "briot")}) == 4
