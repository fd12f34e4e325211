"""Two bins of a site, one of them with goods."""

import pytest

from tests.factories.counts import (
    fill,
    make_bins,
    price,
)
from tests.factories.house import make_house


@pytest.fixture
def house(session):
    return make_house(session)


@pytest.fixture
def bins(session, house):
    """A-1 holds 10 of TEA-1 and 4 of TEA-2, A-2 holds nothing; every SKU costs 5.00."""
    found = make_bins(session, house, {"A-1": "A", "A-2": "A"})
    fill(session, house, found, {("A-1", "TEA-1"): 10, ("A-1", "TEA-2"): 4})
    price(session)
    return found
