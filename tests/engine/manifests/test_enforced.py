"""A file of conversations, as tools write them: what the policy and the firewall let be opened is what it lists."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.secure_hub.engine.firewall.regions import Resolver, rules
from custom_components.secure_hub.engine.firewall.zones import NO_ZONES
from custom_components.secure_hub.engine.manifests.binding import bind
from custom_components.secure_hub.engine.manifests.evaluate import Flow
from custom_components.secure_hub.engine.manifests.model import Direction, Family, Group, GroupKind
from custom_components.secure_hub.engine.manifests.mud import parse
from custom_components.secure_hub.engine.policy.destinations import target
from custom_components.secure_hub.engine.policy.evaluation import Situation, explain
from custom_components.secure_hub.engine.policy.model import Newcomers, Policy
from custom_components.secure_hub.engine.policy.permissions import Permissions
from custom_components.secure_hub.engine.policy.profiles import Profile
from custom_components.secure_hub.engine.policy.rules import Subject
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.service import PROTOCOLS
from custom_components.secure_hub.engine.policy.tables import compile_table
from tests.engine.firewall.test_regions import passes

from .documents import ace, document, encoded
from .oracle import DEVICE, HOME, NAMES, oracle
from .test_binding import ASSETS, EPHEMERAL, HERE

DEVICE_ID = "device"
SUBJECT = Subject(DEVICE_ID, frozenset(Scope), frozenset())
TOLD = {name: frozenset(map(ip_address, found)) for name, found in NAMES.items()}
ADDRESSES = {name: frozenset(map(ip_address, found)) for name, found in ASSETS.items()}
KNOWN = replace(HOME, groups={**HOME.groups, Group(GroupKind.MANUFACTURER, "other.example.org"): ADDRESSES["other"]})
"""Of both versions of IP, as assets are."""
FAR = {text: Scope.INTERNET for found in NAMES.values() for text in found}
FAR |= dict.fromkeys(ASSETS["same"], Scope.PEERS) | dict.fromkeys(ASSETS["other"], Scope.LAN)
PORTS = st.one_of(
    st.none(),
    st.sampled_from((1, 80, 443, 65535)).map(lambda port: {"port": port}),
    st.just({"lower-port": 79, "upper-port": 81}),
)
REMOTES = {
    "cloud": Scope.INTERNET,
    "time": Scope.INTERNET,
    "same-manufacturer": Scope.PEERS,
    "manufacturer": Scope.LAN,
}


def conversation(
    remote: str,
    transport: str,
    ports: dict[str, int] | None,
    *,
    inbound: bool,
    marked: bool,
) -> dict[Direction, list[dict[str, Any]]]:
    """Entries of both directions and families for one thing that the device, or the far end, may open."""
    found: dict[Direction, list[dict[str, Any]]] = {direction: [] for direction in Direction}
    for family, direction in ((family, way) for family in ("ipv4", "ipv6") for way in Direction):
        asks = direction is (Direction.TO_DEVICE if inbound else Direction.FROM_DEVICE)
        matches: dict[str, Any] = {family: {}, transport: {}}
        if remote in {"cloud", "time"}:
            name = "cloud.example.com" if remote == "cloud" else "time.example.net"
            side = "dst" if direction is Direction.FROM_DEVICE else "src"
            matches[family] = {f"ietf-acldns:{side}-dnsname": name}
        else:
            matches["mud"] = {remote: [None] if remote == "same-manufacturer" else "other.example.org"}
        if ports:
            matches[transport]["destination-port" if asks else "source-port"] = ports
        if marked and transport == "tcp":
            opener = Direction.TO_DEVICE if inbound else Direction.FROM_DEVICE
            matches["tcp"]["ietf-mud:direction-initiated"] = opener.value
        found[direction].append(matches)
    return found


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Files of some conversations; from the internet nobody opens any."""
    entries: dict[Direction, list[dict[str, Any]]] = {direction: [] for direction in Direction}
    for number in range(draw(st.integers(1, 4))):
        remote = draw(st.sampled_from(sorted(REMOTES)))
        inbound = draw(st.booleans()) and REMOTES[remote] is not Scope.INTERNET
        transport, ports, marked = draw(st.sampled_from(("tcp", "udp"))), draw(PORTS), draw(st.booleans())
        if ports is None and not (marked and transport == "tcp") and REMOTES[remote] is Scope.INTERNET:
            continue  # all ports both ways is a connection that the far end may open
        found = conversation(remote, transport, ports, inbound=inbound, marked=marked)
        for direction, several in found.items():
            entries[direction] += [
                ace(f"{direction}-{number}-{index}", **matches) for index, matches in enumerate(several)
            ]
    return document(entries[Direction.FROM_DEVICE], entries[Direction.TO_DEVICE], acl_type="eth-acl-type")


@settings(max_examples=60, deadline=None)
@given(files())
def test_what_may_be_opened_is_what_the_file_lists(value: dict[str, Any]) -> None:
    found = bind(parse(encoded(value)).rules, HERE)
    assert found.problems == ()
    now = Situation(
        Policy(newcomers=Newcomers.ALLOW),
        Permissions(profiles={DEVICE_ID: Profile.RESTRICTED}, allow_lists={DEVICE_ID: found.allowed}),
        0.0,
    )
    wall = rules(compile_table(SUBJECT, now), Resolver(lambda asset_id: ADDRESSES[asset_id], TOLD, NO_ZONES))
    for text, scope in FAR.items():
        address = ip_address(text)
        family = Family.IPV4 if address.version == 4 else Family.IPV6
        for direction, number, port in (
            (way, number, port) for way in Direction for number in (6, 17) for port in (1, 78, 80, 81, 443, 444, 65535)
        ):
            inbound = direction is Direction.TO_DEVICE
            ends = {"local_port": port, "remote_port": EPHEMERAL} if inbound else {"remote_port": port}
            flow = Flow(
                direction,
                family,
                number,
                remote=address,
                local=DEVICE[family],
                initiated=direction if number == 6 else None,
                **{"local_port": EPHEMERAL, **ends},
            )
            listed = oracle(value, flow, KNOWN)
            there = target(
                address=address,
                names=[name for name, addresses in TOLD.items() if address in addresses],
                asset_id=next((name for name, addresses in ADDRESSES.items() if address in addresses), None),
                protocol=PROTOCOLS[number],
                port=port,
                own=inbound,
            )
            assert (explain(SUBJECT, scope, there, now).decision is Decision.ALLOW) is listed, flow
            assert passes(wall, scope, address, number, port, inbound=inbound) is listed, flow
