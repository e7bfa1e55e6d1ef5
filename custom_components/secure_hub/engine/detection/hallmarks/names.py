"""Names of the DNS, taken apart as far as it can be done without a list of every registry."""

from typing import Final

_NOT_ASKED_OUTSIDE: Final = ("local", "arpa", "lan", "home", "internal", "localdomain", "localhost")
"""Names of the home's own, and questions for the name of an address (RFC 6762, RFC 6761, RFC 8375)."""
_SHORT: Final = 3
"""A second label of so few characters belongs to the registry, as in `co.uk` and `com.au`."""


def split(name: str) -> tuple[str, str]:
    """Return what stands before the registered domain, and that domain; both empty for names of the home's own."""
    labels = name.rstrip(".").lower().split(".")
    if labels[-1] in _NOT_ASKED_OUTSIDE or len(labels) == 1:
        return "", ""
    taken = 3 if len(labels) > 2 and len(labels[-2]) <= _SHORT and len(labels[-1]) == 2 else 2  # noqa: PLR2004 - labels
    return ".".join(labels[:-taken]), ".".join(labels[-taken:])
