"""An SSH server on the gateway of a virtual home: the router that one logs in to. Dropbear, as OpenWrt has it.

It runs in the gateway's network namespace and in mounts of its own, where root's home is empty but for the keys that
may log in.
"""

from dataclasses import dataclass
import os
from pathlib import Path
import shutil
import signal
import subprocess

from .control import PROGRAMS
from .lab import Lab

NEEDED = ("dropbear", "dropbearkey", "unshare")
PORT = 22
START = """
mount -t tmpfs -o mode=0700 tmpfs /root
mkdir -m 0700 /root/.ssh
cp "$1/authorized_keys" /root/.ssh/authorized_keys
chmod 0600 /root/.ssh/authorized_keys
exec dropbear -F -E -s -p "$2:$3" -r "$1/host_key" -P ""
"""


@dataclass(frozen=True, slots=True)
class Router:
    """The gateway as somebody who may log in; `folder` holds its host key and the keys that may."""

    lab: Lab
    folder: Path

    @staticmethod
    def unavailable() -> str | None:
        """Why none can run here, or None."""
        missing = [program for program in NEEDED if shutil.which(program, path=PROGRAMS) is None]
        return f"not installed: {', '.join(missing)}" if missing else None

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.lab.gateway.ipv4

    def make_host_key(self) -> str:
        """Make a new host key and return its public half; takes effect with the next start."""
        file = self.folder / "host_key"
        file.unlink(missing_ok=True)
        made = subprocess.run(
            ["dropbearkey", "-t", "ed25519", "-f", str(file)],
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
        argv = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", START, "sh"]
        self.lab.gateway.agent.call(
            "spawn", argv=[*argv, str(self.folder), self.address, str(PORT)], until="Not backgrounding"
        )

    def stop(self) -> None:
        """End the server and every session, as a router that loses its power."""
        namespace = Path(f"/proc/{self.lab.gateway.pid}/ns/net").stat().st_ino
        for process in Path("/proc").glob("[0-9]*"):
            try:
                ours = (process / "ns/net").stat().st_ino == namespace
                if ours and (process / "comm").read_text().strip() == "dropbear":
                    os.kill(int(process.name), signal.SIGKILL)
            except OSError:
                continue  # gone already, or nobody we may look at
