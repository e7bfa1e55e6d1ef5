"""What an asset is used to meet."""

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.detection.baselines.habits import MAX_HABITS, Habits, Meeting, token

DAY = 86_400.0
IT = token("peer", "example.org")


def meet(habits: Habits, time: float, what: int = IT, *, learning: bool = False, holding: bool = False) -> Meeting:
    return habits.meet(what, time, learning=learning, holding=holding)


def test_what_is_met_while_learning_is_a_habit() -> None:
    habits = Habits()
    assert meet(habits, 0.0, learning=True) is Meeting.NEW
    assert meet(habits, 1.0) is Meeting.USUAL
    assert habits.tokens() == {IT}


def test_what_is_met_on_three_days_becomes_one() -> None:
    habits = Habits()
    met = [meet(habits, it * DAY / 2) for it in range(6)]
    assert met == [Meeting.NEW, *[Meeting.AGAIN] * 3, *[Meeting.USUAL] * 2]


def test_days_on_which_it_was_suspicious_do_not_count() -> None:
    habits = Habits()
    assert [meet(habits, it * DAY, holding=True) for it in range(9)] == [Meeting.NEW, *[Meeting.AGAIN] * 8]
    assert meet(habits, 10 * DAY) is Meeting.AGAIN


def test_what_turned_out_to_be_suspicious_is_unlearnt() -> None:
    habits = Habits()
    meet(habits, 0.0, 1, learning=True)
    meet(habits, 7200.0, 2, learning=True)
    habits.forget_since(3600.0)
    assert habits.tokens() == {1}


def test_a_habit_fades_by_days_of_use_and_not_in_a_drawer() -> None:
    habits = Habits()
    meet(habits, 0.0, learning=True)
    assert meet(habits, 400 * DAY) is Meeting.USUAL, "a year in a drawer"
    for day in range(401, 465):
        meet(habits, day * DAY, 7, learning=True)
    assert meet(habits, 465 * DAY) is Meeting.NEW


def test_no_more_than_so_many() -> None:
    habits = Habits()
    for number in range(1000):
        meet(habits, float(number), number, learning=True)
        meet(habits, float(number), -number - 1)
    assert len(habits.tokens()) == MAX_HABITS
    assert len(habits.save()["candidates"]) < MAX_HABITS


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1e8), st.booleans(), st.booleans()), max_size=60))
def test_saved_and_restored_exactly(met: list[tuple[int, float, bool, bool]]) -> None:
    one, other = Habits(), Habits()
    for what, time, learning, holding in met:
        assert meet(one, time, what, learning=learning, holding=holding) is meet(
            other, time, what, learning=learning, holding=holding
        )
        other = Habits.load(one.save())
    assert other.save() == one.save()
