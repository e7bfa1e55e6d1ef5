"""Syslog over TLS (RFC 5425): the receiver's certificate and name are checked, always."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
import contextlib
import socket
import ssl
from typing import Final, override

from homeassistant.util.ssl import client_context

from ...engine.telemetry.syslog import framed, message
from .outlets import Line, Way

CLOSE_S: Final = 5.0


def context_with(authorities: str) -> ssl.SSLContext:
    """Return a context that trusts these certificates (PEM) alone, or those that Home Assistant trusts if empty.

    Blocks. Raises ValueError for what are no certificates.
    """
    if not authorities.strip():
        return client_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cadata=authorities)
    except (ssl.SSLError, ValueError) as error:
        raise ValueError(str(error)) from error
    return context


class SyslogWay(Way):
    """A connection that is opened when there is something to say, and kept."""

    def __init__(self, host: str, port: int, name: str, context: Callable[[], Awaitable[ssl.SSLContext]]) -> None:
        """Name the receiver; `name` is what this home calls itself, empty for the machine's own name."""
        self._host = host
        self._port = port
        self._name = name or socket.gethostname()
        self._context = context
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @override
    async def send(self, lines: Iterable[Line]) -> None:
        """Write messages; they are on their way then, for syslog has no answer."""
        if self._streams is not None and (self._streams[0].at_eof() or self._streams[1].is_closing()):
            await self.close()  # by the receiver, while there was nothing to say
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, ssl=await self._context())
        _, writer = self._streams
        writer.writelines(framed(message(it.minute, self._name, it.text)) for it in lines)
        await writer.drain()

    @override
    async def close(self) -> None:
        """Close the connection, with TLS's own goodbye if the other side waits for it."""
        if self._streams is None:
            return
        _, writer = self._streams
        self._streams = None
        writer.close()
        with contextlib.suppress(OSError):
            async with asyncio.timeout(CLOSE_S):
                await writer.wait_closed()
