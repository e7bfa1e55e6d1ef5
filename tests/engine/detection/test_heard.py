"""What was heard, so that it is not told twice."""

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.detection.heard import Heard


def test_what_was_heard_since() -> None:
    heard = Heard()
    assert not heard.since("a", 5.0), "who does not listen hears nothing"
    heard.begin(10.0)
    assert heard.since("a", 10.0), "nobody knows"
    assert not heard.since("a", 11.0)
    heard.note("a", 20.0)
    assert (heard.since("a", 20.0), heard.since("a", 21.0), heard.since("b", 20.0)) == (True, False, False)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_what_is_forgotten_is_never_denied(keys: list[int]) -> None:
    heard, last = Heard(capacity=3), dict[int, float]()
    for time, key in enumerate(keys, 1):
        heard.note(key, float(time))
        last[key] = float(time)
        assert all(heard.since(it, at) for it, at in last.items())
        assert len(heard._times) <= 3
