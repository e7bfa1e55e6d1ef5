"""The order of versions, on strings that makers really write."""

from itertools import combinations
from typing import Final

from awesomeversion import AwesomeVersion
from hypothesis import given, strategies as st
import pytest

from custom_components.secure_hub.engine.firmware.versions import MAX_LENGTH, compare, is_newer, is_valid, parse

# Real strings, each row oldest first: what devices, their makers' release pages and users' reports show.
IN_ORDER: Final[dict[str, tuple[str, ...]]] = {
    "Zigbee OTA, IKEA": ("0x10000000", "0x11003001", "0x21003001", "0x23014631"),
    "Zigbee OTA, Hue": ("0x01001A02", "0x01002202", "0x01002f02"),
    "Zigbee OTA, Inovelli": ("0x00000003", "0x01020211", "0x0102021a"),
    "IKEA Tradfri": ("1.2.214", "2.0.022", "2.3.050", "2.3.087", "24.4.6"),
    "Hue bulb": ("1.50.2_r30933", "1.93.7", "1.104.2"),
    "Hue bridge": ("1935144020", "1953188020", "1967054020"),
    "ubisys": ("20180921-DE-FB0", "20190211-DE-FB0", "20210305-DE-FB0"),
    "ubisys, later": ("1.9.1", "1.9.2", "1.9.4", "2.0.0"),
    "Shelly, first generation": (
        "20190531-075812/v1.5.0-hotfix2@022ec015",
        "20200827-065456/v1.8.3@4a8bc427",
        "20210115-103659/v1.9.4@e2732e05",
        "20230913-112003/v1.14.0-gcb84623",
    ),
    "Shelly, second generation": ("0.14.1", "1.0.0-beta6", "1.0.0", "1.0.3", "1.4.4", "1.5.0-beta1", "1.5.0"),
    "ESPHome": (
        "1.20.4",
        "2021.12.3",
        "2024.6.0b1",
        "2024.6.0b4",
        "2024.6.0",
        "2024.6.1",
        "2025.10.0-dev",
        "2025.10.0",
    ),
    "Roborock": ("3.3.9_001768", "3.5.4_0004", "3.5.8_2080", "4.3.5_1234"),
    "Sonos": ("45.1-56150", "57.10-25140", "57.22-61162", "79.1-56030", "81.1-58074"),
    "FRITZ!OS": ("7.12", "07.29", "7.57", "7.90-115820 Inhaus", "7.90", "8.02"),
    "Synology": ("DSM 6.2.4-25556 Update 7", "DSM 7.1.1-42962", "DSM 7.2.1-69057", "DSM 7.2.1-69057 Update 5"),
    "QNAP": ("5.1.0.2444 build 20230629", "5.2.2.2950 build 20241114", "5.2.2.2952 build 20241116"),
    "UniFi access point": ("4.3.20.11298", "6.5.28.14491", "6.6.65.15248", "6.6.77.15402"),
    "UniFi Protect": ("v1.21.0-beta.2", "v1.21.0", "2.2.6", "4.0.33"),
    "Reolink": ("v3.0.0.136_20121100", "v3.1.0.956_22041503", "v3.1.0.2368_23062508", "v3.1.0.4366_2412021471"),
    "Hikvision": ("V5.5.82 build 190220", "V5.5.82 build 211103", "V5.7.3 build 220315", "V5.7.15 build 230313"),
    "Dahua": ("2.800.0000000.16.R", "2.840.0000000.19.R"),
    "Axis": ("9.80.3.11", "10.12.208", "11.11.73", "12.0.91"),
    "TP-Link Tapo": ("1.0.4 Build 230414 Rel.46155", "1.1.3 Build 230905 Rel.152200", "1.2.1 Build 240219 Rel.110000"),
    "TP-Link Kasa": ("1.1.1", "1.2.5 Build 171213 Rel.101014", "1.5.10 Build 191125 Rel.094314"),
    "ASUS": ("3.0.0.4.384_81858", "3.0.0.4.386_51997", "3.0.0.4.388_24198"),
    "Netgear": ("V1.0.9.88_10.2.88", "V1.0.11.116_10.2.100", "V1.0.11.148_10.2.127"),
    "MikroTik": ("6.49.10", "7.1rc6", "7.1", "7.15beta4", "7.15rc2", "7.15", "7.15.3"),
    "OpenWrt": ("19.07.8", "21.02.0-rc4", "21.02.0", "23.05.3"),
    "OpenSSL-like letters": ("1.0.2", "1.0.2k", "1.0.2u"),
    "WLED": ("0.13.3", "0.14.0-b1", "0.14.0-b3", "0.14.0", "0.15.0-b4", "0.15.0"),
    "Speedtouch": ("5.3.3.4", "6.1.9.6", "6.2.29.2", "7.4.3.2"),
    "Frontier Silicon": ("2.6.17c4", "2.8.27.67047-1A30"),
    "Tuya": ("1.0.10", "1.1.8", "2.9.16"),
    "Aqara": ("0.0.0_0022", "0.0.0_0030", "1.0.0_0090"),
    "Yale": ("2.19.0-4.1.2", "2.20.0-4.1.2"),
    "Nuki": ("2.12.3", "3.2.8", "3.10.2"),
    "Home Assistant Green": ("2026.9.4", "2026.10.0b3", "2026.10.0", "2026.10.4"),
}
NO_ORDER: Final = (
    ("20210305-DE-FB0", "1.9.2"),  # ubisys changed its scheme
    ("0x01002000", "1.0.2"),
    ("1967054020", "1.67.2"),  # Hue bridges
    ("1.2.3-eu", "1.2.3-us"),
    ("2.5.7-lite", "2.5.7"),
    ("FRITZ!OS 7.57", "labor 7.57"),
    ("newer", "1.0.0"),  # zigbee2mqtt before 1.29
    ("", "1.0"),
    ("1." * MAX_LENGTH, "1.0"),
)
SAME: Final = (
    ("1.0", "1.0.0"),
    ("v1.14.0-gcb84623", "1.14.0"),
    ("07.57", "7.57"),
    ("V5.7.3  build 220315", "v5.7.3 build 220315"),
    ("0x0000000A", "0xa"),
    ("1.2.3+exp.sha.5114f85", "1.2.3"),  # semver 2.0.0, 10
)


