"""What is remembered of requests across restarts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..assets.model import Asset
from ..policy.rules import fold
from .book import Book
from .offers import Offer


@dataclass(frozen=True, slots=True)
class RequestMemory:
    """The book, the offers that are out, and what each asset said that it is."""

    book: Book = field(default_factory=Book)
    offers: Mapping[str, Offer] = field(default_factory=dict)
    identities: Mapping[str, str] = field(default_factory=dict)


def identity(asset: Asset) -> str | None:
    """What an asset says that it is: manufacturer and model, in one spelling; None if it says nothing."""
    record = asset.record
    return f"{fold(record.manufacturer)} / {fold(record.model)}" if record.manufacturer and record.model else None
