"""Others change our tables: named, mended, and not fought for ever."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import errno
import subprocess
import time

import pytest

from custom_components.secure_hub.adapters.enforcers.nftables import NftablesEnforcer
from custom_components.secure_hub.adapters.enforcers.telling import Drift
from custom_components.secure_hub.adapters.netfilter.backend import InProcess
from custom_components.secure_hub.adapters.netfilter.monitor import Touch
from custom_components.secure_hub.adapters.netfilter.netlink import NetlinkError
from custom_components.secure_hub.engine.enforcement import Health
from custom_components.secure_hub.engine.firewall.regions import Rules
from custom_components.secure_hub.engine.policy.scopes import Scope
from tests.lab.network.lab import Lab

from .home import (
    QUARANTINED,
    nft,
    plan,
    reaches,
    until,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize(
    ("attack", "word"),
    [
        ("flush ruleset", "table missing"),
        ("delete table bridge secure_hub", "table missing"),
        ("flush chain inet secure_hub forward", "rules"),
        ("insert rule bridge secure_hub prerouting accept", "rules"),
        ("add table inet secure_hub { flags dormant; }", "dormant"),
        ("add element bridge secure_hub protected { {camera} }", "protected"),
        ("delete element bridge secure_hub mac { {camera} }", "mac"),
        ("add set inet secure_hub strange { type ipv4_addr; }", "rules"),
        ("flush set bridge secure_hub discovery_from", "rules"),
    ],
)
async def test_foreign_change_is_mended(
    lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift], attack: str, word: str
) -> None:
    """Whoever opens a hole is named and the hole closed within seconds."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    await asyncio.to_thread(nft, attack.replace("{camera}", camera.mac))
    began = time.monotonic()
    await until(lambda: bool(drifts))
    assert time.monotonic() - began < 2
    assert drifts[0].process == "nft"
    assert drifts[0].kind == "rules_changed"
    assert drifts[0].healed
    assert any(word in what for what in drifts[0].what), drifts[0].what
    assert enforcer.status.health is Health.IN_SYNC
    lab.masquerade()
    assert reaches(lab.matrix(camera)) == set()
    await asyncio.sleep(0.3)
    assert len(drifts) == 1


async def test_owned_tables_resist(lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift]) -> None:
    """Tables that are ours alone cannot be changed by others at all."""
    enforcer, camera = make(owner=True), lab.device("camera")
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    for attack in ("delete table bridge secure_hub", f"delete element inet secure_hub mac {{ {camera.mac} }}"):
        with pytest.raises(subprocess.CalledProcessError):
            await asyncio.to_thread(nft, attack)
    await asyncio.to_thread(nft, "flush ruleset")
    lab.masquerade()
    assert reaches(lab.matrix(camera)) == set()
    await asyncio.sleep(0.5)
    assert drifts == []


ACCEPTS = """
table inet foe {
    chain p { type filter hook prerouting priority -400; policy accept; accept; }
    chain f { type filter hook forward priority -300; policy accept; accept; }
    chain i { type filter hook input priority -300; policy accept; accept; }
    chain o { type filter hook output priority -300; policy accept; accept; }
}
table bridge foe {
    chain p { type filter hook prerouting priority -400; policy accept; accept; }
    chain f { type filter hook forward priority -300; policy accept; accept; }
    chain o { type filter hook postrouting priority -300; policy accept; accept; }
}
"""


