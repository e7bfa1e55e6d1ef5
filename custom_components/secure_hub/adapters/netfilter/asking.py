"""What is held off because a person is to be asked: the first packets of it are copied to us, a few of each device.

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
SNAPLEN: Final = 128
"""Bytes of a packet that are copied: the headers."""
METER: Final = SetSpec("asking", (Field.MAC,), learned=True, local=True, size=4096, timeout=60_000)
"""Devices that were copied of late."""
_PER_DEVICE: Final = 5
"""Packets a second of one device; a hostile one does not silence the others."""
_BURST: Final = 20
_OF_ALL: Final = 200


def copied(family: Family, scope: str) -> Iterator[RuleSpec]:
    """Copy, before a chain drops a packet from a device, where it wanted to go, if that is to be asked."""
    device = SOURCE + mapped("mac")
    match = (ETHERNET, device) if family is Family.INET else (device,)
    bit = class_value(asked(SCOPES[scope]))
    bounded = learn_within(METER.name, _PER_DEVICE, _BURST) + limit(_OF_ALL, _OF_ALL)
    yield local(
        f"denied_from_{scope}",
        "asked",
        *match,
        mask(bit, VALUE) + equals(bit, VALUE),
        bounded,
        log(GROUP, SNAPLEN, scope),
    )
