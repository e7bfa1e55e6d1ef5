"""Looks into the maps of exceptions, in their order: what they say of one packet, and what follows from it."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from .layout import ALLOW, DENY, RuleSpec
from .nftables import (
    KEY,
    VALUE,
    Base,
    Meta,
    Verdict,
    class_value,
    constant,
    decide,
    equals,
    mapped,
    meta,
    outside,
    payload,
    within,
)
from .packets import rule

RETURN: Final = decide(Verdict.RETURN)
PORTED: Final = meta(Meta.L4PROTO) + within("ported")
_PORTLESS: Final = meta(Meta.L4PROTO) + outside("ported")


def goto(chain: str) -> bytes:
    """Go to a chain for good."""
    return decide(Verdict.GOTO, chain)


def words(version: int) -> int:
    """Registers of an address."""
    return 1 if version == 4 else 4  # noqa: PLR2004 - the protocol's number


class Maps(NamedTuple):
    """The maps of one device: `head` loads scope and device, `far` behind them the far end (b"": wherever it is)."""

    head: bytes
    far: bytes
    version: int
    behind: int = KEY + 3
    """Register behind scope and device."""
    prefix: str = ""


class Look(NamedTuple):
    """One look into a map; `port` if it is one at a service with ports."""

    comment: str
    name: str
    key: bytes
    port: bool


def every_look(maps: Maps, port: int) -> Iterator[Look]:
    """Every look, from the single service to services anywhere; `port` is the offset of the port that counts."""
    if maps.far:
        yield from looks_there(maps, port)
    yield from looks_anywhere(maps, port)


def looks_there(maps: Maps, port: int) -> Iterator[Look]:
    """The looks at one far end."""
    ends, version, behind = maps.head + maps.far, maps.version, maps.behind + words(maps.version)
    if not maps.prefix:
        yield from _services("service", f"exact{version}", ends, behind, port)
    yield from _services("network", f"{maps.prefix}range{version}", ends, behind, port)
    yield Look("address", f"{maps.prefix}place{version}", ends, port=False)


def looks_by_mac(ends: bytes, behind: int, port: int) -> Iterator[Look]:
    """The looks at a far end that is known by its MAC; `ends` loads scope, device and that MAC, up to `behind`."""
    yield from _services("service by MAC", "mate_range", ends, behind, port)
    yield Look("MAC", "mate", ends, port=False)


def looks_in_zone(maps: Maps, zone: int, port: int) -> Iterator[Look]:
    """The looks at all that is in a zone of the named lists."""
    ends = maps.head + constant(zone.to_bytes(2), maps.behind)
    yield from _services("service in lists", "listed_range", ends, maps.behind + 1, port)
    yield Look("lists", "listed", ends, port=False)


def looks_anywhere(maps: Maps, port: int) -> Iterator[Look]:
    """The looks at services wherever they are."""
    name = f"{maps.prefix}any{maps.version if maps.prefix else ''}"
    yield from _services("anywhere", name, maps.head, maps.behind, port)


def _services(comment: str, name: str, ends: bytes, behind: int, port: int) -> Iterator[Look]:
    protocol = meta(Meta.L4PROTO, behind)
    numbered = ends + protocol + payload(Base.TRANSPORT, port, 2, behind + 1)
    if name.startswith("exact"):  # only protocols with ports are in it
        yield Look(comment, name, numbered, port=True)
    else:
        yield Look(comment, name, PORTED + numbered, port=True)
        plain = ends + protocol + constant(bytes(2), behind + 1)
        yield Look(f"{comment} without ports", name, _PORTLESS + plain, port=False)


def judged(chain: str, looks: Iterable[Look], stop: str, allowed: bytes = RETURN) -> Iterator[RuleSpec]:
    """Let the first look that finds something decide."""
    for look in looks:
        for decision, words, verdict in ((ALLOW, "allowed", allowed), (DENY, "denied", goto(stop))):
            told = mapped(look.name) + equals(class_value(decision), VALUE)
            yield rule(chain, f"{look.comment}: {words}", look.key, told, verdict)
