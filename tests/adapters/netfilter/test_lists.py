"""Named lists of networks in the kernel: long ones, read back, mended and changed as a whole."""

from ipaddress import ip_network
from itertools import pairwise
import time

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.adapters.enforcers.elements import Desired, shape
from custom_components.secure_hub.adapters.netfilter.intervals import interval_elements, joined
from custom_components.secure_hub.adapters.netfilter.kernel import Change, Kernel
from custom_components.secure_hub.adapters.netfilter.nftables import class_value
from custom_components.secure_hub.adapters.netfilter.probe import probe
from custom_components.secure_hub.engine.firewall.plan import Plan
from custom_components.secure_hub.engine.firewall.zones import zones
from custom_components.secure_hub.engine.policy.lists import NetworkList, read_list
from tests.adapters.netfilter.conftest import nft
from tests.adapters.netfilter.world import CAMERA

COUNTRY = [str(ip_network((0x0B000000 + at * 512, 24))) for at in range(16_000)]
COUNTRY += [str(ip_network(((0x2001 << 112) + (at << 81), 48))) for at in range(4_000)]
ELEMENT = ("listed", ("1", CAMERA, "1"))


def plan(**lists: NetworkList) -> Plan:
    return Plan(enforce=True, zones=zones(lists))


@given(st.sets(st.integers(0, 255), max_size=16), st.integers(0, 2))
def test_ranges_there_and_back(cuts: set[int], kind: int) -> None:
    """Side by side or with gaps, up to the last address: what was written is what is read."""
    edges = sorted({*cuts, 256})
    ranges = {
        bytes([first, last - 1]): number
        for number, (first, last) in enumerate(pairwise(edges), 1)
        if kind != 1 or number % 2
    }
    raw = b"".join(interval_elements(ranges, 1))
    assert joined([raw], 1) == {key: class_value(number) for key, number in ranges.items()}


@pytest.mark.usefixtures("netns")
def test_a_list_of_twenty_thousand_networks() -> None:
    """It is read, written and read back in bounded time; then a device's change costs what it did without."""
    kernel = Kernel(owner=False)
    began = time.monotonic()
    wanted = plan(nl=read_list("\n".join(COUNTRY)))
    made, elements = shape(wanted, (), probe()), Desired(wanted).elements()
    assert (made.zones, len(elements["list4"]), len(elements["list6"])) == (1, 16_000, 4_000)
    kernel.load(made, elements)
    assert time.monotonic() - began < 20, "some two seconds, on two busy cores"
    assert kernel.load(made, elements) == ()
    began = time.monotonic()
    kernel.change([Change(ELEMENT, None, 2)])
    assert time.monotonic() - began < 0.1
    elements |= {"listed": {ELEMENT[1]: 2}}
    assert nft("get", "element", "inet", "secure_hub", "list4", "{ 11.0.0.77 }")
    nft("delete", "element", "inet", "secure_hub", "list4", "{ 11.0.0.0/24 : 1 }")
    assert kernel.load(made, elements) == ("inet: list4",)
    assert nft("get", "element", "inet", "secure_hub", "list4", "{ 11.0.0.77 }")
    shorter = plan(nl=read_list("\n".join(COUNTRY[1:])))
    assert kernel.load(made, elements | Desired(shorter).elements()) == ("inet: list4",)
    assert kernel.load(made, elements | Desired(shorter).elements()) == ()
    kernel.close()


@pytest.mark.usefixtures("netns")
def test_lists_side_by_side_can_be_listed() -> None:
    """Where one range ends the next begins; nft reads all of it."""
    kernel = Kernel(owner=False)
    lists = plan(a=read_list("192.0.2.0/25\n240.0.0.0/4\nff00::/8"), b=read_list("192.0.2.64/26\n192.0.2.128/25"))
    made, elements = shape(lists, (), probe()), Desired(lists).elements()
    kernel.load(made, elements)
    assert kernel.load(made, elements) == ()
    listed = nft("list", "map", "inet", "secure_hub", "list4")
    for words in ("192.0.2.0/26 :", "192.0.2.64/26 :", "192.0.2.128/25 :", "240.0.0.0/4 :"):
        assert words in listed
    assert "zone4_3" in nft("list", "table", "inet", "secure_hub")
    kernel.load(shape(plan(), (), probe()), {})
    assert "zone4" not in nft("list", "table", "inet", "secure_hub"), "rules go with the lists"
    kernel.close()
