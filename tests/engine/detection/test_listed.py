"""Lists of bad networks."""

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.detection.listed import ListedNetworks
from custom_components.secure_hub.engine.policy.lists import read_list

DROP = read_list("""
; Spamhaus's way
203.0.113.0/24 ; SBL1
""")
LEVEL1 = read_list("""
# FireHOL's way
203.0.113.64/26
198.51.100.7
2001:db8:bad::/48
""")
LISTED = {"level1": LEVEL1, "drop": DROP}


def test_every_list_that_names_an_address_is_named() -> None:
    listed = ListedNetworks(LISTED)
    asked = ["203.0.113.1", "203.0.113.77", "198.51.100.7", "2001:db8:bad:1::5", "203.0.114.1", "x", ""]
    for _ in range(2):
        assert [listed.naming(it) for it in asked] == ["drop", "drop, level1", "level1", "level1", "", "", ""]


def test_no_list_names_nobody() -> None:
    assert ListedNetworks().naming("203.0.113.77") == ""
    assert not ListedNetworks()


def test_what_was_looked_up_is_remembered_in_bounds() -> None:
    listed = ListedNetworks(LISTED)
    for number in range(5000):
        assert not listed.naming(f"10.0.{number // 256}.{number % 256}")
    assert len(listed._known) <= 4096


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_be_asked_about(asked: str) -> None:
    assert isinstance(ListedNetworks(LISTED).naming(asked), str)
