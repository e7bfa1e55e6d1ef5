"""Install codes: the secret on a device's label by which it joins, as typed or as its QR code says it.

An install code is 6, 8, 12 or 16 bytes and a CRC over them (Zigbee Base Device Behaviour 10.1). The link key that
follows from it is for the radio library to compute. Makers print IEEE address and code in layouts of their own.
"""

from dataclasses import dataclass
import re
from typing import Final

MAX_TEXT: Final = 512
"""Characters of what somebody typed or scanned that are read."""

UNREADABLE: Final = "install_code_unreadable"
OF_ANOTHER: Final = "install_code_of_another"
WRONG_LENGTH: Final = "install_code_length"
WRONG_CRC: Final = "install_code_crc"
_LENGTHS: Final = frozenset({8, 10, 14, 18})
"""Bytes of a code with its CRC."""
_IEEE: Final = r"(?P<ieee>[0-9a-fA-F]{16})"
_CODE: Final = r"(?P<code>(?:[0-9a-fA-F]{36}|[0-9a-fA-F]{28}|[0-9a-fA-F]{20}|[0-9a-fA-F]{16}))"
_LAYOUTS: Final = (
    re.compile(rf"^{_IEEE}\|{_CODE}$"),
    re.compile(rf"^Z:{_IEEE}\$I:{_CODE}$"),
    re.compile(rf"(?:^|\$)A:{_IEEE}\$I:{_CODE}$"),
    re.compile(rf"^RB01SG[0-9a-fA-F]{{34}}{_IEEE}DLK(?:{_CODE}|(?P<key>[0-9a-fA-F]{{32}}))$"),
    re.compile(rf"^{_IEEE}[\s,;/]+{_CODE}$"),
)
"""An address and a code with a stroke between them; Z: and A: fields; a link key or a code behind DLK; two words."""


class InstallCodeError(ValueError):
    """What was given is no install code; `key` is a translation key."""

    def __init__(self, key: str) -> None:
        """Keep the key for whoever tells the user."""
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class InstallCode:
    """An IEEE address, `00:11:22:33:44:55:66:77`, and either a code with its CRC or, from some makers, a link key."""

    ieee: str
    code: bytes = b""
    key: bytes = b""

    def __repr__(self) -> str:
        """Tell the address; the rest is a secret."""
        return f"InstallCode({self.ieee})"


def crc(data: bytes) -> int:
    """CRC-16/X-25 (ITU-T X.25, ISO/IEC 13239): reflected polynomial 0x8408, initial and final value 0xFFFF."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return value ^ 0xFFFF


def parse(text: str, ieee: str | None = None) -> InstallCode:
    """Read a QR code's text, or a bare code for the device at `ieee`.

    Raises InstallCodeError for what no maker prints, for a CRC that does not fit (a digit was mistyped), and for a QR
    code that names another device than `ieee`.
    """
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise InstallCodeError(UNREADABLE)
    for layout in _LAYOUTS:
        if (found := layout.search(text)) is not None:
            named = bytes.fromhex(found["ieee"]).hex(":")
            if ieee is not None and ieee != named:
                raise InstallCodeError(OF_ANOTHER)
            if key := found.groupdict().get("key"):
                return InstallCode(named, key=bytes.fromhex(key))
            return InstallCode(named, code=_checked(bytes.fromhex(found["code"])))
    if ieee is None:
        raise InstallCodeError(UNREADABLE)
    digits = re.sub(r"[\s:-]", "", text)
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", digits):
        raise InstallCodeError(UNREADABLE)
    return InstallCode(ieee, code=_checked(bytes.fromhex(digits)))


def _checked(code: bytes) -> bytes:
    if len(code) not in _LENGTHS:
        raise InstallCodeError(WRONG_LENGTH)
    if crc(code[:-2]) != int.from_bytes(code[-2:], "little"):
        raise InstallCodeError(WRONG_CRC)
    return code
