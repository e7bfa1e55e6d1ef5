"""What the kernel holds of our table in one family."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import errno
from hashlib import blake2b
from typing import Final

from .layout import NAME_SET, PLANNED
from .netlink import NetfilterSocket, NetlinkError, attributes, number, string, text
from .nftables import Family, Kind, parse_elements, parse_rule, request
from .ruleset import LEARNED

_SIGN: Final = 1 << 31
_HOOK_DEVICE: Final = 3


@dataclass(frozen=True, slots=True)
class TableState:
    """One table as it was read.

    chains: name -> (hook, priority, device). sets: name -> (key type, key bytes, flags, data type).
    elements: set -> key -> value, of the sets that were asked for. `owner` is the netlink port of the owner, 0 if none.
    `lines` is the same of sets of ranges of one field, as raw lists of elements, for there may be many of them.
    `fingerprint` covers chains, rules, and the elements of verdict maps and constant sets.
    """

    flags: int
    owner: int
    chains: dict[str, tuple[int | None, int, str | None]]
    sets: dict[str, tuple[int, int, int, int]]
    fingerprint: bytes
    elements: dict[str, dict[bytes, bytes]] = field(default_factory=dict)
    lines: dict[str, tuple[bytes, ...]] = field(default_factory=dict)


def survey(kernel: NetfilterSocket, family: Family, own: str, names: Iterable[str]) -> TableState | None:
    """Read our table of the name `own` and the elements of the named sets; None if it does not stand.

    Raises NetlinkError.
    """
    answer = kernel.ask([request(Kind.GET_TABLE, family, text(1, own))])[0]
    if isinstance(answer, NetlinkError):
        if answer.code in {errno.ENOENT, errno.EAFNOSUPPORT, errno.EOPNOTSUPP}:
            return None
        raise answer
    parts = attributes(answer)
    chains, hooks = _chains(kernel, family, own)
    sets = _sets(kernel, family, own)
    asked = [name for name in names if name in sets]
    return TableState(
        flags=number(parts.get(2, b"")),
        owner=number(parts.get(7, b"")),
        chains=chains,
        sets=sets,
        fingerprint=_fingerprint(kernel, family, own, hooks, sets),
        elements={name: read_set(kernel, family, own, name) for name in asked if not PLANNED[name][0].is_line},
        lines={name: _read_line(kernel, family, own, name) for name in asked if PLANNED[name][0].is_line},
    )


def read_set(kernel: NetfilterSocket, family: Family, own: str, name: str) -> dict[bytes, bytes]:
    """Every element of one set: key -> value."""
    wanted = request(Kind.GET_ELEMENT, family, text(1, own) + text(2, name))
    return {key: value for body in kernel.dump(wanted) for key, value in parse_elements(body)}


def _read_line(kernel: NetfilterSocket, family: Family, own: str, name: str) -> tuple[bytes, ...]:
    wanted = request(Kind.GET_ELEMENT, family, text(1, own) + text(2, name))
    return tuple(attributes(body).get(3, b"") for body in kernel.dump(wanted))


def counters(kernel: NetfilterSocket, family: Family, own: str) -> dict[str, tuple[int, int]]:
    """Packets and bytes of each counted rule, keyed `family chain comment`."""
    found = {}
    for body in kernel.dump(request(Kind.GET_RULE, family, text(1, own))):
        table, chain, expressions, comment, count = parse_rule(body)
        if table == own and any(e.startswith(b"counter\0") for e in expressions):
            found[f"{family.name.lower()} {chain} {comment}"] = count
    return found


def _chains(
    kernel: NetfilterSocket, family: Family, own: str
) -> tuple[dict[str, tuple[int | None, int, str | None]], list[bytes]]:
    chains = {}
    raw = []
    for body in kernel.dump(request(Kind.GET_CHAIN, family)):
        parts = attributes(body)
        if string(parts.get(1, b"")) != own:
            continue
        name = string(parts.get(3, b""))
        hook = attributes(parts.get(4, b""))
        priority = number(hook.get(2, b""))
        chains[name] = (
            number(hook[1]) if 1 in hook else None,
            priority - (1 << 32) if priority & _SIGN else priority,
            string(hook[_HOOK_DEVICE]) if _HOOK_DEVICE in hook else None,
        )
        raw.append(b"".join((parts.get(3, b""), parts.get(4, b""), parts.get(5, b""))))
    return chains, raw


def _sets(kernel: NetfilterSocket, family: Family, own: str) -> dict[str, tuple[int, int, int, int]]:
    sets = {}
    for body in kernel.dump(request(Kind.GET_SET, family, text(1, own))):
        parts = attributes(body)
        if string(parts.get(1, b"")) == own:
            key_type, key_size, flags, data = (number(parts.get(kind, b"")) for kind in (4, 5, 3, 6))
            sets[string(parts.get(2, b""))] = (key_type, key_size, flags, data)
    return sets


def _fingerprint(
    kernel: NetfilterSocket, family: Family, own: str, hooks: list[bytes], sets: dict[str, tuple[int, int, int, int]]
) -> bytes:
    digest = blake2b(repr(sorted(hooks)).encode(), digest_size=16)
    digest.update(repr(sorted(sets.items())).encode())
    for body in kernel.dump(request(Kind.GET_RULE, family, text(1, own))):
        table, chain, expressions, _, _ = parse_rule(body)
        if table == own:
            digest.update(repr((chain, expressions)).encode())
    constant = {name for name in sets.keys() - PLANNED.keys() - LEARNED.keys() if not name.startswith(NAME_SET)}
    for name in sorted(constant):
        for body in sorted(kernel.dump(request(Kind.GET_ELEMENT, family, text(1, own) + text(2, name)))):
            digest.update(attributes(body).get(3, b""))
    return digest.digest()
