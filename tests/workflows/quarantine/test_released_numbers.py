"""Goods that are known by number are good again by number, also those that came in when they were kept by lot."""

import pytest
from sqlalchemy import text

from app.inventory.cases import Decision
from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid
from app.workflows import verify_lots, verify_numbers, verify_stock
from app.workflows.quarantine import decide
from app.workflows.recall_lots import freeze_lots, unfreeze_lots
from tests.factories.numbers import history, keep_by_number, register, states
from tests.factories.shelves import lay, lying, make_bins

CHECKS = (*verify_lots.CHECKS, *verify_numbers.CHECKS, *verify_stock.CHECKS)


@pytest.fixture
def case(session, house, shelf, lot):
    """Three units of a lot that was frozen and let go, of goods that are kept by number by now."""
    lay(session, house, "TEA-1", "CMH1", 3, bin_id=shelf, lot_id=lot)
    freeze_lots(session, [lot], reason="Glass", actor=SYSTEM)
    keep_by_number(session)
    unfreeze_lots(session, [lot], actor=SYSTEM)
    return session.execute(text("SELECT id FROM quarantine_cases")).scalar_one()


def decided(session, case, act, quantity, *serials):
    decide(session, [Decision(case_id=case, act=act, quantity=quantity, serials=serials)], actor=SYSTEM)


def disagreements(session):
    return [said for check in CHECKS for said in check.find(session)]


def test_units_without_a_number_are_not_good_again_before_they_have_one(session, case):
    why = "TEA-1 is known by serial number: for 2 units, write one number on each line"
    with pytest.raises(Invalid, match=why) as refusal:
        decided(session, case, "release", 2)

    assert refusal.value.failures[0][0] == "serials"


def test_units_are_good_again_with_the_numbers_that_were_read_on_them(session, case):
    decided(session, case, "release", 2, "N-1", "N-2")

    assert lying(session, "TEA-1", "CMH1") == {("A-1", "L-1", "good"): 2, ("A-1", "L-1", "quarantine"): 1}
    good = session.execute(text("SELECT code FROM serials WHERE condition = 'good' AND lot_id IS NOT NULL ORDER BY 1"))
    assert (list(good.scalars()), states(session)["N-1"]) == (["N-1", "N-2"], ("in_stock", "CMH1"))
    assert history(session, "N-1") == ["received", "condition"]
    assert disagreements(session) == []


def test_what_is_scrapped_needs_no_number(session, case):
    decided(session, case, "scrap", 2)
    decided(session, case, "vendor", 1, "N-1")

    assert states(session) == {"N-1": ("sent_back", "")}
    assert disagreements(session) == []


def test_units_in_two_bins_get_their_numbers_where_they_lie(session, house, case, lot):
    other = make_bins(session, house, "CMH1", "A-2")["A-2"]
    lay(session, house, "TEA-1", "CMH1", 1, bin_id=other, lot_id=lot, condition="quarantine")
    session.execute(text("UPDATE quarantine_cases SET quantity = 4, quantity_left = 4"))

    decided(session, case, "release", 4, "N-1", "N-2", "N-3", "N-4")

    assert lying(session, "TEA-1", "CMH1") == {("A-1", "L-1", "good"): 3, ("A-2", "L-1", "good"): 1}
    assert disagreements(session) == []


def test_a_number_that_lies_there_is_the_one_that_is_good_again(session, house, shelf, lot, case):
    place = {"bin_id": shelf, "lot_id": lot, "condition": "quarantine"}
    register(session, house, "N-1", "N-2", **place)

    decided(session, case, "release", 2, "N-2", "N-3")

    good = session.execute(text("SELECT code FROM serials WHERE condition = 'good' ORDER BY 1"))
    assert list(good.scalars()) == ["N-2", "N-3"]
    assert disagreements(session) == []


def test_where_all_have_a_number_none_needs_to_be_named(session, house, shelf, lot, case):
    register(session, house, "N-1", "N-2", "N-3", bin_id=shelf, lot_id=lot, condition="quarantine")

    decided(session, case, "release", 3)

    assert session.execute(text("SELECT DISTINCT condition FROM serials")).scalars().all() == ["good"]
    assert disagreements(session) == []


@pytest.mark.parametrize(
    ("quantity", "serials", "why"),
    [
        (2, ("N-1",), "TEA-1: 1 numbers for 2 units: name one for each"),
        (2, ("N-1", "N-1"), "N-1 is named twice: scan each unit once"),
        (1, ("N-9",), "N-9 is in stock already: two units cannot share a number"),
        (
            3,
            ("N-1", "N-2", "N-3"),
            "every unit of this case that is left has a number by our books: N-3 is none of them",
        ),
        (1, ("N-0",), "N-0 has a case of its own: decide about that one"),
        (1, (" ",), "1 to 60 printable"),
    ],
)
def test_numbers_that_cannot_be_are_refused(session, house, shelf, lot, case, quantity, serials, why):
    register(session, house, "N-0", bin_id=shelf, lot_id=lot, condition="quarantine")
    own = (
        "INSERT INTO quarantine_cases (sku_id, site_id, lot_id, serial_id, condition, quantity, quantity_left, reason,"
    )
    own += " opened_by) SELECT sku_id, site_id, lot_id, id, condition, 1, 1, 'Torn', 'system' FROM serials"
    session.execute(text(own))
    lay(session, house, "TEA-1", "RNO1", 1)
    register(session, house, "N-9", site="RNO1")

    with pytest.raises(Invalid, match=why) as refusal:
        decided(session, case, "release", quantity, *serials)

    assert refusal.value.failures[0][0] == "serials"


def test_goods_that_have_no_numbers_take_none(session, case):
    session.execute(text("UPDATE skus SET tracking = 'lot' WHERE code = 'TEA-1'"))

    why = "TEA-1 is not kept by serial number: leave the numbers out"
    with pytest.raises(Invalid, match=why), session.begin_nested():
        decided(session, case, "release", 1, "N-1")
    decided(session, case, "release", 3)
