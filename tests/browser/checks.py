"""What no page may have, whoever opens it and however wide and dark it is."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.chromium import Watched
from tests.browser.colours import poor_contrast, sentences

RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}},  # see colours.py
    "resultTypes": ["violations"],
    "preload": False,  # of style sheets, for rules that are not asked for
}
SETTLED = """() => !document.querySelector(".htmx-request")
    && [...document.querySelectorAll("[data-chart]")].every((chart) => chart.querySelector(".main-svg"))"""
STRUCTURE = """() => {
    const root = document.documentElement;
    return [root.scrollWidth - root.clientWidth, document.querySelectorAll("h1").length, root.lang];
}"""


def settle(page: Page) -> None:
    """Until the fragments that a page asks for by itself are there, and its charts are drawn."""
    page.wait_for_function(SETTLED)


def faults_of(watched: Watched, judged: set[str]) -> list[str]:
    """``judged`` are the looks of text in whose colours axe has found no fault so far."""
    page = watched.page
    settle(page)
    unroll(page)
    found = [*_structure(page), *_axe(page, judged), *watched.said]
    watched.said.clear()
    return found


def other_theme(watched: Watched, judged: set[str]) -> list[str]:
    """The same page in the other colours: contrast is all that they can spoil."""
    put_on(
        watched.page,
        "dark" if watched.page.evaluate("document.documentElement.dataset.bsTheme") == "light" else "light",
    )
    return [f"in the other theme: {fault}" for fault in poor_contrast(watched.page, judged)]


def put_on(page: Page, theme: str) -> None:
    """As the button of the theme does."""
    page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)


def unroll(page: Page) -> None:
    """As long as it is: axe counts a button that lies under the rail of a phone, until one scrolls, as too small."""
    size = page.viewport_size
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    if size and height > size["height"]:
        page.set_viewport_size({"width": size["width"], "height": height})


def overflow_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _structure(page: Page) -> Iterator[str]:
    wide, headings, language = page.evaluate(STRUCTURE)
    if wide:
        yield f"scrolls sideways by {wide} px"
    if headings != 1:
        yield f"has {headings} h1"
    if not language:
        yield "names no language"


def _axe(page: Page, judged: set[str]) -> list[str]:
    """axe itself is read once for each page that is loaded."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("async (rules) => (await axe.run(rules)).violations", RULES)
    return [*sentences(violations), *poor_contrast(page, judged)]
