"""Each hallmark finds what it is for, in time, and keeps quiet at what is much like it."""

from collections.abc import Iterable
from random import Random

import pytest

from custom_components.secure_hub.engine.detection.detector import Detector
from custom_components.secure_hub.engine.detection.findings import UNUSUAL, Finding, FindingKind, Severity
from custom_components.secure_hub.engine.detection.listed import ListedNetworks
from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome, Radio
from custom_components.secure_hub.engine.policy.lists import read_list

ASSET = "3c1f"
NOW = 1_800_000_000.0


def call(  # noqa: PLR0913 - a conversation has many sides
    second: float,
    peer: str,
    port: int,
    outcome: Outcome = Outcome.ANSWERED,
    *,
    protocol: str = "tcp",
    local: bool = False,
    inward: bool = False,
    volume: tuple[int, int] = (900, 900),
    packets: tuple[int, int] = (6, 6),
    duration: float = 0.5,
    began: bool = True,
    service: str = "",
) -> Observation:
    return Observation(
        NOW + second,
        ASSET,
        ObservationKind.FLOW,
        peer,
        protocol,
        port,
        service,
        outcome,
        inward,
        local,
        began,
        duration,
        *volume,
        *packets,
    )


def seen(kind: ObservationKind, second: float, name: str = "", asset: str = ASSET, **rest: object) -> Observation:
    return Observation(NOW + second, asset, kind, name=name, **rest)  # type: ignore[arg-type]  # named in each test


def heard(second: float, *, inward: bool = False, genuine: bool = True, **rest: object) -> Observation:
    radio = Radio(**{"profile": 260, **rest})  # type: ignore[arg-type]  # named in each test
    return seen(ObservationKind.RADIO_FRAME, second, inward=inward, genuine=genuine, radio=radio, sent=10)


def found(observations: Iterable[Observation]) -> list[Finding]:
    detector = Detector(listed=ListedNetworks({"drop": read_list("2.57.149.0/24\n203.0.113.0/24")}))
    return [finding for one in observations for finding in detector.observe(one)]


def kinds(observations: Iterable[Observation]) -> set[str]:
    return {finding.kind.value for finding in found(observations)}


LAN = [f"192.168.7.{number}" for number in range(2, 250)]
WAN = [f"198.51.{number % 100}.{number}" for number in range(2, 250)]
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def label(random: Random, length: int) -> str:
    return "".join(random.choices(LETTERS, k=length))


