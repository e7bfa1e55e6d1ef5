"""The wall on a router that is not ours, over a real SSH server, proved with packets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address
import json
from pathlib import Path
import re
from time import monotonic
from typing import Any

import asyncssh
import pytest
from pytest_socket import socket_allow_hosts

from custom_components.secure_hub.adapters.enforcers.router import RouterEnforcer, RouterSettings
from custom_components.secure_hub.adapters.enforcers.router_commands import ADDRESSES, APPLY
from custom_components.secure_hub.adapters.enforcers.ssh import (
    SshConnection,
    SshSettings,
    Trouble,
    open_connection,
    read_host_key,
)
from custom_components.secure_hub.adapters.enforcers.telling import Drift
from custom_components.secure_hub.adapters.netfilter.layout import TABLE
from custom_components.secure_hub.engine.containment import Reach
from custom_components.secure_hub.engine.enforcement import EnforcementError, Health
from custom_components.secure_hub.engine.firewall.coverage import Coverage, CoverageLevel
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan
from custom_components.secure_hub.engine.firewall.regions import Resolver, rules
from custom_components.secure_hub.engine.firewall.zones import NO_ZONES
from custom_components.secure_hub.engine.policy.limits import Limit, Limited
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES, Decision, Scope
from custom_components.secure_hub.engine.policy.tables import compile_table
from tests.lab.network.catalogue import DEVICES
from tests.lab.network.lab import Lab
from tests.lab.network.router import DROPBEAR, OPENSSH, Daemon, Router
from tests.plugin import off_loop

from .home import HELD, OPEN, QUARANTINED, UNSOLICITED, member, reaches
from .test_limits import send
from .test_permissions import Said, situation, subject

pytestmark = pytest.mark.usefixtures("router_reachable")

BRIDGE = "br-home"
DOCUMENT = Path(__file__).parents[3] / "docs" / "enforcers.md"
HUB_MAC = "02:66:00:00:00:01"
HUB_ADDRESS = "10.66.1.2"
LAPTOP_MAC = "02:1a:b7:09:00:10"
TABLES = ["inet secure_hub", "bridge secure_hub"]


@pytest.fixture(scope="module")
def flat() -> Iterator[Lab]:
    """A home behind somebody else's router, with three devices."""
    reason = Lab.unavailable() or Router.unavailable()
    if reason is not None:
        pytest.skip(f"no router here: {reason}")
    with Lab.flat(DEVICES[:3]) as home:
        yield home


def set_up(machine: Router, lacks: str = "") -> SshSettings:
    """Start a router that lets the hub do what the documentation says and nothing else; `lacks` is what comes first."""
    script = machine.folder / "only-the-wall"
    found = re.search(r"```sh\n(#!/bin/sh\n.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    script.write_text(found[1].replace("set -f\n", f"set -f\n{lacks}\n"))
    script.chmod(0o755)
    key = asyncssh.generate_private_key("ssh-ed25519")
    host_key = machine.make_host_key()
    machine.authorize(key.export_public_key().decode().strip(), script)
    machine.start()
    return SshSettings(machine.address, host_key, key.export_private_key().decode(), port=machine.port)


@pytest.fixture(scope="module")
def router(flat: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Router, SshSettings]]:
    """The router, as OpenWrt has it."""
    machine = Router(flat, tmp_path_factory.mktemp("router"))
    yield machine, set_up(machine)
    machine.stop()


@pytest.fixture
def router_reachable(socket_enabled: None, router: tuple[Router, SshSettings]) -> None:  # noqa: ARG001 - first
    """Let the test connect to the router of the virtual home."""
    socket_allow_hosts(["127.0.0.1", router[1].host], allow_unix_socket=True)


@pytest.fixture
def drifts() -> list[Drift]:
    return []


@pytest.fixture
async def make(router: tuple[Router, SshSettings], drifts: list[Drift]) -> AsyncIterator[Callable[..., RouterEnforcer]]:
    """Make enforcers that are taken away at the end, with a clock that is so many times faster."""
    made: list[RouterEnforcer] = []
    settings = RouterSettings(router[1], frozenset({BRIDGE}))

    def _make(haste: float = 1.0, **changes: Any) -> RouterEnforcer:
        enforcer = RouterEnforcer(
            replace(settings, **changes), on_drift=drifts.append, interval=0.2, clock=lambda: monotonic() * haste
        )
        made.append(enforcer)
        return enforcer

    yield _make
    for enforcer in made:
        await enforcer.close()
    await RouterEnforcer(settings).remove()


