"""What this kernel and our rights let us do, found by trying: a table is made and unmade in one transaction."""

from dataclasses import dataclass
import errno
from typing import Final

from .netlink import NetfilterSocket, NetlinkError, Request, attribute, nested
from .nftables import Family, Kind, TableFlag, del_table, new_base_chain, new_table, request

_SCRATCH: Final = "secure_hub_probe"
_CONNTRACK_GET: Final = 1 << 8 | 1
_IPV4: Final = 2
_NO_RIGHT: Final = frozenset({errno.EPERM, errno.EACCES})


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What can be done here. `reason` is a translation key if anything is missing, None if all is there."""

    permitted: bool = False
    inet: bool = False
    bridge: bool = False
    netdev: bool = False
    owner: bool = False
    conntrack: bool = False
    reason: str | None = "firewall_no_netlink"
    detail: str = ""

    @property
    def usable(self) -> bool:
        """Whether quarantine can be made true from here, at least for what is routed or meant for this host."""
        return self.permitted and self.inet


def probe() -> Capabilities:
    """Try everything; leaves nothing behind. Blocks for some milliseconds, longer if the kernel loads modules."""
    try:
        with NetfilterSocket() as kernel:
            return _probe(kernel)
    except OSError as error:
        return Capabilities(detail=str(error))
    except NetlinkError as error:
        return Capabilities(reason="firewall_unknown", detail=str(error))


def _probe(kernel: NetfilterSocket) -> Capabilities:
    answer = kernel.ask([request(Kind.GET_GENERATION, 0)])[0]
    if isinstance(answer, NetlinkError):
        reason = "firewall_no_permission" if answer.code in _NO_RIGHT else "firewall_no_nftables"
        return Capabilities(reason=reason, detail=str(answer))
    inet = _attempt(kernel, Family.INET)
    if inet is not None:
        reason = "firewall_no_permission" if inet.code in _NO_RIGHT else "firewall_no_nftables"
        return Capabilities(permitted=inet.code not in _NO_RIGHT, reason=reason, detail=str(inet))
    bridge = _attempt(kernel, Family.BRIDGE) is None
    netdev = _attempt(kernel, Family.NETDEV, hook=1) is None
    owner = _attempt(kernel, Family.INET, flags=TableFlag.OWNER | TableFlag.PERSIST) is None
    conntrack = _conntrack(kernel)
    missing = [
        reason
        for there, reason in (
            (bridge, "firewall_no_bridge"),
            (netdev, "firewall_no_netdev"),
            (conntrack, "firewall_no_conntrack"),
        )
        if not there
    ]
    return Capabilities(
        permitted=True,
        inet=True,
        bridge=bridge,
        netdev=netdev,
        owner=owner,
        conntrack=conntrack,
        reason=missing[0] if missing else None,
    )


def _attempt(
    kernel: NetfilterSocket, family: Family, *, flags: int = 0, hook: int | None = None
) -> NetlinkError | None:
    """Make and unmake a table, with a chain at a hook of the loopback device if told; the error, if it fails."""
    requests = [new_table(family, _SCRATCH, flags)]
    if hook is not None:
        requests.append(new_base_chain(family, _SCRATCH, "probe", hook=hook, priority=0, device="lo"))
    try:
        kernel.batch([*requests, del_table(family, _SCRATCH)])
    except NetlinkError as error:
        return error
    return None


def _conntrack(kernel: NetfilterSocket) -> bool:
    """Whether connections can be looked at, and so forgotten: asked for one that cannot be."""
    here, there = b"\xc0\x00\x02\x01", b"\xc0\x00\x02\x02"  # TEST-NET-1, RFC 5737
    ends = nested(1, attribute(1, here), attribute(2, there))
    ports = nested(2, attribute(1, b"\x11"), attribute(2, b"\x00\x01"), attribute(3, b"\x00\x01"))
    answer = kernel.ask([Request(_CONNTRACK_GET, _IPV4, nested(1, ends, ports))])[0]
    return not isinstance(answer, NetlinkError) or answer.code == errno.ENOENT
