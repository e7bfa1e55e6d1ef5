"""Which manifests were imported and which are offered, across restarts. The allow-lists themselves are permissions."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..engine.policy.profiles import Profile
from .storage import RoomStore
from .storage_codec import StoreValueError

MAX_ASSETS: Final = 65_536
MAX_TEXT: Final = 1024
_ID: Final = re.compile(r"[0-9a-f]{32}")
_MAX_TIME: Final = float(2**53)


@dataclass(frozen=True, slots=True)
class Imported:
    """A manifest that counts for an asset.

    `source` is where it came from, `signer` whose signature was checked (empty: nobody's), `digest` its SHA-256 in hex,
    `at` when it was imported (seconds since the epoch), `before` the profile that it took the place of.
    """

    mud_url: str
    title: str
    source: str
    signer: str
    digest: str
    at: float
    before: Profile | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A manifest that something names for an asset: `source` is a URL or a file's path, `by` what names it.

    `declined`: a person does not want it; it is kept so that nobody is asked again.
    """

    source: str
    by: str
    at: float
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is remembered, by asset id."""

    imported: Mapping[str, Imported] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)


class ManifestStore(RoomStore[Kept]):
    """What is remembered of manifests: `secure_hub.manifests`."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Describe the store."""
        super().__init__(hass, f"{DOMAIN}.manifests", encode, decode)


def encode(kept: Kept) -> dict[str, Any]:
    """Write it. Raises StoreValueError for what could not be read again."""
    data = {
        "imported": {key: encode_imported(one) for key, one in kept.imported.items()},
        "offers": {key: asdict(one) for key, one in kept.offers.items()},
    }
    decode(data)
    return data


def decode(data: Any) -> Kept:
    """Read it. Raises StoreValueError and nothing else."""
    members = _members(data, {"imported", "offers"})
    return Kept(_by_asset(members["imported"], decode_imported), _by_asset(members["offers"], _offer))


def encode_imported(one: Imported) -> dict[str, Any]:
    """Write one of them, as JSON."""
    return {**asdict(one), "before": one.before and one.before.value}


def decode_imported(row: Any) -> Imported:
    """Read one of them. Raises StoreValueError."""
    members = _members(row, {"mud_url", "title", "source", "signer", "digest", "at", "before"})
    before = members["before"]
    if before is not None and (not isinstance(before, str) or before not in set(Profile)):
        msg = "no profile"
        raise StoreValueError(msg)
    return Imported(
        **{name: _text(members[name]) for name in ("mud_url", "title", "source", "signer", "digest")},
        at=_time(members["at"]),
        before=None if before is None else Profile(before),
    )


def _offer(row: Any) -> Offer:
    members = _members(row, {"source", "by", "at", "declined"})
    if type(members["declined"]) is not bool:
        msg = "neither declined nor not"
        raise StoreValueError(msg)
    return Offer(_text(members["source"]), _text(members["by"]), _time(members["at"]), members["declined"])


def _members(data: Any, names: set[str]) -> dict[str, Any]:
    if not isinstance(data, dict) or data.keys() != names:
        msg = f"no object of {', '.join(sorted(names))}"
        raise StoreValueError(msg)
    return data


def _by_asset[V](data: Any, value: Callable[[Any], V]) -> Mapping[str, V]:
    if not isinstance(data, dict) or len(data) > MAX_ASSETS or not all(_ID.fullmatch(str(key)) for key in data):
        msg = "no object of assets"
        raise StoreValueError(msg)
    return {key: value(row) for key, row in data.items()}


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or any("\ud800" <= char <= "\udfff" for char in value):
        msg = "no text, or too long"
        raise StoreValueError(msg)
    return value


def _time(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= _MAX_TIME:
        msg = "no time"
        raise StoreValueError(msg)
    return float(value)
