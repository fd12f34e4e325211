"""Counts of TEA-4 by number, and what the books say afterwards."""

from sqlalchemy import text

from app.workflows import verify_counts, verify_lots, verify_numbers, verify_stock
from app.workflows.settle_counts import submit
from tests.factories import counts
from tests.factories.counts import ANN, done, planned, post_accepted, state_of

CHECKS = (*verify_counts.CHECKS, *verify_lots.CHECKS, *verify_numbers.CHECKS, *verify_stock.CHECKS)
LAX = counts.Rules(tolerance_units=100, approval_minor=1_000_000)


def saw(session, count_id, bin_id, *numbers, by=ANN, **more):
    for number in numbers:
        counts.saw(session, count_id, bin_id, "TEA-4", 1, by=by, is_more=True, serial=number, **more)


def without(session, count_id, bin_id, units, by=ANN):
    counts.saw(session, count_id, bin_id, "TEA-4", units, by=by)


def handed_in(session, house, bins, seen, rules=LAX):
    """``seen`` are numbers, and units without one, by bin."""
    count_id = planned(session, house, [bins[code] for code in seen], rules=rules)
    for code, (numbers, others) in seen.items():
        saw(session, count_id, bins[code], *numbers)
        if others is not None:
            without(session, count_id, bins[code], others)
        done(session, count_id, bins[code])
    submit(session, [count_id], actor=ANN)
    return count_id


def posted(session, house, bins, seen):
    count_id = handed_in(session, house, bins, seen)
    post_accepted(session, count_id)
    assert state_of(session, count_id) == "posted"
    return count_id


def where(session):
    rows = session.execute(text("SELECT n.code, n.state, b.code FROM serials n LEFT JOIN bins b ON b.id = n.bin_id"))
    return {code: bin_code or state for code, state, bin_code in rows}


def disagreements(session):
    return [said for check in CHECKS for said in check.find(session)]
