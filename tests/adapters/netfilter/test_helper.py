"""The root helper as a real process of another user with one capability: what it does, and all that it refuses."""

from collections.abc import Iterator
import errno
import json
from pathlib import Path
import socket
import subprocess
import sys
import time
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.secure_hub.adapters.netfilter import backend as backends
from custom_components.secure_hub.adapters.netfilter.backend import capabilities, open_backend
from custom_components.secure_hub.adapters.netfilter.client import HelperClient
from custom_components.secure_hub.adapters.netfilter.kernel import Change, Tried
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.adapters.netfilter.probe import Capabilities
from custom_components.secure_hub.adapters.netfilter.protocol import (
    LENGTH,
    MESSAGE_MAX,
    REACHES,
    SIMPLE,
    Ask,
    ChangeElements,
    Flush,
    Listen,
    Load,
    ProtocolError,
    Simple,
    capabilities_of,
    decode,
    encode,
    tally_of,
    touches_of,
)
from custom_components.secure_hub.adapters.netfilter.rows import answered_of, connection_of, copy_of
from tests.root_helper import SETPRIV, installed, running, start

from .conftest import nft
from .world import CAMERA, ELEMENTS, SHAPE

LOADED: dict[str, Any] = {"shape": {"enforce": True, "bridge": True, "netdevs": []}, "elements": {}}


@pytest.fixture
def folder(netns: None) -> Iterator[Path]:  # noqa: ARG001 - children start in the namespace
    """A copy of the package, as an administrator installs it, and a place for the socket."""
    with installed() as place:
        yield place


@pytest.fixture
def helper(folder: Path) -> Iterator[Path]:
    """The helper, running; the path of its socket."""
    with running(folder) as path:
        yield path


def test_does_all_that_the_kernel_does(helper: Path) -> None:
    client = HelperClient(helper)
    assert client.capabilities.usable
    assert not client.stands()
    assert any("table missing" in repair for repair in client.load(SHAPE, ELEMENTS))
    assert client.load(SHAPE, ELEMENTS) == ()
    assert client.stands()
    assert CAMERA in nft("list", "map", "bridge", "secure_hub", "mac")
    client.change([Change(("mac", (CAMERA,)), 3, 1)])
    with pytest.raises(NetlinkError) as refused:
        client.change([Change(("mac", ("02:00:00:00:00:09",)), 3, 1)])
    assert refused.value.code == errno.ENOENT
    client.flush_connections(["10.0.0.1", "fd00::1"])
    assert client.counters()["bridge guard odd ethertype"] == (0, 0)
    assert client.event_fileno() is None
    assert client.touches() == []
    client.remove()
    assert "secure_hub" not in nft("list", "tables")
    client.close()


def test_tells_who_touched(helper: Path) -> None:
    """Its tables resist where the kernel lets them be owned; so this world's are plain, made before it."""
    nft("add", "table", "inet", "secure_hub")
    client = HelperClient(helper)
    client.load(SHAPE, ELEMENTS)
    assert [touch.what for touch in client.touches()] == [("new table (inet)",)]
    nft("flush", "chain", "inet", "secure_hub", "forward")
    touches = client.touches()
    assert [(touch.process, touch.what) for touch in touches] == [("nft", ("del rule (inet)",))]
    assert any("inet: rules" in repair for repair in client.load(SHAPE, ELEMENTS))
    client.close()


def test_containment_outlives_it_and_the_next_takes_over(folder: Path, helper: Path) -> None:
    client = HelperClient(helper)
    client.load(SHAPE, ELEMENTS)
    client.close()
    assert CAMERA in nft("list", "map", "bridge", "secure_hub", "mac")
    again = HelperClient(helper)
    assert again.load(SHAPE, ELEMENTS) == ()
    again.close()
    assert folder.exists()


