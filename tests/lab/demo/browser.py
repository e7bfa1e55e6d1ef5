"""A person at a screen: Debian's Chromium, which logs in and clicks where people do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
import re
import shutil
from typing import Final

from playwright.async_api import (
    ConsoleMessage,
    Error as PlaywrightError,
    Page,
    TimeoutError as PlaywrightTimeoutError,
    async_playwright,
)

CHROMIUM: Final = "chromium"
FLAGS: Final = (
    "--no-sandbox",  # it refuses to start as root otherwise; it only ever sees the demo
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LAPTOP: Final = (1280, 860)
PHONE: Final = (390, 844)
PATIENCE_MS: Final = 15_000
QUIET_MS: Final = 5_000


@dataclass
class Screen:
    """A page, and what its console complained of."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    async def log_in(self, username: str, password: str) -> None:
        """Log in through the form."""
        await self.page.goto(self.url)
        await self.page.locator("input[name=username]").fill(username)
        await self.page.locator("input[name=password]").fill(password)
        await self.page.locator("input[name=password]").press("Enter")
        await self.page.locator("home-assistant-main").wait_for(state="attached")

    async def open(self, path: str) -> None:
        """Go to a page of Home Assistant, again if the frontend goes somewhere by itself in that moment."""
        try:
            await self.page.goto(f"{self.url}{path}")
        except PlaywrightError as error:
            if "ERR_ABORTED" not in error.message:
                raise
            await self.page.goto(f"{self.url}{path}")
        await self.page.locator("home-assistant-main").wait_for(state="attached")

    async def photograph(self, path: Path) -> None:
        """Keep what is shown, once nothing moves any more."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(PlaywrightTimeoutError):  # a camera's picture is fetched again and again
            await self.page.wait_for_load_state("networkidle", timeout=QUIET_MS)
        await self.page.wait_for_timeout(1000)
        await self.page.screenshot(path=path)


def unavailable() -> str | None:
    """Why there is no browser here, or None."""
    return None if shutil.which(CHROMIUM) else f"not installed: {CHROMIUM}"


@asynccontextmanager
async def screen(url: str, size: tuple[int, int] = LAPTOP, *, scale: float = 1) -> AsyncIterator[Screen]:
    """Open a browser on this process' network; start it from the thread that is in the hub's namespace."""
    width, height = size
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=FLAGS)
        try:
            context = await browser.new_context(
                viewport={"width": width, "height": height}, device_scale_factor=scale, locale="en-GB"
            )
            context.set_default_timeout(PATIENCE_MS)
            shown = Screen(await context.new_page(), url)
            shown.page.on("console", lambda message: _note(shown, message))
            shown.page.on("pageerror", lambda error: shown.complaints.append(str(error)))
            yield shown
        finally:
            await browser.close()


def _note(shown: Screen, message: ConsoleMessage) -> None:
    if message.type == "error":
        where = re.sub(r"\?.*", "", message.location["url"])
        shown.complaints.append(f"{message.text} ({where})")
