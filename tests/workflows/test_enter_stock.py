"""What is entered by hand: goods that are known by number come in by it."""

import pytest

from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid
from app.workflows import verify_lots, verify_numbers, verify_stock
from app.workflows.enter_stock import StockEntry, enter_stock
from tests.factories.floor import level
from tests.factories.house import make_house
from tests.factories.numbers import history, keep_by_number, states
from tests.factories.shelves import lay

CHECKS = (*verify_lots.CHECKS, *verify_numbers.CHECKS, *verify_stock.CHECKS)


@pytest.fixture
def house(session):
    made = make_house(session, {("TEA-2", "CMH1"): 3})
    keep_by_number(session)
    lay(session, made, "TEA-1", "CMH1", 1)
    return made


def entered(session, kind, quantity, *serials, sku="TEA-1"):
    entry = StockEntry(sku=sku, site="CMH1", kind=kind, quantity=quantity, serials=serials)
    enter_stock(session, [entry], actor=SYSTEM)


@pytest.mark.parametrize(("kind", "quantity"), [("found", 2), ("receipt", 2), ("correction", 2), ("count", 3)])
def test_units_come_in_with_their_numbers_and_not_without(session, house, kind, quantity):
    why = "TEA-1 is known by serial number: for 2 units, write one number on each line"
    with pytest.raises(Invalid, match=why) as refusal, session.begin_nested():
        entered(session, kind, quantity)
    assert refusal.value.failures[0][0] == "serials"

    entered(session, kind, quantity, "N-1", "N-2")

    assert states(session) == {"N-1": ("in_stock", "CMH1"), "N-2": ("in_stock", "CMH1")}
    assert level(session, "TEA-1", "CMH1").on_hand == 3
    assert [said for check in CHECKS for said in check.find(session)] == []


def test_a_number_that_was_lost_is_found(session, house):
    entered(session, "found", 1, "N-1")
    entered(session, "lost", 2)

    entered(session, "found", 1, "N-1")

    assert history(session, "N-1") == ["received", "lost", "found"]


@pytest.mark.parametrize(
    ("kind", "quantity", "serials", "sku", "field", "why"),
    [
        ("repair", 1, (), "TEA-1", "kind", "an administrator decides about its case under “Set aside”"),
        ("found", 2, ("N-1",), "TEA-1", "serials", "for 2 units, write one number on each line"),
        ("found", 2, ("N-1", "N-1"), "TEA-1", "serials", "N-1 is named twice"),
        ("lost", 1, ("N-1",), "TEA-1", "serials", "only units that come in"),
        ("count", 1, ("N-1",), "TEA-1", "serials", "only units that come in"),
        ("found", 1, ("N-1",), "TEA-2", "serials", "only units that come in, of goods known by number"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session, house, kind, quantity, serials, sku, field, why):
    with pytest.raises(Invalid, match=why) as refusal:
        entered(session, kind, quantity, *serials, sku=sku)

    assert refusal.value.failures[0][0] == field


@pytest.mark.parametrize(("kind", "quantity"), [("lost", 1), ("count", 1), ("count", 0), ("damage", 1)])
def test_what_does_not_come_in_needs_no_number(session, house, kind, quantity):
    entered(session, kind, quantity)

    assert states(session) == {}


def test_goods_without_numbers_come_in_as_ever(session, house):
    entered(session, "found", 2, sku="TEA-2")

    assert level(session, "TEA-2", "CMH1").on_hand == 5
