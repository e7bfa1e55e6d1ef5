"""An MQTT 5.0 broker that takes what is published, and no more (OASIS MQTT 5.0, chapters 2 and 3)."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from typing import Final

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP = 1, 2, 3, 4, 8, 9, 12, 13
_PACKET_ID: Final = 2
"""Bytes; the properties that follow have their length in front, in one byte as long as they are few."""


class Broker:
    """Keeps topic, quality of service and payload of every message, in the order of their arrival."""

    def __init__(self) -> None:
        """Nothing arrived."""
        self.port = 0
        self.published: list[tuple[str, int, bytes]] = []
        self.writers: list[asyncio.StreamWriter] = []

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until it goes."""
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                head = (await reader.readexactly(1))[0]
                self._answer(writer, head, await reader.readexactly(await _size(reader)))
                await writer.drain()
        writer.close()

    def _answer(self, writer: asyncio.StreamWriter, head: int, body: bytes) -> None:
        kind = head >> 4
        if kind == CONNECT:
            writer.write(bytes((CONNACK << 4, 3, 0, 0, 0)))
        elif kind == SUBSCRIBE:
            asked, at = 0, _PACKET_ID + 1 + body[_PACKET_ID]
            while at < len(body):
                at += 2 + int.from_bytes(body[at : at + 2]) + 1
                asked += 1
            writer.write(bytes((SUBACK << 4, _PACKET_ID + 1 + asked)) + body[:_PACKET_ID] + bytes(1 + asked))
        elif kind == PINGREQ:
            writer.write(bytes((PINGRESP << 4, 0)))
        elif kind == PUBLISH:
            quality = head >> 1 & 3
            end = 2 + int.from_bytes(body[:2])
            topic = body[2:end].decode()
            if quality:
                writer.write(bytes((PUBACK << 4, _PACKET_ID)) + body[end : end + _PACKET_ID])
                end += _PACKET_ID
            self.published.append((topic, quality, body[end + 1 + body[end] :]))


async def _size(reader: asyncio.StreamReader) -> int:
    size = shift = 0
    while True:
        digit = (await reader.readexactly(1))[0]
        size |= (digit & 0x7F) << shift
        shift += 7
        if not digit & 0x80:
            return size


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[Broker]:
    """Serve on a port of the loopback."""
    broker = Broker()
    server = await asyncio.start_server(broker.take, "127.0.0.1", 0)
    broker.port = server.sockets[0].getsockname()[1]
    try:
        yield broker
    finally:
        server.close()
        for writer in broker.writers:
            writer.close()
