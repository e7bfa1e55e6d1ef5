"""Frames that no honest device sends."""

from ipaddress import ip_address
import socket
import struct


def ethernet(source: str, ethertype: int, payload: bytes, target: str = "ff:ff:ff:ff:ff:ff", tag: bytes = b"") -> bytes:
    head = bytes.fromhex(target.replace(":", "")) + bytes.fromhex(source.replace(":", ""))
    return head + tag + ethertype.to_bytes(2) + payload


def arp(sender_mac: str, sender: str, target: str) -> bytes:
    """Unasked ARP reply: `sender` is at `sender_mac`."""
    hardware = bytes.fromhex(sender_mac.replace(":", ""))
    head = b"\x00\x01\x08\x00\x06\x04\x00\x02"
    return head + hardware + socket.inet_aton(sender) + b"\xff" * 6 + socket.inet_aton(target)


def udp4(source: str, target: str, ports: tuple[int, int], data: bytes = b"spoof") -> bytes:
    datagram = b"".join(n.to_bytes(2) for n in (*ports, 8 + len(data), 0)) + data
    head = bytearray(b"\x45\x00" + (20 + len(datagram)).to_bytes(2) + b"\x00\x00\x00\x00\x40\x11\x00\x00")
    head += socket.inet_aton(source) + socket.inet_aton(target)
    total = sum(int.from_bytes(head[i : i + 2]) for i in range(0, 20, 2))
    total = (total & 0xFFFF) + (total >> 16)
    head[10:12] = (~((total & 0xFFFF) + (total >> 16)) & 0xFFFF).to_bytes(2)
    return bytes(head) + datagram


def udp6(source: str, target: str, ports: tuple[int, int], data: bytes = b"") -> bytes:
    """IPv6 packet with UDP inside, without a checksum that anybody would believe."""
    datagram = struct.pack("!4H", *ports, 8 + len(data), 1) + data
    head = struct.pack("!IHBB", 6 << 28, len(datagram), 17, 255)
    return head + ip_address(source).packed + ip_address(target).packed + datagram


def icmp6(source: str, kind: int, rest: bytes) -> bytes:
    """ICMPv6 to all nodes, hop limit 255, with a checksum."""
    ends = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, "ff02::1")
    message = bytearray(bytes((kind, 0, 0, 0)) + rest)
    pseudo = ends + len(message).to_bytes(4) + b"\x00\x00\x00\x3a" + message
    total = sum(int.from_bytes(pseudo[i : i + 2]) for i in range(0, len(pseudo), 2))
    total = (total & 0xFFFF) + (total >> 16)
    message[2:4] = (~((total & 0xFFFF) + (total >> 16)) & 0xFFFF).to_bytes(2)
    return b"\x60\x00\x00\x00" + len(message).to_bytes(2) + b"\x3a\xff" + ends + message
