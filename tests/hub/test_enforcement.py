"""Several enforcers as one, and both of a home with a radio: the firewall and the gate of an unmodified ZHA."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.secure_hub.adapters.journal import Journal, JournalUnavailableError
from custom_components.secure_hub.const import DOMAIN
from custom_components.secure_hub.engine.assets.model import Asset, IdentifierKind
from custom_components.secure_hub.engine.containment import Reach
from custom_components.secure_hub.engine.enforcement import EnforcementError, Enforcer, Health, Status
from custom_components.secure_hub.engine.firewall.coverage import Coverage, CoverageLevel
from custom_components.secure_hub.engine.firewall.plan import Member, PacketClass, Plan, Trial
from custom_components.secure_hub.engine.policy.model import Standing
from custom_components.secure_hub.engine.policy.scopes import NETWORK_SCOPES, Scope
from custom_components.secure_hub.hub import SecureHub
from custom_components.secure_hub.hub.enforcement import Enforcement, EnforcementState
from tests.lab.network.lab import Lab
from tests.lab.zigbee.coordinator import VirtualCoordinator
from tests.lab.zigbee.device import VirtualDevice
from tests.lab.zigbee.plugin import eventually, join, settled
from tests.lab.zigbee.zoo import ZOO
from tests.plugin import actions_of, set_up

OPEN, HELD, QUARANTINED = PacketClass.OPEN, PacketClass.HELD, PacketClass.QUARANTINED


class Fence:
    """An enforcer of a kind that this house has not: it holds some assets, obeys or refuses."""

    def __init__(self, name: str, *assets: str) -> None:
        """Hold these."""
        self.scopes: frozenset[Scope] = frozenset()
        self.refusal = "fence_refused"
        self.name = name
        self.status = Status(Health.IN_SYNC)
        self.refuses = False
        self.is_closed = False
        self._assets = assets
        self._held: dict[str, PacketClass] = {}

    async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:
        """Obey, or refuse."""
        if self.refuses:
            raise EnforcementError(self.refusal, self.name)
        for key in self._assets:
            if key in plan.members and (changed is None or key in changed):
                self._held[key] = plan.members[key].packet_class

    def held(self) -> Mapping[str, PacketClass]:
        """What it was told last."""
        return self._held

    async def close(self) -> None:
        """Remember that it was let go."""
        self.is_closed = True

    async def remove(self) -> None:
        """Hold nobody."""
        self._held = {}


@pytest.fixture
async def journal(tmp_path: Path) -> Journal:
    """A journal on the disk."""

    async def run(function: Any, *arguments: Any) -> Any:
        return function(*arguments)

    journal = Journal(tmp_path / "journal", run, lambda: datetime.now(UTC))
    await journal.load()
    return journal


def as_one(journal: Journal, *fences: Fence) -> Enforcement:
    """The fences as the enforcers of this machine; each sees whom it holds."""
    everywhere = Coverage(CoverageLevel.FULL, "fenced")
    return Enforcement(
        fences,
        journal,
        lambda key: [Reach(everywhere, NETWORK_SCOPES, held=one.held()[key]) for one in fences if key in one.held()],
    )


def plan(**classes: PacketClass) -> Plan:
    none: frozenset[Any] = frozenset()
    return Plan(enforce=True, members={key: Member(none, none, none, value) for key, value in classes.items()})


async def told(journal: Journal) -> list[tuple[str | None, Any, Any]]:
    """What was enforced, oldest first."""
    page = await journal.tail(500)
    records = [record for record in reversed(page.records) if record.entry.action == "enforced"]
    return [(record.entry.asset_id, record.entry.before, record.entry.after) for record in records]


async def test_what_is_read_back_is_journalled_once(journal: Journal) -> None:
    fence = Fence("one", "a", "b")
    enforcement = as_one(journal, fence)
    wanted = plan(a=QUARANTINED, b=OPEN)
    await enforcement.apply(wanted, None)
    await enforcement.apply(wanted, None)
    assert enforcement.plan == wanted
    assert enforcement.contained() == {"a": QUARANTINED}
    await enforcement.apply(plan(a=HELD, b=HELD), {"b"})
    assert await told(journal) == [("a", "open", "quarantined"), ("b", "open", "held")]


async def test_contained_is_what_every_enforcer_holds(journal: Journal) -> None:
    """A thing with a cable and a radio is cut off when both are, and then as strictly as the laxer."""
    cable, radio = Fence("cable", "a", "b"), Fence("radio", "a")
    enforcement = as_one(journal, cable, radio)
    await cable.apply(plan(a=QUARANTINED, b=HELD))
    await radio.apply(plan(a=OPEN))
    assert enforcement.contained() == {"b": HELD}
    assert (enforcement.is_contained("a"), enforcement.is_contained("b")) == (False, True)
    assert not enforcement.is_contained("nobody")
    await radio.apply(plan(a=HELD))
    assert enforcement.contained() == {"a": HELD, "b": HELD}
    assert enforcement.is_contained("a")


async def test_further_enforcers_undo_nothing(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    """What this machine can do is done; one that refuses, or breaks, is told of, and each has a name of its own."""

    class Broken(Fence):
        outlives = True

        def reach(self, asset_id: str) -> Reach | None:
            """Nothing."""

        async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:  # noqa: ARG002
            msg = "broken"
            raise RuntimeError(msg)

    class Refusing(Broken):
        async def apply(self, plan: Plan, changed: Collection[str] | None = None) -> None:  # noqa: ARG002
            raise EnforcementError(self.refusal, self.name)

    wall = Fence("wall", "a")
    enforcement = as_one(journal, wall)
    enforcement.further = (Broken("router"), Refusing("router"))
    await enforcement.apply(plan(a=QUARANTINED), None)
    assert enforcement.is_contained("a")
    assert enforcement.plan == plan(a=QUARANTINED)
    assert "router failed" in caplog.text
    assert list(enforcement.named()) == ["wall", "router", "router_2"]
    await enforcement.close()
    assert all(isinstance(one, Fence) and one.is_closed for one in enforcement.enforcers)


async def test_what_outlives_us_is_given_what_lasts(journal: Journal) -> None:
    """A router would stay locked down if we died; what ends with us tries it too. Confirmed, it is everybody's."""

    class Elsewhere(Fence):
        def __init__(self, name: str, *, outlives: bool) -> None:
            super().__init__(name, "a", "b")
            self.outlives = outlives

        def reach(self, asset_id: str) -> Reach | None:
            """What it was told last is current."""
            return Reach(Coverage(CoverageLevel.FULL, "fenced"), NETWORK_SCOPES, held=self._held.get(asset_id))

    wall, router, gate = Fence("wall", "a"), Elsewhere("router", outlives=True), Elsewhere("gate", outlives=False)
    enforcement = as_one(journal, wall)
    enforcement.further = (router, gate)
    lasting = plan(a=OPEN, b=OPEN)
    await enforcement.apply(lasting, None)
    locked = plan(a=HELD, b=HELD)
    await enforcement.apply(replace(locked, trial=Trial(lasting, 60.0)), {"a", "b"})
    assert [one.held()["a"] for one in (wall, router, gate)] == [HELD, OPEN, HELD]
    assert [reach.current for reach in enforcement.further_reaches("a")] == [False, True], "the router is not there yet"
    meanwhile = replace(locked, trial=Trial(plan(a=QUARANTINED, b=OPEN), 60.0))
    await enforcement.apply(meanwhile, {"a"})
    assert dict(router.held()) == {"a": QUARANTINED, "b": OPEN}, "what is decided meanwhile is no trial"
    await enforcement.apply(locked, {"a"})
    assert dict(router.held()) == {"a": HELD, "b": HELD}
    assert all(reach.current for reach in enforcement.further_reaches("a"))


