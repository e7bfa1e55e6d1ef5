"""Sets of a name's addresses, which dnsmasq fills before it answers; what is used of them does not expire."""

from collections.abc import Iterator
from typing import Final

from .layout import ZONES_MAX, Field, RuleSpec, SetSpec, Shape
from .looks import Maps, goto, judged, looks_in_zone
from .nftables import learn, within
from .packets import IS, destination, local

_FIELDS: Final = {4: Field.IPV4, 6: Field.IPV6}
_DAY_MS: Final = 86_400_000


def named_sets(shape: Shape) -> Iterator[SetSpec]:
    """The sets."""
    for stem in shape.names:
        for version, field in _FIELDS.items():
            name = f"{stem}_{version}"
            yield SetSpec(name, (field,), learned=True, local=True, size=4096, timeout=_DAY_MS)


def named_chains(version: int, shape: Shape) -> list[str]:
    """Names of the chains: one for what is said of each name."""
    return [f"named{version}_{place}" for place in range(len(shape.names))]


def named(maps: Maps, shape: Shape, port: int, stop: str, otherwise: str) -> Iterator[RuleSpec]:
    """Ask what is said of the first name in whose set the far end is; if nothing, go on in the chain `otherwise`."""
    version = maps.version
    far = IS[version] + destination(version)
    for place, (chain, stem) in enumerate(zip(named_chains(version, shape), shape.names, strict=True)):
        name = f"{stem}_{version}"
        yield local(f"from_internet{version}", "of a name", far, within(name), learn(name), goto(chain))
        for one in judged(chain, looks_in_zone(maps, ZONES_MAX + 1 + place, port), stop):
            yield local(one.chain, one.comment, *one.expressions)
        yield local(chain, "whatever the name", goto(otherwise))
