"""How well the home is kept."""

from custom_components.secure_hub.engine.posture import (
    MAX_NAMED,
    WEIGHTS,
    HomeCheck,
    HomeFacts,
    Item,
    examine,
    named,
    score,
)

GOOD = HomeFacts(enforcement="in_sync", is_enforced=True, newcomers_held=True)


def test_all_is_well() -> None:
    items = examine(GOOD)
    assert [item.check for item in items] == list(HomeCheck)
    assert score(items, WEIGHTS) == 100


def test_each_check_says_whom_it_is_about() -> None:
    bad = HomeFacts(
        enforcement="monitoring",
        is_enforced=False,
        newcomers_held=False,
        out_of_reach=["TV"],
        suspicious=["Camera"],
        overdue=["Plug", "Lamp"],
        unsupported=["Hub"],
        is_journal_intact=False,
        deaf=["wire"],
    )
    items = examine(bad)
    assert {item.outcome for item in items} == {"bad"}
    assert score(items, WEIGHTS) == 0
    assert [item.evidence for item in items] == ["monitoring", "", "TV", "Camera", "Lamp, Plug", "Hub", "", "wire"]


def test_what_is_unknown_counts_neither_way() -> None:
    assert score([Item(HomeCheck.JOURNAL, None), Item(HomeCheck.UPDATES, well=True)], WEIGHTS) == 100
    assert score([Item(HomeCheck.JOURNAL, None)], WEIGHTS) is None


def test_many_names_are_counted() -> None:
    item = named(HomeCheck.UPDATES, (f"device {number:02}" for number in range(MAX_NAMED + 3)))
    assert item.evidence.endswith("(+3)")
    assert item.evidence.count(",") == MAX_NAMED - 1
