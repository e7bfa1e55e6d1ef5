"""DNS messages (RFC 1035), as much as a home needs: one question, addresses as answers."""

import socket
import struct

A, CNAME, AAAA, PTR, TXT, SRV = 1, 5, 28, 12, 16, 33
IN = 1
NXDOMAIN = 3
MAX_NAME = 253
HEADER = struct.Struct("!HHHHHH")


def name(text: str) -> bytes:
    """A name as labels; raises ValueError for one that does not fit."""
    labels = [label.encode() for label in text.rstrip(".").split(".")]
    if len(text) > MAX_NAME or not all(0 < len(label) < 64 for label in labels):
        msg = f"not a DNS name: {text[:80]}"
        raise ValueError(msg)
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def query(number: int, asked: str, kind: int = A) -> bytes:
    """A recursive question."""
    return HEADER.pack(number, 0x0100, 1, 0, 0, 0) + name(asked) + struct.pack("!HH", kind, IN)


def question(packet: bytes) -> tuple[int, str, int, int]:
    """Number, lower-case name, type and end of the first question; raises ValueError for a malformed one."""
    try:
        number, flags, count, *_ = HEADER.unpack_from(packet)
        labels: list[str] = []
        at = HEADER.size
        while length := packet[at]:
            if length >= 64 or len(labels) > 127:
                raise ValueError("compressed or endless question")  # noqa: EM101, TRY003
            labels.append(packet[at + 1 : at + 1 + length].decode("ascii"))
            at += 1 + length
        kind, _ = struct.unpack_from("!HH", packet, at + 1)
    except (struct.error, IndexError) as error:
        raise ValueError("a torn DNS message") from error  # noqa: EM101, TRY003
    if not count or flags & 0x7800:
        raise ValueError("not a query")  # noqa: EM101, TRY003
    return number, ".".join(labels).lower(), kind, at + 5


def answer(packet: bytes, zone: dict[str, list[str]]) -> bytes:
    """The reply of an authoritative server; a name `*.x` in the zone answers for everything below x.

    `=other.example` among what stands for a name makes it an alias of another name in the zone.
    """
    number, asked, kind, end = question(packet)
    found, owner, body, count = _find(zone, asked), b"\xc0\x0c", b"", 0
    alias = next((one[1:] for one in found or () if one.startswith("=")), None)
    if alias is not None:
        target = name(alias)
        body, count = owner + struct.pack("!HHIH", CNAME, IN, 60, len(target)) + target, 1
        owner, found = target, _find(zone, alias)
    records = [data for data in map(_address, found or ()) if len(data) == (4 if kind == A else 16)]
    records = records if kind in (A, AAAA) else []
    header = HEADER.pack(number, 0x8580 | (NXDOMAIN if found is None else 0), 1, count + len(records), 0, 0)
    body += b"".join(owner + struct.pack("!HHIH", kind, IN, 60, len(data)) + data for data in records)
    return header + packet[HEADER.size : end] + body


def _find(zone: dict[str, list[str]], asked: str) -> list[str] | None:
    found, parent = zone.get(asked), asked
    while found is None and "." in parent:
        parent = parent.partition(".")[2]
        found = zone.get(f"*.{parent}")
    return found


def addresses(packet: bytes, number: int) -> list[str]:
    """The addresses in a reply to question `number`; raises ValueError when it is none or torn."""
    try:
        got, flags, questions, answers, *_ = HEADER.unpack_from(packet)
        if got != number or not flags & 0x8000:
            raise ValueError("not the reply")  # noqa: EM101, TRY003
        at = HEADER.size
        for _ in range(questions):
            at = _skip(packet, at) + 4
        found = []
        for _ in range(answers):
            at = _skip(packet, at)
            kind, _, _, length = struct.unpack_from("!HHIH", packet, at)
            data = packet[at + 10 : at + 10 + length]
            if kind in (A, AAAA):
                found.append(socket.inet_ntop(socket.AF_INET if kind == A else socket.AF_INET6, data))
            at += 10 + length
    except (struct.error, IndexError) as error:
        raise ValueError("a torn DNS message") from error  # noqa: EM101, TRY003
    return found


def _skip(packet: bytes, at: int) -> int:
    while (length := packet[at]) and length < 0xC0:
        at += 1 + length
    return at + (2 if length else 1)


def _address(text: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
