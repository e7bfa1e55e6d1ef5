"""What the root helper is asked and answers: JSON with a length before it, checked as if an attacker wrote it.

Requests say what is wanted of our own tables (classes of MACs, addresses, interfaces), never netlink. A request that
would touch anything else cannot be written down.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
import json
import re
import socket
import struct
from typing import Any, Final, NoReturn

from .kernel import Change, Tally, Tried
from .keys import Cell, Key, pack, pack_part
from .layout import NAME_SET, NAMES_MAX, PLANNED, ZONES_MAX, Field, Shape
from .monitor import Touch
from .probe import Capabilities
from .ruleset import COUNTED
from .tables import Elements

LENGTH: Final = struct.Struct(">I")
MESSAGE_MAX: Final = 32 << 20
"""Bytes; ten thousand assets with four addresses each need eight million."""
_ELEMENTS_MAX: Final = 500_000
_NETDEVS_MAX: Final = 64
_ADDRESSES_MAX: Final = 4096
_SHAPE: Final = {"enforce", "bridge", "one_armed", "netdevs", "zones", "names"}
_NAME_SET: Final = re.compile(rf"{NAME_SET}[0-9a-f]{{12}}")
_TRIAL_MAX: Final = 3600.0
"""Seconds."""
_TEXT_MAX: Final = 2000


class ProtocolError(Exception):
    """What came is no request, or one that we never answer."""


@dataclass(frozen=True, slots=True)
class Load:
    """Make the tables what they should be."""

    shape: Shape
    elements: Elements
    tried: Tried | None = None


@dataclass(frozen=True, slots=True)
class ChangeElements:
    """Change elements."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Flush:
    """Forget connections."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Tell what sets count."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Simple:
    """A request without arguments: one of `SIMPLE`."""

    operation: str


SIMPLE: Final = frozenset({"answered", "capabilities", "connections", "counters", "remove", "stands", "touches"})


@dataclass(frozen=True, slots=True)
class Listen:
    """Tell, until one of us hangs up, what comes: one of `HEARD`. Nothing can be asked in this conversation then."""

    what: str


ANSWERS: Final = "answers"
"""DNS answers to devices whose permissions name names."""
REACHES: Final = "reaches"
"""Packets that were held off because a person is to be asked."""
DENIALS: Final = "denials"
"""Some of the packets that were denied."""
ENDS: Final = "ends"
"""Connections that ended."""
HEARD: Final = frozenset({ANSWERS, REACHES, DENIALS, ENDS})

type Request = Load | ChangeElements | Flush | Ask | Simple | Listen


def encode(request: Request) -> bytes:
    """Bytes of a request."""
    match request:
        case Load(shape, elements, tried):
            on_trial = {**_loaded(tried.shape, tried.elements), "seconds": tried.seconds} if tried else None
            return _dump({"op": "load", **_loaded(shape, elements), "tried": on_trial})
        case ChangeElements(changes):
            return _dump({"op": "change", "changes": [[c.cell[0], list(c.cell[1]), c.old, c.new] for c in changes]})
        case Flush(addresses):
            return _dump({"op": "flush", "addresses": list(addresses)})
        case Ask(names):
            return _dump({"op": "tally", "names": list(names)})
        case Listen(what):
            return _dump({"op": "listen", "what": what})
        case Simple(operation):
            return _dump({"op": operation})


def _loaded(shape: Shape, elements: Elements) -> dict[str, Any]:
    return {
        "shape": {name: getattr(shape, name) for name in _SHAPE},
        "elements": {name: [[*key, value] for key, value in held.items()] for name, held in elements.items()},
    }


def decode(data: bytes) -> Request:
    """Request from bytes; raises ProtocolError, whatever they are."""
    message = load_json(data)
    operation = message.get("op")
    if isinstance(operation, str) and operation in SIMPLE:
        _only(message, {"op"})
        return Simple(operation)
    if not isinstance(operation, str) or operation not in _READERS:
        _refuse("operation")
    return _READERS[operation](message)


def load_json(data: bytes) -> dict[str, Any]:
    """Object from bytes; raises ProtocolError."""
    try:
        message = json.loads(data)
    except (ValueError, RecursionError) as error:
        msg = "no JSON"
        raise ProtocolError(msg) from error
    if not isinstance(message, dict):
        _refuse("message")
    return dict(message)


def _load(message: Mapping[str, Any]) -> Load:
    _only(message, {"op", "shape", "elements", "tried"})
    on_trial = message["tried"]
    if on_trial is None:
        return Load(*_tables(message))
    if not isinstance(on_trial, dict):
        _refuse("trial")
    _only(on_trial, {"shape", "elements", "seconds"})
    seconds = on_trial["seconds"]
    if type(seconds) not in {int, float} or not 0 < seconds <= _TRIAL_MAX:
        _refuse("seconds")
    return Load(*_tables(message), Tried(*_tables(on_trial), seconds))


def _tables(message: Mapping[str, Any]) -> tuple[Shape, Elements]:
    shape, elements = message["shape"], message["elements"]
    if not isinstance(shape, dict) or not isinstance(elements, dict):
        _refuse("load")
    _only(shape, _SHAPE)
    netdevs = shape["netdevs"]
    if any(type(shape[name]) is not bool for name in ("enforce", "bridge", "one_armed")):
        _refuse("shape")
    if not isinstance(netdevs, list) or len(netdevs) > _NETDEVS_MAX or len(set(map(repr, netdevs))) != len(netdevs):
        _refuse("interfaces")
    names = tuple(_part(Field.INTERFACE, name) for name in netdevs)
    sets = shape["names"]
    if not isinstance(sets, list) or len(sets) > NAMES_MAX or len(set(map(repr, sets))) != len(sets):
        _refuse("names")
    if not all(isinstance(name, str) and _NAME_SET.fullmatch(name) for name in sets):
        _refuse("name")
    if type(zones := shape["zones"]) is not int or not 0 <= zones <= ZONES_MAX:
        _refuse("zones")
    wanted: dict[str, dict[Key, int]] = {}
    count = 0
    for name, items in elements.items():
        if name not in PLANNED or not isinstance(items, list):
            _refuse("set")
        count += len(items)
        if count > _ELEMENTS_MAX:
            _refuse("number of elements")
        wanted[name] = dict(_element(name, item) for item in items)
    made = Shape(shape["enforce"], shape["bridge"], names, zones=zones, one_armed=shape["one_armed"], names=tuple(sets))
    return made, wanted


def _element(name: str, item: object) -> tuple[Key, int]:
    if not isinstance(item, list) or not item:
        _refuse("element")
    cell = _cell(name, item[:-1])
    value = _value(name, item[-1])
    if value is None:
        _refuse("value")
    return cell[1], value


def _change(message: Mapping[str, Any]) -> ChangeElements:
    _only(message, {"op", "changes"})
    items = message["changes"]
    if not isinstance(items, list) or len(items) > _ELEMENTS_MAX:
        _refuse("changes")
    changes = []
    for item in items:
        match item:
            case [str(name), list(key), old, new] if name in PLANNED and not PLANNED[name][0].is_line:
                changes.append(Change(_cell(name, key), _value(name, old), _value(name, new)))
            case _:
                _refuse("change")
    return ChangeElements(tuple(changes))


def _flush(message: Mapping[str, Any]) -> Flush:
    _only(message, {"op", "addresses"})
    addresses = message["addresses"]
    if not isinstance(addresses, list) or len(addresses) > _ADDRESSES_MAX:
        _refuse("addresses")
    return Flush(tuple(_part(Field.IPV6 if ":" in _text(address) else Field.IPV4, address) for address in addresses))


def _ask(message: Mapping[str, Any]) -> Ask:
    _only(message, {"op", "names"})
    names = message["names"]
    if not isinstance(names, list) or not all(isinstance(name, str) and name in COUNTED for name in names):
        _refuse("names")
    return Ask(tuple(dict.fromkeys(names)))


def _listen(message: Mapping[str, Any]) -> Listen:
    _only(message, {"op", "what"})
    what = message["what"]
    if not isinstance(what, str) or what not in HEARD:
        _refuse("what to hear")
    return Listen(what)


_READERS: Final[dict[str, Callable[[Mapping[str, Any]], Request]]] = {
    "load": _load,
    "change": _change,
    "flush": _flush,
    "tally": _ask,
    "listen": _listen,
}


def _cell(name: str, key: Sequence[object]) -> Cell:
    cell = name, tuple(_text(part) for part in key)
    try:
        pack(cell)
    except ValueError as error:
        raise ProtocolError(str(error)[:_TEXT_MAX]) from error
    return cell


def _part(field: Field, value: object) -> str:
    text = _text(value)
    try:
        pack_part(field, text)
    except ValueError as error:
        raise ProtocolError(str(error)[:_TEXT_MAX]) from error
    return text


def _value(name: str, value: object) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not PLANNED[name][0].value.holds(value):
        _refuse("value")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        _refuse("text")
    return value


def _only(message: Mapping[str, Any], keys: set[str]) -> None:
    if message.keys() != keys:
        _refuse("keys")


def _refuse(what: str) -> NoReturn:
    msg = f"bad {what}"
    raise ProtocolError(msg)


# --- answers


def answer(result: object) -> bytes:
    """Bytes of an answer."""
    return _dump({"ok": result})


def failure(code: int, detail: str) -> bytes:
    """Bytes of an answer that something failed: an errno and words."""
    return _dump({"error": code, "detail": detail[:_TEXT_MAX]})


def capabilities_of(found: object) -> Capabilities:
    """Capabilities as the helper told them; raises ProtocolError."""
    if not isinstance(found, dict):
        _refuse("capabilities")
    try:
        return Capabilities(**found)
    except TypeError as error:
        msg = "bad capabilities"
        raise ProtocolError(msg) from error


def tally_of(found: object) -> Tally:
    """Counts as the helper told them; raises ProtocolError."""
    if not isinstance(found, dict):
        _refuse("tally")
    try:
        return {
            str(name): {tuple(map(str, key)): (int(first), int(second)) for key, first, second in rows}
            for name, rows in found.items()
        }
    except (TypeError, ValueError) as error:
        msg = "bad tally"
        raise ProtocolError(msg) from error


def touches_of(found: object) -> list[Touch]:
    """Touches as the helper told them; raises ProtocolError."""
    if not isinstance(found, list):
        _refuse("touches")
    try:
        return [
            Touch(
                int(t["pid"]),
                str(t["process"]),
                tuple(map(str, t["what"])),
                bool(t["lost"]),
                tuple(map(str, t.get("competing", ()))),  # an older helper does not say
            )
            for t in found
        ]
    except (TypeError, KeyError, ValueError) as error:
        msg = "bad touches"
        raise ProtocolError(msg) from error


def _dump(message: object) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


# --- framing


def send(connection: socket.socket, data: bytes) -> None:
    """Send one message; raises OSError."""
    connection.sendall(LENGTH.pack(len(data)) + data)


def receive(connection: socket.socket) -> bytes | None:
    """One message, None at the end of the conversation; raises OSError, or ProtocolError for one too long or torn."""
    head = _exactly(connection, LENGTH.size, may_end=True)
    if head is None:
        return None
    (size,) = LENGTH.unpack(head)
    if size > MESSAGE_MAX:
        msg = f"message of {size} bytes"
        raise ProtocolError(msg)
    return _exactly(connection, size, may_end=False)


def _exactly(connection: socket.socket, size: int, *, may_end: bool) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(min(size - len(parts), 1 << 16))
        if not part:
            if may_end and not parts:
                return None
            msg = "message torn"
            raise ProtocolError(msg)
        parts += part
    return bytes(parts)
