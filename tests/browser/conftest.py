"""One Chromium and one served company per module; a module names its own furniture as FURNISH."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import chromium, require
from tests.browser.demo import furnish_demo
from tests.browser.house import Served, served_house
from tests.servers import Servers, temporary_folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with its module: while Playwright runs, no other test of this process could run an event loop."""
    require()
    expect.set_options(timeout=15_000)
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, servers: Servers, browser: Browser) -> Iterator[Served]:
    with (
        temporary_folder() as folder,
        served_house(servers, folder, getattr(request.module, "FURNISH", furnish_demo)) as house,
    ):
        yield house


@pytest.fixture
def desk(browser: Browser, served: Served) -> Iterator[Page]:
    """Support, at a wide screen."""
    page = served.open(browser, "support")
    yield page
    page.context.close()


@pytest.fixture
def terminal(browser: Browser, served: Served) -> Iterator[Page]:
    """The warehouse, at a terminal."""
    page = served.open(browser, "warehouse", width=1024)
    yield page
    page.context.close()
