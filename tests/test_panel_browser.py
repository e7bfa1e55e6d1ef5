"""The panel as a newcomer uses it, without a manual: by mouse, by keyboard, in the light, in the dark and on a phone.

Each test is one thing that a person wants; all of them share one home with a real Home Assistant and a real browser.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Literal

from playwright.async_api import expect
import pytest
from pytest_socket import enable_socket

from tests.lab.demo.browser import LAPTOP, PATIENCE_MS, PHONE, screen, unavailable
from tests.lab.demo.panel import AXE, Panel
from tests.lab.demo.world import World, world
from tests.lab.demo.yesterday import let_a_day_pass
from tests.lab.network.catalogue import DEVICES, DOORBELL
from tests.lab.network.lab import Lab

from .test_browser import ARTEFACTS, open_ways

VIEWS: Final = ("", "devices", "requests", "incidents", "updates", "network", "journal", "settings")
LOOKS: Final[dict[str, tuple[tuple[int, int], Literal["light", "dark"]]]] = {
    "light": (LAPTOP, "light"),
    "dark": (LAPTOP, "dark"),
    "phone-dark": (PHONE, "dark"),
    "phone": (PHONE, "light"),
}
pytestmark = [pytest.mark.usefixtures("socket_enabled"), pytest.mark.timeout(240)]

type Work = Callable[[World, Panel], Coroutine[Any, Any, None]]
type Run = Callable[[Work], None]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A home with two cameras."""
    if reason := Lab.unavailable():
        pytest.skip(reason)
    with Lab.routed((*DEVICES[:4], DOORBELL)) as home:
        yield home


@asynccontextmanager
async def at_home(lab: Lab) -> AsyncIterator[tuple[World, Panel]]:
    """The home, in which the speaker was cut off for a while yesterday, and its owner at a screen."""
    async with world(lab, ("bulb",)) as home, screen(home.home_assistant.url) as shown:
        await cut_off(home, "speaker")
        await cut_off(home, "speaker", cut=False)
        await let_a_day_pass(home)
        await shown.log_in(home.owner.username, home.owner.password)
        await expect(shown.page.get_by_role("link", name="Secure Hub")).to_be_visible()
        yield home, Panel(shown)


@pytest.fixture(scope="module")
def run(lab: Lab) -> Iterator[Run]:
    """Do something in the one home that all these tests share; the browser's console must stay silent."""
    if reason := unavailable():
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    enable_socket()  # for the whole module: Home Assistant outlives each test
    with asyncio.Runner() as runner:
        # its one thread is there before any test, so that no test is found to have left it
        runner.get_loop().set_default_executor(ThreadPoolExecutor(1))
        runner.run(asyncio.to_thread(int))
        running = at_home(lab)
        home, shown = runner.run(running.__aenter__())

        def do(work: Work) -> None:
            shown.screen.complaints.clear()
            runner.run(shown.screen.open("/secure-hub"))
            runner.run(work(home, shown))
            assert shown.screen.complaints == []

        yield do
        runner.run(running.__aexit__(None, None, None))


async def cut_off(home: World, name: str, *, cut: bool = True) -> None:
    """Cut a device off, or let it in, as an automation does."""
    switch = await home.quarantine_switch(mac=home.lab.device(name).mac)
    await home.client.action(f"switch.turn_{'on' if cut else 'off'}", {"entity_id": switch})


def test_find_what_is_wrong(run: Run) -> None:
    async def find(home: World, shown: Panel) -> None:
        await shown.open("")
        await expect(shown.main.get_by_text("All is quiet")).to_be_visible()
        posture = shown.main.get_by_role("listitem").filter(has_text="What was decided is enforced")
        await expect(posture).to_contain_text("good")
        await cut_off(home, "camera")
        await expect(shown.main.get_by_text("Now: one device is quarantined.")).to_be_visible()
        await shown.main.get_by_role("link", name="Why?").click()
        await expect(shown.main.get_by_role("heading", name="Camera", level=2)).to_be_visible()
        await expect(shown.main.get_by_text("Quarantined since")).to_be_visible()
        await expect(shown.main.locator("[data-scope=internet]")).to_contain_text("It is quarantined")
        await shown.screen.page.screenshot(path=ARTEFACTS / "panel-device.png")
        await shown.press("Release")
        await expect(shown.news).to_contain_text("Camera was let in.")
        await expect(shown.standing).to_have_text("Admitted")

    run(find)


