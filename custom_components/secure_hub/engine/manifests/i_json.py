"""Strict, bounded reading of JSON that came from the network (RFC 8259 within the profile of I-JSON, RFC 7493)."""

from collections import Counter
from collections.abc import Iterable
import json
from typing import Never

from .model import MudError

type Json = dict[str, Json] | list[Json] | str | int | float | bool | None

MAX_BYTES = 512 * 1024
MAX_DEPTH = 32
_FILE = "file"


def read(data: bytes) -> Json:
    """Decode one JSON text of at most MAX_BYTES bytes and MAX_DEPTH levels.

    Raises MudError for anything that is not I-JSON: other encodings than UTF-8, a byte order mark, lone surrogates,
    NaN and infinities, and a member named twice, of which two readers would take different ones.
    """
    if len(data) > MAX_BYTES:
        raise MudError(where=_FILE, reason=f"longer than {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MudError(where=_FILE, reason=f"not UTF-8 at byte {error.start}") from error
    try:
        value: Json = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise MudError(where=_FILE, reason=f"nested deeper than {MAX_DEPTH} levels") from error
    except json.JSONDecodeError as error:
        raise MudError(where=f"line {error.lineno} column {error.colno}", reason=f"not JSON: {error.msg}") from error
    except ValueError as error:  # a number with more digits than Python converts
        raise MudError(where=_FILE, reason="a number is too long") from error
    _check(value)
    return value


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise MudError(where=f"member {json.dumps(twice)}", reason="named twice in one object")
    return members


def _refuse_constant(name: str) -> Never:
    raise MudError(where=_FILE, reason=f"{name} is not a JSON number")


def _check(value: Json) -> None:
    """Walk level by level, so that no depth can exhaust the stack."""
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH):
        below: list[Json] = []
        for node in level:
            if isinstance(node, dict):
                _check_text(node)
                below.extend(node.values())
            elif isinstance(node, list):
                below.extend(node)
            elif isinstance(node, str):
                _check_text((node,))
        level = below
        if not level:
            return
    raise MudError(where=_FILE, reason=f"nested deeper than {MAX_DEPTH} levels")


def _check_text(texts: Iterable[str]) -> None:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise MudError(where=f"text {json.dumps(text[:64])}", reason="half of a surrogate pair") from error
