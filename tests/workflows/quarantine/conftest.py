"""A house that keeps TEA-1 by lot, with the bin A-1 and the lot L-1."""

import pytest
from sqlalchemy import text

from tests.factories.house import make_house
from tests.factories.shelves import make_bins, make_lot


@pytest.fixture
def house(session):
    made = make_house(session, {})
    session.execute(text("UPDATE skus SET tracking = 'lot' WHERE code = 'TEA-1'"))
    return made


@pytest.fixture
def shelf(session, house):
    return make_bins(session, house, "CMH1", "A-1")["A-1"]


@pytest.fixture
def lot(session, house):
    return make_lot(session, house, "TEA-1", "L-1")
