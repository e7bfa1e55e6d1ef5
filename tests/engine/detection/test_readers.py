"""Readers: each format says the same of the same, and garbage is counted and does no harm."""

import io
from ipaddress import ip_address
import json
import struct

from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.detection.observations import Observation, ObservationKind, Outcome
from custom_components.secure_hub.engine.detection.readers.binetflow import BinetflowReader
from custom_components.secure_hub.engine.detection.readers.endpoints import Home, Place, as_count, as_port, as_time
from custom_components.secure_hub.engine.detection.readers.eve import EveReader
from custom_components.secure_hub.engine.detection.readers.messages import dhcp_message, dns_message
from custom_components.secure_hub.engine.detection.readers.packet import parse
from custom_components.secure_hub.engine.detection.readers.pcap import PcapReader
from custom_components.secure_hub.engine.detection.readers.unread import Unread
from custom_components.secure_hub.engine.detection.readers.zeek import ZeekReader

LAMP, ROUTER = "02:00:00:00:00:0a", "02:00:00:00:00:01"
FIELDS = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
    "proto",
    "service",
    "duration",
    "orig_bytes",
    "resp_bytes",
    "conn_state",
]
VALUES = ["100.5", "C1", "192.168.7.2", "40000", "198.51.100.7", "23", "tcp", "-", "3.1", "12", "-", "S0"]


def zeek(text: str, log: str = "conn", *, only_benign: bool = False) -> list[Observation]:
    return list(ZeekReader(Home(), log).read(text.splitlines(keepends=True), only_benign=only_benign))


def test_zeek_says_the_same_in_each_spelling() -> None:
    tsv = "#path\tconn\n#fields\t" + "\t".join(FIELDS) + "\n" + "\t".join(VALUES) + "\n"
    csv = ",".join(FIELDS) + "\n" + ",".join("" if value == "-" else value for value in VALUES) + "\n"
    row = dict(zip(FIELDS, VALUES, strict=True)) | {"ts": 100.5, "id.resp_p": 23, "duration": 3.1, "orig_bytes": 12}
    spoken = json.dumps({name: value for name, value in row.items() if value != "-"})
    (one,) = zeek(tsv)
    assert [one] == zeek(csv) == zeek(spoken)
    assert (one.time, one.asset, one.peer, one.port, one.outcome) == (
        100.5,
        "192.168.7.2",
        "198.51.100.7",
        23,
        Outcome.SILENT,
    )
    assert (one.duration, one.sent, one.received, one.local, one.inward) == (3.1, 12, 0, False, False)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("SF", "ANSWERED"),
        ("S1", "ANSWERED"),
        ("RSTR", "ANSWERED"),
        ("REJ", "REFUSED"),
        ("S0", "SILENT"),
        ("OTH", "UNKNOWN"),
    ],
)
def test_zeek_states(state: str, outcome: str) -> None:
    (one,) = zeek(",".join(FIELDS) + "\n" + ",".join([*VALUES[:-1], state]))
    assert one.outcome.name == outcome


def test_zeek_labels_choose_a_baseline() -> None:
    rows = [*FIELDS, "label"], [*VALUES, "Benign"], [*VALUES, "Malicious"]
    text = "\n".join(",".join(row) for row in rows)
    assert len(zeek(text)) == 2
    assert len(zeek(text, only_benign=True)) == 1


def test_zeek_other_logs() -> None:
    (name,) = zeek(
        '{"ts":1,"id.orig_h":"10.0.0.2","id.resp_h":"10.0.0.1","query":"a.example","rcode_name":"NXDOMAIN"}', "dns"
    )
    assert (name.kind, name.name, name.found) == (ObservationKind.DNS, "a.example", False)
    arp = {
        "ts": 1,
        "operation": "reply",
        "src_mac": LAMP,
        "orig_h": "10.0.0.1",
        "resp_h": "10.0.0.9",
        "orig_hw": ROUTER,
    }
    (claim,) = zeek(json.dumps(arp), "arp")
    assert (claim.kind, claim.asset, claim.genuine) == (ObservationKind.ARP_CLAIM, LAMP, False)
    dhcp = {"ts": 1, "mac": LAMP, "server_addr": "10.0.0.1", "requested_addr": "10.0.0.7", "msg_types": ["ACK"]}
    assert [one.kind.value for one in zeek(json.dumps(dhcp), "dhcp")] == ["dhcp_request", "dhcp_reply"]


