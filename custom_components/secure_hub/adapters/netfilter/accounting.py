"""What is counted of each device: what it sends and receives, and what of that is refused.

Packets fill the counts by themselves, so that no change of a device touches them; only of devices that the hub knows,
so that nobody fills them with made-up addresses. A set that is full loses counts and nothing else: no rule decides
behind a count.
"""

from collections.abc import Iterator
from typing import Final

from .layout import Field, RuleSpec, SetSpec
from .nftables import Family, learn, mapped
from .packets import DESTINATION, ETHERNET, IS, SOURCE, destination, local

_SIZE: Final = 65_536
_DAYS_MS: Final = 2 * 86_400_000
"""Of a device that was silent for so long, the count begins anew."""


def _count(name: str, field: Field) -> SetSpec:
    return SetSpec(name, (field,), learned=True, counted=True, local=True, size=_SIZE, timeout=_DAYS_MS)


SENT: Final = _count("sent", Field.MAC)
RECEIVED: Final = _count("received", Field.MAC)
REFUSED: Final = _count("refused", Field.MAC)
"""Dropped of what a device sent, and on its link of what was sent to it."""
REFUSED4: Final = _count("refused4", Field.IPV4)
REFUSED6: Final = _count("refused6", Field.IPV6)
"""Dropped of what was routed to an address."""
COUNTS: Final = (SENT, RECEIVED, REFUSED, REFUSED4, REFUSED6)
FROM: Final = "from"
TO: Final = "to"


def counts(family: Family) -> tuple[SetSpec, ...]:
    """Sets that a table counts in."""
    return (REFUSED, REFUSED4, REFUSED6) if family is Family.INET else (SENT, RECEIVED, REFUSED)


def refused(family: Family, chain: str, way: str) -> Iterator[RuleSpec]:
    """Count, before a chain drops a packet from or to a device, whose it was."""
    if family is not Family.INET:
        who = SOURCE if way == FROM else DESTINATION
        yield local(chain, "whose", who, mapped("mac"), learn(REFUSED.name))
    elif way == FROM:
        yield local(chain, "whose", ETHERNET, SOURCE, mapped("mac"), learn(REFUSED.name))
    else:
        for version, count in ((4, REFUSED4), (6, REFUSED6)):
            whose = IS[version] + destination(version) + mapped(f"class{version}")
            yield local(chain, f"whose, IPv{version}", whose, learn(count.name))
