"""What is remembered of the radio, as JSON and back: `secure_hub.radio`. Strict and bounded as the other stores."""

from collections.abc import Callable, Mapping
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..engine.radio.links import Link
from ..engine.radio.memory import MAX_BANS, MAX_JOINS, MAX_LINKS, Ban, Join, RadioMemory
from .storage import RoomStore
from .storage_codec import MAX_TEXT, StoreValueError

_IEEE: Final = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){7}")
_MAX_TIME: Final = float(2**53)
_BYTE, _WORD = 0xFF, 0xFFFF
_LINK: Final = ("holder", "endpoint", "cluster", "group", "target", "target_endpoint", "name")
_SCENES: Final = "scenes"
_SCENE: Final = re.compile(r"(?:[0-9a-f]{2}){6,255}")
_MAX_SCENES: Final = 64
_BAN: Final = ("since", "actor", "reason", "name", "evictions", "last_eviction")
_JOIN: Final = ("at", "asked", "trusted", "opened_by")


class RadioStore(RoomStore[RadioMemory]):
    """Everything of the radio that outlives a restart."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(hass, f"{DOMAIN}.radio", encode, decode)


def encode(memory: RadioMemory) -> dict[str, Any]:
    """Write it. Raises StoreValueError."""
    data = {
        "taken": sorted((_row(link) for link in memory.taken), key=repr),
        "bans": {ieee: {name: getattr(ban, name) for name in _BAN} for ieee, ban in memory.bans.items()},
        "joins": {ieee: {name: getattr(join, name) for name in _JOIN} for ieee, join in memory.joins.items()},
    }
    decode(data)
    return data


def decode(data: Any) -> RadioMemory:
    """Read it. Raises StoreValueError and nothing else."""
    rows = _members(data, ("taken", "bans", "joins"))
    taken = rows["taken"]
    if not isinstance(taken, list) or len(taken) > MAX_LINKS:
        raise StoreValueError(_no("links"))
    return RadioMemory(
        taken=frozenset(_link(row) for row in taken),
        bans=_each(rows["bans"], MAX_BANS, _ban),
        joins=_each(rows["joins"], MAX_JOINS, _join),
    )


def _no(what: str) -> str:
    return f"no {what}, or too many"


def _each[V](rows: Any, limit: int, read: Callable[[Any], V]) -> Mapping[str, V]:
    if not isinstance(rows, dict) or len(rows) > limit:
        raise StoreValueError(_no("map of devices"))
    return {_ieee(key): read(row) for key, row in rows.items()}


def _row(link: Link) -> dict[str, Any]:
    return {**{name: getattr(link, name) for name in _LINK}, _SCENES: [scene.hex() for scene in link.scenes]}


def _link(row: Any) -> Link:
    older = isinstance(row, dict) and _SCENES not in row  # before scenes were kept
    fields = _members({**row, _SCENES: []} if older else row, (*_LINK, _SCENES))
    cluster, group, target = fields["cluster"], fields["group"], fields["target"]
    link = Link(
        _ieee(fields["holder"]),
        _number(fields["endpoint"], _BYTE),
        None if cluster is None else _number(cluster, _WORD),
        None if group is None else _number(group, _WORD),
        None if target is None else _ieee(target),
        None if fields["target_endpoint"] is None else _number(fields["target_endpoint"], _BYTE),
        _optional_text(fields["name"]),
        _scenes(fields[_SCENES]),
    )
    if (group is None) is (target is None) or (target is None) is not (link.target_endpoint is None):
        raise StoreValueError(_no("end of a link"))
    if cluster is None and group is None:
        raise StoreValueError(_no("group of a membership"))
    return link


def _scenes(value: Any) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > _MAX_SCENES:
        raise StoreValueError(_no("scenes"))
    if not all(isinstance(one, str) and _SCENE.fullmatch(one) for one in value):
        raise StoreValueError(_no("scene"))
    return tuple(map(bytes.fromhex, value))


def _ban(row: Any) -> Ban:
    fields = _members(row, _BAN)
    last = fields["last_eviction"]
    return Ban(
        _time(fields["since"]),
        _optional_text(fields["actor"]),
        _text(fields["reason"]),
        _text(fields["name"]),
        _number(fields["evictions"], 2**53),
        None if last is None else _time(last),
    )


def _join(row: Any) -> Join:
    fields = _members(row, _JOIN)
    asked, trusted = fields["asked"], fields["trusted"]
    if not isinstance(asked, bool) or not isinstance(trusted, bool):
        raise StoreValueError(_no("yes or no"))
    return Join(_time(fields["at"]), asked, trusted, _optional_text(fields["opened_by"]))


def _members(data: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(data, dict) or data.keys() != set(names):
        msg = f"no object of {', '.join(names)}"
        raise StoreValueError(msg)
    return data


def _ieee(value: Any) -> str:
    if not isinstance(value, str) or not _IEEE.fullmatch(value):
        raise StoreValueError(_no("IEEE address"))
    return value


def _number(value: Any, largest: int) -> int:
    if type(value) is not int or not 0 <= value <= largest:
        raise StoreValueError(_no("number"))
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or any("\ud800" <= char <= "\udfff" for char in value):
        raise StoreValueError(_no("text"))
    return value


def _optional_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _time(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= _MAX_TIME:
        raise StoreValueError(_no("time"))
    return float(value)