def test_find_what_is_wrong_with_the_keyboard(run: Run) -> None:
    async def find(home: World, shown: Panel) -> None:
        await cut_off(home, "camera")
        await shown.open("")
        await expect(shown.main.get_by_text("Now: one device is quarantined.")).to_be_visible()
        await shown.tab_to("Why?")
        await shown.screen.page.keyboard.press("Enter")
        await expect(shown.main.get_by_role("heading", name="Camera", level=2)).to_be_visible()
        await expect(shown.main.get_by_text("Quarantined since")).to_be_visible()
        await shown.tab_to("Release")
        await shown.screen.page.keyboard.press("Enter")
        await expect(shown.standing).to_have_text("Admitted")

    run(find)


def test_quarantine_and_release_with_the_mouse(run: Run) -> None:
    async def quarantine(home: World, shown: Panel) -> None:
        camera = home.lab.device("camera")
        everything = await open_ways(home.lab, camera)
        await shown.open("devices")
        await shown.row("Camera").get_by_role("checkbox").check()
        await shown.press("Quarantine")
        await expect(shown.dialog).to_contain_text("Nothing it sends gets through")
        await shown.press("Quarantine", shown.dialog)
        await expect(shown.row("Camera")).to_contain_text("Quarantined")
        await expect(shown.news).to_contain_text("Camera is quarantined.")
        assert await open_ways(home.lab, camera) == set()
        await shown.press("Undo", shown.news)
        await expect(shown.row("Camera")).to_contain_text("Admitted")
        assert await open_ways(home.lab, camera) == everything

    run(quarantine)


