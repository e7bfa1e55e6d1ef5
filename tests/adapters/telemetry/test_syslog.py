"""Syslog to a real receiver over real TLS: what is signed by nobody we trust gets not a byte."""

import asyncio
from pathlib import Path
import socket
import ssl

import pytest

from custom_components.secure_hub.adapters.telemetry.outlets import Line
from custom_components.secure_hub.adapters.telemetry.syslog import SyslogWay, context_with
from tests.lab.zigbee.plugin import eventually

from .receiver import certificate, receiving

LINE = Line(1_763_812_800, "camera", '{"v":1}')


def way(authority: str, port: int, name: str = "home") -> SyslogWay:
    """Return a way to a port of the loopback."""

    async def context() -> ssl.SSLContext:
        return await asyncio.to_thread(context_with, authority)

    return SyslogWay("127.0.0.1", port, name, context)


@pytest.mark.usefixtures("socket_enabled")
async def test_messages_arrive_one_by_one_on_one_connection(tmp_path: Path) -> None:
    async with receiving(tmp_path) as receiver:
        sender = way(receiver.authority, receiver.port)
        await sender.send([LINE, LINE])
        await sender.send([LINE])
        messages = await receiver.wait_for(3)
        await sender.close()
        await sender.close()
    assert set(messages) == {b'<134>1 2025-11-22T12:00:00Z home secure_hub - telemetry - {"v":1}'}
    assert receiver.connections == 1


@pytest.mark.usefixtures("socket_enabled")
async def test_a_connection_that_the_receiver_closed_is_opened_again(tmp_path: Path) -> None:
    async with receiving(tmp_path) as receiver:
        sender = way(receiver.authority, receiver.port)
        await sender.send([LINE])
        await receiver.wait_for(1)
        receiver.writers[0].close()
        await eventually(lambda: sender._streams is None or sender._streams[0].at_eof())
        await sender.send([LINE])
        await receiver.wait_for(2)
        await sender.close()
    assert receiver.connections == 2


@pytest.mark.usefixtures("socket_enabled")
async def test_who_cannot_prove_who_he_is_gets_nothing(tmp_path: Path) -> None:
    stranger, _ = await asyncio.to_thread(certificate, tmp_path)
    async with receiving(tmp_path) as receiver:
        for authority in (stranger, ""):
            with pytest.raises(ssl.SSLCertVerificationError):
                await way(authority, receiver.port).send([LINE])
    async with receiving(tmp_path, address="127.0.0.2") as receiver:
        with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
            await way(receiver.authority, receiver.port).send([LINE])
    assert receiver.messages == []


async def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - in OpenSSL's words
        await asyncio.to_thread(context_with, "no certificate")


@pytest.mark.usefixtures("socket_enabled")
async def test_without_a_name_it_is_the_machines(tmp_path: Path) -> None:
    async with receiving(tmp_path) as receiver:
        sender = way(receiver.authority, receiver.port, name="")
        await sender.send([LINE])
        (message,) = await receiver.wait_for(1)
        await sender.close()
    assert message.split(b" ")[2].decode() == socket.gethostname()
