"""What an enforcer tells: each status once, and no fight with somebody who means it."""

import pytest

from custom_components.secure_hub.adapters.enforcers.telling import Drift, Telling, judged
from custom_components.secure_hub.adapters.netfilter.probe import Capabilities
from custom_components.secure_hub.engine.enforcement import Health, Status
from custom_components.secure_hub.engine.firewall.plan import PacketClass, Segment

ABLE = Capabilities(permitted=True, inet=True, bridge=True, netdev=True, owner=True, conntrack=True, reason=None)
BRIDGE = Segment("br0", is_bridge=True, ports=frozenset(), newcomers=PacketClass.HELD)
LONE = Segment("wlan0", is_bridge=False, ports=frozenset(), newcomers=PacketClass.HELD)


def test_the_fourth_change_in_a_minute_is_left_and_a_later_one_is_mended() -> None:
    clock, drifts, told = [0.0], list[Drift](), list[None]()
    telling = Telling(Status(Health.IN_SYNC), drifts.append, lambda: told.append(None), lambda: clock[0])
    for at in (0.0, 10.0, 20.0):
        clock[0] = at
        assert not telling.gives_up(("mac",), "nft")
        telling.mended(("mac",), "nft")
        fought = Status(Health.DRIFTED, "rules_fought", "nft") if at == 20.0 else Status(Health.IN_SYNC)
        assert telling.status == fought, "the third is something to know"
    clock[0] = 59.0
    assert not telling.calmed
    assert telling.gives_up(("mac",), "nft", 7)
    assert telling.given_up
    assert (telling.status, len(told)) == (Status(Health.DRIFTED, "rules_given_up", "nft"), 2)
    assert [drift.kind for drift in drifts] == ["rules_changed"] * 3 + ["rules_given_up"]
    assert drifts[-1].as_dict() == {"what": ["mac"], "pid": 7, "process": "nft", "healed": False}
    clock[0] = 61.0
    assert not telling.gives_up(("mac",), "nft"), "the first is a minute old"
    telling.mended(("mac",), "nft")
    clock[0] = 120.0
    assert not telling.calmed
    clock[0] = 121.0
    assert telling.calmed


def test_a_status_is_told_once_and_to_nobody_if_nobody_listens() -> None:
    told = list[None]()
    telling = Telling(Status(Health.IN_SYNC), None, lambda: told.append(None), float)
    for health in (Health.DEGRADED, Health.DEGRADED, Health.IN_SYNC):
        telling.say(Status(health))
    assert len(told) == 2
    alone = Telling(Status(Health.IN_SYNC), None, None, float)
    alone.say(Status(Health.DEGRADED))
    alone.tell(Drift("rules_changed", ()))
    assert alone.status.health is Health.DEGRADED


@pytest.mark.parametrize(
    ("missing", "able", "unflushed", "reason", "detail"),
    [
        (("wlan0", "br0"), ABLE, "EPERM", "interface_missing", "br0, wlan0"),
        ((), Capabilities(netdev=True), "EPERM", "firewall_no_bridge", "br0"),
        ((), Capabilities(bridge=True), "EPERM", "firewall_no_netdev", "wlan0"),
        ((), ABLE, "EPERM", "connections_not_cut", "EPERM"),
        ((), ABLE, None, None, None),
    ],
)
def test_the_worst_that_is_amiss_is_said(
    missing: tuple[str, ...], able: Capabilities, unflushed: str | None, reason: str | None, detail: str | None
) -> None:
    found = judged((BRIDGE, LONE), missing, able, unflushed)
    assert (found.reason, found.detail) == (reason, detail)
    assert found.health is (Health.DEGRADED if reason else Health.IN_SYNC)
