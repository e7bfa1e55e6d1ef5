"""A network namespace of its own for the test process, without a home in it."""

from collections.abc import Iterator
import os
import subprocess

import pytest
from pytest_socket import socket_allow_hosts


@pytest.fixture
def netns(socket_enabled: None) -> Iterator[None]:  # noqa: ARG001 - netlink is a socket
    """Move this thread, and what it starts, into a new network namespace with a veth pair `wl0`, `wl1`."""
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.unshare(os.CLONE_NEWNET)
    except PermissionError as error:
        os.close(home)
        pytest.skip(f"no network namespaces here: {error}")
    try:
        for command in ("link set lo up", "link add wl0 type veth peer name wl1", "link set wl0 up"):
            subprocess.run(["/usr/sbin/ip", *command.split()], check=True)
        yield
    finally:
        os.setns(home, os.CLONE_NEWNET)
        os.close(home)


def nft(*command: str) -> str:
    """Run nft in the namespace of the calling thread."""
    return subprocess.run(["/usr/sbin/nft", *command], check=True, capture_output=True, text=True).stdout
