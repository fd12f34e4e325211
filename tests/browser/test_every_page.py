"""Every page × role: fits a phone, says nothing in the console, keeps the content policy, is clean for axe."""

from pathlib import Path

import pytest

from app.factory import build_app
from app.kernel.uow import unit_of_work
from app.web import limits
from tests.browser.checks import faults_of, other_theme, overflow_of
from tests.browser.chromium import Watched, size_of
from tests.browser.house import at_home
from tests.browser.table import NOT_PAGES, VISITS, Visit
from tests.browser.things import read_things
from tests.web.conftest import config_for_tests

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-pages")]

LOOKS = ((390, "light"), (1440, "dark"))
SMALLEST = 320
CASES = [pytest.param(visit, role, id=f"{role} {visit.path}") for visit in VISITS for role in visit.roles]


@pytest.fixture(scope="module")
def things(served):
    with at_home(served.config), unit_of_work() as session:
        return read_things(session)


@pytest.fixture(scope="module")
def open_looks(browser, served):
    """A browser state for each role and look, kept for all pages: what is cached stays cached."""
    kept = {}

    def looks(role):
        for width, theme in LOOKS:
            if (role, width) not in kept:
                kept[role, width] = Watched(served.open(browser, role, width=width, theme=theme))
            yield width, theme, kept[role, width]

    return looks


@pytest.mark.parametrize(("visit", "role"), CASES)
def test_a_page_is_in_order(served, things, open_looks, visit: Visit, role):
    url = served.url + visit.path.format_map(things)

    found = [
        f"{width} px, {theme}: {fault}"
        for width, theme, watched in open_looks(role)
        for fault in look(watched, url, width=width, status=visit.status)
    ]

    assert not found, "\n".join(found)


def look(watched: Watched, url: str, *, width: int, status: int) -> list[str]:
    watched.page.set_viewport_size(size_of(width))
    answer = watched.page.goto(url)
    answered = answer.status if answer else 0
    wrong = [] if answered == status else [f"answers {answered}"]
    if status >= 400:
        watched.said.clear()
    return [*wrong, *faults_of(watched), *other_theme(watched), *narrower(watched, width)]


def narrower(watched: Watched, width: int) -> list[str]:
    """On the smallest of phones, which is also a desk zoomed in by four."""
    if width > SMALLEST * 2:
        return []
    watched.page.set_viewport_size(size_of(SMALLEST))
    wide = overflow_of(watched.page)
    return [f"scrolls sideways by {wide} px at {SMALLEST} px"] if wide else []


def test_every_page_is_in_the_table(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(limits, "storage_uri", lambda _url: "memory://")
    app = build_app(config_for_tests(tmp_path, "redis://localhost:1"))
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    listed = {visit.rule for visit in VISITS} | set(NOT_PAGES)

    assert sorted(rules - listed) == [], "pages that tests/browser/table.py does not open"
    assert sorted(listed - rules) == [], "rows without a page"
