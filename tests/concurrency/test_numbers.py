"""The same number is given at two sites at once: one unit gets it, the other is refused in words."""

from threading import Event, Thread

import pytest
from sqlalchemy import text

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from tests.factories.house import make_house
from tests.factories.shelves import lay

pytestmark = pytest.mark.race

LONG_ENOUGH = 0.5
SHIPPED = "UPDATE serials SET state = 'shipped', site_id = NULL"


@pytest.fixture
def house(database_engine):
    made = uow.run(lambda session: make_house(session, {}))

    def stock(session):
        session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-1'"))
        for site in ("CMH1", "RNO1"):
            lay(session, made, "TEA-1", site, 2)

    uow.run(stock)
    return made


def give(house, site, session):
    one = Numbered(sku_id=house.skus["TEA-1"], code="N1", site_id=house.sites[site])
    serials.register(session, [one], actor=SYSTEM)


def at_once(house) -> list[str]:
    """The first has written, and not committed, when the second asks; answers what each was told."""
    written, told = Event(), []

    def first(session):
        give(house, "CMH1", session)
        written.set()
        other.join(LONG_ENOUGH)

    def second():
        written.wait(10)
        try:
            uow.run(lambda session: give(house, "RNO1", session))
            told.append("done")
        except DomainError as error:
            told.append(str(error))

    other = Thread(target=second)
    other.start()
    uow.run(first)
    other.join(10)
    return told


@pytest.mark.parametrize("is_back", [False, True])
def test_one_number_is_given_to_one_unit(database, house, is_back):
    if is_back:
        uow.run(lambda session: give(house, "CMH1", session))
        uow.run(lambda session: session.execute(text(SHIPPED)))

    [told] = at_once(house)

    assert "N1" in told
    rows = uow.run(lambda session: session.execute(text("SELECT site_id, state FROM serials")).all())
    assert rows == [(house.sites["CMH1"], "in_stock")]
