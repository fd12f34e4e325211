"""What no page may have, whoever opens it and however wide and dark it is."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.chromium import Watched

RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
SETTLED = """() => !document.querySelector(".htmx-request")
    && [...document.querySelectorAll("[data-chart]")].every((chart) => chart.querySelector(".main-svg"))"""


def settle(page: Page) -> None:
    """Until the fragments that a page asks for by itself are there, and its charts are drawn."""
    page.wait_for_function(SETTLED)


def faults_of(watched: Watched, *, rules: dict[str, Any] = RULES) -> list[str]:
    page = watched.page
    settle(page)
    unroll(page)
    found = [*_structure(page), *_axe(page, rules), *watched.said]
    watched.said.clear()
    return found


def other_theme(watched: Watched) -> list[str]:
    """The same page in the other colours: contrast is all that they can spoil."""
    watched.page.evaluate(
        "() => { const root = document.documentElement.dataset;"
        " root.bsTheme = root.bsTheme === 'dark' ? 'light' : 'dark'; }"
    )
    return [f"in the other theme: {fault}" for fault in _axe(watched.page, CONTRAST)]


def unroll(page: Page) -> None:
    """As long as it is: axe counts a button that lies under the rail of a phone, until one scrolls, as too small."""
    size = page.viewport_size
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    if size and height > size["height"]:
        page.set_viewport_size({"width": size["width"], "height": height})


def overflow_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _structure(page: Page) -> Iterator[str]:
    if wide := overflow_of(page):
        yield f"scrolls sideways by {wide} px"
    if (headings := page.locator("h1").count()) != 1:
        yield f"has {headings} h1"
    if not page.locator("html").get_attribute("lang"):
        yield "names no language"


def _axe(page: Page, rules: dict[str, Any]) -> list[str]:
    """axe itself is read once for each page that is loaded."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("async (rules) => (await axe.run(rules)).violations", rules)
    return [f"{fault['id']}: {node['html'][:160]}" for fault in violations for node in fault["nodes"][:3]]
