"""What the kernel's refusals mean to people."""

import errno
from typing import Final

from ...engine.enforcement import EnforcementError
from ..netfilter.netlink import NetlinkError

_KEYS: Final = {
    errno.EPERM: "firewall_no_permission",
    errno.EACCES: "firewall_no_permission",
    errno.ERESTART: "firewall_busy",
    errno.EINTR: "firewall_busy",
    errno.ESTALE: "firewall_not_read_back",
    errno.ETIMEDOUT: "firewall_no_answer",
    errno.EOPNOTSUPP: "firewall_no_nftables",
    errno.EAFNOSUPPORT: "firewall_no_nftables",
    errno.EPROTONOSUPPORT: "firewall_no_netlink",
    errno.ECONNREFUSED: "firewall_no_helper",
}


def refused(error: NetlinkError) -> EnforcementError:
    """The refusal as an enforcer tells it."""
    return EnforcementError(_KEYS.get(error.code, "firewall_refused"), str(error))
