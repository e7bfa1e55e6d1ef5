"""MUD files in: bytes to a profile of rules (RFC 8520), in the standard container and in that of the drafts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from . import draft, leaves
from .i_json import Json, read
from .matches import compile_matches, decision_of, families_of
from .model import Decision, Description, Direction, MudError, Problem, Profile, Rule

MAX_LISTS = 64
MAX_ENTRIES = 512
_MAX_NAME = 64
_MUD = "ietf-mud:mud"
_STANDARD = "ietf-access-control-list:acls"
_DRAFT = "ietf-access-control-list:access-lists"


@dataclass(frozen=True, slots=True)
class _AccessList:
    """One access list, its entries by name in their order, and whether it is written in the words of the drafts."""

    type: Json
    entries: Mapping[str, Mapping[str, Json]]
    is_draft: bool


def parse(data: bytes) -> Profile:
    """Read and compile a MUD file.

    An entry that cannot be compiled exactly is left out and named in `problems`; if it might have refused something,
    so is everything after it in its direction. Raises MudError if the file as a whole cannot be used.
    """
    top = leaves.container(read(data), "file")
    if _MUD not in top:
        raise MudError(where="file", reason=f"has no {_MUD}, so it is no MUD file")
    node = leaves.container(top[_MUD], _MUD)
    description = _description(node)
    lists = _access_lists(top)
    rules: list[Rule] = []
    problems: list[Problem] = []
    for direction in Direction:
        for outcome in _policy(node.get(f"{direction}-policy"), direction, lists):
            if isinstance(outcome, Problem):
                problems.append(outcome)
            else:
                rules.append(outcome)
    return Profile(description, tuple(rules), tuple(problems))


def _description(node: Mapping[str, Json]) -> Description:
    for name in ("mud-version", "mud-url", "last-update", "is-supported"):
        if name not in node:
            raise MudError(where=_MUD, reason=f"has no {name}")
    if leaves.integer(node["mud-version"], "mud-version", 0, 255) != 1:
        raise MudError(where="mud-version", reason="only version 1 is known")
    mud_url = leaves.https_url(node["mud-url"], "mud-url")
    signature = _optional_reference(node, "mud-signature")
    if signature is not None and urljoin(mud_url, signature) == mud_url:
        raise MudError(where="mud-signature", reason="is the file itself")
    return Description(
        mud_url=mud_url,
        last_update=leaves.date_and_time(node["last-update"], "last-update"),
        is_supported=leaves.boolean(node["is-supported"], "is-supported"),
        cache_validity=leaves.integer(node.get("cache-validity", 48), "cache-validity", 1, 168),
        mud_signature=signature,
        systeminfo=_optional_text(node, "systeminfo"),
        mfg_name=_optional_text(node, "mfg-name"),
        model_name=_optional_text(node, "model-name"),
        firmware_rev=_optional_text(node, "firmware-rev"),
        software_rev=_optional_text(node, "software-rev"),
        documentation=_optional_reference(node, "documentation"),
        extensions=_extensions(node.get("extensions", [])),
    )


def _optional_text(node: Mapping[str, Json], name: str) -> str | None:
    """A description; unlike a name it may be empty, which says as little as none."""
    return leaves.text(node[name], name) if node.get(name, "") != "" else None


def _optional_reference(node: Mapping[str, Json], name: str) -> str | None:
    return leaves.uri_reference(node[name], name) if name in node else None


def _extensions(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_LISTS:
        raise MudError(where="extensions", reason=f"must be an array of at most {MAX_LISTS} names")
    return tuple(leaves.text(name, "extensions", 40) for name in value)


def _access_lists(top: Mapping[str, Json]) -> Mapping[str, _AccessList]:
    present = [name for name in (_STANDARD, _DRAFT) if name in top]
    if len(present) > 1:
        raise MudError(where="file", reason="has its access lists in the standard container and in that of the drafts")
    if not present:
        return {}
    is_draft = present == [_DRAFT]
    nodes = leaves.entries(leaves.container(top[present[0]], present[0]).get("acl", []), "acl", MAX_LISTS)
    lists: dict[str, _AccessList] = {}
    left = MAX_ENTRIES
    for index, raw in enumerate(nodes):
        node = draft.standard_acl(raw) if is_draft else raw
        name = _name(node, f"acl[{index}]", lists)
        aces = leaves.container(node.get("aces", {}), f"acl {leaves.quoted(name)} aces").get("ace", [])
        entries = _entries(aces, f"acl {leaves.quoted(name)}", left, is_draft=is_draft)
        left -= len(entries)
        lists[name] = _AccessList(node.get("type"), entries, is_draft)
    return lists


def _entries(value: Json, where: str, limit: int, *, is_draft: bool) -> Mapping[str, Mapping[str, Json]]:
    found: dict[str, Mapping[str, Json]] = {}
    for index, raw in enumerate(leaves.entries(value, f"{where} ace", limit)):
        node = draft.standard_ace(raw) if is_draft else raw
        found[_name(node, f"{where} ace[{index}]", found)] = node
    return found


def _name(node: Mapping[str, Json], where: str, taken: Mapping[str, object]) -> str:
    name = leaves.text(node.get("name"), f"{where} name", _MAX_NAME)
    if name in taken:
        raise MudError(where=where, reason=f"{leaves.quoted(name)} is named twice")
    return name


def _policy(value: Json, direction: Direction, lists: Mapping[str, _AccessList]) -> Iterator[Rule | Problem]:
    """Rules and problems of one direction, list after list, in the order in which they are tried."""
    where = f"{direction}-policy"
    if value is None:
        return
    node = leaves.container(leaves.container(value, where).get("access-lists", {}), f"{where} access-lists")
    named: dict[str, _AccessList] = {}
    for index, raw in enumerate(leaves.entries(node.get("access-list", []), f"{where} access-list", MAX_LISTS)):
        reference = draft.standard_acl(raw) if any(found.is_draft for found in lists.values()) else raw
        name = _name(reference, f"{where} access-list[{index}]", named)
        if name not in lists:
            raise MudError(
                where=f"{where} access-list[{index}]", reason=f"there is no access list {leaves.quoted(name)}"
            )
        named[name] = lists[name]
    for name, found in named.items():
        for ace, entry in found.entries.items():
            try:
                yield from _compile(ace, entry, found, direction)
            except MudError as error:
                yield Problem(f"{where} acl {leaves.quoted(name)} ace {leaves.quoted(ace)}", str(error))
                if not _accepts(entry):
                    yield Problem(where, "nothing after an entry that may refuse, and is not understood, is compiled")
                    return


def _compile(ace: str, entry: Mapping[str, Json], found: _AccessList, direction: Direction) -> Iterator[Rule]:
    if unknown := sorted(entry.keys() - {"name", "matches", "actions", "statistics"}):
        raise MudError(where="ace", reason=f"{leaves.quoted(unknown[0])} is not understood")
    decision = decision_of(entry.get("actions"))
    rules = compile_matches(entry.get("matches", {}), direction, families_of(found.type), is_draft=found.is_draft)
    for rule in rules:
        yield replace(rule, ace=ace, decision=decision)


def _accepts(entry: Mapping[str, Json]) -> bool:
    try:
        return decision_of(entry.get("actions")) is Decision.ACCEPT
    except MudError:
        return False
