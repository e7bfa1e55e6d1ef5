"""MUD documents and flows for tests: written by hand where one is named, drawn by hypothesis where any will do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address
from itertools import product
import json
from typing import Any, Final

from hypothesis import strategies as st

from custom_components.secure_hub.engine.manifests.evaluate import Flow
from custom_components.secure_hub.engine.manifests.model import Direction, Family

from .oracle import DEVICE, GROUPS, NAMES

MUD_URL = "https://lamps.example.com/lamp"
_REMOTES = {
    Family.IPV4: ("10.0.0.1", "10.0.0.8", "10.0.0.9", "192.0.2.1", "192.0.2.77", "224.0.0.251", "255.255.255.255"),
    Family.IPV6: ("fd00::1", "fd00::8", "fd00::9", "2001:db8::1", "2001:db8::77", "ff02::fb"),
}
_NETWORKS = {
    Family.IPV4: ("10.0.0.0/24", "10.0.0.9/32", "192.0.2.0/24", "224.0.0.251/32", "255.255.255.255/32", "0.0.0.0/0"),
    Family.IPV6: ("fd00::/64", "2001:db8::/32", "ff00::/8", "ff02::fb/128", "::/0"),
}
_OWN_NETWORKS = {Family.IPV4: ("10.0.0.5/32", "10.0.0.0/25", "10.0.1.0/24"), Family.IPV6: ("fd00::5/128", "fd01::/64")}
_PORTS = (0, 1, 79, 80, 81, 443, 65535)
_MACS = ("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:05", "02:00:00:00:00:09")
_ETHERTYPES = (0x0806, 0x888E)


def document(
    from_device: Sequence[dict[str, Any]] = (),
    to_device: Sequence[dict[str, Any]] = (),
    *,
    acl_type: str | None = "ipv4-acl-type",
    leaves: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A standard document with one access list a direction; `leaves` are set in its `mud` container."""
    lists = {"from-device": ("fr", from_device), "to-device": ("to", to_device)}
    mud = {
        "mud-version": 1,
        "mud-url": MUD_URL,
        "last-update": "2026-11-21T22:00:00+00:00",
        "cache-validity": 48,
        "is-supported": True,
        "systeminfo": "A lamp",
    } | dict(leaves or {})
    for direction, (name, _) in lists.items():
        mud[f"{direction}-policy"] = {"access-lists": {"access-list": [{"name": name}]}}
    acls = [
        {"name": name, "aces": {"ace": list(aces)}} | ({"type": acl_type} if acl_type else {})
        for name, aces in lists.values()
    ]
    return {"ietf-mud:mud": mud, "ietf-access-control-list:acls": {"acl": acls}}


def ace(name: str = "a", forwarding: str = "accept", **matches: Any) -> dict[str, Any]:
    """One entry; the container `mud` stands for `ietf-mud:mud`."""
    if "mud" in matches:
        matches["ietf-mud:mud"] = matches.pop("mud")
    return {"name": name, "matches": matches, "actions": {"forwarding": forwarding}}


