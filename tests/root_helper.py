"""The root helper as a real process: of another user, with one capability, from a copy of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import shutil
import subprocess
import sys
import tempfile
import time

import pytest

NOBODY = 65534
PACKAGE = Path(__file__).parents[1] / "custom_components" / "secure_hub" / "adapters" / "netfilter"
SETPRIV = shutil.which("setpriv") or "/usr/bin/setpriv"


def start(folder: Path, *allow: str, capability: bool = True) -> subprocess.Popen[str]:
    """Start the helper from a copy of its own, as nobody, with CAP_NET_ADMIN or without any."""
    raised = ["--inh-caps=+net_admin", "--ambient-caps=+net_admin"] if capability else []
    user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"]
    command = [sys.executable, "-sPB", "-m", "netfilter", "--socket", str(folder / "run" / "helper.sock")]
    return subprocess.Popen(
        [SETPRIV, *user, *raised, *command, *(f"--allow={uid}" for uid in allow)],
        env={"PYTHONPATH": str(folder)},
        stderr=subprocess.PIPE,
        text=True,
    )


def _has_other_users() -> bool:
    """Whether this is root of more than one user id: in a plain user's namespace there is only one."""
    _, _, count = Path("/proc/self/uid_map").read_text().splitlines()[0].split()
    return os.getuid() == 0 and int(count) > NOBODY


@contextmanager
def installed() -> Iterator[Path]:
    """A copy of the package, as an administrator installs it, and a place for the socket."""
    if not _has_other_users():
        pytest.skip("there is no other user to become here")
    with tempfile.TemporaryDirectory(prefix="secure-hub-") as name:
        place = Path(name)
        place.chmod(0o755)
        shutil.copytree(PACKAGE, place / "netfilter", ignore=shutil.ignore_patterns("__pycache__"))
        (place / "run").mkdir()
        os.chown(place / "run", NOBODY, NOBODY)
        yield place


@contextmanager
def running(folder: Path) -> Iterator[Path]:
    """The helper, answering us, in the network namespace of this thread; the path of its socket."""
    process = start(folder, str(os.getuid()))
    path = folder / "run" / "helper.sock"
    deadline = time.monotonic() + 30
    while not path.exists():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield path
    process.terminate()
    assert process.wait(30) == 0
    assert process.stderr is not None
    process.stderr.close()