async def test_one_that_refuses_keeps_no_other_from_enforcing(journal: Journal) -> None:
    broken, sound = Fence("broken", "a"), Fence("sound", "a", "b")
    enforcement = as_one(journal, broken, sound)
    broken.refuses = True
    with pytest.raises(EnforcementError) as caught:
        await enforcement.apply(plan(a=QUARANTINED, b=QUARANTINED), None)
    assert (caught.value.key, caught.value.detail) == ("fence_refused", "broken")
    assert sound.held() == {"a": QUARANTINED, "b": QUARANTINED}
    assert enforcement.plan is None
    assert await told(journal) == [("a", "open", "quarantined"), ("b", "open", "quarantined")]


async def test_a_burst_is_journalled_by_name_up_to_a_limit(journal: Journal) -> None:
    names = [f"asset{number:03}" for number in range(250)]
    enforcement = as_one(journal, Fence("one", *names))
    await enforcement.apply(plan(**dict.fromkeys(names, HELD)), None)
    found = await told(journal)
    assert [name for name, _, _ in found] == [*names[:200], None]
    page = await journal.tail(1)
    assert page.records[0].entry.details == {"more": 50}


async def test_without_a_journal_a_plan_is_not_taken_for_done(journal: Journal, tmp_path: Path) -> None:
    enforcement = as_one(journal, Fence("one", "a"))
    path = tmp_path / "journal" / "journal.jsonl"
    path.rename(path.with_suffix(".kept"))
    path.mkdir()
    with pytest.raises(JournalUnavailableError):
        await enforcement.apply(plan(a=HELD), None)
    assert enforcement.plan is None