def test_quarantine_and_release_with_the_keyboard(run: Run) -> None:
    async def quarantine(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        await shown.open("devices")
        keyboard = shown.screen.page.keyboard
        await shown.main.get_by_role("searchbox").focus()
        await keyboard.type("speak")
        await expect(shown.main.get_by_text("One device")).to_be_visible()
        await shown.tab_to("Speaker")
        await keyboard.press("Enter")
        await expect(shown.main.get_by_role("heading", name="Speaker")).to_be_visible()
        await shown.tab_to("Quarantine")
        await keyboard.press("Enter")
        await expect(shown.dialog).to_be_visible()
        await keyboard.press("Escape")
        await expect(shown.dialog).to_have_count(0)
        await expect(shown.standing).to_have_text("Admitted")
        await shown.tab_to("Quarantine")
        await keyboard.press("Enter")
        await keyboard.press("Enter")
        await expect(shown.main.get_by_text("Quarantined since")).to_be_visible()
        await shown.tab_to("Release")
        await keyboard.press("Enter")
        await expect(shown.standing).to_have_text("Admitted")

    run(quarantine)


def test_change_a_permission_for_all_of_a_kind(run: Run) -> None:
    async def change(home: World, shown: Panel) -> None:
        await shown.open("devices")
        kinds = shown.main.get_by_role("combobox", name="Kind of device")
        await kinds.select_option("Camera")
        await shown.main.get_by_role("checkbox", name="Mark all that are shown").check()
        await shown.press("Preview …")
        await expect(shown.dialog).to_contain_text("Internet, Deny: change 2 devices?")
        await expect(shown.dialog).to_contain_text("2 devices will be treated otherwise than now")
        await shown.press("Cancel", shown.dialog)
        await shown.press("Preview …")
        await shown.press("Do it", shown.dialog)
        await expect(shown.news).to_contain_text("Internet, Deny: 2 devices changed.")
        cell = shown.row("Doorbell").get_by_role("combobox", name="Internet")
        await expect(cell).to_have_value("deny")
        assert "wan4" not in await open_ways(home.lab, home.lab.device("doorbell"))
        assert "wan4" in await open_ways(home.lab, home.lab.device("tv"))
        await shown.press("Undo", shown.news)
        await expect(cell).to_have_value("default")
        assert "wan4" in await open_ways(home.lab, home.lab.device("doorbell"))

    run(change)


def test_see_why_something_is_blocked_and_what_cannot_be(run: Run) -> None:
    async def look(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        await shown.open("devices")
        await shown.row("Plug").get_by_role("combobox", name="Internet").select_option("deny")
        await expect(shown.news).to_contain_text("Plug, Internet: Deny.")
        share = shown.row("Plug").get_by_role("combobox", name="Sharing")
        await expect(share).to_have_attribute("title", "Plug, Sharing: Allowed. Enforced: Not enforceable here.")
        await shown.row("Plug").get_by_role("link", name="Plug", exact=True).click()
        internet = shown.main.locator("[data-scope=internet]")
        await expect(internet).to_contain_text("It was said of this device")
        await expect(internet).to_contain_text("Enforced: Denied")
        await internet.get_by_text("Overrode one other voice").click()
        await expect(internet).to_contain_text("The home's profile says so: Allowed")
        await expect(shown.main.locator("[data-scope=share]")).to_contain_text("Nothing on this machine can enforce it")
        await shown.press("Allow for an hour", internet)
        await expect(internet).to_contain_text("It was granted for a while")
        await shown.press("Take back")
        await expect(internet).to_contain_text("It was said of this device")
        await internet.get_by_role("combobox").select_option("default")
        await expect(internet).to_contain_text("The home's profile says so")

    run(look)


def test_see_why_something_is_blocked_with_the_keyboard(run: Run) -> None:
    async def look(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        keyboard = shown.screen.page.keyboard
        await shown.open("devices")
        await expect(shown.row("Plug")).to_be_visible()
        await shown.tab_to("Plug")
        await keyboard.press("Enter")
        internet = shown.main.locator("[data-scope=internet]")
        await expect(internet).to_contain_text("The home's profile says so")
        await shown.tab_to("Plug, Internet")
        await keyboard.press("End")
        await expect(internet).to_contain_text("It was said of this device")
        await shown.tab_to("Overrode one other voice")
        await keyboard.press("Enter")
        await expect(internet).to_contain_text("The home's profile says so: Allowed")
        await shown.tab_to("Allow for an hour")
        await keyboard.press("Enter")
        await expect(internet).to_contain_text("It was granted for a while")
        await shown.tab_to("Take back")
        await keyboard.press("Enter")
        await expect(internet).to_contain_text("It was said of this device")
        await internet.get_by_role("combobox").select_option("default")
        await expect(internet).to_contain_text("The home's profile says so")

    run(look)


def test_change_a_permission_for_all_cameras_with_the_keyboard(run: Run) -> None:
    async def change(home: World, shown: Panel) -> None:
        await shown.open("devices")
        keyboard = shown.screen.page.keyboard
        kinds = shown.main.get_by_role("combobox", name="Kind of device")
        await kinds.focus()
        await keyboard.press("ArrowDown")
        await expect(kinds).to_have_value("camera")
        await shown.main.get_by_role("checkbox", name="Mark all that are shown").focus()
        await keyboard.press("Space")
        await shown.main.get_by_role("combobox", name="What it is about").focus()
        await keyboard.press("ArrowDown")
        await shown.main.get_by_role("button", name="Preview …").focus()
        await keyboard.press("Enter")
        await expect(shown.dialog).to_contain_text("Home network, Deny: change 2 devices?")
        await keyboard.press("Enter")
        await expect(shown.news).to_contain_text("Home network, Deny: 2 devices changed.")
        assert "lan4" not in await open_ways(home.lab, home.lab.device("doorbell"))
        await shown.tab_to("Undo")
        await keyboard.press("Enter")
        await expect(shown.row("Doorbell").get_by_role("combobox", name="Home network")).to_have_value("default")

    run(change)


def test_start_an_update_with_the_mouse_and_with_the_keyboard(run: Run) -> None:
    async def update(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        await shown.open("updates")
        line = shown.main.get_by_role("row").filter(has_text="Camera")
        await expect(line).to_contain_text("2.0.0 → 2.1.0")
        await shown.press("Install on Camera", line)
        await expect(shown.dialog).to_contain_text("the first as a test")
        await shown.press("Install", shown.dialog)
        await expect(shown.news).to_contain_text("One update was ordered.")
        await expect(line).to_contain_text("Up to date")
        await expect(shown.main.get_by_text("1 of 1")).to_be_visible()

        await show(shown, "Doorbell")
        software = shown.main.locator("secure-hub-software")
        await expect(software).to_contain_text("Update available")
        await software.get_by_role("textbox", name="Why not now").fill("Guests are here")
        await shown.press("Put off for a week", software)
        await expect(software).to_contain_text("Guests are here")
        await shown.tab_to("Install")
        keyboard = shown.screen.page.keyboard
        await keyboard.press("Enter")
        await expect(shown.dialog).to_be_visible()
        await keyboard.press("Enter")
        await expect(software).to_contain_text("It is ordered already. 2.1.0: waits ring 2")
        await expect(software.get_by_role("button", name="Install")).to_have_count(0)
        await shown.open("updates")  # the first of its kind is the test for the others
        await expect(shown.main.get_by_role("listitem").filter(has_text="Doorbell 2.1.0")).to_contain_text(
            "waits ring 2"
        )

    run(update)


async def asset_of(home: World, name: str) -> str:
    """Id of the asset that people call so."""
    rows = (await home.client.command("secure_hub/assets"))["assets"]
    return str(next(row["id"] for row in rows if row["name"] == name))


async def show(shown: Panel, name: str) -> None:
    """Open a device's page by way of the list."""
    await shown.open("devices")
    await shown.row(name).get_by_role("link", name=name, exact=True).click()
    await expect(shown.main.get_by_role("heading", name=name, level=2)).to_be_visible()


def test_go_to_a_part_of_a_devices_page_with_the_keyboard(run: Run) -> None:
    async def jump(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        await show(shown, "Camera")
        keyboard = shown.screen.page.keyboard
        await shown.tab_to("How it behaves")
        await keyboard.press("Enter")
        behaviour = shown.main.locator("secure-hub-behaviour")
        await expect(behaviour).to_be_focused()
        await keyboard.press("Tab")
        await keyboard.press("ArrowDown")
        await expect(behaviour.get_by_role("combobox")).to_have_value("received")

    run(jump)


async def asks(home: World, name: str) -> None:
    """Let a device reach for the internet, which it may not without a yes."""
    change = {"value": await asset_of(home, name.capitalize()), "scope": "internet", "decision": "ask"}
    await home.client.command("secure_hub/set_permissions", changes=[change])
    assert not await asyncio.to_thread(home.lab.device(name).can_reach, home.lab.internet)


def test_answer_requests_with_mouse_and_keyboard(run: Run) -> None:
    async def answer(home: World, shown: Panel) -> None:
        await asks(home, "plug")
        await shown.open("requests")
        card = shown.main.get_by_role("article").filter(has_text="Plug wants to reach something new")
        await expect(card).to_contain_text("Internet")
        await shown.press("For an hour", card)
        await expect(shown.news).to_contain_text("Plug: For an hour.")
        await expect(card).to_have_count(0)
        assert await asyncio.to_thread(home.lab.device("plug").can_reach, home.lab.internet)

        await asks(home, "speaker")
        card = shown.main.get_by_role("article").filter(has_text="Speaker wants to reach something new")
        await expect(card).to_be_visible()
        await shown.screen.page.screenshot(path=ARTEFACTS / "panel-requests.png")
        assert await shown.violations() == []
        keyboard = shown.screen.page.keyboard
        await keyboard.press("j")
        await keyboard.press("k")
        await keyboard.press("d")
        await expect(shown.news).to_contain_text("Speaker: Deny.")
        await expect(card).to_have_count(0)
        assert not await asyncio.to_thread(home.lab.device("speaker").can_reach, home.lab.internet)

    run(answer)


def test_see_where_a_device_talks_to_and_what_was_held(run: Run) -> None:
    async def look(home: World, shown: Panel) -> None:
        await asks(home, "tv")
        await show(shown, "Tv")
        flows = shown.main.locator("secure-hub-flows")
        await expect(flows.get_by_role("row").filter(has_text="✕ Held")).to_have_count(1)
        outcome = flows.get_by_role("columnheader", name="Outcome")
        await shown.press("Outcome", flows)
        await expect(outcome).to_have_attribute("aria-sort", "descending")
        await shown.tab_to("Service")
        await shown.screen.page.keyboard.press("Enter")
        await expect(outcome).to_have_attribute("aria-sort", "none")
        await expect(flows.get_by_role("columnheader", name="Service")).to_have_attribute("aria-sort", "ascending")
        await shown.open("network")
        await expect(shown.main.locator("svg .flow .cross").first).to_be_attached()
        await expect(shown.main.get_by_role("row").filter(has_text="✕ Held").filter(has_text="Tv")).to_have_count(1)
        change = {"value": await asset_of(home, "Tv"), "scope": "internet", "decision": "default"}
        await home.client.command("secure_hub/set_permissions", changes=[change])

    run(look)


def test_say_that_something_is_normal_and_take_it_back(run: Run) -> None:
    async def say(home: World, shown: Panel) -> None:
        hosts = [f"10.66.1.{it}" for it in range(100, 148)]
        await asyncio.to_thread(home.lab.device("plug").run, "scan", hosts=hosts, ports=[80])
        await shown.open("incidents")
        await expect(shown.main.get_by_text("It asked who has")).to_be_visible()
        await shown.press("This is normal")
        await shown.dialog.get_by_label("For how long").select_option("for a week")
        await shown.press("This is normal", shown.dialog)
        await expect(shown.news).to_contain_text("Learnt as normal for Plug.")
        said = shown.main.locator("secure-hub-normal").get_by_role("listitem")
        await expect(said).to_contain_text("Plug")
        await expect(said).to_contain_text("until")
        await expect(shown.main.get_by_text("Nothing behaves as it should not.")).to_be_visible()
        await shown.press("Take back", said)
        await expect(said).to_have_count(0)

    run(say)


def test_read_what_happened(run: Run, tmp_path: Path) -> None:
    async def read(home: World, shown: Panel) -> None:
        await cut_off(home, "tv")
        await shown.open("journal")
        entries = shown.main.get_by_role("listitem")
        await shown.main.get_by_role("combobox", name="Day").select_option("Today")
        await shown.main.get_by_role("combobox", name="Kind of entry").select_option("Decisions")
        await expect(entries.first).to_contain_text("Quarantined Tv")
        await cut_off(home, "tv", cut=False)
        await expect(entries.first).to_contain_text("Let in Tv")
        await expect(entries.first).to_contain_text("by Owner")
        await shown.main.get_by_role("combobox", name="Day").select_option("Yesterday")
        await expect(entries.first).to_contain_text("Let in Speaker")
        await expect(entries.nth(1)).to_contain_text("Quarantined Speaker")
        await shown.press("Verify")
        await expect(shown.main.get_by_text("nothing is missing or changed")).to_be_visible()
        await shown.main.get_by_role("combobox", name="Day").select_option("Any day")
        await expect(entries.first).to_be_visible()
        async with shown.screen.page.expect_download() as download:
            await shown.press("Export")
        await (await download.value).save_as(tmp_path / "journal.jsonl")
        assert '"action":"quarantine"' in (tmp_path / "journal.jsonl").read_text()

    run(read)


def test_read_what_happened_yesterday_with_the_keyboard(run: Run) -> None:
    async def read(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        keyboard = shown.screen.page.keyboard
        await shown.open("")
        await shown.tab_to("Journal")
        await keyboard.press("Enter")
        entries = shown.main.get_by_role("listitem")
        await expect(entries.first).to_be_visible()
        await shown.tab_to("Kind of entry")
        await keyboard.press("ArrowDown")
        await expect(shown.main.get_by_role("combobox", name="Kind of entry")).to_have_value("decisions")
        await shown.tab_to("Day")
        await keyboard.press("ArrowDown")
        await keyboard.press("ArrowDown")
        await expect(entries.first).to_contain_text("Let in Speaker")
        await expect(entries.nth(1)).to_contain_text("Quarantined Speaker")
        await shown.tab_to("Verify")
        await keyboard.press("Enter")
        await expect(shown.main.get_by_text("nothing is missing or changed")).to_be_visible()

    run(read)


def test_a_risky_setting_is_kept_only_if_it_is_confirmed(run: Run) -> None:
    async def set_it(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        await shown.open("settings")
        await shown.press("Lock the home down")
        await shown.press("Lock the home down", shown.dialog)
        await expect(shown.main.get_by_text("The change is on trial")).to_be_visible()
        await shown.press("Keep it")
        await expect(shown.main.get_by_text("The change is on trial")).to_have_count(0)
        await shown.press("End the lockdown")
        await expect(shown.main.get_by_role("button", name="Lock the home down")).to_be_visible()

    run(set_it)


def test_a_rule_for_nobody_is_seen_and_taken_back(run: Run) -> None:
    async def take_back(home: World, shown: Panel) -> None:
        rule = {"class": ["wearable"], "scope": "internet", "decision": "deny"}
        await home.client.action("secure_hub.set_permission", rule)
        await shown.open("settings")
        row = shown.main.get_by_role("row").filter(has_text="Kind Wearable")
        await expect(row).to_contain_text("It is for nobody")
        await row.get_by_role("button", name="Take back").click()
        await expect(shown.news).to_contain_text("Taken back: Wearable, Internet: Denied.")
        await expect(row).to_have_count(0)

    run(take_back)


def test_a_hub_that_restarts_is_waited_for(run: Run) -> None:
    async def restart(home: World, shown: Panel) -> None:
        await shown.open("devices")
        await expect(shown.row("Camera")).to_be_visible()
        entry = (await home.client.command("config_entries/get", domain="secure_hub"))[0]["entry_id"]
        await home.client.call("POST", f"/api/config/config_entries/entry/{entry}/reload")
        await cut_off(home, "camera")
        await expect(shown.row("Camera")).to_contain_text("Quarantined")
        await cut_off(home, "camera", cut=False)
        await expect(shown.row("Camera")).to_contain_text("Admitted")

    run(restart)


def test_every_view_can_be_used_by_everybody(run: Run) -> None:
    if not AXE.exists():
        pytest.skip("not installed: axe-core, which script/frontend brings")

    async def walk(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        for view in (*VIEWS, "device"):
            if view == "device":
                await show(shown, "Camera")
                await expect(shown.main.get_by_text("Reading")).to_have_count(0)
            else:
                await shown.open(view)
            for name, (size, scheme) in LOOKS.items():
                await shown.look_at(size, scheme)
                await shown.screen.page.screenshot(path=ARTEFACTS / f"panel-{name}-{view or 'home'}.png")
                assert await shown.violations() == [], (view, name)
            await shown.look_at(LAPTOP, "light")

    run(walk)


def test_a_resident_sees_who_is_cut_off_and_whom_to_ask(run: Run) -> None:
    async def look(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        await home.client.command(
            "lovelace/dashboards/create", url_path="guarded-home", title="Guarded", mode="storage", require_admin=False
        )
        strategy = {"strategy": {"type": "custom:secure-hub"}}
        await home.client.command("lovelace/config/save", url_path="guarded-home", config=strategy)
        async with screen(home.home_assistant.url) as other:
            await other.log_in(home.resident.username, home.resident.password)
            await other.open("/guarded-home")
            card = other.page.locator("secure-hub-card")
            await expect(card).to_contain_text("6 devices are guarded.")
            await cut_off(home, "camera")
            await expect(card).to_contain_text("Cut off: Camera.")
            await expect(card).to_contain_text("Ask the owner")
            await other.page.screenshot(path=ARTEFACTS / "household.png")
            await cut_off(home, "camera", cut=False)
            await expect(card).not_to_contain_text("Cut off")
            assert other.complaints == []

    run(look)


def test_home_assistants_own_security_view_shows_who_misbehaves(run: Run) -> None:
    async def look(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        anomaly = await home.entity("secure_hub", mac=home.lab.device("camera").mac, domain="binary_sensor")
        async with screen(home.home_assistant.url) as other:
            await other.log_in(home.resident.username, home.resident.password)
            await other.open("/security")
            await expect(other.page.locator("hui-tile-card").filter(has_text="Anomaly")).to_have_count(6)
            await other.page.screenshot(path=ARTEFACTS / "security.png")
        state = await home.client.call("GET", f"/api/states/{anomaly}")
        assert state["attributes"]["device_class"] == "safety"

    run(look)


def test_the_dashboard_is_among_those_to_choose(run: Run) -> None:
    async def choose(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        page = shown.screen.page
        await shown.screen.open("/config/lovelace/dashboards")
        await page.get_by_role("button", name="Add dashboard").click()
        await expect(page.locator("dashboard-card").filter(has_text="Secure Hub")).to_be_visible()
        await page.keyboard.press("Escape")

    run(choose)


def test_a_resident_sees_no_panel(run: Run) -> None:
    async def look(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        async with screen(home.home_assistant.url) as other:
            await other.log_in(home.resident.username, home.resident.password)
            await expect(other.page.get_by_role("link", name="Activity")).to_be_visible()
            await other.open("/secure-hub")
            await expect(other.page.get_by_role("link", name="Activity")).to_be_visible()
            await expect(other.page.locator("secure-hub-panel")).to_have_count(0)
            await expect(other.page.get_by_role("link", name="Secure Hub")).to_have_count(0)

    run(look)


def test_hand_a_device_over(run: Run) -> None:
    async def hand_over(home: World, shown: Panel) -> None:  # noqa: ARG001 - every work is given both
        await show(shown, "Speaker")
        life = shown.main.locator("secure-hub-life")
        await expect(life).to_contain_text("It belongs to nobody in particular.")
        await life.get_by_role("combobox", name="Choose a person").select_option("Resident")
        await shown.press("Hand over", life)
        await expect(shown.dialog).to_contain_text("Hand Speaker over to Resident?")
        await shown.press("Hand over", shown.dialog)
        await expect(shown.news).to_contain_text("Speaker belongs to Resident now.")
        await expect(life).to_contain_text("It belongs to Resident.")
        await expect(shown.main.locator("secure-hub-lines")).to_contain_text("Given to other owners")

    run(hand_over)


def test_replace_a_device_after_seeing_what_it_takes(run: Run) -> None:
    async def replace(home: World, shown: Panel) -> None:
        await cut_off(home, "plug")
        await cut_off(home, "plug", cut=False)
        await show(shown, "Plug")
        life = shown.main.locator("secure-hub-life")
        await life.get_by_role("combobox", name="Choose the new device").select_option("Tv")
        await shown.press("Show what it takes", life)
        await expect(life).to_contain_text("Everything is carried over.")
        await expect(life).to_contain_text("Name, area and labels of Plug")
        await shown.press("Replace", life)
        await expect(shown.dialog).to_contain_text("Replace Plug by Tv?")
        await shown.press("Replace", shown.dialog)
        await expect(shown.main.get_by_role("heading", name="Plug", level=2)).to_be_visible()
        assert await asset_of(home, "Plug")
        await expect(shown.main.locator("secure-hub-lines")).to_contain_text("Took another device's place")

    run(replace)


def test_retire_a_device_for_good(run: Run) -> None:
    async def retire(home: World, shown: Panel) -> None:
        await show(shown, "Virtual Zoo bulb")
        life = shown.main.locator("secure-hub-life")
        await shown.press("Retire it", life)
        await expect(shown.dialog).to_contain_text("This cannot be undone.")
        await shown.press("Cancel", shown.dialog)
        assert await asset_of(home, "Virtual Zoo bulb")
        await shown.press("Retire it", life)
        await shown.press("Retire it", shown.dialog)
        await expect(shown.news).to_contain_text("Virtual Zoo bulb has left the home.")
        await expect(shown.main.get_by_role("searchbox")).to_be_visible()

    run(retire)


def test_a_hub_that_does_not_start_says_why(run: Run) -> None:
    async def stop(home: World, shown: Panel) -> None:
        (home.home_assistant.config / ".storage" / "secure_hub.policy").write_text("{")
        entry = (await home.client.command("config_entries/get", domain="secure_hub"))[0]["entry_id"]
        await home.client.call("POST", f"/api/config/config_entries/entry/{entry}/reload")
        await expect(shown.main.get_by_role("heading", name="Secure Hub is not running")).to_be_visible()
        await expect(shown.main.get_by_text("What was enforced stays enforced")).to_be_visible()
        assert await shown.violations() == []

    run(stop)
