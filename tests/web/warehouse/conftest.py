"""A house with stock at two sites; walter works at CMH1, wendy at RNO1."""

import pytest

from tests.factories.house import make_house


@pytest.fixture
def house(session, bound):
    made = make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9, ("TEA-3", "RNO1"): 9, ("TEA-4", "CMH1"): 2})
    session.commit()
    return made


@pytest.fixture
def walter(house, login):
    """Signed in at the site that has the goods."""
    return login("walter")


@pytest.fixture
def wendy(house, login):
    """Signed in at another site."""
    return login("wendy")
