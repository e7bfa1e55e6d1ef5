"""docs/permissions.md says what the code does."""

from pathlib import Path
import re

import pytest

from custom_components.secure_hub.engine.policy import permissions, tables
from custom_components.secure_hub.engine.policy.destinations import Destination, parse, target
from custom_components.secure_hub.engine.policy.evaluation import explain
from custom_components.secure_hub.engine.policy.grants import EVENING, Duration
from custom_components.secure_hub.engine.policy.profiles import PROFILES
from custom_components.secure_hub.engine.policy.rules import MatcherKind
from custom_components.secure_hub.engine.policy.scopes import Decision, Scope
from custom_components.secure_hub.engine.policy.service import Protocol
from custom_components.secure_hub.engine.policy.validation import OWN_SERVICES, PLACES, SERVICES

from .test_evaluation import CAMERA, MINE, rule, situation

TEXT = (Path(__file__).parents[3] / "docs/permissions.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return TEXT.partition(f"## {title}\n")[2].partition("\n## ")[0]


def rows(title: str, header: str) -> list[list[str]]:
    """Cells of the table that begins with this header cell."""
    table = section(title).partition(f"| {header} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_the_table_of_profiles() -> None:
    written = {row[0].strip("`"): dict(zip(Scope, row[1:], strict=True)) for row in rows("Profiles", "profile")}
    assert written == {profile: dict(table) for profile, table in PROFILES.items()}


def test_the_table_of_scopes() -> None:
    assert [row[0].strip("`") for row in rows("Scopes", "scope")] == list(Scope)


def test_the_table_of_destinations() -> None:
    for written, _, scopes in rows("Destinations", "written"):
        for text in re.findall(r"`([^`]+)`", written):
            destination = parse(text.replace("<id>", "a").replace("<name>", "nl"))
            if destination.is_any or scopes == "as the place":
                continue
            said = set(re.findall(r"`(\w+)`", scopes))
            if destination.places:
                assert said == {scope for scope, kinds in PLACES.items() if destination.places[0].kind in kinds}
            else:
                own = destination.service is not None and destination.service.own
                assert said == (OWN_SERVICES if own else SERVICES)


EXAMPLES = rows("Destinations", "these rules for one asset")


def packet(text: str) -> Destination:
    """The packet that a cell describes."""
    address = re.search(r"`([\d.]+)`", text)
    name = re.search(r"`([a-z.]*[a-z])`", text)
    port = re.search(r"TCP port (\d+)", text)
    return target(
        address=parse(address[1]).places[0].network[0] if address else None,  # type: ignore[index]
        names=[name[1]] if name else [],
        protocol=Protocol.TCP,
        port=int(port[1]) if port else 443,
    )


@pytest.mark.parametrize("row", EXAMPLES)
def test_the_examples(row: list[str]) -> None:
    said = re.findall(r"(allow|deny) `([^`]+)`", row[0])
    far_end = row[1].replace("that name", f"`{next((where for _, where in said if where[0].isalpha()), '')}`")
    state = situation(*(rule(str(i), Decision(decision), MINE, where) for i, (decision, where) in enumerate(said)))
    assert explain(CAMERA, Scope.INTERNET, packet(far_end), state).decision == row[2]
    assert len(said) == 2


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 7


def test_the_order_of_matchers() -> None:
    said = re.findall(r"\*(\w+)\*", section("Who wins").partition("in this order:")[2].partition("First what")[0])
    assert said == [kind.value for kind in MatcherKind][1:]


def test_grants_and_limits() -> None:
    assert [row[0].strip("`") for row in rows("Grants", "given for")] == list(Duration)
    assert f"{EVENING}:00" in section("Grants")
    limits = [
        permissions.MAX_GROUP,
        permissions.MAX_RULES,
        permissions.MAX_GRANTS,
        permissions.MAX_ALLOWED,
        tables.MAX_REGIONS,
    ]
    listed = section("What is refused").partition("a limit is reached:")[2]
    assert [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]{3,}", listed)][:5] == limits
