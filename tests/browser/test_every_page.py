"""Every page × role: fits a phone, says nothing in the console, keeps the content policy, is clean for axe."""

from collections.abc import Callable, Iterator
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

pytestmark = pytest.mark.browser

LOOKS = ((390, "light"), (1440, "dark"))
SMALLEST = 320


def case(visit: Visit, role: str) -> object:
    """Two groups, for two processes: the pages of administrators take as long as all others."""
    half = "admin" if role == "admin" else "others"
    return pytest.param(visit, role, id=f"{role} {visit.path}", marks=pytest.mark.xdist_group(f"browser-pages-{half}"))


@pytest.fixture(scope="module")
def things(served):
    with at_home(served.config), unit_of_work() as session:
        return read_things(session)


@pytest.fixture(scope="module")
def watched_by(browser, served) -> Callable[..., Watched]:
    """A browser for each role and look, kept for all pages: what is cached stays cached."""
    kept: dict[tuple[str, int], Watched] = {}

    def watched(role: str, width: int, theme: str) -> Watched:
        if (role, width) not in kept:
            kept[role, width] = Watched(served.open(browser, role, width=width, theme=theme))
        kept[role, width].page.set_viewport_size(size_of(width))
        return kept[role, width]

    return watched


@pytest.mark.parametrize(("visit", "role"), [case(visit, role) for visit in VISITS for role in visit.roles])
def test_a_page_is_in_order(served, things, watched_by, visit: Visit, role):
    url = served.url + visit.path.format_map(things)
    faults = []

    for width, theme in LOOKS:
        watched = watched_by(role, width, theme)
        found = [*opened(watched, url, visit.status), *faults_of(watched)]
        if role == visit.roles[0]:
            found += [*other_theme(watched), *too_wide_for_the_smallest(watched, width)]
        faults += [f"{width} px, {theme}: {fault}" for fault in found]

    assert not faults, "\n".join(faults)


def opened(watched: Watched, url: str, status: int) -> Iterator[str]:
    """A refusal is what the browser says of it, and not a fault where it was asked for."""
    answer = watched.page.goto(url)
    answered = answer.status if answer else 0
    if answered != status:
        yield f"answers {answered}"
    watched.said[:] = [said for said in watched.said if f"status of {status} " not in said]


def too_wide_for_the_smallest(watched: Watched, width: int) -> Iterator[str]:
    """The smallest phone is as wide as a desk at which somebody zoomed in by four."""
    if width == min(look[0] for look in LOOKS):
        watched.page.set_viewport_size(size_of(SMALLEST))
        if wide := overflow_of(watched.page):
            yield f"scrolls sideways by {wide} px at {SMALLEST} px"


def test_every_page_is_in_the_table(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(limits, "storage_uri", lambda _url: "memory://")
    app = build_app(config_for_tests(tmp_path, "redis://localhost:1"))
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    listed = {visit.rule for visit in VISITS} | set(NOT_PAGES)

    assert sorted(rules - listed) == [], "pages that tests/browser/table.py does not open"
    assert sorted(listed - rules) == [], "rows without a page"