ATTACKS: dict[str, list[Observation]] = {
    "horizontal_scan": [call(i, peer, 23, Outcome.SILENT) for i, peer in enumerate(WAN[:12])],
    "vertical_scan": [call(i / 9, LAN[0], 20 + i, Outcome.REFUSED, local=True) for i in range(30)],
    "brute_force": [call(i * 5, LAN[0], 902, local=True, service="ssh") for i in range(12)],
    "flood": [call(0, WAN[0], 5376, Outcome.SILENT, protocol="udp", packets=(18_444, 0), duration=24)],
    "beacon": [call(i * 60 + i % 3, WAN[0], 6667) for i in range(14)],
    "dead_contact": [call(1, WAN[1], 443)]
    + [call(i * 20, WAN[0], 443, Outcome.SILENT if i != 3 else Outcome.ANSWERED) for i in range(2, 12)]
    + [call(230, WAN[1], 443), call(240, WAN[0], 443, Outcome.SILENT)],
    "bot_channel": [call(0, WAN[0], 6667, volume=(75, 243))],
    "peer_to_peer": [
        call(i * 3, peer, 1_100 + i * 97, (Outcome.ANSWERED, Outcome.SILENT)[i % 2], protocol="udp")
        for i, peer in enumerate(WAN[:40])
    ],
    "exfiltration": [
        call(i * 60, WAN[0], 443, volume=(60_000_000, 900_000), began=not i, duration=60) for i in range(20)
    ],
    "lateral_movement": [call(i * 60, peer, 23, local=True) for i, peer in enumerate(LAN[:3])],
    "dns_tunnel": [seen(ObservationKind.DNS, i, f"{label(Random(i), 50)}.t.example.org") for i in range(20)],
    "generated_names": [seen(ObservationKind.DNS, i, f"{label(Random(i), 12)}.net", found=False) for i in range(12)],
    "arp_scan": [seen(ObservationKind.ARP_REQUEST, i / 9, peer) for i, peer in enumerate(LAN[:40])],
    "arp_spoof": [
        seen(ObservationKind.ARP_CLAIM, i, LAN[0], hardware=("02:00:00:00:00:0a", "02:00:00:00:00:0b")[i % 2])
        for i in range(5)
    ],
    "dhcp_server": [seen(ObservationKind.DHCP_REPLY, i, asset=("router", "bot")[i // 2]) for i in range(4)],
    "false_sender": [seen(ObservationKind.FALSE_SENDER, i * 5, LAN[0], packets_sent=2) for i in range(4)],
    "dhcp_scan": [seen(ObservationKind.DHCP_REQUEST, i, peer) for i, peer in enumerate(LAN[:5])],
    "hub_login": [seen(ObservationKind.LOGIN, i * 20, outcome=Outcome.REFUSED) for i in range(12)],
    "refused_flood": [seen(ObservationKind.REFUSED, 60, packets_sent=2500, duration=60.0)],
    "rejoin_storm": [seen(ObservationKind.RADIO_JOIN, i * 30, began=False) for i in range(8)],
    "unasked_join": [seen(ObservationKind.RADIO_JOIN, 1, genuine=False)],
    "command_flood": [heard(i / 30, cluster=6, command=2) for i in range(150)],
    "report_flood": [heard(i / 30, cluster=0x0B04, command=0x0A, general=True) for i in range(700)],
    "radio_attack": [heard(1, profile=0xC05E, cluster=0x1000, command=7)],
    "battery_drain": [heard(i, inward=True, cluster=1, command=0, general=True, sleepy=True) for i in range(150)],
    "radio_jump": [
        heard(i * 5, cluster=6, command=10, general=True, direct=True, rssi=-85 if i > 22 and i % 2 else -50)
        for i in range(32)
    ],
    "unasked_firmware": [heard(i, genuine=False, cluster=0x19, command=3) for i in range(12)],
    "listed_network": [call(0, "203.0.113.9", 443)],
    "ids_alert": [seen(ObservationKind.ALERT, 0, "ET EXPLOIT something", level=1, peer=WAN[0])],
}


def test_every_kind_has_an_attack() -> None:
    assert set(ATTACKS) == {kind.value for kind in set(FindingKind) - UNUSUAL}


@pytest.mark.parametrize("kind", ATTACKS)
def test_an_attack_is_found_once_within_five_minutes(kind: str) -> None:
    findings = [finding for finding in found(ATTACKS[kind]) if finding.kind == kind]
    assert len(findings) == 1
    (finding,) = findings
    assert finding.time - NOW < (1200 if kind in {"beacon", "exfiltration"} else 300)
    assert 0 < finding.confidence < 1
    assert finding.evidence.endswith((".", "!"))
    assert finding.evidence[0].isupper()
    assert "{" not in finding.evidence


def test_who_is_accused() -> None:
    assert [finding.asset for finding in found(ATTACKS["dhcp_server"])] == ["bot"]
    inward = [call(i, WAN[0], 20 + i, Outcome.REFUSED, inward=True, local=False) for i in range(30)]
    (finding,) = found(inward)
    assert finding.kind is FindingKind.VERTICAL_SCAN
    assert finding.evidence.startswith(WAN[0])


HARMLESS: dict[str, list[Observation]] = {
    "a router's pool of clocks, most of which sleep": [
        call(i * 60, peer, 123, Outcome.SILENT, protocol="udp", packets=(1, 0)) for i, peer in enumerate(WAN)
    ],
    "a hundred sites that answer": [call(i / 10, peer, 443) for i, peer in enumerate(WAN[:100])],
    "a cloud with a dozen addresses, all cut off": [call(i * 3, WAN[i % 12], 443, Outcome.SILENT) for i in range(48)],
    "the home's line is down": [call(i * 20, WAN[0], 8883, Outcome.SILENT) for i in range(100)],
    "a search answered to the port it came from": [
        call(i, LAN[0], 40_000 + i, Outcome.SILENT, protocol="udp", local=True) for i in range(60)
    ],
    "a lamp that is asked for its state once a second": [
        call(i, LAN[0], 80, local=True, volume=(200, 500)) for i in range(600)
    ],
    "a cloud that is greeted by the clock": [call(i * 900, WAN[0], 443) for i in range(90)],
    "a doorbell that keeps a way open by UDP": [
        call(i * 25, WAN[0], 10_001, protocol="udp", packets=(1, 1)) for i in range(300)
    ],
    "a camera that streams to its cloud": [
        call(i * 60, WAN[0], 443, volume=(7_500_000, 200_000), packets=(6000, 3000), duration=60, began=not i)
        for i in range(600)
    ],
    "a camera that streams to its recorder": [
        call(i * 60, LAN[0], 9000, Outcome.SILENT, protocol="udp", local=True, packets=(30_000, 0), duration=60)
        for i in range(60)
    ],
    "a printer that answers by mDNS whoever asks": [
        call(i * 20, peer, 5353, Outcome.SILENT, protocol="udp", local=True) for i, peer in enumerate(LAN[:20])
    ],
    "a doorbell whose picture goes out by WebRTC": [
        call(i * 60, WAN[0], 40_000, protocol="udp", packets=(24_000, 300), duration=60, began=not i) for i in range(5)
    ],
    "a television that starts up while IPv6 is broken": [
        call(i / 4, f"2001:db8::{i}" if i % 2 else WAN[i], 443, Outcome.SILENT if i % 2 else Outcome.ANSWERED)
        for i in range(60)
    ],
    "a sensor that is updated by request": [
        heard(i, inward=True, cluster=0x19, command=5, sleepy=True) for i in range(600)
    ],
    "a clock that is asked at odd moments": [call(i * 60 + i * i % 7, WAN[0], 4433) for i in range(8)],
    "somebody who is gone and was called by the minute": [call(1, WAN[1], 443)]
    + [call(i * 60, WAN[0], 4433, Outcome.SILENT) for i in range(1, 6)],
    "a receiver commanded by Telnet within the home": [call(i * 300, LAN[0], 23, local=True) for i in range(50)],
    "a call by video that tries whatever way there is": [
        call(i, peer, 3_478 + i % 9 * 1_000, protocol="udp") for i, peer in enumerate(WAN[:12])
    ],
    "somebody who logs in at two machines": [call(i * 90, LAN[i % 2], 22, local=True) for i in range(8)],
    "a speaker that meets many names": [
        seen(ObservationKind.DNS, i, f"{label(Random(i), 8)}.cdn.example.com") for i in range(200)
    ],
    "a search domain appended to everything": [
        seen(ObservationKind.DNS, i, f"host{i}.home.example.net", found=False) for i in range(200)
    ],
    "names of the home": [seen(ObservationKind.DNS, i, f"{label(Random(i), 60)}.local") for i in range(50)],
    "an address that moved": [
        seen(ObservationKind.ARP_CLAIM, i, LAN[0], hardware=f"02:00:00:00:00:0{int(i > 3)}") for i in range(8)
    ],
    "a thing that was a server until it was set up": [
        seen(ObservationKind.DHCP_REPLY, 0, asset="lamp"),
        seen(ObservationKind.DHCP_REQUEST, 5, asset="lamp"),
        seen(ObservationKind.DHCP_REPLY, 6, asset="router"),
        seen(ObservationKind.DHCP_REPLY, 7, asset="router"),
    ],
    "a dimmer that is turned": [heard(i / 10, cluster=8, command=2) for i in range(60)],
    "a meter that reports each second": [heard(i / 4, cluster=0x0B04, command=0x0A, general=True) for i in range(1000)],
    "a network that is opened and joined": [seen(ObservationKind.RADIO_JOIN, 1), seen(ObservationKind.RADIO_JOIN, 2)],
    "a power cut": [seen(ObservationKind.RADIO_JOIN, i / 10, asset=str(i), began=False) for i in range(60)],
    "a sensor that is set up": [heard(i / 4, inward=True, cluster=i, command=0, sleepy=True) for i in range(80)],
    "a device that is carried elsewhere": [
        heard(i * 10, cluster=6, command=10, general=True, direct=True, rssi=-50 if i < 40 else -85) for i in range(200)
    ],
    "people who walk through the room": [
        heard(i, cluster=6, command=10, general=True, direct=True, rssi=-60 - Random(i).randrange(15))
        for i in range(200)
    ],
    "an update that was asked for": [heard(i, cluster=0x19, command=3) for i in range(50)],
    "a remote control that asks for the time": [heard(i, cluster=0x0A, command=0, general=True) for i in range(20)],
    "the hub that tells a device to leave": [heard(1, inward=True, profile=0, cluster=0x34)],
    "somebody who forgot a password": [
        seen(ObservationKind.LOGIN, i * 20, outcome=Outcome.ANSWERED if i > 6 else Outcome.REFUSED) for i in range(20)
    ],
    "a device that is told of under the address it had": [
        seen(ObservationKind.FALSE_SENDER, i * 5, LAN[0], packets_sent=500) for i in range(2)
    ],
    "one packet as the hub": [seen(ObservationKind.FALSE_SENDER, 1, LAN[0], packets_sent=1, peer="02:00:00:00:00:01")],
    "somebody listed who knocks in vain": [call(0, "203.0.113.9", 23, Outcome.SILENT, inward=True)],
    "a television that may not": [seen(ObservationKind.REFUSED, i * 60, packets_sent=180) for i in range(500)],
    "a client that renews": [seen(ObservationKind.DHCP_REQUEST, i * 60, LAN[0]) for i in range(100)],
}


@pytest.mark.parametrize("life", HARMLESS)
def test_normal_life_is_quiet(life: str) -> None:
    assert found(HARMLESS[life]) == []


def test_what_is_forged_by_its_frame_needs_no_opponent() -> None:
    claims = [seen(ObservationKind.ARP_CLAIM, i, LAN[0], hardware="02:00:00:00:00:01", genuine=False) for i in (0, 1)]
    assert kinds(claims) == {"arp_spoof"}


def test_who_takes_the_place_of_the_hub_or_the_router() -> None:
    claims = [
        seen(
            ObservationKind.ARP_CLAIM, i, LAN[0], hardware="02:00:00:00:00:0a", genuine=False, peer="02:00:00:00:00:01"
        )
        for i in range(3)
    ]
    (finding,) = found(claims)
    assert (finding.kind, finding.severity) == (FindingKind.ARP_SPOOF, Severity.HIGH)
    assert "the address of the hub or of the home's router" in finding.evidence
    (finding,) = found([seen(ObservationKind.FALSE_SENDER, 1, LAN[0], packets_sent=3, peer="02:00:00:00:00:01")])
    assert (finding.severity, finding.confidence) == (Severity.HIGH, 0.9)


def test_a_wrong_giver_of_addresses_needs_no_rival_where_the_right_one_is_known() -> None:
    (alone,) = found([seen(ObservationKind.DHCP_REPLY, i, genuine=False) for i in range(3)])
    assert (alone.severity, "if you did not set it up" in alone.evidence) == (Severity.MEDIUM, True)
    (rival,) = found([seen(ObservationKind.DHCP_REPLY, 1, genuine=False, peer="02:00:00:00:00:01")])
    assert (rival.severity, "02:00:00:00:00:01" in rival.evidence) == (Severity.HIGH, True)


def test_a_new_router_is_believed_when_the_old_one_is_gone() -> None:
    week = 7 * 86_400
    days = [seen(ObservationKind.DHCP_REPLY, i * 86_400, asset="router") for i in range(20)]
    assert found([*days, seen(ObservationKind.DHCP_REPLY, 20 * 86_400 + week, asset="new")]) == []
    assert len(found([*days, seen(ObservationKind.DHCP_REPLY, 20 * 86_400, asset="new")])) == 1


def test_devices_pinged_one_after_the_other() -> None:
    pings = [call(i / 5, peer, 0, protocol="icmp", local=True, packets=(1, 1)) for i, peer in enumerate(LAN[:15])]
    assert kinds(pings) == {"horizontal_scan"}
    assert kinds(pings[:6] * 5) == set()


def test_a_bot_that_gets_some_answers() -> None:
    tried = [call(i / 5, peer, 80, Outcome.ANSWERED if i % 3 else Outcome.SILENT) for i, peer in enumerate(WAN[:30])]
    assert kinds(tried) == {"horizontal_scan"}


def test_a_message_in_one_name() -> None:
    name = ".".join(label(Random(1), 60) for _ in range(3)) + ".example.org"
    (finding,) = found([seen(ObservationKind.DNS, 0, name)])
    assert finding.severity == "low"


def test_a_flood_of_calls_and_one_that_is_answered() -> None:
    assert "flood" in kinds(call(i / 100, WAN[0], 80, Outcome.UNKNOWN, packets=(0, 0)) for i in range(300))
    assert "flood" in kinds(call(i / 200, WAN[0], 80) for i in range(1200))


def test_web_logins() -> None:
    assert "brute_force" in kinds(call(i / 4, LAN[0], 8123, local=True) for i in range(200))


def test_what_else_the_radio_tells() -> None:
    orders = [heard(i, profile=0, cluster=cluster) for i, cluster in enumerate((0x34, 0x36, 0x38, 0x13))]
    orders += [heard(9, cluster=0, command=0), heard(10, cluster=0, command=0, manufacturer=5)]
    assert len(found(orders)) == 4
    bare = [seen(ObservationKind.RADIO_JOIN, i, began=False, radio=Radio(secured=False)) for i in range(6)]
    (finding,) = found(bare)
    assert finding.severity == "high"
    assert "6 times without the network's key" in finding.evidence


def test_somebody_listed_who_does_not_answer() -> None:
    (finding,) = found([call(0, "203.0.113.9", 443, Outcome.SILENT)])
    assert finding.severity == "medium"


def test_a_few_calls_that_keep_time_exactly_are_enough() -> None:
    (finding,) = found(call(i * 60 + i % 2 / 10, WAN[0], 4433) for i in range(5))
    assert (finding.kind, finding.time - NOW) == (FindingKind.BEACON, 240)
    assert "5 times, every 60 seconds" in finding.evidence


def test_orders_are_known_by_the_language_or_by_the_port() -> None:
    assert kinds([call(0, WAN[0], 443, service="irc")]) == {"bot_channel"}
    assert kinds([call(0, WAN[0], 6667, service="ssl")]) == set()
    assert kinds([call(0, WAN[0], 23, Outcome.SILENT)]) == set()
