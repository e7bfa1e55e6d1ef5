"""Ways to the kernel: our own netlink socket, or the root helper."""

from collections.abc import Sequence
import errno
from pathlib import Path
from typing import Final, Protocol, override

from .client import HelperClient
from .kernel import Change, Kernel, Tally, Tried
from .layout import Shape
from .monitor import Monitor, Touch
from .netlink import NetlinkError
from .probe import Capabilities, probe
from .tables import Elements

HELPER_SOCKET: Final = Path("/run/secure-hub/helper.sock")


class Backend(Protocol):
    """What the enforcer needs. Every call blocks and raises NetlinkError; one thread at a time."""

    capabilities: Capabilities

    def stands(self) -> bool:
        """Whether our tables are there, of this run or an earlier one."""

    def load(self, shape: Shape, elements: Elements, tried: Tried | None = None) -> tuple[str, ...]:
        """Make the tables what they should be, read them back, say what had to be mended."""

    def change(self, changes: Sequence[Change]) -> None:
        """Change elements and read them back."""

    def flush_connections(self, addresses: Sequence[str]) -> None:
        """Forget the connections of these addresses."""

    def counters(self) -> dict[str, tuple[int, int]]:
        """Packets and bytes per counted rule, keyed `family chain comment`."""

    def tally(self, names: Sequence[str]) -> Tally:
        """What the elements of sets that count or limit say."""

    def touches(self) -> list[Touch]:
        """What others did to our tables since the last call."""

    def event_fileno(self) -> int | None:
        """Descriptor that is readable when there are touches; None if one has to ask now and then."""

    def remove(self) -> None:
        """Take our tables away."""

    def close(self) -> None:
        """Let go; what was loaded stays."""


class InProcess(Kernel):
    """The kernel, spoken to by ourselves."""

    def __init__(self, capabilities: Capabilities | None = None, *, owner: bool | None = None) -> None:
        """Look what can be done unless told; `owner` overrides whether tables are ours alone. Raises NetlinkError."""
        self.capabilities = capabilities or probe()
        if not self.capabilities.usable:
            code = errno.EOPNOTSUPP if self.capabilities.permitted else errno.EPERM
            raise NetlinkError(code, self.capabilities.detail)
        try:
            super().__init__(owner=self.capabilities.owner if owner is None else owner)
            self._monitor = Monitor(self.port)
        except OSError as error:
            if hasattr(self, "_socket"):
                super().close()
            raise NetlinkError(error.errno or errno.EIO, "netlink") from error

    def touches(self) -> list[Touch]:
        """What others did to our tables since the last call."""
        return self._monitor.read()

    def event_fileno(self) -> int | None:
        """Readable when there are touches."""
        return self._monitor.fileno()

    @override
    def close(self) -> None:
        """Let go; what was loaded stays."""
        self._monitor.close()
        super().close()


def open_backend() -> Backend:
    """Return the best way that works here; raises NetlinkError with why none does."""
    found = probe()
    path = _helper(found)
    return InProcess(found) if path is None else HelperClient(path)


def helper_path() -> Path | None:
    """Where the helper is asked; None where we may do everything ourselves, or there is none."""
    return _helper(probe())


def _helper(found: Capabilities) -> Path | None:
    return None if found.usable or not HELPER_SOCKET.exists() else HELPER_SOCKET


def capabilities() -> Capabilities:
    """What can be done from here, by ourselves or through the helper."""
    found = probe()
    path = _helper(found)
    if path is None:
        return found
    try:
        helper = HelperClient(path)
    except NetlinkError as error:
        return Capabilities(reason="firewall_no_helper", detail=str(error))
    helper.close()
    return helper.capabilities