def test_an_asset_is_known_by_its_hardware_wherever_it_was_shown() -> None:
    home = Home()
    row = {
        "ts": 1,
        "id.orig_h": "10.0.0.2",
        "id.resp_h": "1.1.1.1",
        "proto": "tcp",
        "orig_l2_addr": LAMP,
        "resp_l2_addr": ROUTER,
    }
    (flow,) = ZeekReader(home, "conn").read([json.dumps(row)])
    (name,) = ZeekReader(home, "dns").read(['{"ts":2,"id.orig_h":"10.0.0.2","id.resp_h":"10.0.0.1","query":"a.b"}'])
    assert flow.asset == name.asset == LAMP
    assert home.asset("1.1.1.1", ROUTER) == "1.1.1.1"


def test_eve() -> None:
    ends = {"src_ip": "203.0.113.5", "dest_ip": "192.168.7.2", "dest_port": 23, "proto": "TCP"}
    flow = {"pkts_toserver": 2, "pkts_toclient": 2, "bytes_toserver": 120, "bytes_toclient": 108, "state": "closed"}
    stamp = "2026-06-06T15:57:37.272281+0200"
    lines = [
        {"event_type": "flow", "timestamp": stamp, **ends, "flow": flow},
        {"event_type": "alert", "timestamp": stamp, **ends, "alert": {"signature": "ET SCAN", "severity": 2}},
        {
            "event_type": "dns",
            "timestamp": stamp,
            **ends,
            "src_ip": "192.168.7.2",
            "dns": {"type": "query", "rrname": "x.y"},
        },
        {"event_type": "tls", "timestamp": stamp},
    ]
    reader = EveReader(Home())
    flowed, alert, name = reader.read(json.dumps(line) for line in lines)
    assert (flowed.asset, flowed.peer, flowed.inward, flowed.outcome) == (
        "192.168.7.2",
        "203.0.113.5",
        True,
        Outcome.REFUSED,
    )
    assert (alert.asset, alert.name, alert.level) == ("192.168.7.2", "ET SCAN", 2)
    assert (name.asset, name.name) == ("192.168.7.2", "x.y")
    assert not reader.unread


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("S_", "SILENT"),
        ("S_RA", "REFUSED"),
        ("SRPA_SPA", "ANSWERED"),
        ("S0", "SILENT"),
        ("CON", "ANSWERED"),
        ("X", "UNKNOWN"),
    ],
)
@pytest.mark.parametrize("mark", [",", "\t"])
def test_binetflow(state: str, outcome: str, mark: str) -> None:
    heading = [
        "StartTime",
        "Dur",
        "Proto",
        "SrcAddr",
        "Sport",
        "Dir",
        "DstAddr",
        "Dport",
        "State",
        "sTos",
        "dTos",
        "TotPkts",
        "TotBytes",
        "SrcBytes",
        "Label",
    ]
    values = ["2018/09/27 22:40:52.362768", "1.5", "tcp", "192.168.2.1", "5", " ->", "1.1.1.1", "0x0016", state]
    lines = [mark.join(heading), mark.join([*values, "0", "0", "10", "700", "300", "flow=Normal"])]
    (one,) = BinetflowReader(Home()).read(lines, only_benign=True)
    assert (one.outcome.name, one.port, one.sent, one.received, one.duration) == (outcome, 22, 300, 400, 1.5)


def ethernet(source: str, target: str, kind: int, payload: bytes) -> bytes:
    return bytes.fromhex((target + source).replace(":", "")) + kind.to_bytes(2) + payload


def ip(source: str, target: str, number: int, payload: bytes) -> bytes:
    ends = ip_address(source).packed + ip_address(target).packed
    if len(ends) == 32:
        return struct.pack(">IHBB", 6 << 28, len(payload), number, 64) + ends + payload
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, number, 0) + ends + payload