def test_other_users_are_hung_up_on(helper: Path) -> None:
    script = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({str(helper)!r}); print(s.recv(9))"
    done = subprocess.run(
        [SETPRIV, "--reuid=12345", "--regid=12345", "--clear-groups", sys.executable, "-S", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    assert done.stdout == "b''\n", done.stderr


REFUSED: list[Any] = [
    {"op": "change", "changes": [["mac", ["02:00:00:00:00:01"], None, 1 << 16 | 4]]},
    {"op": "change", "changes": [["place4", ["2", "02:00:00:00:00:01", "10.0.0.1"], None, 3]]},
    {"op": "change", "changes": [["place4", ["70000", "02:00:00:00:00:01", "10.0.0.1"], None, 1]]},
    {"op": "change", "changes": [["any", ["2", "02:00:00:00:00:01", "6", "9-1"], None, 1]]},
    {"op": "change", "changes": [["any", ["2", "02:00:00:00:00:01", "6", "01"], None, 1]]},
    {"op": "load", "shape": {"enforce": True, "bridge": True, "netdevs": ["a/b"]}, "elements": {}, "tried": None},
    {"op": "load", "shape": {"enforce": 1, "bridge": True, "netdevs": []}, "elements": {}, "tried": None},
    {
        "op": "load",
        "shape": {"enforce": True, "bridge": True, "netdevs": []},
        "elements": {},
        "table": "filter",
        "tried": None,
    },
    {
        "op": "load",
        "shape": {"enforce": True, "bridge": True, "netdevs": []},
        "elements": {"discovery_to": []},
        "tried": None,
    },
    {"op": "change", "changes": [["mac", ["02:aa; flush ruleset"], None, 3]]},
    {"op": "change", "changes": [["mac", ["02:00:00:00:00:01\n"], None, 3]]},
    {"op": "change", "changes": [["mac", ["02:00:00:00:00:01"], None, 6]]},
    {"op": "change", "changes": [["mac", ["02:00:00:00:00:01"], None, True]]},
    {"op": "change", "changes": [["class4", ["10.0.0.1/8"], None, 3]]},
    {"op": "change", "changes": [["class6", ["fe80::1%eth0"], None, 3]]},
    {"op": "change", "changes": [["class6", ["FD00::1"], None, 3]]},
    {"op": "change", "changes": [["port", ["seventeen-letters"], None, 0]]},
    {"op": "change", "changes": [["port", ["ä" * 8], None, 0]]},
    {"op": "change", "changes": [["filter", ["02:00:00:00:00:01"], None, 3]]},
    {"op": "change", "changes": [["limited", ["02:00:00:00:00:01"], None, 999]]},
    {"op": "change", "changes": [["quota", ["02:00:00:00:00:01"], None, 0]]},
    {"op": "load", **LOADED, "tried": 1},
    {"op": "load", **LOADED, "tried": LOADED},
    {"op": "load", **LOADED, "tried": {**LOADED, "seconds": 0}},
    {"op": "load", **LOADED, "tried": {**LOADED, "seconds": 1e9}},
    {"op": "load", **LOADED, "tried": {**LOADED, "seconds": True}},
    {"op": "load", **LOADED, "tried": {**LOADED, "elements": {"filter": []}, "seconds": 5}},
    {"op": "load", **LOADED},
    {"op": "tally", "names": ["mac"]},
    {"op": "tally", "names": "sent"},
    {"op": "tally", "names": [["sent"]]},
    {"op": "tally"},
    {"op": "change", "changes": [["bind4", ["02:00:00:00:00:01"], None, 0]]},
    {"op": "flush", "addresses": ["0/0"]},
    {"op": "flush", "addresses": ["10.0.0.1"] * 5000},
    {"op": "listen"},
    {"op": "listen", "what": "everything"},
    {"op": "listen", "what": ["ends"]},
    {"op": "netlink", "data": "00"},
    {"op": ["remove"]},
    {"op": "remove", "table": "filter"},
    [],
    "remove",
]


@pytest.mark.parametrize("message", REFUSED, ids=lambda m: json.dumps(m)[:60])
def test_refuses(helper: Path, message: Any) -> None:
    """Whatever is no plain wish about our tables is answered with EBADMSG, and the conversation goes on."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(helper))
        for data in (json.dumps(message).encode(), encode(Simple("stands"))):
            connection.sendall(LENGTH.pack(len(data)) + data)
            (size,) = LENGTH.unpack(connection.recv(4, socket.MSG_WAITALL))
            answer = json.loads(connection.recv(size, socket.MSG_WAITALL))
            assert ("error" in answer) == (data != encode(Simple("stands")))
            assert answer.get("error", errno.EBADMSG) == errno.EBADMSG


def test_too_long_ends_the_conversation(helper: Path) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(helper))
        connection.sendall(LENGTH.pack(MESSAGE_MAX + 1))
        assert connection.recv(1) == b""
    assert not HelperClient(helper).stands()


def test_conversations_are_bounded(helper: Path) -> None:
    """A user that opens many gets twelve; the helper lives on."""
    opened = [socket.socket(socket.AF_UNIX) for _ in range(16)]
    try:
        for connection in opened:
            connection.connect(str(helper))
            connection.settimeout(0.3)
        hung_up = 0
        for connection in opened:
            try:
                hung_up += connection.recv(1) == b""
            except TimeoutError:
                continue
        assert hung_up == 4
    finally:
        for connection in opened:
            connection.close()
    time.sleep(0.2)
    assert not HelperClient(helper).stands()


def test_without_the_capability_it_says_so(folder: Path) -> None:
    process = start(folder, "0", capability=False)
    _, words = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "EPERM" in words


def test_backend_without_rights_is_the_helper(helper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where we may not ourselves, the helper is taken; where there is none, that is said."""
    monkeypatch.setattr(backends, "probe", lambda: Capabilities(reason="firewall_no_permission"))
    monkeypatch.setattr(backends, "HELPER_SOCKET", helper)
    assert capabilities().usable
    chosen = open_backend()
    assert isinstance(chosen, HelperClient)
    chosen.close()
    monkeypatch.setattr(backends, "HELPER_SOCKET", helper.with_name("nobody"))
    assert capabilities().reason == "firewall_no_permission"
    with pytest.raises(NetlinkError):
        open_backend()
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(helper.with_name("dead")))
    dead.close()
    monkeypatch.setattr(backends, "HELPER_SOCKET", helper.with_name("dead"))
    assert capabilities().reason == "firewall_no_helper"


# --- whatever the bytes are

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
OPERATIONS = st.sampled_from(["load", "change", "flush", "remove", "capabilities"])


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_garbage_is_refused(data: bytes) -> None:
    try:
        decode(data)
    except ProtocolError:
        return
    assert json.loads(data)["op"] in SIMPLE


@given(OPERATIONS, JSON, JSON)
@settings(max_examples=200)
def test_half_right_is_refused(operation: str, one: Any, two: Any) -> None:
    for message in (
        {"op": operation, "shape": one, "elements": two},
        {"op": operation, "changes": one},
        {"op": operation, "changes": [["mac", one, two, 1]]},
        {"op": operation, "addresses": one},
        {"op": operation, "shape": {"enforce": True, "bridge": False, "netdevs": one}, "elements": {"mac": two}},
    ):
        try:
            request = decode(json.dumps(message).encode())
        except ProtocolError:
            continue
        assert isinstance(request, Load | ChangeElements | Flush)


@given(JSON)
def test_answers_are_checked_too(found: Any) -> None:
    for reader in (capabilities_of, tally_of, touches_of, copy_of, connection_of, answered_of):
        try:
            reader(found)
        except ProtocolError:
            continue


def test_requests_survive_the_way() -> None:
    requests = [
        Load(SHAPE, ELEMENTS),
        Load(SHAPE, ELEMENTS, Tried(SHAPE, {}, 60.5)),
        ChangeElements((Change(("mac", (CAMERA,)), None, 3), Change(("bind4", (CAMERA, "10.0.0.1")), 0, None))),
        Flush(("10.0.0.1", "fd00::1")),
        Ask(("sent", "quota")),
        Simple("remove"),
        Listen(REACHES),
    ]
    assert [decode(encode(request)) for request in requests] == requests
