"""What name servers tell devices: copied to us, for devices whose permissions name names.

A device is known by its address. One that asks from an address that nobody has seen yet, as after its first lease, is
known by its MAC: its question is copied too, and the answer to that address for a minute.
"""

from collections.abc import Iterator
from typing import Final

from .layout import NAMES, Field, RuleSpec, SetSpec
from .log import GROUP, SNAPLEN
from .looks import PORTED, RETURN
from .nftables import VALUE, Base, class_value, equals, learn, limit, log, mapped, mask, payload, within
from .packets import ETHERNET, IS, SOURCE, destination, jump, local, source

ASKERS: Final = {
    version: SetSpec(f"asker{version}", (field,), learned=True, local=True, size=4096, timeout=60_000)
    for version, field in ((4, Field.IPV4), (6, Field.IPV6))
}
"""Addresses that nobody had seen, and from which a device asked whose answers we want."""
ASKS: Final = "asks"
"""Word of the copy of a question."""
_QUESTION: Final = 96
"""Bytes of a question that are copied: its headers."""
_AT_ONCE: Final = 200
"""Packets that a rule copies to us a second, of all devices; each is worth some ten microseconds."""
_NAME_SERVICE: Final = (53).to_bytes(2)
_WANTED: Final = mask(class_value(NAMES), VALUE) + equals(class_value(NAMES), VALUE)
_BOUNDED: Final = limit(_AT_ONCE, _AT_ONCE)


def name_service(offset: int) -> bytes:
    """Match TCP and UDP with the port of name servers at this offset; the port is asked first, which costs least."""
    return payload(Base.TRANSPORT, offset, 2) + equals(_NAME_SERVICE) + PORTED


_ANSWER: Final = name_service(0)


def asking_chain(version: int) -> str:
    """Name of the chain that notes who asks."""
    return f"asks{version}"


def told(chain: str, version: int) -> RuleSpec:
    """Copy the answers to devices by the class of their address."""
    receiver = IS[version] + destination(version) + mapped(f"class{version}") + _WANTED
    return local(chain, "told", _ANSWER, receiver, _BOUNDED, log(GROUP, SNAPLEN))


def told_at_new_address(chain: str) -> Iterator[RuleSpec]:
    """Copy the answers to addresses that nobody had seen."""
    for version, asker in ASKERS.items():
        receiver = IS[version] + destination(version) + within(asker.name)
        yield local(chain, f"told at a new IPv{version} address", _ANSWER, receiver, _BOUNDED, log(GROUP, SNAPLEN))


def asks(chain: str, version: int) -> RuleSpec:
    """Note which devices ask, by their MAC."""
    wanted = name_service(2) + IS[version] + ETHERNET + SOURCE + mapped("mac") + _WANTED
    return local(chain, f"asks by IPv{version}", wanted, jump(asking_chain(version)))


def asked(version: int) -> Iterator[RuleSpec]:
    """Note and tell an address that nobody has seen."""
    chain, sender = asking_chain(version), source(version)
    known = mask(class_value(0), VALUE) + equals(class_value(0), VALUE)
    yield local(chain, "known", sender, mapped(f"class{version}"), known, RETURN)
    yield local(chain, "new address", sender, learn(ASKERS[version].name), _BOUNDED, log(GROUP, _QUESTION, ASKS))
