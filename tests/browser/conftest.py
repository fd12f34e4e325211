"""One Chromium and one furnished house per test process."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.house import Served, served_house
from tests.browser.shots import CHROMIUM, chromium
from tests.servers import Servers

MISSING = f"no Chromium at {CHROMIUM}: on Debian, apt-get install chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are skipped where there is no Chromium, except in CI, where its absence is a failure."""
    absent = not Path(CHROMIUM).exists() and os.environ.get("CI") != "true"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            if absent:
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert Path(CHROMIUM).exists(), MISSING
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def served(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    name = f"browser_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with served_house(servers, tmp_path_factory.mktemp("browser"), name=name) as house:
        yield house
