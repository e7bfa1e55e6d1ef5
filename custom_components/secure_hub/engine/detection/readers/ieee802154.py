"""One packet of IEEE 802.15.4 taken apart, through Zigbee's network layer (R22 of its specification).

What a network key encrypts is read if that key is given.
"""

from binascii import crc_hqx
from collections.abc import Iterable
import struct
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

_WITH_FCS: Final = 195
_BARE: Final = 230
_TAP: Final = 283
LINKS: Final = frozenset({_WITH_FCS, _BARE, _TAP})
"""Link types of captures (LINKTYPE_IEEE802_15_4 with checksum, without, and TAP)."""
_TAP_HEAD: Final = 4
_TAP_FCS: Final = 0
_TAP_RSS: Final = 1
"""Fields of TAP: how the checksum is written (1: in 16 bits), and the strength of the signal in dBm (a float)."""
_FCS: Final = 2
_RSSI_OFFSET: Final = 73
"""dB to take from what a CC253x says (its data sheet, 23.10.3); of its siblings a few more or less."""
_CRC_OK: Final = 0x80
_MIRROR: Final = bytes(int(f"{it:08b}"[::-1], 2) for it in range(256))
_DATA: Final = 1
_COMMAND: Final = 3
_ASSOCIATE: Final = 1
_SHORT: Final = 2
_LONG: Final = 3
_INTER_PAN: Final = 3
_NWK_COMMAND: Final = 1
_REJOIN: Final = 0x06
_MIC: Final = 4
_LEVEL: Final = 5
"""Encryption with a check of 32 bits, which Zigbee uses and does not say in the packet (4.5.1.1.1)."""
_ENOUGH: Final = 8


class Frame(NamedTuple):
    """What one packet says; addresses are `0x1234`, or IEEE addresses with colons."""

    source: str
    target: str
    hop: str
    """Who sent this packet; the source sent the first one."""
    hardware: str
    """IEEE address of the source, where the packet tells it."""
    kind: str
    """`data`, `rejoin`, `associate`, or `sealed` for what no key opens."""
    size: int
    secured: bool
    payload: bytes
    """Of the application layer (APS), of the inter-PAN stub, or the capabilities of who associates."""
    inter_pan: bool = False
    rssi: int = 0
    """dBm, of this packet where it was captured; 0 where it is not said."""


class TornError(ValueError):
    """It is shorter than it says."""


class _Bytes:
    __slots__ = ("_data", "at")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        part = self._data[self.at : self.at + size]
        if len(part) != size:
            raise TornError(size)
        self.at += size
        return part

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def address(self, mode: int) -> str:
        if mode == _SHORT:
            return f"0x{self.number(2):04x}"
        return self.take(8)[::-1].hex(":") if mode == _LONG else ""

    def rest(self) -> bytes:
        return self._data[self.at :]


def open_frame(link: int, packet: bytes, keys: Iterable[bytes]) -> Frame | None:
    """Take a packet apart; None for what is something else, or broken. `keys` are network keys of 16 bytes."""
    rssi = 0
    if link == _TAP:
        packet, rssi = _tap(packet)
    elif link == _WITH_FCS:
        packet, rssi = packet[:-_FCS], _trailer(packet)
    try:
        frame = _mac(_Bytes(packet), keys)
    except TornError:
        return None
    return frame._replace(rssi=rssi) if frame is not None and rssi else frame


def _tap(packet: bytes) -> tuple[bytes, int]:
    """Take off the head of TAP (draft of LINKTYPE_IEEE802_15_4_TAP); return the rest, and the strength it tells."""
    size, at = int.from_bytes(packet[2:4], "little"), _TAP_HEAD
    rssi, end = 0, len(packet)
    while at + _TAP_HEAD <= min(size, len(packet)):
        kind, length = struct.unpack_from("<HH", packet, at)
        value = packet[at + _TAP_HEAD : at + _TAP_HEAD + length]
        if kind == _TAP_RSS and len(value) == 4:  # noqa: PLR2004 - a float
            (strength,) = struct.unpack("<f", value)
            rssi = round(strength) if -200 < strength < 100 else 0  # noqa: PLR2004 - what radios hear; NaN is none
        elif kind == _TAP_FCS and value[:1] == b"\x01":
            end -= _FCS
        at += _TAP_HEAD + (length + 3) // 4 * 4
    return packet[size:end], rssi


