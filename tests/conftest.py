"""What every test gets: this checkout's integration, and no test left out in silence."""

from collections.abc import Generator
import os
from typing import Final

from hypothesis import settings
import pytest

import custom_components.secure_hub  # noqa: F401 - before the plugin's own `custom_components` can shadow it

pytest_plugins = [
    "tests.lab.zigbee.plugin",
    "tests.lab.plugin",
    "tests.plugin",
    "tests.faces",
    "tests.phone",
    "tests.updates",
    "tests.translated",
    "tests.replacing",
]

ON_CI: Final = os.environ.get("CI", "").lower() in {"1", "true"}
# Recordings that cannot be shipped; everything else a continuous-integration machine must be able to run.
MAY_BE_LEFT_OUT: Final = ("SECURE_HUB_DATA is not set",)

LONGEST_ID: Final = 32

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if ON_CI else "default")


def fail_if_left_out[R: (pytest.TestReport, pytest.CollectReport)](report: R) -> R:
    """Return the report, turned into a failure if it is a skip that continuous integration does not accept."""
    if not (ON_CI and report.skipped) or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not any(accepted in reason for accepted in MAY_BE_LEFT_OUT):
        report.outcome = "failed"
        report.longrepr = f"skipped on CI, where it must run: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that continuous integration would leave out."""
    return fail_if_left_out((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that continuous integration would leave out."""
    return fail_if_left_out((yield))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long case the same in every worker: made anew, its bytes differ from process to process."""
    return "bytes" if isinstance(val, bytes) and len(val) > LONGEST_ID else None


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant find this integration in every test that starts Home Assistant."""
    if "hass" not in request.fixturenames:
        return
    if "recorder_mock" in request.fixturenames:  # the recorder must be there before `hass` is
        request.getfixturevalue("recorder_mock")
    request.getfixturevalue("enable_custom_integrations")