def tcp(source: int, target: int, flags: int, payload: bytes = b"") -> bytes:
    return struct.pack(">HHIIBBHHH", source, target, 0, 0, 0x50, flags, 0, 0, 0) + payload


def udp(source: int, target: int, payload: bytes) -> bytes:
    return struct.pack(">HHHH", source, target, 8 + len(payload), 0) + payload


def pcap(frames: list[tuple[float, bytes]]) -> bytes:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
    return head + b"".join(
        struct.pack("<IIII", int(time), round(time % 1 * 1e6), len(frame), len(frame)) + frame for time, frame in frames
    )


def pcapng(frames: list[tuple[float, bytes]]) -> bytes:
    def block(kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    parts = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)), block(1, struct.pack("<HHI", 1, 0, 0))]
    for time, frame in frames:
        ticks = round(time * 1e6)
        parts.append(block(6, struct.pack("<5I", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame)) + frame))
    return b"".join(parts)


def question(name: str, *, flags: int = 0x0100) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">6H", 1, flags, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def conversation() -> list[tuple[float, bytes]]:
    def out(payload: bytes, number: int = 6, target: str = "198.51.100.7") -> bytes:
        return ethernet(LAMP, ROUTER, 0x0800, ip("192.168.7.2", target, number, payload))

    def back(payload: bytes, number: int = 6, source: str = "198.51.100.7") -> bytes:
        return ethernet(ROUTER, LAMP, 0x0800, ip(source, "192.168.7.2", number, payload))

    return [
        (100.0, out(tcp(4000, 80, 2))),
        (100.1, back(tcp(80, 4000, 18))),
        (100.2, out(tcp(4000, 80, 24, b"hello"))),
        (100.3, back(tcp(80, 4000, 24, b"hello, lamp"))),
        (101.0, out(tcp(4001, 23, 2))),
        (101.1, back(tcp(23, 4001, 20))),
        (102.0, out(tcp(4002, 22, 2))),
        (103.0, out(udp(4003, 53, question("x.example.org")), 17, "192.168.7.1")),
        (103.1, back(udp(53, 4003, question("x.example.org", flags=0x8183)), 17, "192.168.7.1")),
        (300.0, ethernet(LAMP, ROUTER, 0x86DD, ip("fd00::2", "2001:db8::1", 6, tcp(1, 443, 2)))),
    ]


@pytest.mark.parametrize("write", [pcap, pcapng])
def test_packets(write: object) -> None:
    assert callable(write)
    reader = PcapReader(Home())
    seen = list(reader.read(io.BytesIO(write(conversation())).read))
    assert not reader.unread
    assert {one.asset for one in seen} == {LAMP}
    flows = {(one.peer, one.port): one for one in seen if one.kind is ObservationKind.FLOW}
    assert {key: one.outcome.name for key, one in flows.items()} == {
        ("198.51.100.7", 80): "ANSWERED",
        ("198.51.100.7", 23): "REFUSED",
        ("198.51.100.7", 22): "SILENT",
        ("192.168.7.1", 53): "ANSWERED",
        ("2001:db8::1", 443): "SILENT",
    }
    web = flows["198.51.100.7", 80]
    assert (web.sent, web.received, web.packets_sent, web.packets_received) == (5, 11, 2, 2)
    assert web.duration == pytest.approx(0.3, abs=1e-4)
    assert [(one.name, one.found) for one in seen if one.kind is ObservationKind.DNS] == [
        ("x.example.org", True),
        ("x.example.org", False),
    ]


