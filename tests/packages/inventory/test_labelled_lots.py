"""Lots as labels and papers name them."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.labelled_lots import LabelledLot, open_lots
from app.kernel.errors import Invalid
from tests.factories.house import House, make_house


@pytest.fixture
def house(session: Session) -> House:
    return make_house(session)


def labelled(house: House, expires_on: date | None, received_on: date = date(2026, 1, 2)) -> LabelledLot:
    return LabelledLot(
        sku_id=house.skus["TEA-1"], code="B-7", expires_on=expires_on, removal_days=10, received_on=received_on
    )


def test_a_lot_is_found_or_made_once_and_its_last_day_is_computed(session: Session, house: House) -> None:
    one = labelled(house, date(2030, 5, 20))

    first = open_lots(session, [one, labelled(house, None), one])
    again = open_lots(session, [labelled(house, None, date(2026, 3, 1))])

    assert first == again
    row = session.execute(text("SELECT remove_on, received_on FROM lots")).one()
    assert (row.remove_on, row.received_on) == (date(2030, 5, 10), date(2026, 1, 2))


def test_the_same_lot_with_another_day_of_expiry_is_refused(session: Session, house: House) -> None:
    open_lots(session, [labelled(house, date(2030, 5, 20))])

    with pytest.raises(Invalid, match="expires on 2030-05-20 by our books, not on 2030-05-21"):
        open_lots(session, [labelled(house, date(2030, 5, 21))])
