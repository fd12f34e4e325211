"""What a supplier announces moves the day of a line only where it is all that the line still owes."""

from datetime import timedelta

import pytest

from app.kernel.actor import SYSTEM
from app.workflows.advise_goods import Announced, Shipment, advise
from tests.days import TODAY
from tests.factories.buying import bought, come, incoming, sent

pytestmark = pytest.mark.usefixtures("same_day")

SOON, LATER = TODAY + timedelta(days=2), TODAY + timedelta(days=30)


def announce(session, number, *units):
    items = tuple(Announced(code="TEA-1", quantity=each) for each in units)
    shipment = Shipment(number=number, shipment=f"S-{sum(units)}", expected_on=SOON, items=items)
    advise(session, [shipment], actor=SYSTEM)


def test_a_few_units_do_not_move_the_day_of_the_whole_line(session, house):
    number = sent(session, ("TEA-1", 50), expected_on=LATER)

    announce(session, number, 49)

    assert (bought(session, number).expected_on, incoming(session)["TEA-1"]) == (LATER, (50, LATER))


def test_all_that_is_still_to_come_moves_it(session, house):
    number = sent(session, ("TEA-1", 50), expected_on=LATER)
    come(session, number, ("TEA-1", 10))

    announce(session, number, 30, 10)

    assert incoming(session)["TEA-1"] == (40, SOON)
