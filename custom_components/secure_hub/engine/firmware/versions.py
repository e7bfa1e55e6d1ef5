"""Which of two versions is newer, by the scheme that their maker counts in; never by comparing text.

Four schemes are told apart: file versions of Zigbee over-the-air images (`0x01002000`), dates (`20210305-DE-FB0`),
serial numbers (`1967054020`) and release numbers with whatever makers hang on to them (`v1.5.0-hotfix2`,
`5.2.2 build 20241114`). Versions of different schemes have no order, for makers do change schemes; nor have two whose
difference is a word that says nothing about order. Then it is up to the integration to say whether an update is one.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
import re
from typing import Final

MAX_LENGTH: Final = 128
"""Characters of a version that are read; a longer one has no order."""

type Part = tuple[int, int]
"""Rank of a word (0 for a number and for nothing) and the number with it."""

_HEX: Final = re.compile(r"0x([0-9a-f]{1,8})")
_BUILD_STAMP: Final = re.compile(r"20\d{6}[-_t]\d{4,6}/(?=v?\d)")
"""Date and time in front of a release, as Shelly's first generation writes it."""
_PREFIX: Final = re.compile(r"[^0-9]*")
_V: Final = re.compile(r"(?:^|[^a-z])(?:v|ver|version|fw|firmware|release|rel|r)[.: _-]*$")
_RELEASE: Final = re.compile(r"\d{1,18}(?:[.,]\d{1,18})*")
_DATE: Final = re.compile(r"(20\d\d)([-./]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_METADATA: Final = re.compile(r"[@+].*|[-_. ]g?(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,40}$")
"""What says from which source a version was built (semver 2.0.0, 10: no part of the order)."""
_TOKEN: Final = re.compile(r"\d{1,18}|[a-z]+")
_SERIAL_DIGITS: Final = 7
_MILESTONES: Final = {
    **dict.fromkeys(("dev", "nightly", "snapshot", "inhaus", "inhouse", "experimental"), -5),
    **dict.fromkeys(("a", "alpha"), -4),
    **dict.fromkeys(("b", "beta", "labor", "test", "pre", "preview", "prerelease"), -3),
    **dict.fromkeys(("c", "rc"), -2),
    **dict.fromkeys(("build", "bld", "rel", "rev", "r", "v", "ver", "final", "stable", "release", "ga", "lts"), 0),
    **dict.fromkeys(("p", "patch", "sp", "hotfix", "hf", "update", "u", "up", "post", "fix"), 1),
}
"""Words whose place before (-) or after (+) the release itself is common knowledge; 0: the number says it."""
_UNRANKED: Final = 2
"""A word that says nothing of order."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version taken apart. Two have an order if `scheme` is the same."""

    scheme: str
    release: tuple[int, ...]
    tail: tuple[tuple[str, Part], ...] = ()


@lru_cache(maxsize=8192)
def parse(text: str) -> Version | None:
    """Take a version apart; None if it holds no number or is too long to be one. Time O(length)."""
    if len(text) > MAX_LENGTH:
        return None
    plain = " ".join(text.lower().split())
    if found := _HEX.fullmatch(plain):
        return Version("hex", (int(found[1], 16),))
    if stamp := _BUILD_STAMP.match(plain):
        plain = plain[stamp.end() :]
    prefix = _PREFIX.match(plain)
    start = prefix.end() if prefix else 0
    name = _V.sub("", plain[:start]).strip(" -_.:/(")
    rest = plain[start:]
    if found := _DATE.match(rest):
        return Version(f"date {name}".strip(), (int(found[1] + found[3] + found[4]),), _tail(rest[found.end() :]))
    release = _RELEASE.match(rest)
    if release is None:
        return None
    numbers = tuple(int(number) for number in re.split("[.,]", release.group()))
    serial = len(numbers) == 1 and len(release.group()) >= _SERIAL_DIGITS
    return Version(f"{'serial' if serial else 'release'} {name}".strip(), numbers, _tail(rest[release.end() :]))


def _tail(text: str) -> tuple[tuple[str, Part], ...]:
    """Take apart what follows the release: words with the number behind each, and bare numbers."""
    tokens = _TOKEN.findall(_METADATA.sub("", text))
    tail: list[tuple[str, Part]] = []
    for position, token in enumerate(tokens):
        if token.isdigit():
            if position == 0 or tokens[position - 1].isdigit():
                tail.append(("", (0, int(token))))
            continue
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        rank = _MILESTONES.get(token, _UNRANKED)
        if len(token) == 1 and position == 0 and not following and text[:1].isalpha():
            rank, following = 1, str(ord(token))  # 1.0.2k: letters count up
        number = int(following) if following.isdigit() else 0
        tail.append(("" if rank == 0 else token if rank == _UNRANKED else f"#{rank}", (rank, number)))
    # Stable but for one thing: a beta of a release is before it, whatever build it is.
    return tuple(sorted(tail, key=lambda token: token[1][0] >= 0))


def compare(one: str, other: str) -> int | None:
    """Say whether `one` is older (-1), the same (0) or newer (1) than `other`; None if they have no order."""
    if one.strip().lower() == other.strip().lower():
        return 0
    left, right = parse(one), parse(other)
    if left is None or right is None or left.scheme != right.scheme:
        return None
    for mine, theirs in zip_longest(left.release, right.release, fillvalue=0):
        if mine != theirs:
            return 1 if mine > theirs else -1
    return _compare_tails(left.tail, right.tail)


def _compare_tails(left: tuple[tuple[str, Part], ...], right: tuple[tuple[str, Part], ...]) -> int | None:
    nothing = ("", (0, 0))
    for mine, theirs in zip_longest(left, right, fillvalue=nothing):
        if mine == theirs:
            continue
        if _UNRANKED in (mine[1][0], theirs[1][0]) and mine[0] != theirs[0]:
            return None
        return 1 if mine[1] > theirs[1] else -1
    return 0


def is_newer(one: str, other: str) -> bool:
    """Whether `one` is known to be newer than `other`."""
    return compare(one, other) == 1


def is_valid(text: object) -> bool:
    """Whether a version entity's text is a version at all: some integrations say `newer`, `None` or nothing."""
    return isinstance(text, str) and bool(text.strip()) and text.strip().lower() not in _NO_VERSIONS


_NO_VERSIONS: Final = frozenset({"unknown", "unavailable", "none", "null", "n/a", "newer", "latest", "-", "?"})
