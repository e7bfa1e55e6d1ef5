"""Who may say what to the whole home."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

from custom_components.secure_hub.engine.detection.claims import Claims
from custom_components.secure_hub.engine.detection.detector import Detector
from custom_components.secure_hub.engine.detection.findings import FindingKind
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind
from custom_components.secure_hub.engine.detection.who import Who, who_is_who
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Segment
from custom_components.secure_hub.engine.topology import Neighbour, Route, Topology

HUB, ROUTER, CAMERA, STRANGER = (f"02:00:00:00:00:0{number}" for number in range(1, 5))
TOPOLOGY = Topology(
    neighbours=(Neighbour(ip_address("192.168.1.1"), ROUTER, "eth0"),),
    routes=(Route(ip_network("0.0.0.0/0"), ip_address("192.168.1.1"), "eth0"),),
)


def plan(*, router: bool = True) -> Plan:
    """A flat home: a router, the hub beside it, a camera."""
    names = {"camera": (CAMERA, "192.168.1.20"), **({"router": (ROUTER, "192.168.1.1")} if router else {})}
    members = {
        name: Member(frozenset({mac}), frozenset({ip_address(address)}), frozenset(), PacketClass.OPEN)
        for name, (mac, address) in names.items()
    }
    return Plan(
        enforce=True,
        segments=(Segment("eth0", is_bridge=False, ports=frozenset({"p1"}), newcomers=PacketClass.OPEN),),
        hub_macs=frozenset({HUB}),
        hub_addresses=frozenset({ip_address("192.168.1.2"), ip_address("fe80::1%eth0")}),
        members=members,
    )


def claim(address: str, mac: str, time: float = 1.0) -> Observation:
    return Observation(time, mac, ObservationKind.ARP_CLAIM, name=address, hardware=mac)


def offer(mac: str, time: float = 1.0) -> Observation:
    return Observation(time, mac, ObservationKind.DHCP_REPLY)


def test_who_is_who() -> None:
    who = who_is_who(plan(), TOPOLOGY)
    assert who.owners == {"192.168.1.20": "camera", CAMERA: "camera", "192.168.1.1": "router", ROUTER: "router"}
    assert who.holders == {
        "192.168.1.2": frozenset({HUB}),
        "fe80::1": frozenset({HUB}),
        "192.168.1.1": frozenset({ROUTER}),
    }
    assert (who.servers, who.interfaces) == (frozenset({HUB, ROUTER}), frozenset({"eth0"}))
    assert who.ports == {"p1"}
    bare = who_is_who(plan(router=False), TOPOLOGY)
    assert "192.168.1.1" not in bare.holders, "a neighbour table can be poisoned"
    assert bare.servers == frozenset({HUB, ROUTER})
    assert who_is_who(plan(router=False), Topology(routes=TOPOLOGY.routes)).servers is None
    elsewhere = Topology(routes=(replace(TOPOLOGY.routes[0], interface="ppp0"),))
    assert who_is_who(plan(router=False), elsewhere).servers == frozenset({HUB})


def test_whoever_claims_the_hubs_or_the_routers_address_forges() -> None:
    who, claims = who_is_who(plan(), TOPOLOGY), Claims()
    for address, holder in (("192.168.1.1", ROUTER), ("192.168.1.2", HUB), ("fe80::1", HUB)):
        judged = claims.judge(claim(address, CAMERA), who)
        assert judged is not None
        assert (judged.asset, judged.genuine, judged.peer) == ("camera", False, holder)
    assert claims.judge(claim("192.168.1.2", HUB), who) is None
    own = claims.judge(claim("192.168.1.1", ROUTER), who)
    assert own is not None
    assert (own.asset, own.genuine) == ("router", True)
    other = claims.judge(claim("192.168.1.30", STRANGER), who)
    assert other is not None
    assert (other.asset, other.genuine) == (STRANGER, True)


def test_who_gives_out_addresses_by_right() -> None:
    who, claims = who_is_who(plan(), TOPOLOGY), Claims()
    first = claims.judge(offer(CAMERA), who)
    assert first is not None
    assert (first.genuine, first.peer) == (False, "")
    assert claims.judge(offer(ROUTER), who) is None
    second = claims.judge(offer(STRANGER), who)
    assert second is not None
    assert (second.asset, second.genuine, second.peer) == (STRANGER, False, ROUTER)
    blind = claims.judge(offer(CAMERA), Who({CAMERA: "camera"}))
    assert blind is not None
    assert blind.genuine, "where the router is not known, nobody can say"


def test_strangers_are_heard_about_the_home_and_nothing_else_and_are_bounded() -> None:
    who, claims = who_is_who(plan(), TOPOLOGY), Claims()
    for kind in set(ObservationKind) - {ObservationKind.ARP_CLAIM, ObservationKind.DHCP_REPLY}:
        assert claims.judge(Observation(1.0, STRANGER, kind), who) is None
    heard = [claims.judge(claim("192.168.1.30", f"06:00:00:00:00:{it:02x}"), who) for it in range(100)]
    assert sum(it is not None for it in heard) == 64
    assert claims.lost == 36
    assert claims.judge(claim("192.168.1.30", CAMERA), who) is not None
    assert claims.judge(claim("192.168.1.30", STRANGER, 4000.0), who) is not None, "the quiet make room"


def test_a_plain_spoofer_is_found_and_a_wrong_server_that_is_alone_is() -> None:
    who, claims, detector = who_is_who(plan(), TOPOLOGY), Claims(), Detector()
    told = [claim("192.168.1.1", CAMERA, float(it)) for it in range(3)] + [offer(STRANGER, 4.0)]
    found = [one for it in told if (judged := claims.judge(it, who)) for one in detector.observe(judged)]
    assert [(it.kind, it.asset) for it in found] == [
        (FindingKind.ARP_SPOOF, "camera"),
        (FindingKind.DHCP_SERVER, STRANGER),
    ]
