"""DNS answers on their way to devices, read from what the firewall copies to us (NFLOG).

The firewall copies answers to those devices only whose permissions name names, at a bounded rate, and their questions
if they come from an address that nobody has seen. A message that is not one plain answer to one plain question (RFC
1035), by UDP or whole in one segment of TCP, is passed over.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
import struct
from typing import Final

from ...engine.assets.model import Address
from ...engine.firewall.names import Answer, is_name
from ..netfilter.answers import ASKS
from ..netfilter.protocol import ANSWERS
from ..netfilter.sight import open_copies

_HEADER: Final = struct.Struct("!HHHHHH")
_RECORD: Final = struct.Struct("!HHIH")
_RESPONSE: Final = 0x8000
_OPCODE: Final = 0x7800
_TRUNCATED: Final = 0x0200
_FAILED: Final = 0x000F
_IN: Final = 1
_A: Final = 1
_CNAME: Final = 5
_AAAA: Final = 28
_SIZES: Final = {_A: 4, _AAAA: 16}

_MAX_RECORDS: Final = 64
_MAX_LABELS: Final = 127
_MAX_CHAIN: Final = 16
_MAX_TTL: Final = 0x7FFFFFFF
_POINTER: Final = 0xC0

_TCP: Final = 6
_UDP: Final = 17
_IPV4_SIZE: Final = 20
_IPV6_SIZE: Final = 40
_NAME_SERVICE: Final = 53


class DnsTap:
    """Answers that devices are given, as they pass. Needs CAP_NET_ADMIN or the helper."""

    def __init__(
        self, on_answer: Callable[[Address, Answer], None], on_question: Callable[[str, Address], None]
    ) -> None:
        """Listen; `on_answer` gets the address of the device that was told, and what.

        Before that, if its address is new, `on_question` gets its MAC and that address. Raises OSError, NetlinkError.
        """
        self._on_answer = on_answer
        self._on_question = on_question
        self._log = open_copies(ANSWERS)

    def fileno(self) -> int:
        """Readable when there are answers: for `loop.add_reader`, with `read`."""
        return self._log.fileno()

    def read(self) -> None:
        """Tell of the answers that have come; does not wait, and reads a bounded number."""
        for copy in self._log.receive():
            if copy.prefix == ASKS:
                if copy.mac and (sender := sender_of(copy.packet)):
                    self._on_question(copy.mac, sender)
            elif found := answer_in_packet(copy.packet):
                self._on_answer(*found)

    def close(self) -> None:
        """Listen no more."""
        self._log.close()


def answer_in_packet(packet: bytes) -> tuple[Address, Answer] | None:
    """Who was told, and what, of an IP packet that carries a DNS answer; None for any other packet."""
    try:
        receiver, message = _message(packet)
        answer = parse_answer(message)
    except struct.error, IndexError, ValueError:
        return None
    return None if answer is None else (receiver, answer)


def parse_answer(message: bytes) -> Answer | None:
    """Read a DNS message; None if it tells no address of the name asked.

    Follows CNAME records from the question, so that records which nobody asked for tell nothing. The time to live is
    the shortest on the way. Raises ValueError, IndexError or struct.error for what is no DNS.
    """
    _, flags, questions, answers, _, _ = _HEADER.unpack_from(message)
    if not flags & _RESPONSE or flags & (_OPCODE | _TRUNCATED | _FAILED) or questions != 1:
        return None
    name, at = _name(message, _HEADER.size)
    kind, space = struct.unpack_from("!HH", message, at)
    if kind not in _SIZES or space != _IN or not is_name(name):
        return None
    aliases, addresses = _records(message, at + 4, min(answers, _MAX_RECORDS), kind)
    ttl, current = _MAX_TTL, name
    chain: list[str] = []
    while current in aliases and len(chain) < _MAX_CHAIN:
        current, own = aliases[current]
        ttl = min(ttl, own)
        chain.append(current)
    found = addresses.get(current, {})
    if not found:
        return None
    return Answer(name, frozenset(found), float(min(ttl, *found.values())), tuple(chain))


def _records(
    message: bytes, at: int, count: int, wanted: int
) -> tuple[dict[str, tuple[str, int]], dict[str, dict[Address, int]]]:
    """Aliases and addresses by owner's name, each with its time to live."""
    aliases: dict[str, tuple[str, int]] = {}
    addresses: dict[str, dict[Address, int]] = {}
    for _ in range(count):
        owner, at = _name(message, at)
        kind, space, ttl, size = _RECORD.unpack_from(message, at)
        at += _RECORD.size
        data = message[at : at + size]
        if len(data) != size:
            msg = "torn record"
            raise ValueError(msg)
        ttl = ttl if ttl <= _MAX_TTL else 0  # RFC 2181, 8
        if space == _IN and kind == _CNAME:
            aliases[owner] = _name(message, at)[0], ttl
        elif space == _IN and kind == wanted and size == _SIZES[kind]:
            address: Address = IPv4Address(data) if kind == _A else IPv6Address(data)
            addresses.setdefault(owner, {})[address] = ttl
        at += size
    return aliases, addresses


