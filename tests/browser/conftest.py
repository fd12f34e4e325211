"""One Chromium and one served company per module; a module names its own furniture as FURNISH."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.kernel.uow import unit_of_work
from tests.browser.chromium import chromium, require
from tests.browser.demo import furnish_demo
from tests.browser.house import Served, at_home, served_house
from tests.browser.looking import Looker
from tests.browser.things import read_things
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


@pytest.fixture(scope="module")
def things(served: Served) -> dict[str, str]:
    """Ids of the demo company by the names that tests/browser/things.py gives them."""
    with at_home(served.config), unit_of_work() as session:
        return read_things(session)


@pytest.fixture(scope="module")
def looker(browser: Browser, served: Served, things: dict[str, str]) -> Looker:
    return Looker(browser, served, things)


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
