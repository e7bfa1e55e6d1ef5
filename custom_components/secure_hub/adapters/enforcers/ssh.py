"""Commands on another machine over one lasting SSH connection, whose host key was pinned when it was set up."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import asyncssh

from ...engine.enforcement import EnforcementError

_CONNECT_SECONDS: Final = 10.0
_COMMAND_SECONDS: Final = 30.0
_KEEPALIVE_SECONDS: Final = 15
_KEEPALIVES: Final = 2
"""Unanswered ones, after which the connection counts as lost."""
_HOST_KEYS: Final = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256")
"""Best first; asked for RSA, a dropbear 2022.83 that has no such key dies of an assertion."""
_MAX_OUTPUT: Final = 64 * 1024 * 1024
_MAX_COMPLAINT: Final = 64 * 1024
_TOLD: Final = 300
"""Characters of a complaint that are passed on."""
_CHUNK: Final = 32_768
_NOT_FOUND: Final = frozenset({126, 127})
"""Exit statuses of a shell for a command that is not there or may not be run (POSIX, 2.8.2)."""


class Trouble(StrEnum):
    """What can be wrong with a router: translation keys of the reason and the mend."""

    NOT_ASKED = "router_not_asked"
    AWAY = "router_away"
    KEY_INVALID = "router_key_invalid"
    HOST_KEY = "router_host_key"
    """It shows another host key than the one that was pinned."""
    LOGIN_REFUSED = "router_login_refused"
    NO_NFT = "router_no_nft"
    REFUSED = "router_refused"
    ANSWER = "router_answer"
    """Its answer makes no sense."""
    RULE_UNKNOWN = "router_rule_unknown"
    """A rule, or a name, that cannot be written in nft's language."""
    NOT_READ_BACK = "firewall_not_read_back"


@dataclass(frozen=True, slots=True)
class SshSettings:
    """Where to log in. `host_key` is an OpenSSH public key, `client_key` an OpenSSH private key without passphrase."""

    host: str
    host_key: str
    client_key: str = field(repr=False)
    username: str = "root"
    port: int = 22


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said."""

    status: int
    output: str
    complaint: str

    @property
    def missing(self) -> bool:
        """Whether there is no such command, or this login may not run it."""
        return self.status in _NOT_FOUND


async def read_host_key(host: str, port: int = 22) -> tuple[str, str]:
    """Public key that a host shows now and its SHA-256 fingerprint, for a person to compare before it is pinned.

    Raises EnforcementError.
    """
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            key = await asyncssh.get_server_host_key(host, port, server_host_key_algs=_HOST_KEYS, config=None)
    except (OSError, asyncssh.Error) as error:
        raise EnforcementError(Trouble.AWAY, _told(error)) from error
    if key is None:
        raise EnforcementError(Trouble.AWAY, host)
    return key.export_public_key().decode().strip(), key.get_fingerprint()


class SshConnection:
    """One connection; nothing of this machine's own SSH configuration, agent or known hosts is used."""

    def __init__(self, connection: asyncssh.SSHClientConnection) -> None:
        """Wrap an open one; `open_connection` makes it."""
        self._connection = connection

    @property
    def is_open(self) -> bool:
        """Whether it stands, as far as one knows without asking."""
        return not self._connection.is_closed()

    async def run(self, command: str, text: str = "") -> Answer:
        """Run a command with `text` on its standard input. Raises EnforcementError if the connection gives way."""
        try:
            async with asyncio.timeout(_COMMAND_SECONDS):
                return await self._run(command, text.encode())
        except (OSError, asyncssh.Error, ValueError) as error:
            self._connection.abort()  # what a command does that never ended is unknown: begin anew
            raise EnforcementError(Trouble.AWAY, _told(error)) from error

    async def _run(self, command: str, data: bytes) -> Answer:
        async with self._connection.create_process(command, encoding=None) as process:
            output, complaint, _ = await asyncio.gather(
                _read(process.stdout, _MAX_OUTPUT), _read(process.stderr, _MAX_COMPLAINT), _feed(process.stdin, data)
            )
            await process.wait_closed()
            status = process.exit_status
        words = complaint.decode(errors="replace").strip()[:_TOLD]
        return Answer(-1 if status is None else status, output.decode(errors="replace"), words)

    async def close(self) -> None:
        """Say goodbye; cut the line if that takes longer than a second."""
        self._connection.close()
        try:
            async with asyncio.timeout(1):
                await self._connection.wait_closed()
        except TimeoutError:
            self._connection.abort()


async def open_connection(settings: SshSettings) -> SshConnection:
    """Log in by key. Raises EnforcementError, with a key of its own if the host is not the one that was pinned."""
    try:
        host_key = asyncssh.import_public_key(settings.host_key)
        client_key = asyncssh.import_private_key(settings.client_key)
    except (ValueError, asyncssh.Error) as error:
        raise EnforcementError(Trouble.KEY_INVALID, _told(error)) from error
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            connection = await asyncssh.connect(
                settings.host,
                settings.port,
                username=settings.username,
                known_hosts=([host_key], [], []),
                client_keys=[client_key],
                preferred_auth="publickey",
                agent_path=None,
                config=None,
                keepalive_interval=_KEEPALIVE_SECONDS,
                keepalive_count_max=_KEEPALIVES,
            )
    except asyncssh.HostKeyNotVerifiable as error:
        raise EnforcementError(Trouble.HOST_KEY, settings.host) from error
    except asyncssh.PermissionDenied as error:
        raise EnforcementError(Trouble.LOGIN_REFUSED, settings.username) from error
    except (OSError, asyncssh.Error) as error:
        raise EnforcementError(Trouble.AWAY, _told(error)) from error
    return SshConnection(connection)


async def _read(stream: asyncssh.SSHReader[bytes], limit: int) -> bytes:
    found = bytearray()
    while chunk := await stream.read(_CHUNK):
        found += chunk
        if len(found) > limit:
            msg = f"an answer of more than {limit} bytes"
            raise ValueError(msg)
    return bytes(found)


async def _feed(stream: asyncssh.SSHWriter[bytes], data: bytes) -> None:
    """Write in pieces, for each is encrypted on the event loop."""
    with suppress(BrokenPipeError):  # it may end without listening to the end; its exit status tells
        for start in range(0, len(data), _CHUNK):
            stream.write(data[start : start + _CHUNK])
            await stream.drain()
        stream.write_eof()


def _told(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_TOLD]
