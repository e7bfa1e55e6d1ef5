"""Advisories and the table of support from the hub's folder, and advisories from addresses that a person gave.

Everything here is bounded and checked: the size of a file before it is read, its hash and signature where they lie
beside it, its members when they are taken. Reading blocks and belongs into an executor; there a large file is read by a
parser in Python, which lets the event loop run in between, for the one in C holds everything up until it is done.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import hashlib
import json
from json.decoder import JSONArray, JSONObject  # type: ignore[attr-defined]  # typeshed leaves it out
from json.scanner import py_make_scanner  # type: ignore[attr-defined]  # typeshed leaves it out
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.ssl import get_default_context
from homeassistant.util.yaml import parse_yaml

from ..engine.firmware.advisories import Document, DocumentError, Problem
from ..engine.firmware.csaf import parse_csaf
from ..engine.firmware.kev import is_kev, parse_kev
from ..engine.firmware.support import Support, parse_support
from ..engine.openpgp.certificate import Certificate
from . import durable
from .advisory_proofs import BESIDE, Proof, beside, is_one, key_files, prove, trusted_keys
from .manifest_files import ManifestFileError, fetch

FOLDER: Final = "advisories"
FETCHED: Final = "fetched"
"""Folder in it of what was fetched last, so that the hub knows it without the internet too."""
SUPPORT: Final = ("support.yaml", "support.yml", "support.json")
MAX_FILE: Final = 16 * 1024 * 1024
"""Bytes of one document."""
MAX_FILES: Final = 2000
MAX_TOTAL: Final = 64 * 1024 * 1024
MAX_TABLE: Final = 1024 * 1024
_MAX_BESIDE: Final = 64 * 1024
"""Bytes of a hash or a signature that is fetched."""
_SMALL: Final = 256 * 1024
"""Bytes up to which a document is read in one go: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file that is passed over, and why."""

    name: str
    problem: Problem
    detail: str


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read: what it is, and what vouches for it."""

    name: str
    document: Document
    proof: Proof


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that was read."""

    read: tuple[Read, ...] = ()
    support: tuple[Support, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    fingerprint: tuple[tuple[str, int, int], ...] = ()
    """Names, sizes and times of change of the files: nothing is read again while they are the same."""


def fingerprint(root: Path) -> tuple[tuple[str, int, int], ...]:
    """Say what lies there, also beside documents, without reading it. Blocks."""
    documents = tuple(_files(root))
    proofs = (path.with_name(path.name + suffix) for path in documents for suffix in BESIDE)
    watched = (*documents, *key_files(root / FOLDER), *(path for path in proofs if path.is_file()))
    return tuple((str(path), stat.st_size, stat.st_mtime_ns) for path in watched if (stat := path.stat()))


def read_all(root: Path, at: float) -> Shelf:
    """Read every document and the table below the hub's folder, at a time in seconds since 1970.

    Blocks; raises nothing, but tells of what is wrong.
    """
    seen = fingerprint(root)
    read: list[Read] = []
    support: list[Support] = []
    trusted, troubles = _trusted(root)
    total = 0
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        try:
            total += (size := path.stat().st_size)
            if path.name in SUPPORT:
                support += _table(path, size)
            elif total > MAX_TOTAL:
                troubles.append(Trouble(name, Problem.TOO_LARGE, f"more than {MAX_TOTAL} bytes altogether"))
            elif size > MAX_FILE:
                troubles.append(Trouble(name, Problem.TOO_LARGE, f"{size} bytes, {MAX_FILE} are read"))
            else:
                data = path.read_bytes()
                read.append(Read(name, parse(data, name), prove(data, beside(path), trusted, at)))
        except DocumentError as error:
            troubles.append(Trouble(name, error.problem, error.detail))
        except OSError as error:
            troubles.append(Trouble(name, Problem.UNREADABLE, str(error)))
    return Shelf(tuple(read), tuple(support), tuple(troubles), seen)


def _trusted(root: Path) -> tuple[list[Certificate], list[Trouble]]:
    trusted: list[Certificate] = []
    troubles: list[Trouble] = []
    for path, found in trusted_keys(root / FOLDER):
        if isinstance(found, DocumentError):
            troubles.append(Trouble(path.relative_to(root).as_posix(), found.problem, found.detail))
        else:
            trusted += found
    return trusted, troubles


def _files(root: Path) -> Iterator[Path]:
    yield from (path for name in SUPPORT if (path := root / name).is_file())
    folder = root / FOLDER
    found = sorted((*folder.glob("*.json"), *(folder / FETCHED).glob("*.json")))
    yield from (path for path in found[:MAX_FILES] if path.is_file())


def _table(path: Path, size: int) -> Iterable[Support]:
    if size > MAX_TABLE:
        raise DocumentError(Problem.TOO_LARGE, f"{size} bytes, {MAX_TABLE} are read")
    try:
        return parse_support(parse_yaml(path.read_text(encoding="utf-8")))  # JSON is YAML too
    except (HomeAssistantError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentError(Problem.MALFORMED, str(error)) from error


def parse(data: bytes, name: str) -> Document:
    """Read one document; raises DocumentError. Blocks."""
    try:
        content = _json(data)
    except (ValueError, RecursionError) as error:
        raise DocumentError(Problem.MALFORMED, f"no JSON: {str(error)[:200]}") from error
    if is_kev(content):
        return parse_kev(content, name)
    if isinstance(content, dict) and "document" in content:
        return parse_csaf(content, name)
    raise DocumentError(Problem.UNKNOWN_FORMAT, "neither CSAF nor a list of exploited vulnerabilities")


def _json(data: bytes) -> Any:
    text = data.decode("utf-8-sig")
    if len(data) <= _SMALL:
        return json.loads(text)
    decoder: Any = json.JSONDecoder()
    decoder.parse_object, decoder.parse_array = JSONObject, JSONArray
    decoder.scan_once = py_make_scanner(decoder)
    return decoder.decode(text)


async def fetch_feed(url: str) -> tuple[bytes, dict[str, bytes]]:
    """Fetch a document by https, with what is given beside it, by suffix. Raises DocumentError."""
    if urlsplit(url).scheme != "https":
        raise DocumentError(Problem.UNREADABLE, "only https is fetched")
    context = get_default_context()
    try:
        found = await fetch(url, public_only=False, context=context, limit=MAX_FILE)
    except ManifestFileError as error:
        problem = Problem.TOO_LARGE if error.key == "manifest_too_large" else Problem.UNREADABLE
        raise DocumentError(problem, error.detail) from error
    if not found.secure:
        raise DocumentError(Problem.UNREADABLE, "it is not https all the way")
    given: dict[str, bytes] = {}
    for suffix in BESIDE:
        try:
            one = await fetch(url + suffix, public_only=False, context=context, limit=_MAX_BESIDE)
        except ManifestFileError:
            continue  # none is given
        if is_one(suffix, one.data):
            given[suffix] = one.data
    return found.data, given


def keep_feed(root: Path, url: str, data: bytes, given: Mapping[str, bytes], at: float) -> None:
    """Check what was fetched, and keep it in place of what was fetched from there before.

    Blocks; raises OSError, DocumentError: then the last good one stays.
    """
    parse(data, url)
    prove(data, given, _trusted(root)[0], at)
    folder = root / FOLDER / FETCHED
    for one in (root, root / FOLDER, folder):
        durable.ensure_directory(one)
    path = folder / f"{_digest(url)}.json"
    for suffix in BESIDE:  # first, so that a crash in between leaves nothing that contradicts the document
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    durable.replace(path, data)
    for suffix, proof in given.items():
        durable.replace(path.with_name(path.name + suffix), proof)


def drop_feeds(root: Path, urls: Iterable[str]) -> None:
    """Throw away what was fetched from anywhere else. Blocks; raises OSError."""
    kept = {_digest(url) for url in urls}
    for path in (root / FOLDER / FETCHED).glob("*.json*"):
        if path.name.partition(".")[0] not in kept:
            path.unlink()


def _digest(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:32]
