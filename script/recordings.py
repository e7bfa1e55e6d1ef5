"""Where recordings lie, what in a folder belongs together, and how they are opened, plain or packed."""

import bz2
from collections.abc import Buffer, Callable, Iterable, Iterator
from dataclasses import dataclass
import gzip
import io
from pathlib import Path
import re
from typing import Final

SUFFIXES: Final = {
    "zeek": {"log", "csv", "tsv", "labeled"},
    "eve": {"json", "jsonl"},
    "pcap": {"pcap", "pcapng", "cap"},
    "zigbee-pcap": {"pcap", "pcapng", "cap"},
    "binetflow": {"binetflow"},
    "telemetry": {"jsonl"},
}
"""Formats, and the ends of names that say in a folder that a file is a capture; what is named itself is taken for one
whatever it is called."""
_BEHIND: Final = re.compile(r"gz|bz2|xz|zst|\d+")
_DATE: Final = re.compile(r"-\d+$")
"""What may stand behind the end of a name: how it is packed, and the number or the date by which logs are put away."""
_LOG: Final = re.compile(r"(?:json_streaming_)?(conn|dns|arp|dhcp)(?:[._]\d.*)?\.(?:log|json|csv|tsv|labeled)(?:\.|$)")
"""The logs of Zeek that are read, also as it puts them away (`conn.21:00:00-22:00:00.log.gz`)."""
_OTHER_LOGS: Final = re.compile(
    r"""(?x:
    analyzer | capture_loss | dce_rpc | dnp3 | dpd | files | ftp | http | intel | irc | kerberos |
    known_certs | known_hosts | known_services | ldap | loaded_scripts | modbus | mqtt_connect |
    mqtt_publish | mqtt_subscribe | mysql | notice | notice_alarm | ntlm | ntp | ocsp | packet_filter | pe |
    quic | radius | rdp | reporter | rfb | signatures | sip | smb_cmd | smb_files | smb_mapping | smtp |
    snmp | socks | software | ssh | ssl | stats | stderr | stdout | syslog | telemetry | traceroute | tunnel
    | weird | websocket | x509
    )(?:\.\d.*)?\.(?:log|json)(?:\.|$)"""
)
"""The logs of Zeek that say the same again, or what somebody thinks of it."""
_DEPTH: Final = 8
_MOST: Final = 8 << 30
"""Bytes that a packed file may unpack to: it takes minutes to go through so much, and no memory."""
_PACKED: Final = {
    b"PK\x03\x04": "zip",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
}

type Tell = Callable[[Path, str], None]
"""Called with what cannot be read, and why."""


class UnreadableError(Exception):
    """A file is packed as nobody here can unpack it, or to more than is read."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Files that tell of the same time and place."""

    name: Path
    files: tuple[Path, ...]


def captures(form: str, paths: Iterable[Path], tell: Tell) -> Iterator[Capture]:
    """Yield each capture of the paths: files, and what is in folders."""
    for path in paths:
        count = 0
        for count, capture in enumerate(_below(form, path, tell, 0), 1):  # noqa: B007 - how many, in the end
            yield capture
        if not count:
            tell(path, f"no capture of the format {form} found")


def log_name(path: Path) -> str:
    """Return which of Zeek's logs a file is, by its name; the name itself for others."""
    found = _LOG.match(path.name)
    return found[1] if found else path.name.partition(".")[0]


def _below(form: str, path: Path, tell: Tell, depth: int) -> Iterator[Capture]:
    if not path.is_dir():
        yield Capture(path, (path,))
        return
    try:
        inside = sorted(path.iterdir())
    except OSError as error:
        tell(path, error.strerror or str(error))
        return
    folders = [it for it in inside if it.is_dir()]
    files = [it for it in inside if it not in folders and _fits(form, it)]
    together = [it for it in files if form == "telemetry" or (form == "zeek" and _LOG.match(it.name))]
    if together:
        yield Capture(path, tuple(together))
    yield from (Capture(it, (it,)) for it in files if it not in together)
    for folder in folders:
        if depth < _DEPTH and folder.resolve() not in (it.resolve() for it in folder.parents):
            yield from _below(form, folder, tell, depth + 1)


def _fits(form: str, path: Path) -> bool:
    parts = path.name.lower().split(".")
    if form == "zeek":
        if _LOG.match(path.name):
            return True
        if _OTHER_LOGS.match(path.name):
            return False
    while len(parts) > 1 and _BEHIND.fullmatch(parts[-1]):
        parts.pop()
    return len(parts) > 1 and _DATE.sub("", parts[-1]) in SUFFIXES[form]


class _Bounded(io.RawIOBase):
    """A stream that ends with an error when it has given too much."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        super().__init__()
        self._stream = stream
        self._left = _MOST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        data = self._stream.read1(min(len(view), self._left + 1))  # what came before a tear stands
        self._left -= len(data)
        if self._left < 0:
            reason = f"it unpacks to more than {_MOST >> 30} GiB; the rest is left out"
            raise UnreadableError(reason)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def opened(path: Path) -> io.BufferedReader:
    """Open a file for reading, unpacked.

    Raises:
        OSError: It cannot be opened.
        UnreadableError: It is packed in another way than by gzip or bzip2.
    """
    stream = path.open("rb")
    magic = stream.peek(8)[:8]
    for mark, name in _PACKED.items():
        if magic.startswith(mark):
            stream.close()
            reason = f"it is packed as {name}, which is not read; unpack it first"
            raise UnreadableError(reason)
    if magic.startswith(b"\x1f\x8b"):
        return io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=stream)), 1 << 16)
    if magic.startswith(b"BZh"):
        return io.BufferedReader(_Bounded(bz2.BZ2File(stream)), 1 << 16)
    return stream
