"""What vouches for an advisory: the files beside it with its hash and its signature (CSAF 2.0, 7.1.18 and 7.1.19)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import hashlib
from pathlib import Path
from typing import Final

from ..engine.firmware.advisories import DocumentError, Problem
from ..engine.openpgp.certificate import Certificate, SignatureError, UnknownSignerError, read_certificates, verify
from ..engine.openpgp.packets import MAX_BYTES, OpenPgpError

KEYS: Final = "keys"
"""Folder beside the advisories of the OpenPGP keys that a person trusts."""
MAX_KEYS: Final = 100
_KEY_FILES: Final = frozenset({".asc", ".gpg", ".pgp"})
_HASHES: Final = {".sha512": 128, ".sha256": 64}
"""Files beside a document with its hash, and the length of that in hexadecimal digits."""
_SIGNATURE: Final = ".asc"
BESIDE: Final = (*_HASHES, _SIGNATURE)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out about where a document comes from."""

    hashed: bool = False
    """A hash was given, and it is right."""
    signer: str | None = None
    """Name and fingerprint of the trusted key that signed it."""
    stranger: str | None = None
    """Fingerprint or id of a key that it names, which is none of the trusted ones; its signature was not checked."""


def is_one(suffix: str, content: bytes) -> bool:
    """Whether this looks like what the suffix promises, and not like a page that says "not found"."""
    if suffix == _SIGNATURE:
        return b"-----BEGIN PGP SIGNATURE-----" in content
    words = content.decode("ascii", "replace").split()
    return bool(words) and len(words[0]) == _HASHES[suffix]


def beside(path: Path) -> dict[str, bytes]:
    """Read what lies beside a document, by suffix. Blocks; raises OSError, DocumentError."""
    found: dict[str, bytes] = {}
    for suffix in BESIDE:
        one = path.with_name(path.name + suffix)
        if one.is_file():
            found[suffix] = _content(one)
    return found


def _content(path: Path) -> bytes:
    if (size := path.stat().st_size) > MAX_BYTES:
        raise DocumentError(Problem.TOO_LARGE, f"{path.name} has {size} bytes, {MAX_BYTES} are read")
    return path.read_bytes()


def prove(data: bytes, given: Mapping[str, bytes], trusted: Sequence[Certificate], at: float) -> Proof:
    """Check a document against all that is given with it, at a time in seconds since 1970; raises DocumentError."""
    hashed = False
    for suffix in _HASHES.keys() & given.keys():
        words = given[suffix].decode("ascii", "replace").split()
        if not words or words[0].lower() != hashlib.new(suffix[1:], data).hexdigest():
            raise DocumentError(Problem.HASH_WRONG, f"the file {suffix} beside it says otherwise")
        hashed = True
    if _SIGNATURE not in given:
        return Proof(hashed)
    try:
        signer = verify(data, given[_SIGNATURE], trusted, at)
    except UnknownSignerError as error:
        return Proof(hashed, stranger=str(error))
    except SignatureError as error:
        raise DocumentError(Problem.SIGNATURE_WRONG, str(error)) from error
    return Proof(hashed, f"{signer.name} ({signer.fingerprint})".strip())


def trusted_keys(folder: Path) -> Iterator[tuple[Path, tuple[Certificate, ...] | DocumentError]]:
    """Read the keys that a person trusts: each file, with what is in it or what is wrong with it. Blocks."""
    for path in key_files(folder):
        try:
            yield path, read_certificates(_content(path))
        except DocumentError as error:
            yield path, error
        except OpenPgpError as error:
            yield path, DocumentError(Problem.KEY_REFUSED, str(error))
        except OSError as error:
            yield path, DocumentError(Problem.UNREADABLE, str(error))


def key_files(folder: Path) -> list[Path]:
    """Name the files of trusted keys. Blocks."""
    found = sorted(path for path in (folder / KEYS).glob("*") if path.suffix in _KEY_FILES and path.is_file())
    return found[:MAX_KEYS]
