"""What DNS and DHCP messages say, as far as it is observed."""

from ipaddress import IPv4Address
from typing import Final, NamedTuple

_DNS_HEAD: Final = 12
_NAME_ERROR: Final = 3
_MAX_LABEL: Final = 63
_MAX_NAME: Final = 255
_DHCP_OPTIONS: Final = 240
_COOKIE: Final = b"\x63\x82\x53\x63"
_REQUESTED: Final = 50
_MESSAGE_TYPE: Final = 53
_SERVER: Final = 54
_END: Final = 255


class DnsMessage(NamedTuple):
    """The question of a DNS message (RFC 1035 section 4.1)."""

    name: str
    response: bool
    found: bool


class DhcpMessage(NamedTuple):
    """A DHCP message for IPv4 (RFC 2131): from a server or a client, and the address that it is about, if any."""

    reply: bool
    client: str
    address: str
    server: str


def dns_message(data: bytes) -> DnsMessage | None:
    """Read the first question; None if there is none."""
    if len(data) <= _DNS_HEAD or int.from_bytes(data[4:6]) == 0:
        return None
    labels, at = [], _DNS_HEAD
    while (length := data[at] if at < len(data) else 0) and length <= _MAX_LABEL and at < _DNS_HEAD + _MAX_NAME:
        labels.append(data[at + 1 : at + 1 + length].decode("ascii", "backslashreplace"))
        at += 1 + length
    if not labels or at + 5 > len(data) or length:
        return None
    return DnsMessage(".".join(labels), bool(data[2] & 0x80), data[3] & 0xF != _NAME_ERROR)


def dhcp_message(data: bytes) -> DhcpMessage | None:
    """Read a message; None if it is none."""
    if len(data) < _DHCP_OPTIONS or data[236:240] != _COOKIE or data[0] not in {1, 2}:
        return None
    options: dict[int, bytes] = {}
    at = _DHCP_OPTIONS
    while at + 1 < len(data) and data[at] != _END:
        if data[at] == 0:
            at += 1
            continue
        options[data[at]] = data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    if _MESSAGE_TYPE not in options:
        return None
    return DhcpMessage(
        data[0] == 2,  # noqa: PLR2004 - BOOTREPLY
        data[28:34].hex(":"),
        _address(options.get(_REQUESTED, b"")),
        _address(options.get(_SERVER, b"")),
    )


def _address(data: bytes) -> str:
    return str(IPv4Address(data)) if len(data) == 4 else ""  # noqa: PLR2004 - octets
