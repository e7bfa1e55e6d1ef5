"""Every command that is ever sent to a router: docs/enforcers.md lets a login do only these."""

from typing import Final

from ...engine.enforcement import EnforcementError
from ..netfilter.layout import TABLE
from ..netfilter.nftables import Family
from ..netfilter.probe import Capabilities
from .router_facts import RouterFacts, parse, parse_neighbours
from .ssh import SshConnection, Trouble

APPLY: Final = "nft -f -"
CHECK: Final = "nft -c -f -"
LINKS: Final = "ip -o link"
ADDRESSES: Final = "ip -o addr"
NEIGHBOURS: Final = "ip -o neigh"
FORGET: Final = ("-s", "-d", "-r")
"""Connections by original source, original destination, and source of the reply (behind a port forwarding)."""
_PROBES: Final = {
    Family.INET: "hook forward priority 0",
    Family.BRIDGE: "hook forward priority 0",
    Family.NETDEV: 'hook egress device "lo" priority 0',
}


def list_command(family: Family) -> str:
    """Command that lists our table of a family."""
    return f"nft -j -n list table {family.name.lower()} {TABLE}"  # -n: else protocols have names


async def probe(connection: SshConnection) -> Capabilities:
    """What the router's kernel can: each family is tried in a transaction that is never committed."""
    can = {}
    for family, hook in _PROBES.items():
        place = f"{family.name.lower()} {TABLE}_probe"
        lines = f"add table {place}\nadd chain {place} probe {{ type filter {hook}; policy accept; }}\n"
        answer = await connection.run(CHECK, lines)
        if answer.missing:
            raise EnforcementError(Trouble.NO_NFT, answer.complaint)
        if family is Family.INET and answer.status:
            raise EnforcementError(Trouble.REFUSED, answer.complaint)
        can[family] = not answer.status
    return Capabilities(permitted=True, inet=True, bridge=can[Family.BRIDGE], netdev=can[Family.NETDEV], reason=None)


async def run_script(connection: SshConnection, script: str) -> None:
    """Run a script of nft, all of it or nothing. Raises EnforcementError."""
    answer = await connection.run(APPLY, script)
    if answer.status:
        raise EnforcementError(Trouble.REFUSED, answer.complaint)


async def survey(connection: SshConnection) -> tuple[RouterFacts, dict[str, frozenset[str]]]:
    """Its interfaces, and those of its neighbours by MAC address; raises EnforcementError.

    A router that does not tell its neighbours has none.
    """
    links, addresses = await connection.run(LINKS), await connection.run(ADDRESSES)
    for answer in (links, addresses):
        if answer.status:
            raise EnforcementError(Trouble.REFUSED, answer.complaint)
    return parse(links.output, addresses.output), parse_neighbours((await connection.run(NEIGHBOURS)).output)
