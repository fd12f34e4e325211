"""A unit that is known by number and of a frozen lot is counted where it lies, and stays set aside."""

import pytest
from sqlalchemy import text

from app.inventory.cases import Decision
from app.kernel.actor import SYSTEM
from app.workflows.quarantine import SetAside, decide, set_units_aside
from app.workflows.recall_lots import freeze_lots
from app.workflows.settle_counts import submit
from tests.factories import counts
from tests.factories.counts import ANN, done, planned, post_accepted, state_of
from tests.factories.numbers import history, keep_by_number, register
from tests.factories.shelves import lay, lying, make_lot
from tests.workflows.counts.by_number import LAX, disagreements, posted, saw, where


@pytest.fixture
def lot(session, house, bins):
    keep_by_number(session, "TEA-4")
    lot = make_lot(session, house, "TEA-4", "L-1")
    lay(session, house, "TEA-4", "CMH1", 1, bin_id=bins["A-1"], lot_id=lot)
    register(session, house, "N-1", sku="TEA-4", bin_id=bins["A-1"], lot_id=lot)
    return lot


def test_one_that_was_lost_is_found_and_set_aside(session, house, bins, lot):
    posted(session, house, bins, {"A-1": ((), 0)})
    freeze_lots(session, [lot], reason="Glass", actor=SYSTEM)

    posted(session, house, bins, {"A-1": (("N-1",), 0)})

    assert lying(session, "TEA-4", "CMH1") == {("A-1", "L-1", "quarantine"): 1}
    assert (where(session)["N-1"], history(session, "N-1")[-2:]) == ("A-1", ["count", "found"])
    assert session.execute(text("SELECT condition FROM serials")).scalar_one() == "quarantine"
    assert disagreements(session) == []


def test_one_that_lies_at_another_site_by_the_books_is_here_and_set_aside(session, house, bins):
    keep_by_number(session, "TEA-4")
    lot = make_lot(session, house, "TEA-4", "L-1")
    lay(session, house, "TEA-4", "RNO1", 1, lot_id=lot)
    register(session, house, "N-1", sku="TEA-4", site="RNO1", lot_id=lot)
    freeze_lots(session, [lot], reason="Glass", actor=SYSTEM)

    posted(session, house, bins, {"A-2": (("N-1",), 0)})

    assert (lying(session, "TEA-4", "RNO1"), where(session)["N-1"]) == ({}, "A-2")
    assert lying(session, "TEA-4", "CMH1") == {("A-2", "L-1", "quarantine"): 1}
    assert session.execute(text("SELECT condition FROM serials")).scalar_one() == "quarantine"
    assert disagreements(session) == []


@pytest.fixture
def cases(session, house, bins):
    """N-1 was set aside as torn, then its lot was frozen: the other two are a case without a number."""
    keep_by_number(session, "TEA-4")
    lot = make_lot(session, house, "TEA-4", "L-1")
    lay(session, house, "TEA-4", "CMH1", 3, bin_id=bins["A-1"], lot_id=lot)
    register(session, house, "N-1", "N-2", "N-3", sku="TEA-4", bin_id=bins["A-1"], lot_id=lot)
    torn = SetAside(site_id=house.sites["CMH1"], code="N-1", quantity=1, condition="quarantine", reason="Torn")
    [own] = set_units_aside(session, [torn], actor=SYSTEM)
    freeze_lots(session, [lot], reason="Glass", actor=SYSTEM)
    return own, session.execute(text("SELECT id FROM quarantine_cases WHERE serial_id IS NULL")).scalar_one()


@pytest.mark.parametrize("bin_code", ["A-1", "A-2"])
def test_one_that_was_set_aside_and_is_counted_as_good_keeps_its_case(session, house, bins, cases, bin_code):
    own, rest = cases

    seen_as_good(session, house, bins, bin_code, "N-1")

    assert open_cases(session) == {own: ("N-1", 1), rest: (None, 2)}
    assert where(session) == {"N-1": bin_code, "N-2": "A-1", "N-3": "A-1"}
    assert disagreements(session) == []


def test_one_that_shared_a_case_and_is_counted_as_good_has_its_own_from_then_on(session, house, bins, cases):
    own, rest = cases

    seen_as_good(session, house, bins, "A-2", "N-2")

    new = max(open_cases(session))
    assert open_cases(session) == {own: ("N-1", 1), rest: (None, 1), new: ("N-2", 1)}
    assert disagreements(session) == []
    decide(session, [Decision(case_id=id, act="scrap", quantity=1) for id in (rest, new, own)], actor=SYSTEM)
    assert set(where(session).values()) == {"scrapped"}


def test_one_whose_case_was_in_another_condition_has_a_new_one(session, house, bins, lot):
    torn = SetAside(site_id=house.sites["CMH1"], code="N-1", quantity=1, condition="damaged", reason="Torn")
    [own] = set_units_aside(session, [torn], actor=SYSTEM)
    freeze_lots(session, [lot], reason="Glass", actor=SYSTEM)

    seen_as_good(session, house, bins, "A-2", "N-1")

    assert list(open_cases(session).values()) == [("N-1", 1)]
    assert own not in open_cases(session)
    assert disagreements(session) == []


@pytest.mark.parametrize("numbers", [("N-1", "N-2"), ("N-2", "N-3"), ("N-1", "N-2", "N-3")])
def test_several_that_are_counted_as_good_stand_in_one_case_each(session, house, bins, cases, numbers):
    seen_as_good(session, house, bins, "A-2", *numbers)

    assert sum(left for _, left in open_cases(session).values()) == 3
    assert open_cases(session)[cases[0]] == ("N-1", 1)
    assert disagreements(session) == []


def test_units_without_a_number_that_are_counted_as_good_stand_in_one_case(session, house, bins):
    session.execute(text("UPDATE skus SET tracking = 'lot' WHERE code = 'TEA-4'"))
    lot = make_lot(session, house, "TEA-4", "L-1")
    lay(session, house, "TEA-4", "CMH1", 3, bin_id=bins["A-2"], lot_id=lot)
    freeze_lots(session, [lot], reason="Glass", actor=SYSTEM)

    count_id = planned(session, house, [bins["A-2"]], rules=LAX)
    counts.saw(session, count_id, bins["A-2"], "TEA-4", 3, lot="L-1", condition="good")
    settled(session, count_id, bins["A-2"])

    assert list(open_cases(session).values()) == [(None, 3)]
    assert disagreements(session) == []


def seen_as_good(session, house, bins, bin_code, *numbers):
    """Where the others lie too, they are seen as they are."""
    count_id = planned(session, house, [bins[bin_code]], rules=LAX)
    saw(session, count_id, bins[bin_code], *numbers, lot="L-1", condition="good")
    others = {"N-1", "N-2", "N-3"}.difference(numbers) if bin_code == "A-1" else ()
    saw(session, count_id, bins[bin_code], *others, lot="L-1", condition="quarantine")
    settled(session, count_id, bins[bin_code])


def settled(session, count_id, bin_id):
    done(session, count_id, bin_id)
    submit(session, [count_id], actor=ANN)
    post_accepted(session, count_id)
    assert state_of(session, count_id) == "posted"


def open_cases(session):
    rows = session.execute(
        text(
            "SELECT c.id, n.code, c.quantity_left FROM quarantine_cases c LEFT JOIN serials n ON n.id = c.serial_id"
            " WHERE c.closed_at IS NULL"
        )
    )
    return {row.id: (row.code, row.quantity_left) for row in rows}
