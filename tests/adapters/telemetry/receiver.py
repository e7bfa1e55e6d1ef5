"""A receiver of syslog over TLS, with a certificate authority of its own, as a service provider has."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PATIENCE_S = 30.0


def certificate(directory: Path, address: str = "127.0.0.1") -> tuple[str, ssl.SSLContext]:
    """Make an authority and a server's certificate; the authority's (PEM), and what the server speaks with."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")]), datetime.now(UTC)
    base = x509.CertificateBuilder().issuer_name(name).not_valid_before(now - timedelta(days=1))
    base = base.not_valid_after(now + timedelta(days=1))
    authority = (
        base.subject_name(name)
        .public_key(authority_key.public_key())
        .serial_number(1)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    of_server = (
        base.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")]))
        .public_key(key.public_key())
        .serial_number(2)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    file = directory / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + of_server.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return authority.public_bytes(serialization.Encoding.PEM).decode(), context


class Receiver:
    """Keeps the messages that arrive, taken apart by their octet counts."""

    def __init__(self, authority: str) -> None:
        """Nothing arrived; `authority` is what senders must trust."""
        self.authority = authority
        self.port = 0
        self.messages: list[bytes] = []
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []
        self._arrived = asyncio.Event()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one connection to its end."""
        self.connections += 1
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                size = int(await reader.readuntil(b" "))
                self.messages.append(await reader.readexactly(size))
                self._arrived.set()
        writer.close()

    async def wait_for(self, number: int) -> list[bytes]:
        """Wait until so many messages arrived."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.messages) < number:
                self._arrived.clear()
                await self._arrived.wait()
        return self.messages


@contextlib.asynccontextmanager
async def receiving(directory: Path, *, port: int = 0, address: str = "127.0.0.1") -> AsyncIterator[Receiver]:
    """Receive on a port of the loopback; `address` is whom the certificate is for."""
    authority, context = await asyncio.to_thread(certificate, directory, address)
    receiver = Receiver(authority)
    server = await asyncio.start_server(receiver.take, "127.0.0.1", port, ssl=context)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for writer in receiver.writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
