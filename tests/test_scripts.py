"""The scripts keep what they promise, as far as one can see without a fresh machine."""

from pathlib import Path
import subprocess
import sys
from time import monotonic
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
BASH_ENVIRONMENT: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(Path.home())}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the repository to its end."""
    return subprocess.run(
        command, cwd=ROOT, env=BASH_ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
    )


def test_isolated_gives_a_network_with_nothing_but_loopback() -> None:
    result = run("script/isolated", "sh", "-c", "readlink /proc/self/ns/net && ls /sys/class/net && echo $0 $1", "a b")
    if "gives no network namespace" in result.stderr:
        pytest.skip(result.stderr.strip())
    assert result.returncode == 0
    namespace, *rest = result.stdout.splitlines()
    assert namespace != str(Path("/proc/self/ns/net").readlink())
    assert rest[-1] == "a b"


def test_isolated_passes_on_how_it_ended() -> None:
    assert run("script/isolated", "sh", "-c", "exit 3").returncode == 3


def test_bench_without_a_name_lists_the_names() -> None:
    names = {path.stem for path in (ROOT / "bench").glob("*.py") if "def main(" in path.read_text()}
    for command in (("script/bench",), ("script/bench", "no_such_bench"), ("script/bench", "../tests/conftest")):
        result = run(*command)
        assert result.returncode == 2
        assert {line.strip() for line in result.stderr.splitlines()[1:]} == names


@pytest.mark.skipif(
    not (ROOT / ".venv/.secure-hub-setup").exists(), reason="script/setup has not made this environment"
)
def test_setup_does_nothing_when_nothing_is_missing() -> None:
    if Path(sys.prefix) != ROOT / ".venv":
        pytest.skip("these tests run in another environment than script/setup's")
    before = (ROOT / ".venv/.secure-hub-setup").stat().st_mtime_ns
    started = monotonic()
    result = run("script/setup")
    assert monotonic() - started < 2
    assert result.returncode == 0, result.stderr
    assert (ROOT / ".venv/.secure-hub-setup").stat().st_mtime_ns == before
