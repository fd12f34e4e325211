"""A house that buys from LEAF, and its administrator."""

import pytest

from tests.factories.buying import add_supplier
from tests.factories.house import make_house


@pytest.fixture
def house(session, bound):
    made = make_house(session)
    add_supplier(session)
    session.commit()
    return made


@pytest.fixture
def alice(house, login):
    return login("alice")
