"""The helper's own process: conversations, the door, and how it starts and ends."""

from collections.abc import Iterator
import errno
import json
import os
from pathlib import Path
import signal
import socket
import sys
import threading
import time

import pytest

from custom_components.secure_hub.adapters.netfilter.__main__ import main
from custom_components.secure_hub.adapters.netfilter.backend import InProcess
from custom_components.secure_hub.adapters.netfilter.client import HelperClient
from custom_components.secure_hub.adapters.netfilter.kernel import Change, Tried
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.adapters.netfilter.protocol import LENGTH, Simple, encode
from custom_components.secure_hub.adapters.netfilter.server import Server

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
    assert json.loads(served[0].answer(b"\xff"))["error"] == errno.EBADMSG
    assert "ok" in json.loads(served[0].answer(encode(Simple("stands"))))


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