@pytest.fixture
async def login(router: tuple[Router, SshSettings]) -> AsyncIterator[SshConnection]:
    connection = await open_connection(router[1])
    yield connection
    await connection.close()


def plan(lab: Lab, standings: dict[str, PacketClass] | None = None, **changes: Any) -> Plan:
    """What a hub that guards nothing itself plans: everybody open but `standings`."""
    classes = dict.fromkeys((d.name for d in lab.devices), OPEN) | (standings or {})
    base = Plan(
        enforce=True,
        hub_macs=frozenset({HUB_MAC}),
        hub_addresses=frozenset({ip_address(HUB_ADDRESS), ip_address("fd66:1::2")}),
        protected_macs=frozenset({LAPTOP_MAC}),
        members={d.name: member(d, classes[d.name]) for d in lab.devices},
    )
    return replace(base, **changes)


async def matrix(lab: Lab, name: str = "camera", peer: str = "tv") -> set[str]:
    return reaches(await asyncio.to_thread(lab.matrix, lab.device(name), peer=lab.device(peer)))


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "did not happen"
        await asyncio.sleep(0.05)


def router_tables(lab: Lab) -> list[str]:
    listed = lab.gateway.agent.call("feed", argv=["nft", "list", "tables"], text="")
    return [line.removeprefix("table ") for line in listed.splitlines() if "secure_hub" in line]