def _name(message: bytes, at: int) -> tuple[str, int]:
    """A name in lower case, and where what follows it begins; pointers may only lead back (RFC 1035, 4.1.4)."""
    labels: list[str] = []
    end: int | None = None
    bound = at
    while length := message[at]:
        if length & _POINTER == _POINTER:
            target = (length & ~_POINTER) << 8 | message[at + 1]
            end = at + 2 if end is None else end
            if target >= bound:
                msg = "pointer leads nowhere"
                raise ValueError(msg)
            at = bound = target
            continue
        label = message[at + 1 : at + 1 + length]
        if length & _POINTER or len(label) != length or len(labels) == _MAX_LABELS or b"." in label:
            msg = "no name"
            raise ValueError(msg)
        labels.append(label.decode("ascii").lower())
        at += 1 + length
    return ".".join(labels), at + 1 if end is None else end


def sender_of(packet: bytes) -> Address | None:
    """Who sent an IP packet; None for what is none."""
    if len(packet) >= _IPV4_SIZE and packet[0] >> 4 == 4:  # noqa: PLR2004 - the protocol's number
        return IPv4Address(packet[12:16])
    if len(packet) >= _IPV6_SIZE and packet[0] >> 4 == 6:  # noqa: PLR2004 - the protocol's number
        return IPv6Address(packet[8:24])
    return None


def _message(packet: bytes) -> tuple[Address, bytes]:
    """Receiver and message of a name server's whole datagram or segment; raises ValueError for anything else."""
    receiver: Address
    if packet[0] >> 4 == 4:  # noqa: PLR2004 - the protocol's number
        start, protocol, end = (packet[0] & 0xF) * 4, packet[9], int.from_bytes(packet[2:4])
        receiver = IPv4Address(packet[16:20])
        whole = not int.from_bytes(packet[6:8]) & 0x3FFF and start >= _IPV4_SIZE
    else:
        start, protocol, end = _IPV6_SIZE, packet[6], _IPV6_SIZE + int.from_bytes(packet[4:6])
        receiver = IPv6Address(packet[24:40])
        whole = packet[0] >> 4 == 6  # noqa: PLR2004 - the protocol's number
    if not whole or int.from_bytes(packet[start : start + 2]) != _NAME_SERVICE:
        msg = "no DNS answer"
        raise ValueError(msg)
    if protocol == _UDP:
        return receiver, packet[start + 8 : start + int.from_bytes(packet[start + 4 : start + 6])]
    segment = packet[start + (packet[start + 12] >> 4) * 4 : end]
    if protocol != _TCP or int.from_bytes(segment[:2]) != len(segment) - 2:  # RFC 1035, 4.2.2
        msg = "no DNS answer in one piece"
        raise ValueError(msg)
    return receiver, segment[2:]
