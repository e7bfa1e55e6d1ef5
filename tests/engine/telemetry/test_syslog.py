"""Syslog messages are what RFC 5424 says, whatever is put into them."""

import re

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.telemetry.syslog import framed, message

from .observed import NOON

RFC_5424 = re.compile(
    rb"<(?P<pri>\d{1,3})>1 (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) "
    rb"(?P<procid>[!-~]{1,128}) (?P<msgid>[!-~]{1,32}) - (?P<msg>.*)",
    re.DOTALL,
)


@given(st.text(), st.text())
def test_whatever_is_put_in(host: str, text: str) -> None:
    match = RFC_5424.fullmatch(message(NOON, host, text))
    assert match
    assert match["pri"] == b"134"


def test_one() -> None:
    assert message(NOON, "home", "{}") == b"<134>1 2025-11-22T12:00:00Z home secure_hub - telemetry - {}"
    assert framed(b"<1>1 -") == b"6 <1>1 -"
