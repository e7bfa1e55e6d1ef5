"""What is remembered of requests across restarts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

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
    manufacturer, model = asset.record.manufacturer, asset.record.model
    return _said(manufacturer, model) if manufacturer and model else None


@lru_cache(maxsize=4096)  # a home has a thousand things of a hundred makes, and every look asks
def _said(manufacturer: str, model: str) -> str:
    return f"{fold(manufacturer)} / {fold(model)}"
