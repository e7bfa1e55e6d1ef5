"""The door: a port of this machine that leads to Home Assistant, which lives in the hub's network namespace.

The listening socket is made before the namespace and keeps belonging to this machine; a process inside the namespace
accepts on it and connects onwards.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys

HOST = "127.0.0.1"


def knock(port: int) -> socket.socket:
    """Listen on this machine's loopback. Raises OSError if the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(64)
    except OSError:
        listener.close()
        raise
    return listener


def open_door(listener: socket.socket, port: int) -> subprocess.Popen[bytes]:
    """Start the process that leads from `listener` to `port` in the namespace of the caller."""
    command = [sys.executable, "-m", "tests.lab.demo.door", str(listener.fileno()), str(port)]
    return subprocess.Popen(command, pass_fds=(listener.fileno(),))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()


async def _serve(descriptor: int, port: int) -> None:
    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection(HOST, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    server = await asyncio.start_server(lead, sock=socket.socket(fileno=descriptor))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
