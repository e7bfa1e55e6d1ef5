"""On continuous integration nothing is left out in silence."""

import pytest

from . import conftest
from .conftest import fail_if_left_out


def skipped(reason: str) -> pytest.TestReport:
    """Return the report of a test that was skipped."""
    where = ("tests/test_x.py", 1, f"Skipped: {reason}")
    return pytest.TestReport("tests/test_x.py::test_x", ("tests/test_x.py", 1, "test_x"), {}, "skipped", where, "call")


@pytest.mark.parametrize(
    ("on_ci", "reason", "outcome"),
    [
        (True, "this kernel gives no namespace", "failed"),
        (True, "SECURE_HUB_DATA is not set: left out", "skipped"),
        (False, "this kernel gives no namespace", "skipped"),
    ],
)
def test_a_skip_fails_on_ci(monkeypatch: pytest.MonkeyPatch, on_ci: bool, reason: str, outcome: str) -> None:  # noqa: FBT001 - a parameter
    monkeypatch.setattr(conftest, "ON_CI", on_ci)
    report = fail_if_left_out(skipped(reason))
    assert report.outcome == outcome
    assert reason in str(report.longrepr)


def test_an_expected_failure_is_no_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "ON_CI", True)
    report = skipped("known")
    report.wasxfail = "known"
    assert fail_if_left_out(report).outcome == "skipped"
