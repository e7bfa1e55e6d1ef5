"""What rules ask of a packet, as expressions that all of them share."""

import struct
from typing import Final

from .layout import Field, RuleSpec, SetSpec, Shape
from .nftables import KEY, Base, Meta, Verdict, counter, decide, equals, meta, payload

IP4: Final = b"\x08\x00"
ARP: Final = b"\x08\x06"
VLAN: Final = b"\x81\x00"
QINQ: Final = b"\x88\xa8"
IP6: Final = b"\x86\xdd"
EAPOL: Final = b"\x88\x8e"
TCP: Final = b"\x06"
UDP: Final = b"\x11"
ICMP6: Final = b"\x3a"
ORIGINAL: Final = b"\x00"
REPLY: Final = b"\x01"

DISCOVERY_FROM: Final = SetSpec("discovery_from", (Field.ICMPV6,), constants=(b"\x85", b"\x87", b"\x88"))
"""Router solicitation, neighbour solicitation and advertisement (RFC 4861)."""
DISCOVERY_TO: Final = SetSpec("discovery_to", (Field.ICMPV6,), constants=(b"\x86", b"\x87", b"\x88"))
"""Router advertisement, neighbour solicitation and advertisement."""
PORTED_SET: Final = SetSpec("ported", (Field.PROTOCOL,), constants=(TCP, UDP))
"""Protocols of which rules name ports."""

SOURCE: Final = payload(Base.LINK, 6, 6)
DESTINATION: Final = payload(Base.LINK, 0, 6)
IIF: Final = meta(Meta.IIFNAME)
OIF: Final = meta(Meta.OIFNAME)
IS: Final = {4: meta(Meta.NFPROTO) + equals(b"\x02"), 6: meta(Meta.NFPROTO) + equals(b"\x0a")}
"""Match packets of a version of IP, in table inet."""
ETHERNET: Final = meta(Meta.IIFTYPE) + equals(struct.pack("=H", 1))
"""The interface has MACs (ARPHRD_ETHER, in host order)."""
ACCEPT: Final = decide(Verdict.ACCEPT)


def rule(chain: str, comment: str, *expressions: bytes) -> RuleSpec:
    """One rule."""
    return RuleSpec(chain, comment, expressions)


def local(chain: str, comment: str, *expressions: bytes) -> RuleSpec:
    """One rule that stands on the hub's own machine only."""
    return RuleSpec(chain, comment, expressions, local=True)


def jump(chain: str) -> bytes:
    """Go to a chain and come back."""
    return decide(Verdict.JUMP, chain)


def drop(shape: Shape) -> bytes:
    """Count, and in monitor mode let pass."""
    return counter() + decide(Verdict.DROP if shape.enforce else Verdict.ACCEPT)


def ethertype(kind: bytes) -> bytes:
    """Match frames of a kind."""
    return payload(Base.LINK, 12, 2) + equals(kind)


def source(version: int, register: int = KEY) -> bytes:
    """Load the source address."""
    offset, size = (12, 4) if version == 4 else (8, 16)  # noqa: PLR2004 - the protocol's number
    return payload(Base.NETWORK, offset, size, register)


def destination(version: int, register: int = KEY) -> bytes:
    """Load the destination address."""
    offset, size = (16, 4) if version == 4 else (24, 16)  # noqa: PLR2004 - the protocol's number
    return payload(Base.NETWORK, offset, size, register)


def udp(source: int, destination: int) -> bytes:
    """Match UDP with these ports."""
    ports = source.to_bytes(2) + destination.to_bytes(2)
    return meta(Meta.L4PROTO) + equals(UDP) + payload(Base.TRANSPORT, 0, 4) + equals(ports)


def icmp6() -> bytes:
    """Match ICMPv6, and load its type."""
    return meta(Meta.L4PROTO) + equals(ICMP6) + payload(Base.TRANSPORT, 0, 1)
