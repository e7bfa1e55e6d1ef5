"""OpenPGP's outer forms: ASCII armor, packets, and the reading of their fields (RFC 9580, sections 3 to 6)."""

from base64 import b64decode
from collections.abc import Iterator
from enum import IntEnum
import re
from typing import Final, NamedTuple

MAX_BYTES: Final = 512 * 1024
"""Bytes of a file of keys or signatures."""
MAX_PACKETS: Final = 4096

_ARMOR: Final = re.compile(
    rb"^-----BEGIN PGP (?P<what>[A-Z ]{1,40})-----[ \t]*\r?\n"
    rb"(?:[A-Za-z]{1,40}: [^\r\n]{0,500}\r?\n)*[ \t]*\r?\n"
    rb"(?P<body>(?:[A-Za-z0-9+/]{1,76}={0,2}[ \t]*\r?\n)+)"
    rb"(?:=[A-Za-z0-9+/]{4}[ \t]*\r?\n)?"  # a checksum that nobody needs (section 6.1)
    rb"-----END PGP (?P=what)-----",
    re.MULTILINE,
)


class OpenPgpError(ValueError):
    """Not OpenPGP, or more of it than is read; the message says what."""


class Tag(IntEnum):
    """Types of packets (section 5)."""

    SIGNATURE = 2
    PUBLIC_KEY = 6
    TRUST = 12
    USER_ID = 13
    PUBLIC_SUBKEY = 14
    USER_ATTRIBUTE = 17


class Packet(NamedTuple):
    """One packet: its type, which may be none of `Tag`, and its body."""

    tag: int
    body: bytes


class Reader:
    """Reads fields one after the other, and never past the end."""

    def __init__(self, data: bytes) -> None:
        """Begin at the beginning."""
        self._data = data
        self.at = 0

    @property
    def more(self) -> bool:
        """Whether anything is left."""
        return self.at < len(self._data)

    def take(self, count: int) -> bytes:
        """Take so many bytes; raises OpenPgpError."""
        taken = self._data[self.at : self.at + count]
        if len(taken) != count:
            reason = "it ends in the middle"
            raise OpenPgpError(reason)
        self.at += count
        return taken

    def number(self, count: int) -> int:
        """Take a number of so many bytes."""
        return int.from_bytes(self.take(count))

    def mpi(self) -> bytes:
        """Take an integer with its length in bits before it (section 3.2)."""
        return self.take((self.number(2) + 7) // 8)

    def rest(self) -> bytes:
        """Take what is left."""
        return self.take(len(self._data) - self.at)

    def length(self) -> int:
        """Take a length of one, two or five bytes, as new packets and subpackets have it (sections 4.2.1, 5.2.3.7)."""
        first = self.number(1)
        if first < 192:  # noqa: PLR2004 - where the forms divide
            return first
        if first < 224:  # noqa: PLR2004 - as above
            return ((first - 192) << 8) + self.number(1) + 192
        if first == 255:  # noqa: PLR2004 - as above
            return self.number(4)
        reason = "lengths in parts are not for keys or signatures"
        raise OpenPgpError(reason)


def unarmor(data: bytes) -> bytes:
    """Read a file, armored or not, into packets' bytes; several armored blocks become one. Raises OpenPgpError."""
    if len(data) > MAX_BYTES:
        reason = f"{len(data)} bytes, {MAX_BYTES} are read"
        raise OpenPgpError(reason)
    if data[:1] >= b"\x80":  # every packet begins with this bit, and no text does
        return data
    try:
        blocks = [b64decode(b"".join(one["body"].split()), validate=True) for one in _ARMOR.finditer(data + b"\n")]
    except ValueError as error:
        reason = f"its armor is damaged: {error}"
        raise OpenPgpError(reason) from error
    if not blocks:
        reason = "no OpenPGP in it"
        raise OpenPgpError(reason)
    return b"".join(blocks)


def read_packets(data: bytes) -> Iterator[Packet]:
    """Read packets (section 4.2), of either format; raises OpenPgpError."""
    reader = Reader(data)
    for _ in range(MAX_PACKETS):
        if not reader.more:
            return
        header = reader.number(1)
        if not header & 0x80:
            reason = "no packet where one should begin"
            raise OpenPgpError(reason)
        if header & 0x40:
            yield Packet(header & 0x3F, reader.take(reader.length()))
        elif (size := header & 3) == 3:  # noqa: PLR2004 - the fourth form
            reason = "a packet without a length"
            raise OpenPgpError(reason)
        else:
            yield Packet(header >> 2 & 0x0F, reader.take(reader.number(1 << size)))
    if reader.more:
        reason = f"more than {MAX_PACKETS} packets"
        raise OpenPgpError(reason)
