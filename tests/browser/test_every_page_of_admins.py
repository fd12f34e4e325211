"""The other half of tests/browser/test_every_page.py, in a file of its own so that two processes share the work."""

import pytest

from tests.browser.table import VISITS

pytestmark = pytest.mark.browser

CASES = [pytest.param(visit, id=visit.path) for visit in VISITS if "admin" in visit.roles]


@pytest.mark.parametrize("visit", CASES)
def test_a_page_is_in_order(looker, visit):
    assert looker.faults(visit, "admin") == ""