@pytest.mark.parametrize(
    ("healths", "expected"),
    [
        ((), EnforcementState.IN_SYNC),
        ((Health.IN_SYNC, Health.IN_SYNC), EnforcementState.IN_SYNC),
        ((Health.IN_SYNC, Health.DEGRADED), EnforcementState.DEGRADED),
        ((Health.DRIFTED, Health.DEGRADED), EnforcementState.DRIFTED),
        ((Health.DRIFTED, Health.UNAVAILABLE), EnforcementState.UNAVAILABLE),
    ],
)
async def test_the_worst_enforcer_is_how_the_world_stands(
    journal: Journal, healths: tuple[Health, ...], expected: EnforcementState
) -> None:
    fences: list[Enforcer] = []
    for number, health in enumerate(healths):
        fence = Fence(str(number))
        fence.status = Status(health)
        fences.append(fence)
    enforcement = as_one(journal, *fences)
    assert enforcement.state(plan(), fences) is expected
    assert enforcement.state(Plan(enforce=False), fences) is EnforcementState.MONITORING
    await enforcement.close()
    assert all(isinstance(fence, Fence) and fence.is_closed for fence in fences)


@pytest.fixture
async def home(
    bare_kernel: Lab,  # noqa: ARG001 - what the firewall guards
    hass: HomeAssistant,
    zha: ConfigEntry,  # noqa: ARG001 - the radio
    bulb: VirtualDevice,  # noqa: ARG001 - known before the hub
    hub_entry: MockConfigEntry,
) -> AsyncIterator[SecureHub]:
    """A hub in a home with a radio; it goes before the radio does."""
    hub = await set_up(hass, hub_entry)
    yield hub
    await hass.config_entries.async_unload(hub_entry.entry_id)


@pytest.fixture
async def bulb(hass: HomeAssistant, coordinator: VirtualCoordinator, zha: ConfigEntry) -> VirtualDevice:
    """The zoo's bulb, joined and known to ZHA."""
    return await join(hass, coordinator, zha, ZOO["bulb"])


def asset_of(hub: SecureHub, device: VirtualDevice) -> Asset:
    return next(a for a in hub.assets.values() if str(device.ieee) in a.values(IdentifierKind.IEEE))


def button(hass: HomeAssistant, hub: SecureHub, device: VirtualDevice) -> str:
    found = er.async_get(hass).async_get_entity_id("switch", DOMAIN, f"{asset_of(hub, device).id}-quarantine")
    assert found is not None
    return found


def commanded(device: VirtualDevice) -> int:
    """Frames for its on-off switch that reached it; the hub itself asks for its groups and bindings."""
    return sum(frame.cluster == 0x0006 for frame in device.received)


def is_cut_off(hass: HomeAssistant, hub: SecureHub, device: VirtualDevice) -> bool:
    state = hass.states.get(button(hass, hub, device))
    assert state is not None
    return state.state == "on"


async def press(hass: HomeAssistant, hub: SecureHub, device: VirtualDevice, service: str) -> None:
    target = {"entity_id": button(hass, hub, device)}
    await hass.services.async_call("switch", service, target, blocking=True)


async def light(hass: HomeAssistant, device: VirtualDevice, service: str) -> None:
    entities = er.async_get(hass).entities.values()
    lamp = next(e.entity_id for e in entities if e.domain == "light" and e.unique_id.startswith(str(device.ieee)))
    await hass.services.async_call("light", service, {"entity_id": lamp}, blocking=True)


