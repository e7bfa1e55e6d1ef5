"""Our tables as `nft -j list` tells them, compared with what they should be."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
import json
from typing import Any, Final

from ..netfilter.layout import TABLE, Shape
from ..netfilter.nftables import Family
from ..netfilter.ruleset import LEARNED
from ..netfilter.tables import Elements
from .nft_script import Contents, wanted, written
from .nft_sets import Atom, Atoms, Rate

_UNITS: Final = {"bytes": 1, "kbytes": 1 << 10, "mbytes": 1 << 20}


class Standing:
    """Our tables as `nft -j list ruleset` or `nft -j list table` tells them."""

    def __init__(self, families: Iterable[Family]) -> None:
        """Nothing read yet; only these families count."""
        self.families = {family.name.lower() for family in families}
        self.contents: Contents = {}
        self.chains: dict[str, set[str]] = {}
        self.rules: list[tuple[str, str, str, str]] = []

    def read(self, text: str) -> None:
        """Take in one answer; raises ValueError for what is none."""
        try:
            items = json.loads(text)["nftables"]
            for item in items:
                for kind, body in item.items():
                    if kind != "metainfo" and body["family"] in self.families:
                        self._item(kind, body)
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            msg = f"no nft JSON: {error!r}"
            raise ValueError(msg) from error

    def _item(self, kind: str, body: dict[str, Any]) -> None:
        family = body["family"]
        if kind == "chain" and body["table"] == TABLE:
            self.chains.setdefault(family, set()).add(body["name"])
            self.rules.append((family, body["name"], "", _stable({k: v for k, v in body.items() if k != "handle"})))
        elif kind == "rule" and body["table"] == TABLE:
            self.rules.append((family, body["chain"], body.get("comment", ""), _stable(body["expr"])))
        elif kind in {"set", "map"} and body["table"] == TABLE and body["name"] not in LEARNED:
            self.contents[family, body["name"]] = frozenset(_atoms(item) for item in body.get("elem", ()))

    @property
    def fingerprint(self) -> bytes:
        """Of chains and rules, as this nft tells them; counts do not matter."""
        return blake2b(repr(self.rules).encode(), digest_size=16).digest()

    def comments(self) -> list[tuple[str, str, str]]:
        """Family, chain and comment of each rule, sorted by family and chain."""
        found = [(family, chain, comment) for family, chain, comment, _ in self.rules if comment]
        return sorted(found, key=lambda rule: rule[:2])


def comments(shape: Shape) -> list[tuple[str, str, str]]:
    """What `Standing.comments` must say."""
    found = [
        (family.name.lower(), chain, comment)
        for family in shape.families
        for chain, comment in written(family, shape).comments
    ]
    return sorted(found, key=lambda rule: rule[:2])


def differences(standing: Standing, shape: Shape, elements: Elements) -> tuple[str, ...]:
    """What our tables hold too little or too much, in words of nftables; rules by their comments only."""
    found = []
    should = wanted(shape, elements)
    for family, name in sorted(should.keys() | standing.contents.keys()):
        here, there = should.get((family, name)), standing.contents.get((family, name))
        if here != there:
            found.append(f"{family}: {name}")
    if standing.comments() != comments(shape):
        found.append("rules")
    return tuple(found)


def _stable(body: Any) -> str:
    """JSON without what counts."""
    return json.dumps(_without_counts(body), sort_keys=True)


def _without_counts(body: Any) -> Any:
    if isinstance(body, list):
        return [_without_counts(item) for item in body]
    if isinstance(body, Mapping):
        return {key: None if key == "counter" else _without_counts(value) for key, value in body.items()}
    return body


def _atoms(item: Any) -> Atoms:
    """Key of an element: a value, a concatenation, or either with a timeout or a rate around it."""
    around = item["elem"] if isinstance(item, dict) and "elem" in item else {"val": item}
    key = around["val"]
    parts = key["concat"] if isinstance(key, dict) and "concat" in key else [key]
    rate = (_read_rate(around["limit"]),) if "limit" in around else ()
    return (*map(_read_atom, parts), *rate)


def _read_rate(limit: Mapping[str, Any]) -> Rate:
    """Bytes a second and at once; nft tells them in the largest unit that divides them."""
    if (limit["per"], limit.get("inv")) != ("second", True):
        msg = f"limit {limit!r}"
        raise ValueError(msg)
    return Rate(*(_read_number(limit[name]) * _UNITS[limit[f"{name}_unit"]] for name in ("rate", "burst")))


def _read_atom(part: Any) -> Atom:
    if isinstance(part, dict) and "range" in part:
        first, last = part["range"]
        return _read_number(first), _read_number(last)
    if isinstance(part, str) and not part.startswith("0x"):
        return part
    return _read_number(part)


def _read_number(part: Any) -> int:
    if isinstance(part, str) and part.startswith("0x"):
        return int(part, 16)
    if isinstance(part, int) and not isinstance(part, bool):
        return part
    msg = f"element {part!r}"
    raise ValueError(msg)
