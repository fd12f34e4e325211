"""Every page × role: fits a phone, says nothing in the console, keeps the content policy, is clean for axe."""

from pathlib import Path

import pytest

from app.factory import build_app
from app.web import limits
from tests.browser.table import NOT_PAGES, VISITS
from tests.web.conftest import config_for_tests

pytestmark = pytest.mark.browser

CASES = [
    pytest.param(visit, role, id=f"{role} {visit.path}") for visit in VISITS for role in visit.roles if role != "admin"
]


@pytest.mark.parametrize(("visit", "role"), CASES)
def test_a_page_is_in_order(looker, visit, role):
    assert looker.faults(visit, role) == ""


def test_every_page_is_in_the_table(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(limits, "storage_uri", lambda _url: "memory://")
    app = build_app(config_for_tests(tmp_path, "redis://localhost:1"))
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    listed = {visit.rule for visit in VISITS} | set(NOT_PAGES)

    assert sorted(rules - listed) == [], "pages that tests/browser/table.py does not open"
    assert sorted(listed - rules) == [], "rows without a page"