def test_a_capture_with_a_finer_clock() -> None:
    fine = bytes(pcapng([])[:28]) + struct.pack("<IIHHI", 1, 32, 1, 0, 0) + struct.pack("<HHI", 9, 1, 9) + bytes(4)
    fine += struct.pack("<I", 32)
    frame = conversation()[6][1] + bytes(2)
    ticks = 102_500_000_000
    body = struct.pack("<5I", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame) - 2, len(frame) - 2) + frame
    body += bytes(-len(body) % 4)
    fine += struct.pack("<II", 6, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
    (one,) = PcapReader(Home()).read(io.BytesIO(fine).read)
    assert one.time == pytest.approx(102.5)


def test_an_ipv6_packet_with_an_extension() -> None:
    extended = bytes([6, 0, 1, 4, 0, 0, 0, 0]) + tcp(1, 443, 2)
    frame = ethernet(LAMP, ROUTER, 0x86DD, ip("fd00::2", "2001:db8::1", 60, extended))
    (one,) = PcapReader(Home()).read(io.BytesIO(pcap([(1.0, frame)])).read)
    assert (one.protocol, one.port, one.peer) == ("tcp", 443, "2001:db8::1")


def test_a_long_conversation_is_told_in_parts() -> None:
    frame = ethernet(LAMP, ROUTER, 0x0800, ip("192.168.7.2", "198.51.100.7", 17, udp(9, 9999, b"x" * 10)))
    seen = list(PcapReader(Home()).read(io.BytesIO(pcap([(float(t), frame) for t in range(1, 200, 2)])).read))
    assert [one.began for one in seen] == [True, False, False, False]
    assert sum(one.packets_sent for one in seen) == 100


@pytest.mark.parametrize("write", [pcap, pcapng])
def test_a_capture_that_ends_in_the_middle_stands_until_there(write: object) -> None:
    assert callable(write)
    whole = write(conversation())
    for end in range(0, len(whole), 7):
        reader = PcapReader(Home())
        seen = list(reader.read(io.BytesIO(whole[:end]).read))
        assert len(seen) <= 7
        assert len(reader.unread) <= 1


def test_arp_and_dhcp() -> None:
    body = bytes.fromhex("0001080006040002") + bytes.fromhex(ROUTER.replace(":", "")) + bytes([10, 0, 0, 1])
    arp = ethernet(LAMP, ROUTER, 0x0806, body + bytes(6) + bytes([10, 0, 0, 9]))
    head = bytearray(240)
    head[0], head[28:34], head[236:240] = 1, bytes.fromhex(LAMP.replace(":", "")), b"\x63\x82\x53\x63"
    request = bytes(head) + b"\x35\x01\x03\x32\x04\x0a\x00\x00\x07\xff"
    dhcp = ethernet(LAMP, ROUTER, 0x0800, ip("10.0.0.7", "255.255.255.255", 17, udp(68, 67, request)))
    claim, wanted = PcapReader(Home()).read(io.BytesIO(pcap([(1.0, arp), (2.0, dhcp)])).read)
    assert (claim.kind, claim.asset, claim.name, claim.hardware, claim.genuine) == (
        ObservationKind.ARP_CLAIM,
        LAMP,
        "10.0.0.1",
        ROUTER,
        False,
    )
    assert (wanted.kind, wanted.asset, wanted.name) == (ObservationKind.DHCP_REQUEST, LAMP, "10.0.0.7")


def test_places() -> None:
    home = Home()
    assert [home.place(it) for it in ("192.168.1.2", "8.8.8.8", "224.0.0.1", "::", "what")] == [
        Place.HOME,
        Place.OUTSIDE,
        Place.GROUP,
        Place.NOWHERE,
        Place.NOWHERE,
    ]


@given(st.lists(st.text(max_size=80), max_size=20))
def test_lines_of_garbage_are_no_observations(lines: list[str]) -> None:
    for reader in (ZeekReader(Home(), "conn"), EveReader(Home()), BinetflowReader(Home())):
        for one in reader.read(lines):
            assert one.time >= 0


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.integers(),
    lambda it: st.lists(it, max_size=3) | st.dictionaries(st.text(max_size=5), it, max_size=3),
    max_leaves=6,
)
NAMES = ["ts", "id.orig_h", "id.resp_h", "id.resp_p", "proto", "duration", "orig_bytes", "query", "src_mac", "mac"]
NAMES += ["msg_types", "server_addr", "label", "orig_hw"]
EVENT = ["event_type", "timestamp", "src_ip", "dest_ip", "dest_port", "proto", "flow", "dns", "alert", "ether"]
GOOD = st.sampled_from(
    [
        "10.0.0.1",
        "1.1.1.1",
        "tcp",
        5,
        "flow",
        "dns",
        "alert",
        "2026-06-06T15:57:37+0200",
        {"type": "query", "rrname": "x"},
    ]
)


