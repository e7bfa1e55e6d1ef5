"""The helper's own process: conversations, the door, and how it starts and ends."""

from collections.abc import Iterator
from contextlib import closing
import errno
from ipaddress import ip_address
import json
import os
from pathlib import Path
import select
import signal
import socket
import sys
import threading
import time

import pytest

from custom_components.secure_hub.adapters.netfilter import asking, conntrack
from custom_components.secure_hub.adapters.netfilter.__main__ import main
from custom_components.secure_hub.adapters.netfilter.backend import InProcess
from custom_components.secure_hub.adapters.netfilter.client import HelperClient, HelperStream
from custom_components.secure_hub.adapters.netfilter.kernel import Change, Tried
from custom_components.secure_hub.adapters.netfilter.log import PacketLog
from custom_components.secure_hub.adapters.netfilter.netlink import NetfilterSocket, NetlinkError
from custom_components.secure_hub.adapters.netfilter.protocol import (
    ENDS,
    LENGTH,
    REACHES,
    Simple,
    encode,
    receive,
    send,
)
from custom_components.secure_hub.adapters.netfilter.rows import connection_of, copy_of
from custom_components.secure_hub.adapters.netfilter.server import Server
from custom_components.secure_hub.adapters.netfilter.sight import HelperTable

from .conftest import nft
from .world import CAMERA, ELEMENTS, SHAPE

pytestmark = pytest.mark.usefixtures("netns")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A server in a thread of this process, for our own user."""
    path = tmp_path / "helper.sock"
    path.touch()  # as a killed helper leaves it
    backend = InProcess(owner=False)
    server = Server(path, backend, {os.getuid()})
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server, path
    server.close()
    thread.join(5)
    assert not thread.is_alive()
    backend.close()


def settled() -> None:
    """Wait until the conversations' threads have ended."""
    deadline = time.monotonic() + 5
    while any("_converse" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_conversation(served: tuple[Server, Path]) -> None:
    client = HelperClient(served[1])
    assert client.load(SHAPE, ELEMENTS)
    client.change([Change(("mac", (CAMERA,)), 3, 1)])
    client.flush_connections(["10.0.0.1"])
    assert client.touches() == []
    assert client.stands()
    assert client.counters()
    assert client.tally(["quota", "limited", "sent"]) == {
        "inet quota": {(CAMERA,): (0, 1_000_000)},
        "bridge limited": {(CAMERA,): (50_000, 131_072)},
        "bridge sent": {},
        "netdev limited": {(CAMERA,): (50_000, 131_072)},
        "netdev sent": {},
    }
    client.change([Change(("limited", (CAMERA,)), 50_000, 400_000), Change(("quota", (CAMERA,)), 1_000_000, None)])
    assert client.tally(["limited"])["bridge limited"] == {(CAMERA,): (400_000, 400_000)}
    assert client.tally(["quota"]) == {"inet quota": {}}
    with pytest.raises(NetlinkError) as refused:
        client.change([Change(("mac", ("02:00:00:00:00:99",)), 3, 1)])
    assert refused.value.code == errno.ENOENT
    assert client.load(SHAPE, ELEMENTS, Tried(SHAPE, {}, 60.0))
    assert client.load(SHAPE, ELEMENTS)
    client.remove()
    assert not client.stands()
    client.close()
    settled()


def test_torn_message_ends_only_its_conversation(served: tuple[Server, Path]) -> None:
    for data in (LENGTH.pack(100) + b"{", LENGTH.pack(2**31)):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(served[1]))
            connection.sendall(data)
    client = HelperClient(served[1])
    client.close()
    settled()


def test_bytes_that_are_no_request(served: tuple[Server, Path]) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(served[1]))
        for data, word in ((b"\xff", "error"), (encode(Simple("stands")), "ok")):
            send(connection, data)
            assert word in json.loads(receive(connection) or b"")
    settled()


