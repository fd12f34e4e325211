"""A house with two sites, and the supplier LEAF."""

import pytest

from tests.factories.buying import add_supplier
from tests.factories.house import make_house


@pytest.fixture
def house(session, bound):
    made = make_house(session, {("TEA-1", "CMH1"): 2})
    add_supplier(session)
    return made
