"""Which advisories fit which device: by maker, model and version, with how sure that is and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase
from functools import lru_cache
import re
from typing import Final

from .advisories import Document, Impact, Product, Statement
from .deadlines import Severity
from .facts import Facts

MAX_MATCHES: Final = 50
"""Matches of one device that are kept, the worst first."""

_LEGAL: Final = frozenset(
    {
        "ab",
        "ag",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "electronics",
        "eu",
        "europe",
        "gmbh",
        "group",
        "holding",
        "inc",
        "international",
        "kg",
        "limited",
        "llc",
        "ltd",
        "nv",
        "oy",
        "sa",
        "sas",
        "se",
        "srl",
        "systems",
        "tech",
        "technologies",
        "technology",
        "the",
    }
)
_ALIASES: Final = {
    "signify netherlands": "philips",
    "signify": "philips",
    "philips hue": "philips",
    "philips lighting": "philips",
    "kasa": "tp link",
    "tapo": "tp link",
    "fritz": "avm",
    "ubiquiti networks": "ubiquiti",
    "unifi": "ubiquiti",
    "ikea of sweden": "ikea",
    "lumi": "aqara",
    "allterco robotics": "shelly",
    "hangzhou hikvision digital": "hikvision",
    "dahuatech": "dahua",
    "zhejiang dahua vision": "dahua",
    "asustek computer": "asus",
    "itead": "sonoff",
    "ewelink": "sonoff",
    "osram": "ledvance",
}
"""Names that makers are known by in Home Assistant and in advisories, both without legal forms."""
_MIN_MODEL: Final = 3
_WORD: Final = re.compile(r"[a-z0-9]+")


class Confidence(IntEnum):
    """How sure it is that an advisory is about a device."""

    LOW = 0
    """Maker and product fit, the version does not say: it counts only while an update waits anyway."""
    MEDIUM = 1
    """Maker and version fit, and the product's name holds the model's or the other way round."""
    HIGH = 2
    """Maker, model and version fit."""


@dataclass(frozen=True, slots=True)
class Match:
    """One vulnerability of one device, as one advisory has it."""

    advisory: str
    vulnerability: str
    severity: Severity
    confidence: Confidence
    evidence: tuple[str, ...]
    """What fitted what, in plain text."""
    fixed: str | None = None
    no_fix: bool = False
    title: str = ""
    source: str = ""


@lru_cache(maxsize=8192)
def maker(name: str) -> str:
    """A maker's name without legal forms, case and punctuation, by its best known alias."""
    words = [word for word in _WORD.findall(name.lower().replace(".", "")) if word not in _LEGAL]
    plain = " ".join(words)
    return _ALIASES.get(plain, plain)


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


class Library:
    """All statements, found by maker. Building it is O(statements); matching a device, O(statements of its maker)."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        """Take what the documents say."""
        self.documents = tuple(documents)
        self._exploited = frozenset().union(*(document.exploited for document in self.documents))
        self._by_maker: Mapping[str, list[Statement]] = defaultdict(list)
        for document in self.documents:
            for statement in document.statements:
                self._by_maker[maker(statement.product.vendor)].append(statement)

    def __len__(self) -> int:
        """How many statements there are."""
        return sum(len(document.statements) for document in self.documents)

    def matches(self, facts: Facts) -> tuple[Match, ...]:
        """What fits a device, the worst first, at most MAX_MATCHES; what a VEX statement clears is left out."""
        if not facts.manufacturer or not facts.model:
            return ()
        found: dict[str, Match] = {}
        cleared: dict[str, Confidence] = {}
        for statement in self._by_maker.get(maker(facts.manufacturer), ()):
            fit = _fit(facts, statement.product)
            if fit is None:
                continue
            confidence, evidence = fit
            key = statement.vulnerability
            if statement.impact in {Impact.FIXED, Impact.NOT_AFFECTED}:
                if confidence > Confidence.LOW:
                    cleared[key] = max(confidence, cleared.get(key, confidence))
            elif statement.impact is Impact.AFFECTED:
                match = self._match(statement, confidence, evidence)
                if key not in found or _rank(match) > _rank(found[key]):
                    found[key] = match
        kept = [one for key, one in found.items() if cleared.get(key, -1) < one.confidence]
        return tuple(sorted(kept, key=lambda one: (*(-part for part in _rank(one)), one.vulnerability))[:MAX_MATCHES])

    def _match(self, statement: Statement, confidence: Confidence, evidence: tuple[str, ...]) -> Match:
        exploited = statement.exploited or statement.vulnerability in self._exploited
        severity = Severity.EXPLOITED if exploited else statement.severity
        return Match(
            statement.advisory,
            statement.vulnerability,
            severity,
            confidence,
            evidence,
            statement.fixed,
            statement.no_fix,
            statement.title,
            statement.source,
        )


def _rank(match: Match) -> tuple[int, int]:
    return match.confidence, match.severity


def _fit(facts: Facts, product: Product) -> tuple[Confidence, tuple[str, ...]] | None:
    """How well a product is the device, and by what; None if it is another, or its version is not meant."""
    model = _fit_model(facts.model or "", product)
    if model is None:
        return None
    confidence, fitted = model
    evidence = (f"maker: {facts.manufacturer} = {product.vendor}", fitted)
    if product.versions is None or not facts.versions:
        return Confidence.LOW, (*evidence, "version: not known")
    answers = {version: product.versions.contains(version) for version in facts.versions}
    for version, answer in answers.items():
        if answer:
            return confidence, (*evidence, f"version: {version} in {product.said or 'all versions'}")
    if None in answers.values() and False not in answers.values():
        return Confidence.LOW, (*evidence, f"version: {facts.versions[0]} not comparable with {product.said}")
    return None


def _fit_model(model: str, product: Product) -> tuple[Confidence, str] | None:
    words, vendor = _words(model), set(_words(product.vendor))
    for number in product.model_numbers:
        if fnmatchcase(model.lower(), number.lower()):
            return Confidence.HIGH, f"model: {model} = {number}"
    for name in filter(None, (product.name, product.family)):
        named = tuple(word for word in _words(name) if word not in vendor and word not in {"firmware", "series"})
        if named and named == tuple(word for word in words if word not in vendor):
            return Confidence.HIGH, f"model: {model} = {name}"
        if _is_within(words, named) or _is_within(named, words):
            return Confidence.MEDIUM, f"model: {model} in {name}"
    return None


def _is_within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether words that say enough to name a model follow one another in others."""
    text = "".join(part)
    if len(text) < _MIN_MODEL or len(part) >= len(whole):
        return False
    if len(part) == 1 and not any(character.isdigit() for character in text):
        return False  # one plain word, such as "camera", names no model
    return part in _runs(whole, len(part))


def _runs(words: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
    return (words[start : start + length] for start in range(len(words) - length + 1))