def seen[T](stream: HelperStream[T]) -> list[T]:
    """Everything that comes until nothing comes for a moment."""
    found: list[T] = []
    while select.select([stream], [], [], 1.0)[0]:
        found += stream.receive()
    return found


def test_what_the_kernel_sees_is_told_as_it_comes(served: tuple[Server, Path]) -> None:
    nft("add table inet seen; add chain inet seen out { type filter hook output priority 0; };")
    nft('add rule inet seen out udp dport 9 log group 6 snaplen 128 prefix "internet"')
    nft("add rule inet seen out ct state new counter")
    reaches, ends = HelperStream(served[1], REACHES, copy_of), HelperStream(served[1], ENDS, connection_of)
    table = HelperTable(served[1])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        for _ in range(3):
            device.sendto(b"hello", ("127.0.0.1", 9))
    copies = seen(reaches)
    assert [(one.prefix, one.packet[28:]) for one in copies] == [("internet", b"hello")] * 3
    (flow,) = [one for one in table.connections() if one.port == 9]
    assert (flow.protocol, flow.caller, flow.called, flow.replied) == ("udp", "127.0.0.1", "127.0.0.1", False)
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()):
        (answered,) = [one for one in table.answered() if one.port == listening.getsockname()[1]]
        assert answered.opened_by == answered.answered_by == ip_address("127.0.0.1")
        assert answered.answering_port is not None
    with NetfilterSocket() as kernel:
        conntrack.flush(kernel, ["127.0.0.1"])
    assert flow.identity in {one.identity for one in seen(ends)}
    for one in (reaches, ends, table):
        one.close()
    settled()


def test_what_cannot_be_heard_is_said(served: tuple[Server, Path]) -> None:
    with closing(PacketLog(asking.GROUP)), pytest.raises(NetlinkError) as refused:
        HelperStream(served[1], REACHES, copy_of)
    assert refused.value.code == errno.EPERM
    with pytest.raises(NetlinkError) as absent:
        HelperStream(served[1].with_name("nobody"), REACHES, copy_of)
    assert absent.value.code == errno.ECONNREFUSED
    with closing(HelperStream(served[1], REACHES, copy_of)) as stream:
        served[0].close()
        stream._connection.shutdown(socket.SHUT_RDWR)
        with pytest.raises(NetlinkError):
            stream.receive()
    settled()


def test_other_users(tmp_path: Path) -> None:
    path = tmp_path / "helper.sock"
    backend = InProcess(owner=False)
    server = Server(path, backend, {os.getuid() + 1})
    thread = threading.Thread(target=server.serve)
    thread.start()
    with pytest.raises(NetlinkError) as refused:
        HelperClient(path)
    assert refused.value.code == errno.ECONNREFUSED
    server.close()
    thread.join(5)
    backend.close()


def test_answers_that_are_none(tmp_path: Path) -> None:
    """A socket at which somebody else answers is no helper."""
    path = tmp_path / "helper.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(1)

        def lie() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                connection.sendall(LENGTH.pack(9) + b'{"ok":[]}')

        thread = threading.Thread(target=lie)
        thread.start()
        with pytest.raises(NetlinkError) as refused:
            HelperClient(path)
        assert refused.value.code == errno.EBADMSG
        thread.join(5)


def test_starts_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It serves until it is told to end, and leaves no socket behind."""
    path = tmp_path / "helper.sock"
    monkeypatch.setattr(sys, "argv", ["helper", "--socket", str(path), f"--allow={os.getuid()}", "--allow=root"])
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    asked: list[bool] = []

    def ask() -> None:
        deadline = time.monotonic() + 5
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        client = HelperClient(path)
        asked.append(client.stands())
        client.close()
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        assert main() == 0
    finally:
        thread.join(5)
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert asked == [False]
    assert not path.exists()
    settled()


def test_says_why_it_cannot_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["helper", "--socket", str(tmp_path / "no" / "where"), "--allow=0"])
    assert main() == 1
    monkeypatch.setattr(sys, "argv", ["helper", "--allow=no-such-user"])
    with pytest.raises(SystemExit):
        main()
