"""Who touched our tables: the kernel's notifications of nftables changes."""

from dataclasses import dataclass
import errno
from typing import Final

from .layout import FORWARD_PRIORITY, NAME_SET, TABLE, TRIED_TABLE
from .netlink import (
    NFNL_SUBSYS_NFTABLES,
    Message,
    NetfilterSocket,
    NetlinkError,
    attributes,
    body,
    family,
    number,
    string,
)
from .nftables import Family, Kind, parse_generation

_GROUP_NFTABLES: Final = 7
_DATAGRAMS: Final = 64
_OURS: Final = frozenset({TABLE, TRIED_TABLE})
_WHATS: Final = 20
_SUBSYSTEM_SHIFT: Final = 8
_FAMILIES: Final = {1: "inet", 2: "ip", 5: "netdev", 7: "bridge", 10: "ip6"}
_FORWARDING: Final = frozenset({1, 2, 7, 10})
_FORWARD: Final = 2
"""Number of the hook where packets pass that are for others."""
_ELEMENTS: Final = frozenset({Kind.NEW_ELEMENT, Kind.DEL_ELEMENT})


@dataclass(frozen=True, slots=True)
class Touch:
    """Somebody else's transaction on our tables: thread id and name of its process, and what it did.

    0 and "" where the kernel does not say; `lost` if notifications were lost, so that anything may have happened.
    `competing` is what it made elsewhere that sees forwarded packets before us, or instead of us.
    """

    pid: int
    process: str
    what: tuple[str, ...]
    lost: bool = False
    competing: tuple[str, ...] = ()


class Monitor:
    """A subscription; `fileno` becomes readable when there is something. Needs CAP_NET_ADMIN."""

    def __init__(self, own_port: int) -> None:
        """Subscribe; changes from the netlink port `own_port` are our own. Raises OSError."""
        self._socket = NetfilterSocket(groups=(_GROUP_NFTABLES,))
        self._socket.ignore_sender(own_port)
        self._own = own_port
        self._open: dict[str, None] = {}
        self._beside: dict[str, None] = {}

    def fileno(self) -> int:
        """Return the descriptor, for a selector."""
        return self._socket.fileno()

    def read(self) -> list[Touch]:
        """What has been noticed since the last call; does not wait, reads a bounded amount."""
        found: list[Touch] = []
        try:
            found.extend(filter(None, map(self.consider, self._socket.drain(_DATAGRAMS))))
        except NetlinkError as error:
            what = "notifications lost" if error.code == errno.ENOBUFS else str(error)
            found.append(Touch(0, "", (what,), lost=True))
        return found

    def consider(self, message: Message) -> Touch | None:
        """Take one notification; the last of a transaction gives what it did to us, if anything."""
        if message.port == self._own or message.kind >> _SUBSYSTEM_SHIFT != NFNL_SUBSYS_NFTABLES:
            return None
        kind = message.kind & 0xFF
        if kind == Kind.NEW_GENERATION:
            what, self._open = tuple(self._open), {}
            competing, self._beside = tuple(self._beside), {}
            if not (what or competing):
                return None
            _, pid, process = parse_generation(body(message))
            return Touch(pid, process, what, competing=competing)
        parts = attributes(body(message))
        if kind in _ELEMENTS and string(parts.get(2, b"")).startswith(NAME_SET):
            return None  # dnsmasq tells the addresses of a name
        if string(parts.get(1, b"")) in _OURS:
            if len(self._open) < _WHATS:
                self._open[_words(kind, family(message))] = None
        elif len(self._beside) < _WHATS and (words := _competing(kind, family(message), parts)):
            self._beside[words] = None
        return None

    def close(self) -> None:
        """Unsubscribe."""
        self._socket.close()


def _competing(kind: int, of: int, parts: dict[int, bytes]) -> str:
    """What sees forwarded packets earlier than our chains, or keeps them from there; "" for anything else."""
    where = f"of {_FAMILIES.get(of, of)} {string(parts.get(1, b''))}"
    if kind == Kind.NEW_FLOWTABLE:
        return f"flowtable {string(parts.get(2, b''))} {where}"
    if kind != Kind.NEW_CHAIN or of not in _FORWARDING:
        return ""
    hook = attributes(parts.get(4, b""))
    priority = int.from_bytes(hook.get(2, b""), signed=True)
    if number(hook.get(1, b"")) != _FORWARD or priority >= FORWARD_PRIORITY:
        return ""
    return f"chain {string(parts.get(3, b''))} {where}, forward at {priority}"


def _words(kind: int, of: int) -> str:
    name = Kind(kind).name.lower().replace("_", " ") if kind in Kind else f"message {kind}"
    where = Family(of).name.lower() if of in Family else str(of)
    return f"{name} ({where})"
