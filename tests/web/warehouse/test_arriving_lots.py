"""The day of an arriving lot: as it was announced, as it was said before, and where a label says another."""

from datetime import date

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.workflows.advise_goods import Announced, Shipment, advise
from tests.factories.buying import add_supplier, bought, sent
from tests.factories.shelves import make_lot
from tests.web.conftest import htmx

GTIN = "04006381333931"
DAY = date(2031, 5, 1)


@pytest.fixture
def dock(session, house, walter):
    """Scans at the order's station; L-77 of TEA-3 is announced for a day."""
    add_supplier(session)
    number = sent(session, ("TEA-3", 10))
    values = {"gtin": GTIN[1:]}
    session.execute(text("UPDATE skus SET tracking='lot', removal='fefo', gtin=:gtin WHERE code='TEA-3'"), values)
    item = Announced(code="TEA-3", quantity=6, lot="L-77", expires_on=DAY)
    advise(
        session,
        [Shipment(number=number, shipment="DN-1", expected_on=clock.now().date(), items=(item,))],
        actor=SYSTEM,
    )
    session.commit()
    line = str(bought(session, number, "TEA-3").id)
    url = f"/warehouse/receiving/{number}/units"
    return lambda code="", **data: walter.post(url, data={"code": code, "line": line, **data}, headers=htmx()).text


def days(session):
    return {row.code: row.expires_on for row in session.execute(text("SELECT code, expires_on FROM lots"))}


SCANS = (
    {"code": f"(01){GTIN}(10)L-77"},
    {"code": "L-77", "asks": "lot"},
    {"code": "L-77", "asks": "lot", "lot": "L-5", "expires_on": "2030-01-01"},
    {"lot": "L-77", "quantity": "2"},
)


def test_the_day_that_was_announced_is_kept(session, dock):
    answers = [dock(**scan) for scan in SCANS]

    assert all('data-state="ok"' in said and 'value="2031-05-01"' in said for said in answers)
    assert days(session) == {"L-77": DAY}


def test_a_day_on_a_label_without_a_lot_waits_for_the_lot(session, dock):
    asked = dock(f"(01){GTIN}(17)310601")
    dock("L-9", asks="lot", expires_on="2031-06-01")

    assert 'name="expires_on" value="2031-06-01"' in asked
    assert days(session) == {"L-9": date(2031, 6, 1)}


@pytest.mark.parametrize("answer", ["2031-06-01", "(17)310601"])
def test_a_day_that_is_asked_for_can_be_scanned_or_typed_at_the_scanner(session, dock, answer):
    asked = dock("L-9", asks="lot")
    dock(answer, asks="expires_on", lot="L-9", quantity="1")

    assert "is new: write the day" in asked
    assert days(session) == {"L-9": date(2031, 6, 1)}


def test_a_label_that_contradicts_the_announcement_is_asked_about(session, dock):
    label = f"(01){GTIN}(17)310601(10)L-77"

    asked = dock(label)
    sure = dock(lot="L-77", expires_on="2031-06-01", quantity="1", is_right_day="y")

    assert "lot L-77 of TEA-3 expires on 2031-06-01 by its label, on 2031-05-01 by shipment DN-1" in asked
    assert 'name="is_right_day"' in asked
    assert 'value="2031-06-01"' in asked
    assert 'data-state="ok"' in sure
    assert days(session) == {"L-77": date(2031, 6, 1)}


def test_a_label_that_contradicts_our_books_is_refused(session, house, dock):
    make_lot(session, house, "TEA-3", "L-77", expires_on=date(2031, 7, 1))
    session.commit()

    said = dock(f"(01){GTIN}(17)310601(10)L-77", is_right_day="y")

    assert "expires on 2031-06-01 by its label, on 2031-07-01 by our books: read it again, or set it aside" in said
    assert 'name="is_right_day"' not in said
    assert days(session) == {"L-77": date(2031, 7, 1)}


def test_the_next_lot_does_not_inherit_the_day(session, dock):
    said = dock(f"(01){GTIN}(10)L-9", lot="L-77", expires_on="2031-05-01")

    assert "lot L-9 of TEA-3 is new: write the day" in said