def _trailer(packet: bytes) -> int:
    """Return the strength that radios of Texas Instruments write in place of the checksum, if that is none."""
    said = packet[-_FCS:]
    if len(said) < _FCS or not said[1] & _CRC_OK:
        return 0
    mirrored = crc_hqx(packet[:-_FCS].translate(_MIRROR), 0)  # IEEE 802.15.4, 7.2.10: the lowest bit goes first
    if said == bytes((_MIRROR[mirrored >> 8], _MIRROR[mirrored & 0xFF])):
        return 0
    return int.from_bytes(said[:1], signed=True) - _RSSI_OFFSET


def _mac(data: _Bytes, keys: Iterable[bytes]) -> Frame | None:
    control = data.number(2)
    kind, target_mode, source_mode = control & 7, control >> 10 & 3, control >> 14 & 3
    if kind not in {_DATA, _COMMAND} or control & 8 or control >> 12 & 3 > 1:
        return None
    data.take(1)
    if target_mode:
        data.take(2)
    target = data.address(target_mode)
    if source_mode and not control & 0x40:
        data.take(2)
    source = data.address(source_mode)
    if kind == _COMMAND:
        if data.number(1) != _ASSOCIATE or source_mode != _LONG:
            return None
        return Frame(source, target, source, source, "associate", 1, secured=False, payload=data.take(1))
    return _network(data, source, keys)


def _network(data: _Bytes, hop: str, keys: Iterable[bytes]) -> Frame | None:
    begin = data.at
    control = data.number(2)
    kind = control & 3
    if kind == _INTER_PAN:
        rest = data.rest()
        return Frame(
            hop, "", hop, hop if ":" in hop else "", "data", len(rest), secured=False, payload=rest, inter_pan=True
        )
    target, source = data.address(_SHORT), data.address(_SHORT)
    data.take(2)
    if control & 0x0800:
        data.take(8)
    hardware = data.address(_LONG) if control & 0x1000 else ""
    if control & 0x0100:
        data.take(1)
    if control & 0x0400:
        data.take(2 * data.number(1) + 1)
    secured = bool(control & 0x0200)
    size = len(data.rest())
    opened: bytes | None = data.rest()
    if secured:
        opened, sender = _unseal(data, begin, keys)
        hardware = hardware or (sender if hop == source else "")
    if opened is None:
        return Frame(source, target, hop, hardware, "sealed", size, secured, b"")
    if kind == _NWK_COMMAND:
        if not opened or opened[0] != _REJOIN:
            return None
        return Frame(source, target, hop, hardware, "rejoin", len(opened), secured, opened[1:2])
    return Frame(source, target, hop, hardware, "data", len(opened), secured, opened)


def _unseal(data: _Bytes, begin: int, keys: Iterable[bytes]) -> tuple[bytes | None, str]:
    """Decrypt what is left (CCM*, annex A); return that, None if no key fits, and the sender's IEEE address."""
    start = data.at
    control = data.number(1)
    counter = data.take(4)
    sender = data.take(8) if control & 0x20 else b""
    if control >> 3 & 3 == 1:
        data.take(1)
    end = data.at
    data.at = begin
    head = bytearray(data.take(end - begin))
    head[start - begin] = control & ~7 | _LEVEL
    sealed = data.rest()
    name = sender[::-1].hex(":")
    if len(sealed) < _MIC or len(sender) != _ENOUGH:
        return None, name
    nonce = sender + counter + bytes([control & ~7 | _LEVEL])
    for key in keys:
        try:
            return AESCCM(key, tag_length=_MIC).decrypt(nonce, sealed, bytes(head)), name
        except InvalidTag:
            continue
    return None, name