async def test_quarantine(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    """Behind a router that is not ours a device is cut off from everything, the neighbour and the hub included."""
    enforcer = make()
    assert enforcer.held() == {}
    everything = await matrix(flat)
    assert everything >= {"wan4", "wan6", "lan4", "lan6", "hub4", "hub6", "peer4", "peer6", "from_lan4", "from_hub6"}
    await enforcer.apply(plan(flat))
    assert enforcer.status.health is Health.IN_SYNC
    assert await matrix(flat) == everything - UNSOLICITED
    for standing in (QUARANTINED, HELD):
        await enforcer.apply(plan(flat, {"camera": standing}), {"camera"})
        assert enforcer.held() == {"camera": standing, "tv": OPEN, "speaker": OPEN}
        assert await matrix(flat) == set()
        await asyncio.to_thread(flat.device("camera").dhcp_renew)
        assert await matrix(flat, "tv", "speaker") == everything - UNSOLICITED
    await enforcer.apply(plan(flat), {"camera"})
    assert await matrix(flat) == everything - UNSOLICITED
    bridge = Coverage(CoverageLevel.FULL, "behind_router_bridge")
    assert enforcer.reach("camera") == Reach(
        bridge, NETWORK_SCOPES, NETWORK_SCOPES, OPEN, limits=frozenset({Limited.RATE})
    )
    assert enforcer.reach("nobody") is None


async def test_established_is_cut(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    """Connections that stand end within a second, and the router forgets them."""
    enforcer, camera = make(), flat.device("camera")
    await enforcer.apply(plan(flat))
    sessions = [camera.open_session(flat.internet, v6=v6) for v6 in (False, True)]
    sessions += [camera.open_session(flat.laptop, 7), camera.open_session(flat.internet, udp=True)]
    for session in sessions:
        assert await asyncio.to_thread(session.alive_within, 1)

    def remembered() -> str:
        argv = ["conntrack", "-L", "-s", camera.ipv4]
        return str(flat.gateway.agent.call("feed", argv=argv, text=""))

    assert camera.ipv4 in remembered()
    await enforcer.apply(plan(flat, {"camera": QUARANTINED}), {"camera"})
    done = monotonic()
    assert "ESTABLISHED" not in remembered()
    assert enforcer.status.health is Health.IN_SYNC
    await asyncio.sleep(1.5)
    for session in sessions:
        assert session.last_seen - done < 1
        assert not await asyncio.to_thread(session.alive_within, 0.3)
        session.close()


async def test_permissions(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    """What a governed device may follows from its table: by scope, network and service, routed and to neighbours."""
    enforcer, camera, tv, internet = make(), flat.device("camera"), flat.device("tv"), flat.internet
    said: tuple[Said, ...] = (
        (Scope.INTERNET, Decision.DENY, "any"),
        (Scope.INTERNET, Decision.ALLOW, f"{internet.ipv4} tcp/80-443"),
        (Scope.INTERNET, Decision.DENY, f"{internet.ipv4} tcp/443"),
        (Scope.PEERS, Decision.DENY, "any"),
        (Scope.PEERS, Decision.ALLOW, f"{tv.ipv4} udp/7"),
    )

    def ruled(rules_: tuple[Said, ...], **changed: Member) -> Plan:
        base = plan(flat)
        base = replace(base, members={**base.members, **changed})
        now = situation({}, {"camera": rules_})
        resolver = Resolver(
            lambda key: base.members[key].addresses, {}, NO_ZONES, macs=lambda key: base.members[key].macs
        )
        tables = {key: compile_table(subject(key), now) for key in base.members}
        members = {k: replace(m, table=tables[k], rules=rules(tables[k], resolver)) for k, m in base.members.items()}
        return replace(base, members=members)

    async def reached() -> set[str]:
        probes = {f"wan {port}": ("tcp", internet.ipv4, port) for port in (80, 443, 4444)}
        probes |= {f"tv {kind}": (kind, tv.ipv4, 7) for kind in ("tcp", "udp")} | {"hub": ("tcp", HUB_ADDRESS, 7)}
        return reaches(await asyncio.to_thread(camera.probe, probes))

    await enforcer.apply(ruled(()))
    everything = await reached()
    assert everything >= {"wan 80", "wan 443", "wan 4444", "tv tcp", "tv udp", "hub"}
    await enforcer.apply(ruled(said), {"camera"})
    assert await reached() == {"wan 80", "tv udp", "hub"}
    assert not await asyncio.to_thread(tv.tcp, camera.ipv4)
    await enforcer.apply(ruled(((Scope.INTERNET, Decision.DENY, "tcp/443-5000"),)), {"camera"})
    assert await reached() == everything - {"wan 443", "wan 4444"}
    assert await asyncio.to_thread(tv.tcp, camera.ipv4)
    silent = replace(plan(flat).members["tv"], addresses=frozenset())
    await enforcer.apply(ruled(((Scope.PEERS, Decision.DENY, "asset:tv"),), tv=silent))
    assert await reached() == everything - {"tv tcp", "tv udp"}, "a device whose address nobody knows"
    assert not await asyncio.to_thread(tv.tcp, camera.ipv4)
    assert enforcer.status.health is Health.IN_SYNC
    await enforcer.apply(ruled(()))
    assert await reached() == everything


async def test_a_rate_is_kept_there_too(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    """What a device sends beyond its rate is dropped by the router; another rate, and none, take its place."""
    enforcer, camera = make(), flat.device("camera")

    def planned(rate: int | None) -> Plan:
        base = plan(flat)
        limit = None if rate is None else Limit(rate=rate, quota=10**9)
        return replace(base, members={**base.members, "camera": replace(base.members["camera"], limit=limit)})

    def dropped() -> int:
        table = json.loads(
            flat.gateway.agent.call("feed", argv=["nft", "-j", "list", "table", "bridge", TABLE], text="")
        )
        rules = [item["rule"] for item in table["nftables"] if "rule" in item]
        (too_fast,) = [rule for rule in rules if (rule["chain"], rule.get("comment")) == ("too_fast", "rate")]
        return int(next(part["counter"]["packets"] for part in too_fast["expr"] if "counter" in part))

    await enforcer.apply(planned(20_000))
    assert enforcer.status.health is Health.IN_SYNC
    await off_loop(send, camera, flat.internet.ipv4, 50)
    assert await off_loop(dropped) == 0
    await off_loop(send, camera, flat.internet.ipv4, 1_000)
    assert await off_loop(dropped) > 500
    await enforcer.apply(planned(1_048_576), {"camera"})
    before = await off_loop(dropped)
    await off_loop(send, camera, flat.internet.ipv4, 200)
    assert await off_loop(dropped) == before
    await enforcer.apply(planned(None), {"camera"})
    await off_loop(send, camera, flat.internet.ipv4, 2_000)
    assert await off_loop(dropped) == before
    assert enforcer.status.health is Health.IN_SYNC


async def test_monitor(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    enforcer = make()
    everything = await matrix(flat)
    await enforcer.apply(plan(flat, {"camera": QUARANTINED}, enforce=False))
    assert await matrix(flat) == everything
    assert enforcer.held()["camera"] is OPEN


async def test_hub_and_laptop_are_protected(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    """A plan that would cut off the hub or the administrator does not."""
    enforcer = make()
    members = dict(plan(flat).members)
    for name, mac, address in (("hub", HUB_MAC, HUB_ADDRESS), ("laptop", LAPTOP_MAC, "10.66.1.10")):
        members[name] = replace(members["tv"], macs=frozenset({mac}), addresses=frozenset({ip_address(address)}))
        members[name] = replace(members[name], packet_class=QUARANTINED)
    await enforcer.apply(plan(flat, members=members))
    assert enforcer.held()["hub"] is OPEN
    assert await matrix(flat) >= {"hub4", "lan4", "from_lan4", "from_hub4"}
    assert await asyncio.to_thread(flat.laptop.can_reach, flat.internet)


async def test_newcomers(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    """Unknown MACs are welcome unless somebody decides otherwise."""
    known = {name: value for name, value in plan(flat).members.items() if name != "camera"}
    everything = await matrix(flat)
    welcoming = make()
    await welcoming.apply(plan(flat, members=known))
    assert await matrix(flat) == everything - UNSOLICITED
    await welcoming.close()
    await make(newcomers=HELD).apply(plan(flat, members=known))
    assert await matrix(flat) == set()


async def test_drift(flat: Lab, make: Callable[..., RouterEnforcer], drifts: list[Drift]) -> None:
    """Somebody else's change is mended and told; after three times in a minute no more, until the next apply."""
    enforcer = make()
    cut = plan(flat, {"camera": QUARANTINED})
    await enforcer.apply(cut)
    foreign = (
        f"delete element bridge secure_hub mac_3 {{ 0x{flat.device('camera').mac.replace(':', '')} }}\n",
        "flush chain bridge secure_hub from_device\n",
        "delete table bridge secure_hub\n",
    )
    for number, change in enumerate(foreign, 1):
        flat.gateway.nft(change)
        await until(lambda number=number: len(drifts) == number and drifts[-1].healed)  # type: ignore[misc]
        assert enforcer.status.reason == ("rules_fought" if number == 3 else None)
        assert await matrix(flat) == set()
    assert "bridge: mac_3" in drifts[0].what
    assert drifts[1].what == ("rules",)
    flat.gateway.nft("delete table inet secure_hub\n")
    await until(lambda: enforcer.status.reason == "rules_given_up")
    assert not drifts[-1].healed
    await enforcer.apply(cut)
    assert enforcer.status.health is Health.IN_SYNC
    assert sorted(router_tables(flat)) == sorted(TABLES)


async def test_a_change_that_finds_the_tables_changed(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    enforcer = make()
    await enforcer.apply(plan(flat))
    flat.gateway.nft("delete table bridge secure_hub\n")
    await enforcer.apply(plan(flat, {"camera": QUARANTINED}), {"camera"})
    assert enforcer.held()["camera"] is QUARANTINED
    assert await matrix(flat) == set()


async def test_new_port(flat: Lab, make: Callable[..., RouterEnforcer], drifts: list[Drift]) -> None:
    """A port plugged into the guarded bridge is guarded after the next look, and that is no drift."""
    enforcer = make()
    await enforcer.apply(plan(flat))
    listing = ["nft", "list", "set", "bridge", "secure_hub", "port"]

    def is_guarded() -> bool:
        return "iot-new" in flat.gateway.agent.call("feed", argv=listing, text="")

    assert not is_guarded()
    link = "link add iot-new type veth peer name new0"
    flat.gateway.agent.call("ip", lines=[link, f"link set iot-new master {BRIDGE}"])
    try:
        await until(is_guarded)
    finally:
        flat.gateway.agent.call("ip", lines=["link del iot-new"])
    assert drifts == []


async def test_router_away(
    flat: Lab, router: tuple[Router, SshSettings], make: Callable[..., RouterEnforcer], drifts: list[Drift]
) -> None:
    """Without a connection nobody is said to be held, though the router holds them; the last plan waits for it."""
    enforcer, (machine, _) = make(haste=20), router
    await enforcer.apply(plan(flat, {"camera": QUARANTINED}))
    machine.stop()
    try:
        await until(lambda: enforcer.status.health is Health.UNAVAILABLE)
        assert enforcer.held() == {}
        assert await matrix(flat) == set()
        with pytest.raises(EnforcementError) as refused:
            await enforcer.apply(plan(flat, {"camera": QUARANTINED, "tv": QUARANTINED}), {"tv"})
        assert refused.value.key == Trouble.AWAY
        assert enforcer.status.reason == Trouble.AWAY
        for table in TABLES:  # it restarts
            flat.gateway.nft(f"delete table {table}\n")
    finally:
        machine.start()
    await until(lambda: enforcer.status.health is Health.IN_SYNC)
    assert enforcer.held() == {"camera": QUARANTINED, "tv": QUARANTINED, "speaker": OPEN}
    assert await matrix(flat, "tv", "speaker") == set()
    assert drifts == []


async def test_hub_gone_and_back(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    """The containment stays without the hub; the next one takes it over; removal leaves nothing."""
    first = make()
    await first.apply(plan(flat, {"camera": QUARANTINED}))
    await first.close()
    assert await matrix(flat) == set()
    second = make()
    await second.apply(plan(flat, {"camera": QUARANTINED}))
    assert second.held()["camera"] is QUARANTINED
    assert await matrix(flat) == set()
    await second.remove()
    assert router_tables(flat) == []
    assert second.held() == {}
    assert second.status.health is Health.UNAVAILABLE
    assert await matrix(flat) >= {"wan4", "lan4", "hub4", "peer4"}


async def test_another_host_key_is_refused(
    flat: Lab, router: tuple[Router, SshSettings], make: Callable[..., RouterEnforcer]
) -> None:
    shown, fingerprint = await read_host_key(router[0].address)
    assert shown.split()[:2] == router[1].host_key.split()[:2]
    assert fingerprint.startswith("SHA256:")
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    enforcer = make(ssh=replace(router[1], host_key=stranger))
    with pytest.raises(EnforcementError) as refused:
        await enforcer.apply(plan(flat))
    assert refused.value.key == enforcer.status.reason == Trouble.HOST_KEY
    assert enforcer.status.health is Health.UNAVAILABLE
    assert router_tables(flat) == []


async def test_another_login_is_refused(router: tuple[Router, SshSettings]) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    with pytest.raises(EnforcementError) as refused:
        await open_connection(replace(router[1], client_key=key))
    assert refused.value.key == Trouble.LOGIN_REFUSED
    with pytest.raises(EnforcementError) as refused:
        await open_connection(replace(router[1], client_key="nonsense"))
    assert refused.value.key == Trouble.KEY_INVALID
    assert "PRIVATE" not in repr(router[1])


@pytest.mark.parametrize(
    "command",
    [
        "cat /etc/passwd",
        "nft list ruleset",
        "nft flush ruleset",
        "nft -f - ; id",
        "conntrack -D -f ipv4 -s 10.0.0.1 ; id",
        "conntrack -D -f ipv4 -s $(id)",
        "ip -o link; id",
    ],
)
async def test_login_runs_nothing_else(login: SshConnection, command: str) -> None:
    answer = await login.run(command)
    assert answer.missing
    assert answer.output == ""


@pytest.mark.parametrize(
    "line",
    [
        "flush ruleset",
        "add table inet other",
        "delete table ip lab_nat",
        "add rule ip lab_nat postrouting drop",
        "add table inet secure_hub; flush ruleset",
        "add table inet secure_hub_other",
        "add chain inet secure_hub x { type nat hook output priority 0; policy accept; }",
        "add chain inet secure_hub x { type filter hook input priority 0; policy accept; }; flush ruleset",
        "add set inet secure_hub x { typeof iifname; } ; flush ruleset",
        'include "/etc/passwd"',
        "define x = \\\nflush ruleset",
        "add rule inet secure_hub forward drop \\\nflush ruleset",
    ],
)
async def test_login_writes_nowhere_else(flat: Lab, login: SshConnection, line: str) -> None:
    answer = await login.run(APPLY, f"add table inet secure_hub\n{line}\n")
    assert answer.status == 1
    assert answer.complaint == "these lines are not about secure_hub"
    assert router_tables(flat) == []


async def test_login_looks(login: SshConnection) -> None:
    assert "10.66.1.1/24" in (await login.run(ADDRESSES)).output


@pytest.mark.parametrize(
    "daemon", [DROPBEAR, *([] if Router.unavailable(OPENSSH) else [OPENSSH])], ids=lambda daemon: daemon.programs[0]
)
async def test_servers(flat: Lab, make: Callable[..., RouterEnforcer], tmp_path: Path, daemon: Daemon) -> None:
    """OpenWrt's server and, where it is installed, OpenSSH, on a port of their own."""
    machine = Router(flat, tmp_path, daemon, port=2222)
    enforcer = make(ssh=set_up(machine))
    try:
        await enforcer.apply(plan(flat, {"camera": QUARANTINED}))
        assert enforcer.held()["camera"] is QUARANTINED
        assert await matrix(flat) == set()
        await enforcer.apply(plan(flat), {"camera"})
        assert await matrix(flat) >= {"wan4", "lan4", "hub4", "peer4"}
    finally:
        machine.stop()
    await until(lambda: enforcer.held() == {})


@pytest.mark.parametrize(
    ("lacks", "trouble"),
    [
        ("case $SSH_ORIGINAL_COMMAND in nft*) exit 127;; esac", Trouble.NO_NFT),
        ('case $SSH_ORIGINAL_COMMAND in "nft -j"*) exit 127;; esac', Trouble.NO_NFT),
        ('case $SSH_ORIGINAL_COMMAND in "nft -c"*) exit 1;; esac', Trouble.REFUSED),
        ('case $SSH_ORIGINAL_COMMAND in "nft -f"*) cat >/dev/null; exit 1;; esac', Trouble.REFUSED),
        ("case $SSH_ORIGINAL_COMMAND in ip*) exit 1;; esac", Trouble.REFUSED),
        ('case $SSH_ORIGINAL_COMMAND in "nft -j"*) echo nonsense; exit;; esac', Trouble.ANSWER),
        ('case $SSH_ORIGINAL_COMMAND in "nft -f"*) cat >/dev/null; exit;; esac', Trouble.NOT_READ_BACK),
    ],
    ids=lambda value: value.name if isinstance(value, Trouble) else None,
)
async def test_routers_that_cannot(
    flat: Lab, make: Callable[..., RouterEnforcer], tmp_path: Path, lacks: str, trouble: Trouble
) -> None:
    """What a router cannot, or claims to have done, is said; nobody is held."""
    machine = Router(flat, tmp_path, port=2223)
    enforcer = make(ssh=set_up(machine, lacks))
    try:
        with pytest.raises(EnforcementError) as refused:
            await enforcer.apply(plan(flat, {"camera": QUARANTINED}))
        assert refused.value.key == enforcer.status.reason == trouble
        assert enforcer.status.health is Health.UNAVAILABLE
        assert enforcer.held() == {}
        assert router_tables(flat) == []
    finally:
        await enforcer.close()
        machine.stop()


@pytest.mark.parametrize(
    ("lacks", "reason"),
    [
        ("case $SSH_ORIGINAL_COMMAND in conntrack*) exit 127;; esac", "connections_not_cut"),
        ('case $SSH_ORIGINAL_COMMAND in "nft -c"*) ! grep -q bridge; exit;; esac', "firewall_no_bridge"),
    ],
    ids=["conntrack", "bridge"],
)
async def test_routers_that_can_less(
    flat: Lab, make: Callable[..., RouterEnforcer], tmp_path: Path, lacks: str, reason: str
) -> None:
    """What a router can is done, and the rest is said: without bridge rules neighbours reach each other."""
    without_bridge = reason == "firewall_no_bridge"
    machine = Router(flat, tmp_path, port=2224)
    enforcer = make(ssh=set_up(machine, lacks))
    try:
        await enforcer.apply(plan(flat, {"camera": QUARANTINED}))
        assert (enforcer.status.health, enforcer.status.reason) == (Health.DEGRADED, reason)
        found = await matrix(flat)
        assert not found & {"wan4", "wan6"}
        assert ({"lan4", "lan6", "hub4", "hub6", "peer4", "peer6"} <= found) is without_bridge
        reach = enforcer.reach("camera")
        assert reach
        assert reach.coverage.level is (CoverageLevel.ROUTED if without_bridge else CoverageLevel.FULL)
    finally:
        await enforcer.close()
        machine.stop()


async def test_interface_missing(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    """What is guarded and not there is said; the rest is enforced."""
    enforcer = make(guarded=frozenset({BRIDGE, "wlan7"}))
    await enforcer.apply(plan(flat, {"camera": QUARANTINED}))
    assert enforcer.status.health is Health.DEGRADED
    assert (enforcer.status.reason, enforcer.status.detail) == ("interface_missing", "wlan7")
    assert await matrix(flat) == set()


async def test_a_router_that_is_away_keeps_nobody_waiting(flat: Lab, make: Callable[..., RouterEnforcer]) -> None:
    """Found away a moment ago, it is not asked again for each decision."""
    enforcer = make(ssh=SshSettings(flat.gateway.ipv4, "ssh-ed25519 AAAA", "none", port=1))
    with pytest.raises(EnforcementError) as first:
        await enforcer.apply(plan(flat))
    start = monotonic()
    with pytest.raises(EnforcementError) as second:
        await enforcer.apply(plan(flat, {"camera": QUARANTINED}), {"camera"})
    assert monotonic() - start < 1
    assert second.value.key == first.value.key
    assert enforcer.reach("camera") is None
