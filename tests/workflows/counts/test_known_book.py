"""Whoever began a count by hand saw the book: what they say is not as it has it, another sees before it is posted."""

import pytest
from sqlalchemy import text

from app.counting import opening
from app.counting.opening import NewCount
from app.workflows.settle_counts import submit
from tests.factories import counts
from tests.factories.counts import ANN, BEN, done, fill, line_of, post_accepted, state_of
from tests.factories.numbers import keep_by_number, register
from tests.workflows.counts.by_number import LAX, disagreements, saw, where


@pytest.fixture
def units(session, house, bins):
    """N-1 and a unit without a number in A-1, N-4 in A-2: TEA-4."""
    keep_by_number(session, "TEA-4")
    fill(session, house, bins, {("A-1", "TEA-4"): 2, ("A-2", "TEA-4"): 1})
    register(session, house, "N-1", sku="TEA-4", bin_id=bins["A-1"])
    register(session, house, "N-4", sku="TEA-4", bin_id=bins["A-2"])


def begun(session, house, bins):
    """A count of A-1 that ANN began, and where she found the tea that has no numbers."""
    new = NewCount(site_id=house.sites["CMH1"], cause="hand", rules=LAX, spots=((bins["A-1"], None),))
    opening.plan(session, [new], actor=ANN)
    count_id = session.execute(text("SELECT id FROM counts")).scalar_one()
    for sku, found in (("TEA-1", 10), ("TEA-2", 4)):
        counts.saw(session, count_id, bins["A-1"], sku, found)
    return count_id


@pytest.mark.parametrize("number", ["N-4", "N-9"])
def test_a_number_that_the_book_does_not_have_there(session, house, bins, units, number):
    """As many as the book says: were it posted, A-2 would lose N-4, or a unit get N-9, by one person's word."""
    count_id = begun(session, house, bins)
    saw(session, count_id, bins["A-1"], "N-1", number)
    done(session, count_id, bins["A-1"])

    submit(session, [count_id], actor=ANN)

    line = line_of(session, count_id, "TEA-4")
    assert (line.variance, line.must_recount, state_of(session, count_id)) == (0, True, "recount")
    for seen in ("N-1", number):
        counts.saw_again(session, count_id, "TEA-4", 1, by=BEN, is_more=True, serial=seen)
    submit(session, [count_id], actor=BEN)
    post_accepted(session, count_id)
    assert (state_of(session, count_id), where(session)[number]) == ("posted", "A-1")
    assert disagreements(session) == []


def test_the_numbers_that_the_book_has_there(session, house, bins, units):
    count_id = begun(session, house, bins)
    saw(session, count_id, bins["A-1"], "N-1")
    counts.saw(session, count_id, bins["A-1"], "TEA-4", 1)
    done(session, count_id, bins["A-1"])

    submit(session, [count_id], actor=ANN)

    assert state_of(session, count_id) == "submitted"
