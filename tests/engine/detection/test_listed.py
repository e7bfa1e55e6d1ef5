"""Lists of bad networks."""

from hypothesis import given, strategies as st

from custom_components.secure_hub.engine.detection.listed import ListedNetworks

LIST = """
; Spamhaus's way
203.0.113.0/24 ; SBL1
# FireHOL's way
198.51.100.7
2001:db8:bad::/48
192.168.0.0/16
0.0.0.0/0
nonsense
"""


def test_addresses_and_networks_are_found() -> None:
    listed = ListedNetworks(LIST.splitlines())
    assert len(listed) == 3
    assert listed.rejected == 3, "nobody lists the home, or everything"
    asked = ["203.0.113.77", "198.51.100.7", "2001:db8:bad:1::5", "203.0.114.1", "198.51.100.8", "x", "192.168.1.1"]
    assert [it in listed for it in asked * 2] == [True, True, True, False, False, False, False] * 2


def test_an_empty_list_names_nobody() -> None:
    assert "203.0.113.77" not in ListedNetworks()


def test_what_was_looked_up_is_remembered_in_bounds() -> None:
    listed = ListedNetworks(["203.0.113.0/24"])
    for number in range(5000):
        assert f"10.0.{number // 256}.{number % 256}" not in listed
    assert len(listed._known) <= 4096


@given(st.lists(st.text(max_size=60), max_size=20), st.text(max_size=60))
def test_garbage_is_counted(lines: list[str], asked: str) -> None:
    assert asked not in ListedNetworks(lines) or asked in "".join(lines) or "/" in "".join(lines)