async def test_who_accepts_earlier_opens_nothing(
    lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift]
) -> None:
    """Ours drop whatever others accept, in every hook; who judges forwarded packets before us is told of, once."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    for _ in range(2):
        await asyncio.to_thread(nft, ACCEPTS)
        assert reaches(lab.matrix(camera)) == set()
        await until(lambda: len(drifts) == 2)
        await asyncio.to_thread(nft, "delete table inet foe; delete table bridge foe")
    await asyncio.to_thread(nft, "add table inet foe { chain f { type filter hook forward priority 0; }; }")
    await asyncio.to_thread(nft, "delete table inet foe")
    await asyncio.sleep(0.4)
    assert [(drift.kind, drift.process, drift.healed) for drift in drifts] == [("competing", "nft", False)] * 2
    assert {drift.what for drift in drifts} == {
        ("chain f of inet foe, forward at -300",),
        ("chain f of bridge foe, forward at -300",),
    }
    assert enforcer.status.health is Health.IN_SYNC


async def test_fight_is_bounded(lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift]) -> None:
    """Three mendings a minute, then we say that somebody else insists; the next decision begins anew."""
    enforcer, known = make(), plan(lab)
    denied = Rules(denied=frozenset({Scope.INTERNET}))
    known = replace(known, members={**known.members, "camera": replace(known.members["camera"], rules=denied)})
    await enforcer.apply(known)
    assert enforcer.rules("camera") == denied
    for round_ in range(1, 5):
        await asyncio.to_thread(nft, "flush chain inet secure_hub forward")
        await until(lambda round_=round_: len(drifts) == round_)
        assert enforcer.status.reason == {3: "rules_fought", 4: "rules_given_up"}.get(round_)
    assert [drift.healed for drift in drifts] == [True, True, True, False]
    assert enforcer.status.health is Health.DRIFTED
    assert enforcer.status.reason == "rules_given_up"
    assert enforcer.rules("camera") is None, "nobody knows"
    await enforcer.apply(known, {"camera"})
    assert enforcer.status.health is Health.IN_SYNC
    assert enforcer.rules("camera") == denied
    lab.masquerade()


class Halting(InProcess):
    """The kernel, but asked as the helper is, and now and then out of reach."""

    broken = False

    def event_fileno(self) -> int | None:
        """Nothing to wait for."""
        return None

    def touches(self) -> list[Touch]:
        """Refuse while broken."""
        if self.broken:
            raise NetlinkError(errno.ECONNREFUSED, "gone")
        return super().touches()


async def test_backend_that_must_be_asked(lab: Lab, drifts: list[Drift]) -> None:
    """Where the kernel cannot notify us we ask; out of reach is said, and back in reach all is looked at anew."""
    told: list[Health] = []
    backend = Halting(owner=False)
    enforcer = NftablesEnforcer(
        lambda: backend,
        on_drift=drifts.append,
        on_status=lambda: told.append(enforcer.status.health),
        interval=0.1,
    )
    assert enforcer.status.health is Health.UNAVAILABLE
    assert not await enforcer.stands()
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}))
    assert await enforcer.stands()
    await asyncio.to_thread(nft, "flush chain inet secure_hub forward")
    await until(lambda: bool(drifts))
    assert drifts[0].as_dict() == {"what": list(drifts[0].what), "pid": drifts[0].pid, "process": "nft", "healed": True}
    backend.broken = True
    await until(lambda: enforcer.status.reason == "firewall_no_helper")
    backend.broken = False
    await until(lambda: enforcer.status.health is Health.IN_SYNC)
    assert told == [Health.IN_SYNC, Health.DRIFTED, Health.IN_SYNC]
    await enforcer.remove()
    assert enforcer.status.health is Health.UNAVAILABLE
    assert await enforcer.counters() == {}
    await enforcer.close()


async def test_decision_on_changed_ground(lab: Lab, make: Callable[..., NftablesEnforcer], drifts: list[Drift]) -> None:
    """A decision that meets tables changed by others a moment ago is made true all the same, and they are named."""
    enforcer, camera = make(), lab.device("camera")
    await enforcer.apply(plan(lab))
    nft(f"delete element bridge secure_hub mac {{ {camera.mac} }}")  # the loop cannot have noticed yet
    await enforcer.apply(plan(lab, {"camera": QUARANTINED}), {"camera"})
    assert enforcer.held()["camera"] is QUARANTINED
    assert reaches(lab.matrix(camera)) == set()
    await until(lambda: bool(drifts))
    assert drifts[0].process == "nft"
