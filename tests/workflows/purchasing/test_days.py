"""Days that nobody can mean are refused before anything reckons with them."""

from datetime import date, timedelta

import pytest

from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid
from app.workflows.advise_goods import Announced, Shipment, advise
from app.workflows.change_purchase_orders import NewDay, change_dates
from app.workflows.spread_receipts import Item
from tests.days import TODAY
from tests.factories.buying import come, drafted, incoming, sent

pytestmark = pytest.mark.usefixtures("same_day")

NEVER = date(9999, 12, 31)
LONG_AGO = date(1, 1, 1)


def refused(field, work):
    with pytest.raises(Invalid) as caught:
        work()
    assert caught.value.failures[0][0] == field


@pytest.mark.parametrize("day", [NEVER, LONG_AGO, TODAY + timedelta(days=731)])
def test_nothing_is_awaited_on_a_day_out_of_reach(session, house, day):
    number = sent(session, ("TEA-1", 5))
    shipment = Shipment(number=number, shipment="S1", expected_on=day, items=(Announced(code="TEA-1", quantity=1),))

    refused("expected_on", lambda: drafted(session, ("TEA-1", 5), expected_on=day))
    refused("expected_on", lambda: change_dates(session, [NewDay(number=number, expected_on=day)], actor=SYSTEM))
    refused("expected_on", lambda: advise(session, [shipment], actor=SYSTEM))


def test_the_last_day_within_reach_is_taken(session, house):
    sent(session, ("TEA-1", 5), expected_on=TODAY + timedelta(days=730))

    assert incoming(session)["TEA-1"] == (5, TODAY + timedelta(days=730))


@pytest.mark.parametrize("day", [NEVER, LONG_AGO, date(1989, 12, 31), date(2101, 1, 1)])
def test_no_lot_expires_out_of_reach(session, house, day):
    number = sent(session, ("TEA-1", 5))
    item = Announced(code="TEA-1", quantity=1, lot="L1", expires_on=day)
    shipment = Shipment(number=number, shipment="S1", expected_on=TODAY, items=(item,))

    refused("items.0.expires_on", lambda: come(session, number, Item(code="TEA-1", lot="L1", expires_on=day)))
    refused("expires_on", lambda: advise(session, [shipment], actor=SYSTEM))
