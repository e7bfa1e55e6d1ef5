"""An SSH server on the gateway of a virtual home: the router that one logs in to.

It runs in the gateway's network namespace and in mounts of its own, where root's home is empty but for the keys that
may log in.
"""

from contextlib import suppress
from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import signal
import subprocess
from time import monotonic, sleep
from typing import Final

from .control import PROGRAMS, LabError
from .lab import Lab

_END_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Daemon:
    """An SSH server: programs that it needs, how to make its host key in `$1`, and how to start it there."""

    programs: tuple[str, ...]
    keygen: str
    start: str
    ready: str
    """What it says when it listens."""


HOME = """
readlink /proc/self/ns/mnt >"$1/mounts"
mount -t tmpfs -o mode=0700 tmpfs /root
mkdir -m 0700 /root/.ssh
cp "$1/authorized_keys" /root/.ssh/authorized_keys
chmod 0600 /root/.ssh/authorized_keys
"""
DROPBEAR = Daemon(
    ("dropbear", "dropbearkey"),
    'dropbearkey -t ed25519 -f "$1/host_key" >/dev/null 2>&1; dropbearkey -y -f "$1/host_key"',
    HOME + 'exec dropbear -F -E -s -p "$2:$3" -r "$1/host_key" -P ""',
    "Not backgrounding",
)
"""What OpenWrt has."""
OPENSSH = Daemon(
    ("sshd", "ssh-keygen"),
    'ssh-keygen -q -t ed25519 -N "" -f "$1/host_key"; cat "$1/host_key.pub"',
    HOME
    + """
mount -t tmpfs tmpfs /run
mkdir -m 0755 /run/sshd
exec "$(command -v sshd)" -D -e -f /dev/null -h "$1/host_key" -p "$3" -o "ListenAddress=$2" \
  -o UsePAM=no -o PasswordAuthentication=no -o PidFile=none
""",
    "Server listening",
)


@dataclass(frozen=True, slots=True)
class Router:
    """The gateway as somebody who may log in; `folder` holds its host key and the keys that may."""

    lab: Lab
    folder: Path
    daemon: Daemon = DROPBEAR
    port: int = 22

    @staticmethod
    def unavailable(daemon: Daemon = DROPBEAR) -> str | None:
        """Why none can run here, or None."""
        missing = [name for name in (*daemon.programs, "unshare") if shutil.which(name, path=PROGRAMS) is None]
        return f"not installed: {', '.join(missing)}" if missing else None

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.lab.gateway.ipv4

    def make_host_key(self) -> str:
        """Make the host key and return its public half."""
        made = subprocess.run(
            ["sh", "-uc", self.daemon.keygen, "sh", str(self.folder)],
            check=True,
            capture_output=True,
            text=True,
            env={"PATH": PROGRAMS},
        )
        return next(line for line in made.stdout.splitlines() if line.startswith("ssh-ed25519 "))

    def authorize(self, public_key: str, command: Path | None = None) -> None:
        """Let this key, and no other, log in, to run only `command` if it is given; with the next start."""
        limits = f'command="{command}",no-port-forwarding,no-agent-forwarding,no-pty ' if command else ""
        (self.folder / "authorized_keys").write_text(f"{limits}{public_key}\n")

    def start(self) -> None:
        """Start listening."""
        argv = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", self.daemon.start, "sh"]
        argv += [str(self.folder), self.address, str(self.port)]
        self.lab.gateway.agent.call("spawn", argv=argv, until=self.daemon.ready)

    def stop(self) -> None:
        """End the server and every session, as a router that loses its power: whoever lives in its mounts."""
        mounts = (self.folder / "mounts").read_text().strip()
        deadline = monotonic() + _END_SECONDS
        while living := self._living(mounts):  # until the last is gone: its port is free then
            for process in living:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            if monotonic() > deadline:
                msg = f"processes {living} of the router do not end"
                raise LabError(msg)
            sleep(0.02)

    @staticmethod
    def _living(mounts: str) -> list[int]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # gone already, or nobody we may look at
                if str((process / "ns/mnt").readlink()) == mounts:
                    found.append(int(process.name))
        return found
