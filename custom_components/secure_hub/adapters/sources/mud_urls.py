"""MUD URLs that devices name of themselves by DHCP and LLDP, read as they pass (RFC 8520, sections 10, 11).

Needs CAP_NET_RAW. The kernel's socket filter hands over what devices say to DHCP servers, and LLDP, and nothing else.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
import struct
from typing import Final
from urllib.parse import urlsplit

from ..packets import Listeners

MAX_URL: Final = 255
"""Bytes of a URL: what one DHCP option holds."""
_SNAP: Final = 1514
_FRAMES: Final = 64
_LLDP: Final = 0x88CC
_LLDP_GROUP: Final = bytes.fromhex("0180c200000e")
_OUTGOING: Final = 4

_IPV4, _IPV6, _UDP = 0x0800, 0x86DD, 17
_SERVER4, _SERVER6 = 67, 547
_BOOTREQUEST: Final = 1
_COOKIE: Final = b"\x63\x82\x53\x63"
_MUD_URL4, _MUD_URL6, _PAD, _END = 161, 112, 0, 255
_RELAYED: Final = frozenset({12, 13})
_IANA: Final = bytes.fromhex("00005e")
_MUD_SUBTYPE: Final = 1
_ORGANISATION: Final = 127

# linux/filter.h: IPv4 without options and not a later fragment, UDP to 67; IPv6, UDP to 547; LLDP
_PROGRAM: Final = (
    (0x28, 0, 0, 12),
    (0x15, 11, 0, _LLDP),
    (0x15, 0, 4, _IPV6),
    (0x30, 0, 0, 20),
    (0x15, 0, 9, _UDP),
    (0x28, 0, 0, 56),
    (0x15, 6, 7, _SERVER6),
    (0x15, 0, 6, _IPV4),
    (0x30, 0, 0, 23),
    (0x15, 0, 4, _UDP),
    (0xB1, 0, 0, 14),
    (0x48, 0, 0, 16),
    (0x15, 0, 1, _SERVER4),
    (0x06, 0, 0, _SNAP),
    (0x06, 0, 0, 0),
)


@dataclass(frozen=True, slots=True)
class Named:
    """A MUD URL, the MAC address of the device that named it, and whether it did `by` `dhcp`, `dhcpv6` or `lldp`."""

    mac: str
    url: str
    by: str


class MudUrlTap:
    """URLs as they are named on some interfaces; a bridge's ports too, for LLDP does not pass a bridge."""

    def __init__(self, interfaces: Collection[str], on_named: Callable[[Named], None]) -> None:
        """Listen; raises OSError where that is not permitted. An interface that is not there is passed over."""
        self._on_named = on_named
        self._listeners = Listeners(interfaces, _PROGRAM, group=_LLDP_GROUP)

    def filenos(self) -> list[int]:
        """Descriptors that are readable when somebody said something."""
        return [one.fileno() for one in self._listeners.sockets]

    def read(self, fileno: int) -> None:
        """Tell of what was named on one of them; does not wait, and reads a bounded number."""
        for one in self._listeners.sockets:
            if one.fileno() == fileno:
                for _ in range(_FRAMES):
                    try:
                        frame, (_, _, kind, *_) = one.recvfrom(_SNAP)
                    except BlockingIOError, InterruptedError:
                        return
                    if kind != _OUTGOING and (found := named_in_frame(frame)):
                        self._on_named(found)

    def close(self) -> None:
        """Listen no more."""
        self._listeners.close()


def named_in_frame(frame: bytes) -> Named | None:
    """The MUD URL that an Ethernet frame names; None for any other frame, torn ones too."""
    try:
        kind = int.from_bytes(frame[12:14])
        if kind == _LLDP:
            url, by = _lldp(frame[14:]), "lldp"
        elif kind == _IPV4 and frame[23] == _UDP:
            url, by = _dhcp(frame[14 + (frame[14] & 0xF) * 4 + 8 :]), "dhcp"
        elif kind == _IPV6 and frame[20] == _UDP:
            url, by = _dhcpv6(frame[62:]), "dhcpv6"
        else:
            return None
    except IndexError, ValueError, struct.error:
        return None
    return Named(frame[6:12].hex(":"), url, by) if url and is_mud_url(url) and not frame[6] & 1 else None


def is_mud_url(url: str) -> bool:
    """Whether a text is what RFC 8520, section 2 lets a MUD URL be: an https URL of a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and url.isprintable()
    except ValueError:
        return False


def _text(value: bytes) -> str | None:
    """A URL is ASCII (RFC 3986); a space begins the reserved part of the option (RFC 8520, section 10)."""
    return value.partition(b" ")[0].rstrip(b"\0").decode("ascii") if len(value) <= MAX_URL else None


def _dhcp(message: bytes) -> str | None:
    """Option 161 of what a client says to a server (RFC 2131), parts of it joined (RFC 3396)."""
    if message[0] != _BOOTREQUEST or message[236:240] != _COOKIE:
        return None
    at, value = 240, b""
    while at < len(message) and message[at] != _END:
        if message[at] == _PAD:
            at += 1
            continue
        size = message[at + 1]
        part = message[at + 2 : at + 2 + size]
        if len(part) != size:
            return None
        if message[at] == _MUD_URL4:
            value += part
        at += 2 + size
    return _text(value)


def _dhcpv6(message: bytes) -> str | None:
    """Option 112 of what a client says (RFC 8415); what relays say is not the device's own word."""
    if message[0] in _RELAYED:
        return None
    at = 4
    while at + 4 <= len(message):
        kind, size = struct.unpack_from("!HH", message, at)
        value = message[at + 4 : at + 4 + size]
        if kind == _MUD_URL6 and len(value) == size:
            return _text(value)
        at += 4 + size
    return None


def _lldp(unit: bytes) -> str | None:
    """The organisationally specific TLV of IANA, subtype 1 (IEEE 802.1AB; RFC 8520, section 11)."""
    at = 0
    while at + 2 <= len(unit):
        kind, size = unit[at] >> 1, int.from_bytes(unit[at : at + 2]) & 0x1FF
        value = unit[at + 2 : at + 2 + size]
        if not kind or len(value) != size:
            return None
        if kind == _ORGANISATION and value[:3] == _IANA and value[3] == _MUD_SUBTYPE:
            return _text(value[4:])
        at += 2 + size
    return None
