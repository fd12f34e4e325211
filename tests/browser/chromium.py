"""Debian's Chromium, driven by Playwright, and what it has to say about a page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
HEIGHTS = {390: 844, 1024: 768}
HOW_TO_GET_IT = "no Chromium was found: apt-get install chromium (or put one on the PATH)"
# Sounds wait for a first touch of the page: the browser says so, and it is no fault.
HARMLESS = ("The AudioContext was not allowed to start",)


@dataclass
class Watched:
    """A page, and all that its console said since ``said`` was last cleared."""

    page: Page
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(HARMLESS):
            self.said.append(message.text)


def path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def require() -> None:
    """Skips the test where no Chromium is; on the build machine that is a failure."""
    if path() is None:
        (pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip)(HOW_TO_GET_IT)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=["--no-sandbox"])
        yield browser
        browser.close()


def size_of(width: int) -> ViewportSize:
    return {"width": width, "height": HEIGHTS.get(width, 900)}


def new_page(browser: Browser, *, width: int = 1440, theme: str = "light", has_script: bool = True) -> Page:
    """A browser of its own, that nobody has signed in."""
    context = browser.new_context(
        viewport=size_of(width),
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=has_script,
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    return context.new_page()
