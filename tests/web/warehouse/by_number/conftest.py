"""The dock with a purchase order of TEA-3, which is known by number."""

import pytest

from tests.factories.buying import bought
from tests.web.warehouse.dock import ordered_by_number


@pytest.fixture
def number(session, house):
    return ordered_by_number(session)


@pytest.fixture
def url(number):
    return f"/warehouse/receiving/{number}"


@pytest.fixture
def shown(session, number):
    return str(bought(session, number, "TEA-3").id)
