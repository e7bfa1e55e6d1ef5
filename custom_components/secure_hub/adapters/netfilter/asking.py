"""What is held off because a person is to be asked, or denied: the first packets of it are copied to us.

The copy is all that is kept; no connection is opened and nothing grows: each device has a few copies a second, whatever
it sends, and the set that counts them is bounded and forgets. Where the set is full, nothing is copied and everything
is dropped all the same.
"""

from collections.abc import Iterator
from typing import Final

from .layout import SCOPES, Field, RuleSpec, SetSpec, asked
from .nftables import VALUE, Family, class_value, equals, learn_within, limit, log, mapped, mask
from .packets import ETHERNET, SOURCE, local

GROUP: Final = 6
"""Number of the log group that the rules and the listener agree on."""
DENIED_GROUP: Final = 7
"""The same for what is denied: it is shown to people, and must not crowd out what they are to be asked."""
SNAPLEN: Final = 128
"""Bytes of a packet that are copied: the headers."""
METER: Final = SetSpec("asking", (Field.MAC,), learned=True, local=True, size=4096, timeout=60_000)
"""Devices that were copied of late."""
DENIED_METER: Final = SetSpec("denials", (Field.MAC,), learned=True, local=True, size=4096, timeout=60_000)
"""The same of what is denied."""
METERS: Final = (METER, DENIED_METER)
_PER_DEVICE: Final = 5
"""Packets a second of one device; a hostile one does not silence the others."""
_BURST: Final = 20
_OF_ALL: Final = 200
_DENIED_PER_DEVICE: Final = 1
_DENIED_BURST: Final = 10
_DENIED_OF_ALL: Final = 50


def copied(family: Family, scope: str) -> Iterator[RuleSpec]:
    """Copy, before a chain drops a packet from a device, where it wanted to go: to be asked, or to be shown."""
    device = SOURCE + mapped("mac")
    match = (ETHERNET, device) if family is Family.INET else (device,)
    bit = class_value(asked(SCOPES[scope]))
    asks = learn_within(METER.name, _PER_DEVICE, _BURST) + limit(_OF_ALL, _OF_ALL) + log(GROUP, SNAPLEN, scope)
    denies = learn_within(DENIED_METER.name, _DENIED_PER_DEVICE, _DENIED_BURST)
    denies += limit(_DENIED_OF_ALL, _DENIED_OF_ALL) + log(DENIED_GROUP, SNAPLEN, scope)
    for name, value, copy in (("asked", bit, asks), ("shown", bytes(len(bit)), denies)):
        yield local(f"denied_from_{scope}", name, *match, mask(bit, VALUE) + equals(value, VALUE), copy)