@given(st.dictionaries(st.sampled_from(NAMES + EVENT), GOOD | JSON, max_size=14))
def test_objects_of_any_shape_are_read_or_counted(row: dict[str, object]) -> None:
    line = json.dumps(row)
    for log in ("conn", "dns", "arp", "dhcp"):
        list(ZeekReader(Home(), log).read([line]))
    list(EveReader(Home()).read([line]))


@given(st.binary(max_size=200), st.integers(0, 9), st.integers(0, 400))
def test_broken_packets_do_no_harm(noise: bytes, which: int, at: int) -> None:
    time, frame = conversation()[which]
    broken = frame[: at % len(frame)] + noise
    parse(1, broken)
    dns_message(noise)
    dhcp_message(bytes(236) + b"\x63\x82\x53\x63" + noise)
    list(PcapReader(Home()).read(io.BytesIO(pcap([(time, broken)])).read))
    list(PcapReader(Home()).read(io.BytesIO(pcap([])[: at % 24] + noise).read))
    whole = pcapng(conversation())
    list(PcapReader(Home()).read(io.BytesIO(whole[: at * 3 % len(whole)] + noise).read))


def test_numbers_that_are_none() -> None:
    assert [as_count(it) for it in ("", "-", None, "7", "-7", float("inf"))] == [0, 0, 0, 7, 0, 0]
    assert [as_port(it) for it in ("0x16", "70000", "x", None, 80)] == [22, 0, 0, 0, 80]
    for text in ("nan", "inf", "-1", "1e99"):
        with pytest.raises(ValueError, match=text):
            as_time(text)


def test_neighbours_of_ipv6_ask_and_claim() -> None:
    def neighbour(kind: int, option: str | None, source: str = "fd00::2") -> bytes:
        body = bytes([kind, 0, 0, 0, 0, 0, 0, 0]) + ip_address("fd00::7").packed
        if option is not None:
            body += b"\x02\x01" + bytes.fromhex(option.replace(":", ""))
        return ethernet(LAMP, ROUTER, 0x86DD, ip(source, "fd00::1", 58, body))

    frames = [neighbour(135, None), neighbour(135, None, "::"), neighbour(136, LAMP), neighbour(136, ROUTER)]
    frames += [neighbour(136, None), ethernet(LAMP, ROUTER, 0x86DD, ip("fd00::2", "fd00::1", 58, b"\x88\0\0\0"))]
    seen = list(PcapReader(Home()).read(io.BytesIO(pcap([(float(it), one) for it, one in enumerate(frames)])).read))
    assert [(one.kind.value, one.name, one.hardware, one.genuine) for one in seen] == [
        ("arp_request", "fd00::7", "", True),
        ("arp_claim", "fd00::7", LAMP, True),
        ("arp_claim", "fd00::7", ROUTER, False),
        ("arp_claim", "fd00::7", LAMP, True),
    ]


def test_a_link_type_that_is_not_read_is_said() -> None:
    wireless = bytearray(pcap(conversation()))
    wireless[20:24] = struct.pack("<I", 127)
    reader = PcapReader(Home())
    assert list(reader.read(io.BytesIO(wireless).read)) == []
    assert list(reader.unread) == ["a packet of link type 127, which is not read (10 times)"]


@pytest.mark.parametrize(
    ("link", "head"),
    [
        (113, bytes(14) + b"\x08\x00"),
        (276, b"\x08\x00" + bytes(18)),
        (101, b""),
        (0, b"\2\0\0\0"),
        (108, b"\0\0\0\2"),
    ],
)
def test_what_tcpdump_writes_of_other_links(link: int, head: bytes) -> None:
    call = ip("192.168.7.2", "198.51.100.7", 6, tcp(1, 443, 2))
    seen = parse(link, head + call)
    assert seen is not None
    assert (seen[0], seen[1]) == ("192.168.7.2", "198.51.100.7")
    assert parse(link, head) is None