async def test_a_zigbee_device_is_cut_off_on_its_own_page(
    hass: HomeAssistant, home: SecureHub, bulb: VirtualDevice
) -> None:
    entity = er.async_get(hass).async_get(button(hass, home, bulb))
    assert entity is not None
    page = dr.async_get(hass).async_get(entity.device_id or "")
    assert page is not None
    assert ("zha", str(bulb.ieee)) in page.identifiers
    assert home.state is EnforcementState.IN_SYNC
    assert not is_cut_off(hass, home, bulb)
    await light(hass, bulb, "turn_on")
    await press(hass, home, bulb, "turn_on")
    assert is_cut_off(hass, home, bulb)
    with pytest.raises(HomeAssistantError):
        await light(hass, bulb, "turn_off")
    assert bulb.read("on_off", "on_off") == 1
    assert actions_of(hass, asset_of(home, bulb).id)[-2:] == ["quarantine", "enforced"]
    await press(hass, home, bulb, "turn_off")
    await light(hass, bulb, "turn_off")
    assert bulb.read("on_off", "on_off") == 0


async def test_the_radio_itself_is_not_cut_off(hass: HomeAssistant, home: SecureHub) -> None:
    radio = next(a for a in home.assets.values() if any(sighting.is_coordinator for sighting in a.sightings))
    with pytest.raises(ServiceValidationError) as caught:
        await hass.services.async_call(DOMAIN, "quarantine", {"device_id": radio.device_id}, blocking=True)
    assert caught.value.translation_key == "protected_is_coordinator"
    assert home.standing(radio.id) is Standing.ADMITTED


async def test_a_quarantine_outlives_reloads_of_both(
    hass: HomeAssistant, home: SecureHub, zha: ConfigEntry, bulb: VirtualDevice
) -> None:
    await press(hass, home, bulb, "turn_on")
    assert await hass.config_entries.async_reload(zha.entry_id)
    await settled(hass)
    await eventually(lambda: is_cut_off(hass, home, bulb))
    heard = commanded(bulb)
    with pytest.raises(HomeAssistantError):
        await light(hass, bulb, "turn_off")
    assert commanded(bulb) == heard
    assert await hass.config_entries.async_reload(home.entry.entry_id)
    await hass.async_block_till_done()
    again: SecureHub = home.entry.runtime_data
    assert is_cut_off(hass, again, bulb)
    with pytest.raises(HomeAssistantError):
        await light(hass, bulb, "turn_off")


async def test_a_radio_that_stopped_is_told(
    hass: HomeAssistant, home: SecureHub, zha: ConfigEntry, bulb: VirtualDevice
) -> None:
    assert await hass.config_entries.async_unload(zha.entry_id)
    await hass.async_block_till_done()
    await eventually(lambda: home.state is EnforcementState.UNAVAILABLE)
    assert ir.async_get(hass).async_get_issue(DOMAIN, "zha_not_loaded") is not None
    with pytest.raises(ServiceValidationError) as caught:
        await press(hass, home, bulb, "turn_on")
    assert caught.value.translation_key == "zha_not_loaded"
    assert not is_cut_off(hass, home, bulb)
    assert await hass.config_entries.async_setup(zha.entry_id)
    await settled(hass)
    await eventually(lambda: home.state is EnforcementState.IN_SYNC)
    assert ir.async_get(hass).async_get_issue(DOMAIN, "zha_not_loaded") is None


async def test_a_removed_radio_takes_its_devices_along_but_not_what_was_decided(
    hass: HomeAssistant, home: SecureHub, zha: ConfigEntry, bulb: VirtualDevice
) -> None:
    """Home Assistant removes the devices, and entities with them; who comes back by the same address is cut off."""
    await press(hass, home, bulb, "turn_on")
    entity_id, asset = button(hass, home, bulb), asset_of(home, bulb)
    await hass.config_entries.async_remove(zha.entry_id)
    await eventually(lambda: er.async_get(hass).async_get(entity_id) is None)
    await eventually(lambda: not home.assets[asset.id].sightings)
    assert home.standing(asset.id) is Standing.QUARANTINED
    assert asset.id not in home.home.governed
    assert home.entry.state.recoverable
