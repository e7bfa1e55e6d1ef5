"""A small DHCP client (RFC 2131, options of RFC 2132): DISCOVER, REQUEST, renew. No raw sockets, no state on disk."""

from dataclasses import dataclass
import os
import socket
import struct
import time

SERVER_PORT, CLIENT_PORT = 67, 68
MAGIC = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
SUBNET, ROUTER, DNS, HOSTNAME = 1, 3, 6, 12
REQUESTED, LEASE_TIME, TYPE, SERVER, PARAMETERS, MAX_SIZE, VENDOR_CLASS, CLIENT_ID = 50, 51, 53, 54, 55, 57, 60, 61
BROADCAST_FLAG = 0x8000
RETRY = 0.4

type Options = dict[int, bytes]


class Refused(OSError):
    """The server answered with DHCPNAK."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device shows of itself; `parameters` are option numbers as the device asks for them, in hex."""

    mac: str
    hostname: str
    vendor_class: str
    parameters: str


@dataclass(frozen=True, slots=True)
class Lease:
    """What the server gave; `seconds` is the lease time."""

    address: str
    prefix: int
    router: str
    resolver: str
    server: str
    seconds: int

    @property
    def interface(self) -> str:
        """The address with its prefix length."""
        return f"{self.address}/{self.prefix}"


def obtain(port: str, identity: Identity, within: float) -> Lease:
    """A new lease; raises TimeoutError without an answer within that many seconds."""
    deadline = time.monotonic() + within
    with _socket(port, "") as sock:
        while True:
            offered, options = _ask(sock, identity, DISCOVER, {}, OFFER, deadline)
            chosen = {REQUESTED: socket.inet_aton(offered), SERVER: options[SERVER]}
            try:
                address, options = _ask(sock, identity, REQUEST, chosen, ACK, deadline)
            except Refused:
                continue
            return _lease(address, options)


def renew(port: str, identity: Identity, lease: Lease, within: float) -> Lease:
    """The same lease again, asked of its server by unicast (RENEWING); raises Refused or TimeoutError."""
    deadline = time.monotonic() + within
    with _socket(port, lease.address) as sock:
        sock.connect((lease.server, SERVER_PORT))
        address, options = _ask(sock, identity, REQUEST, {}, ACK, deadline, held=lease.address)
        return _lease(address, options)


def _socket(port: str, address: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, port.encode())
    sock.bind((address, CLIENT_PORT))
    return sock


def _ask(  # noqa: PLR0913 - the fields of one exchange
    sock: socket.socket, identity: Identity, kind: int, more: Options, want: int, deadline: float, held: str = ""
) -> tuple[str, Options]:
    transaction = os.urandom(4)
    packet = _message(identity, transaction, kind, more, held)
    while (left := deadline - time.monotonic()) > 0:
        if held:
            sock.send(packet)
        else:
            sock.sendto(packet, ("255.255.255.255", SERVER_PORT))
        retry = time.monotonic() + min(RETRY, left)
        while (wait := retry - time.monotonic()) > 0:
            sock.settimeout(wait)
            try:
                answer = _parse(sock.recv(2048), transaction)
            except TimeoutError, ConnectionRefusedError:
                break
            if answer is None:
                continue
            got = answer[1].get(TYPE, b"")[:1]
            if got == bytes([NAK]):
                raise Refused("DHCPNAK")  # noqa: EM101
            if got == bytes([want]):
                return answer
    raise TimeoutError("no DHCP server answered")  # noqa: EM101, TRY003


def _message(identity: Identity, transaction: bytes, kind: int, more: Options, held: str) -> bytes:
    mac = bytes.fromhex(identity.mac.replace(":", ""))
    header = struct.pack(
        "!BBBB4sHH4s12x16s192x",
        *(1, 1, 6, 0, transaction, 0, 0 if held else BROADCAST_FLAG),
        *(socket.inet_aton(held or "0.0.0.0"), mac),
    )
    options: Options = {
        TYPE: bytes([kind]),
        CLIENT_ID: b"\x01" + mac,
        **more,
        MAX_SIZE: struct.pack("!H", 1500),
        VENDOR_CLASS: identity.vendor_class.encode(),
        HOSTNAME: identity.hostname.encode(),
        PARAMETERS: bytes.fromhex(identity.parameters),
    }
    body = b"".join(bytes([code, len(value)]) + value for code, value in options.items() if value)
    return header + MAGIC + body + b"\xff"


def _parse(packet: bytes, transaction: bytes) -> tuple[str, Options] | None:
    if len(packet) < 240 or packet[0] != 2 or packet[4:8] != transaction or packet[236:240] != MAGIC:
        return None
    options: Options = {}
    at = 240
    while at + 1 < len(packet) and packet[at] != 0xFF:
        if packet[at] == 0:
            at += 1
            continue
        length = packet[at + 1]
        options[packet[at]] = packet[at + 2 : at + 2 + length]
        at += 2 + length
    return socket.inet_ntoa(packet[16:20]), options


def _lease(address: str, options: Options) -> Lease:
    server = socket.inet_ntoa(options[SERVER][:4])
    return Lease(
        address=address,
        prefix=int.from_bytes(options[SUBNET][:4]).bit_count(),
        router=socket.inet_ntoa(options[ROUTER][:4]) if ROUTER in options else server,
        resolver=socket.inet_ntoa(options[DNS][:4]) if DNS in options else server,
        server=server,
        seconds=int.from_bytes(options.get(LEASE_TIME, b"")[:4]),
    )