@pytest.mark.parametrize("maker", IN_ORDER)
def test_the_order_of_a_makers_versions(maker: str) -> None:
    for older, newer in combinations(IN_ORDER[maker], 2):
        assert (compare(older, newer), compare(newer, older)) == (-1, 1), (older, newer)
        assert is_newer(newer, older)
        assert not is_newer(older, newer)


def test_there_are_enough_of_them() -> None:
    assert len({version for versions in IN_ORDER.values() for version in versions}) >= 100


@pytest.mark.parametrize(("one", "other"), NO_ORDER)
def test_what_has_no_order_gets_none(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one) is None


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_the_same(one: str, other: str) -> None:
    assert compare(one, other) == compare(other, one) == 0


@pytest.mark.parametrize("text", [None, 5, "", " ", "newer", "None", "unknown", "N/A"])
def test_what_is_no_version(text: object) -> None:
    assert not is_valid(text)


def test_what_is_one() -> None:
    assert is_valid("0.0.0_0022")


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_breaks_it(one: str, other: str) -> None:
    parse(one)
    answer = compare(one, other)
    assert compare(other, one) == (None if answer is None else -answer)


SEMVER: Final = st.builds(
    lambda numbers, pre: ".".join(map(str, numbers)) + pre,
    st.tuples(*[st.integers(0, 99)] * 3),
    st.sampled_from(("", "-alpha.1", "-beta.1", "-beta.2", "-rc.1")),
)


@given(SEMVER, SEMVER)
def test_it_agrees_with_home_assistant_on_semantic_versions(one: str, other: str) -> None:
    left, right = AwesomeVersion(one), AwesomeVersion(other)
    assert compare(one, other) == (left > right) - (left < right)


@given(SEMVER, SEMVER, SEMVER)
def test_it_is_an_order(a: str, b: str, c: str) -> None:
    if compare(a, b) == compare(b, c) == -1:
        assert compare(a, c) == -1
