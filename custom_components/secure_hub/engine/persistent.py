"""A mapping that never changes, whose changed copies share with it what did not change.

A fixed hash table of small dicts (path copying: Driscoll, Sarnak, Sleator, Tarjan 1989, "Making data structures
persistent"): of ten thousand items a copy with one changed moves three hundred references, a plain dict ten thousand.
"""

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from itertools import chain
from operator import is_not
from typing import Final, overload, override

_BUCKETS: Final = 256
"""A power of two, near the square root of the greatest homes."""


class PersistentMap[K, V](Mapping[K, V]):
    """Items by key, in no order that means anything. Equal to any mapping with the same items."""

    __slots__ = ("_size", "buckets")

    buckets: tuple[dict[K, V], ...]
    """Shared with copies; not to be changed."""

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        """Take over `items`; O(items), but of a persistent map all parts are shared."""
        if isinstance(items, PersistentMap):
            self._adopt(items.buckets)
            return
        empty: dict[K, V] = {}
        buckets = [empty] * _BUCKETS
        for key, value in dict(items).items():
            index = hash(key) % _BUCKETS
            if buckets[index] is empty:
                buckets[index] = {}
            buckets[index][key] = value
        self._adopt(tuple(buckets))

    def _adopt(self, buckets: tuple[dict[K, V], ...]) -> None:
        self.buckets = buckets
        self._size = sum(map(len, buckets))

    @classmethod
    def of(cls, items: Mapping[K, V]) -> PersistentMap[K, V]:
        """Give `items` itself if it is persistent already."""
        return items if isinstance(items, PersistentMap) else cls(items)

    def merged(self, changes: Mapping[K, V], gone: Iterable[K] = ()) -> PersistentMap[K, V]:
        """Copy with `changes` over what is there, and without `gone`; O(changes)."""
        buckets = list(self.buckets)
        for key, value in changes.items():
            index = hash(key) % _BUCKETS
            if buckets[index] is self.buckets[index]:
                buckets[index] = dict(buckets[index])
            buckets[index][key] = value
        for key in gone:
            index = hash(key) % _BUCKETS
            buckets[index] = {one: value for one, value in buckets[index].items() if one != key}
        fresh: PersistentMap[K, V] = PersistentMap.__new__(PersistentMap)
        fresh._adopt(tuple(buckets))
        return fresh

    def parts(self, other: PersistentMap[K, V]) -> Iterator[tuple[dict[K, V], dict[K, V]]]:
        """Parts of both, ours first, in which they may differ; every differing key is in one of them."""
        return (
            (mine, theirs) for mine, theirs in zip(self.buckets, other.buckets, strict=True) if is_not(mine, theirs)
        )

    @override
    def __getitem__(self, key: K) -> V:
        """Raises KeyError."""
        return self.buckets[hash(key) % _BUCKETS][key]

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get[D](self, key: K, default: V | D, /) -> V | D: ...
    @override
    def get[D](self, key: K, default: V | D | None = None, /) -> V | D | None:
        """Value of `key`, or `default`."""
        return self.buckets[hash(key) % _BUCKETS].get(key, default)

    @override
    def __contains__(self, key: object) -> bool:
        return key in self.buckets[hash(key) % _BUCKETS]

    @override
    def __iter__(self) -> Iterator[K]:
        return chain.from_iterable(self.buckets)

    @override
    def __len__(self) -> int:
        return self._size

    @override
    def items(self) -> ItemsView[K, V]:
        """Items, walked without asking for each key again."""
        return _Items(self)

    @override
    def values(self) -> ValuesView[V]:
        """Values, walked without asking for each key again."""
        return _Values(self)

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, PersistentMap):
            return self.buckets == other.buckets
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment] # as of every mapping

    @override
    def __repr__(self) -> str:
        return f"PersistentMap({dict(self)!r})"


class _Items[K, V](ItemsView[K, V]):
    _mapping: PersistentMap[K, V]

    @override
    def __iter__(self) -> Iterator[tuple[K, V]]:
        return chain.from_iterable(map(dict.items, self._mapping.buckets))


class _Values[K, V](ValuesView[V]):
    _mapping: PersistentMap[K, V]

    @override
    def __iter__(self) -> Iterator[V]:
        return chain.from_iterable(map(dict.values, self._mapping.buckets))


def differing[K, V](before: Mapping[K, V], after: Mapping[K, V]) -> frozenset[K]:
    """Keys whose values differ, came or went; of persistent maps that share parts, only the others are read."""
    pairs: Iterable[tuple[Mapping[K, V], Mapping[K, V]]] = ((before, after),)
    if isinstance(before, PersistentMap) and isinstance(after, PersistentMap):
        pairs = before.parts(after)
    found: set[K] = set()
    for old, new in pairs:
        found |= old.keys() - new.keys()
        for key, value in new.items():
            known = old.get(key)
            if known is not value and known != value:  # most are the very same, and comparing is dear
                found.add(key)
    return frozenset(found)