def encoded(value: Any) -> bytes:
    """A document as a file."""
    return json.dumps(value).encode()


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Documents in which every entry is valid, with several lists a direction, in all decisions."""
    found = document()
    found["ietf-access-control-list:acls"]["acl"] = acls = []
    for direction in Direction:
        policy = found["ietf-mud:mud"][f"{direction}-policy"]["access-lists"]["access-list"] = []
        for index in range(draw(st.integers(0, 3))):
            family = draw(st.sampled_from(Family))
            with_eth = family is Family.ETHERNET or draw(st.booleans())
            entries = draw(st.lists(_matches(direction, family, with_eth=with_eth), max_size=5))
            name = f"{direction}-{index}"
            policy.append({"name": name})
            acls.append({"name": name, "type": _acl_type(family, with_eth=with_eth), "aces": {"ace": [
                {"name": f"ace{number}", "matches": matches, "actions": {"forwarding": draw(_DECISIONS)}}
                for number, matches in enumerate(entries)
            ]}})  # fmt: skip
    return found


_DECISIONS = st.sampled_from(("accept", "accept", "accept", "drop", "reject"))


def _acl_type(family: Family, *, with_eth: bool) -> str:
    if family is Family.ETHERNET:
        return "eth-acl-type"
    return f"mixed-eth-{family}-acl-type" if with_eth else f"{family}-acl-type"


@st.composite
def _matches(draw: st.DrawFn, direction: Direction, family: Family, *, with_eth: bool) -> dict[str, Any]:
    far, near = ("destination", "source") if direction is Direction.FROM_DEVICE else ("source", "destination")
    found: dict[str, Any] = {}
    if with_eth and draw(st.booleans()):
        eth: dict[str, Any] = {}
        if draw(st.booleans()):
            eth[f"{draw(st.sampled_from((far, near)))}-mac-address"] = draw(st.sampled_from(_MACS))
        if family is Family.ETHERNET and draw(st.booleans()):
            eth["ethertype"] = draw(st.sampled_from(_ETHERTYPES))
        found["eth"] = eth
    if family is not Family.ETHERNET and (with_eth or draw(st.booleans())):
        found[family.value] = draw(_header(family, far, near))
    if family is not Family.ETHERNET and draw(st.booleans()):
        _add_transport(draw, found, family)
    if draw(st.booleans()):
        group = draw(st.sampled_from((*GROUPS, None)))
        leaf = {group.kind.value: group.value or [None]} if group else {"local-networks": [None]}
        found["ietf-mud:mud"] = leaf
    return found


@st.composite
def _header(draw: st.DrawFn, family: Family, far: str, near: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    match draw(st.sampled_from(("any", "network", "name"))):
        case "network":
            found[f"{far}-{family}-network"] = draw(st.sampled_from(_NETWORKS[family]))
        case "name":
            found[f"ietf-acldns:{'dst' if far == 'destination' else 'src'}-dnsname"] = draw(
                st.sampled_from(list(NAMES))
            )
    if draw(st.integers(0, 4)) == 0:
        found[f"{near}-{family}-network"] = draw(st.sampled_from(_OWN_NETWORKS[family]))
    return found


def _add_transport(draw: st.DrawFn, found: dict[str, Any], family: Family) -> None:
    name = draw(st.sampled_from(("tcp", "udp", "icmp")))
    number = {"tcp": 6, "udp": 17, "icmp": 1 if family is Family.IPV4 else 58}[name]
    if family in found and draw(st.booleans()):
        found[family]["protocol"] = number
    node: dict[str, Any] = {}
    if name == "icmp":
        node |= draw(st.fixed_dictionaries({}, optional={"type": st.sampled_from((0, 8)), "code": st.just(0)}))
    else:
        node |= draw(st.fixed_dictionaries({}, optional={"source-port": _PORT, "destination-port": _PORT}))
    if name == "tcp" and draw(st.booleans()):
        node["ietf-mud:direction-initiated"] = draw(st.sampled_from(Direction)).value
    if node or family in found:
        found[name] = node


_PORT = st.one_of(
    st.fixed_dictionaries(
        {"port": st.sampled_from(_PORTS)}, optional={"operator": st.sampled_from(("eq", "neq", "lte", "gte"))}
    ),
    st.tuples(st.sampled_from(_PORTS), st.sampled_from(_PORTS)).map(
        lambda pair: {"lower-port": min(pair), "upper-port": max(pair)}
    ),
)


def _every_flow() -> Iterator[Flow]:
    for direction, remote_mac, local_mac in product(Direction, _MACS, _MACS):
        for ethertype in (*_ETHERTYPES, 0x8863):
            yield Flow(direction, Family.ETHERNET, ethertype, remote_mac=remote_mac, local_mac=local_mac)
        for family, remotes in _REMOTES.items():
            icmp = 1 if family is Family.IPV4 else 58
            for text in remotes:
                flow = Flow(
                    direction,
                    family,
                    47,
                    remote=ip_address(text),
                    local=DEVICE[family],
                    remote_mac=remote_mac,
                    local_mac=local_mac,
                )
                yield flow
                for icmp_type, icmp_code in product((0, 8, 9), (0, 1)):
                    yield replace(flow, protocol=icmp, icmp_type=icmp_type, icmp_code=icmp_code)
                for remote_port, local_port in product((*_PORTS, 8080), repeat=2):
                    ported = replace(flow, protocol=17, remote_port=remote_port, local_port=local_port)
                    yield ported
                    for initiated in Direction:
                        yield replace(ported, protocol=6, initiated=initiated)


EVERY_FLOW: Final = tuple(_every_flow())
"""Flows that documents drawn here may or may not accept, every combination of what matters to one."""
