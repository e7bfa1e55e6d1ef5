"""The panel of Secure Hub on a screen: how a person moves in it, and what an accessibility checker says of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Locator, expect

from .browser import Screen

AXE: Final = Path(__file__).parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
MOST_TABS: Final = 120

_FIND_PANEL: Final = """
const find = (root) => {
  for (const element of root.querySelectorAll("*")) {
    if (element.localName === "secure-hub-panel") return element;
    const found = element.shadowRoot && find(element.shadowRoot);
    if (found) return found;
  }
};
"""
_CHECK: Final = f"""async () => {{
  {_FIND_PANEL}
  const results = await axe.run(find(document));
  const where = (one) => one.nodes.map((node) => node.html.slice(0, 200)).join(" | ");
  return results.violations.map((one) => `${{one.id}}: ${{where(one)}}`);
}}"""
_GO: Final = """(path) => {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed"));
}"""
_FOCUSED: Final = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
}"""
_IS_SHOWN_SO: Final = f"""(dark) => {{
  {_FIND_PANEL}
  const {{ narrow }} = find(document);
  const {{ darkMode }} = document.querySelector("home-assistant").hass.themes;
  return darkMode === dark && narrow === matchMedia("(max-width: 870px)").matches;
}}"""


@dataclass
class Panel:
    """The panel, on a screen where somebody is logged in."""

    screen: Screen

    async def open(self, path: str = "") -> None:
        """Go to a view, as a link of the sidebar does, and wait until it shows something."""
        await self.screen.page.evaluate(_GO, f"/secure-hub/{path}")
        await expect(self.main).to_be_visible()
        await expect(self.main.get_by_text("Reading")).to_have_count(0)

    async def look_at(self, size: tuple[int, int], scheme: Literal["light", "dark"]) -> None:
        """Show what is shown on a screen of another size, or by another light."""
        width, height = size
        await self.screen.page.set_viewport_size({"width": width, "height": height})
        await self.screen.page.emulate_media(color_scheme=scheme)
        await self.screen.page.wait_for_function(_IS_SHOWN_SO, arg=scheme == "dark")

    @property
    def main(self) -> Locator:
        """What is shown below the tabs."""
        return self.screen.page.locator("secure-hub-panel main")

    @property
    def news(self) -> Locator:
        """What was told last."""
        return self.screen.page.locator("secure-hub-panel .news")

    @property
    def dialog(self) -> Locator:
        """What is asked."""
        return self.screen.page.locator("secure-hub-panel dialog")

    @property
    def standing(self) -> Locator:
        """How the home stands towards the device that is shown."""
        return self.main.locator(".badge.admitted, .badge.held, .badge.quarantined")

    def row(self, name: str) -> Locator:
        """A device's row of the matrix."""
        return self.main.get_by_role("row").filter(has=self.screen.page.get_by_role("link", name=name, exact=True))

    async def press(self, name: str, inside: Locator | None = None) -> None:
        """Press a button."""
        await (inside or self.main).get_by_role("button", name=name, exact=True).click()

    async def tab_to(self, text: str) -> None:
        """Press the tab key until what says `text` (before any colon) has the focus."""
        for _ in range(MOST_TABS):
            await self.screen.page.keyboard.press("Tab")
            if (await self.screen.page.evaluate(_FOCUSED)).partition(":")[0] == text:
                return
        msg = f"the tab key never got to {text}"
        raise AssertionError(msg)

    async def violations(self) -> list[str]:
        """What axe-core finds in what is shown."""
        if not await self.screen.page.evaluate("() => typeof axe !== 'undefined'"):
            await self.screen.page.evaluate(AXE.read_text())
        return list(await self.screen.page.evaluate(_CHECK))
