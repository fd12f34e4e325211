"""The lists of a company on its first morning say what will stand there, and are in order."""

import pytest

from tests.browser.checks import faults_of
from tests.browser.chromium import Watched
from tests.browser.demo import furnish_empty
from tests.browser.table import VISITS

pytestmark = pytest.mark.browser

FURNISH = furnish_empty
LISTS = [pytest.param(visit, id=visit.path) for visit in VISITS if visit.is_list]


@pytest.fixture(scope="module")
def phone(browser, served):
    return Watched(served.open(browser, "admin", width=390))


@pytest.fixture(scope="module")
def judged():
    """See tests/browser/colours.py."""
    return set()


@pytest.mark.parametrize("visit", LISTS)
def test_an_empty_list_is_in_order(phone, judged, served, visit):
    answer = phone.page.goto(served.url + visit.path)

    found = [*([] if answer.ok else [f"answers {answer.status}"]), *faults_of(phone, judged)]

    assert not found, "\n".join(found)
