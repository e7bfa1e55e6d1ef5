"""Setting a router up: a key of our own, and a try of everything before anything is saved.

Whoever needs routers imports this module, and with it the SSH library, in an executor: most homes need neither.
"""

from dataclasses import dataclass
from typing import Final

import asyncssh

from ...engine.enforcement import EnforcementError
from ..netfilter.probe import Capabilities
from .router_commands import probe, survey
from .router_facts import RouterFacts
from .ssh import SshSettings, Trouble, open_connection, read_host_key

__all__ = ["Found", "SshSettings", "examine", "make_key", "public_line", "read_host_key"]

_COMMENT: Final = "secure-hub"


@dataclass(frozen=True, slots=True)
class Found:
    """What a router can do, and what it has."""

    capabilities: Capabilities
    facts: RouterFacts


def make_key() -> str:
    """Make an Ed25519 key of our own: an OpenSSH private key. Blocks."""
    return asyncssh.generate_private_key("ssh-ed25519", comment=_COMMENT).export_private_key().decode()


def public_line(client_key: str) -> str:
    """Public half of a private key, as a line of `authorized_keys`; raises EnforcementError for what is no key."""
    try:
        key = asyncssh.import_private_key(client_key)
        return key.export_public_key().decode().strip()
    except (ValueError, asyncssh.Error) as error:
        raise EnforcementError(Trouble.KEY_INVALID, str(error)) from error


async def examine(settings: SshSettings) -> Found:
    """Log in and look what the router can do; nothing is changed there. Raises EnforcementError."""
    connection = await open_connection(settings)
    try:
        capabilities = await probe(connection)
        facts, _ = await survey(connection)
    finally:
        await connection.close()
    return Found(capabilities, facts)