@pytest.mark.parametrize("mark", [",", "\t", "|", ";"])
def test_zeek_under_any_heading(mark: str) -> None:
    (one,) = zeek(",".join(FIELDS) + "\n" + ",".join(VALUES))
    quoted = mark.join(f'"{it}"' for it in FIELDS) + "\n" + mark.join(f'"{it}"' for it in VALUES)
    turned = mark.join(["", *FIELDS[::-1]]) + "\n" + mark.join(["0", *VALUES[::-1]])
    assert [one] == (zeek(quoted) if mark != "\t" else [one]) == zeek(turned)


def test_zeek_with_a_separator_of_the_owners_choice() -> None:
    (one,) = zeek(",".join(FIELDS) + "\n" + ",".join(VALUES))
    head = f"#separator ,\n#set_separator,;\n#path,conn\n#fields,{','.join(FIELDS)}\n#types,time,string\n"
    assert [one] == zeek(head + ",".join(VALUES), "other")


def test_zeek_tells_time_as_a_date() -> None:
    row = dict(zip(FIELDS, VALUES, strict=True))
    for told in ("1970-01-01T00:01:40.5Z", "1970-01-01T00:01:40.500000", "1970-01-01T01:01:40.5+01:00"):
        (one,) = zeek(json.dumps(row | {"ts": told}))
        assert one.time == 100.5


def test_labels_that_were_appended_with_spaces() -> None:
    text = "#fields\t" + "\t".join([*FIELDS, "tunnel_parents   label   detailed-label"]) + "\n"
    text += "\n".join("\t".join([*VALUES, f"(empty)   {it}   -"]) for it in ("Benign", "Malicious"))
    assert len(zeek(text)) == 2
    assert len(zeek(text, only_benign=True)) == 1


def test_opinions_of_zeek_are_no_flows() -> None:
    note = {"ts": 1, "id.orig_h": "10.0.0.2", "id.resp_h": "1.1.1.1", "proto": "tcp", "note": "Scan::Port_Scan"}
    reader = ZeekReader(Home(), "notice")
    assert list(reader.read([json.dumps(note)])) == []
    assert list(reader.unread) == ["an entry of a log of Zeek that is not read"]


def test_a_name_that_was_asked_for_is_no_heading() -> None:
    row = dict(zip(FIELDS, VALUES, strict=True)) | {"service": "ts"}
    assert len(zeek(",".join(FIELDS) + "\n" + ",".join(row.values()) + "\n" + ",".join(VALUES))) == 2


def test_binetflow_in_another_order_and_with_another_clock() -> None:
    lines = [
        "Proto,StartTime,SrcAddr,DstAddr,Dport,State,TotPkts,TotBytes,SrcBytes",
        "tcp,2018/09/27 22:40:52,192.168.2.1,1.1.1.1,22,S_,1,60,60",
        "tcp,1538088052.5,192.168.2.1,1.1.1.1,22,S_,1,60,60",
    ]
    assert [it.time for it in BinetflowReader(Home()).read(lines)] == [1_538_088_052.0, 1_538_088_052.5]


def test_reasons_are_bounded() -> None:
    unread = Unread()
    for number in range(1000):
        unread.add(f"reason {number}")
    assert (len(unread), len(list(unread))) == (1000, 33)


@pytest.mark.parametrize(
    ("said", "service"), [(b"SSH-2.0-x", "ssh"), (b"NICK bot\r\n", "irc"), (b"GET / HTTP/1.1", "http"), (b"hello", "")]
)
def test_a_service_is_known_by_its_first_words_at_any_port(said: bytes, service: str) -> None:
    def packet(flags: int, payload: bytes = b"") -> bytes:
        return ethernet(LAMP, ROUTER, 0x0800, ip("192.168.7.2", "198.51.100.7", 6, tcp(4000, 902, flags, payload)))

    frames = [(1.0, packet(2)), (1.1, packet(24, said)), (1.2, packet(24, b"SSH-2.0 later"))]
    (one,) = PcapReader(Home()).read(io.BytesIO(pcap(frames)).read)
    assert one.service == service
