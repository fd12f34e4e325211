"""Suppliers are measured by line: on time in full against the day first promised, lead time from sending to receipt."""

import statistics
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.purchasing import performance
from app.purchasing.performance import NOTHING, Performance
from app.workflows.change_purchase_orders import LeaveOut, NewDay, cancel_units, change_dates, close_short
from app.workflows.spread_receipts import Item
from app.workflows.undo_receipts import undo_receipts
from tests.days import BEGUN, TODAY
from tests.factories.buying import bought, come, drafted, sent

pytestmark = pytest.mark.usefixtures("same_day")

NOW = BEGUN


def past(session, *lines, days_ago: int = 30, promised_after: int = 10) -> str:
    """An order that was sent so many days ago and promised for so many days later."""
    number = sent(session, *lines)
    sent_at = NOW - timedelta(days=days_ago)
    for statement in (
        "UPDATE purchase_orders SET sent_at = :sent_at WHERE number = :number",
        "UPDATE purchase_order_lines SET expected_on = :day, promised_on = :day WHERE purchase_order_id ="
        " (SELECT id FROM purchase_orders WHERE number = :number)",
    ):
        day = (sent_at + timedelta(days=promised_after)).date()
        session.execute(text(statement), {"number": number, "sent_at": sent_at, "day": day})
    return number


def after(days: float, days_ago: int = 30):
    return NOW - timedelta(days=days_ago) + timedelta(days=days)


def measured(session) -> Performance:
    [supplier] = session.execute(text("SELECT id FROM suppliers")).scalars()
    return performance.measure(session, [supplier], today=TODAY).get(supplier, NOTHING)


def verdict(session) -> tuple[int, int, int, int]:
    found = measured(session)
    return found.judged, found.kept, found.on_time, found.in_full


def test_mean_and_deviation_are_those_of_the_lines(session, house):
    days = (7.5, 9.0, 12.25, 10.0)
    for each in days:
        come(session, past(session, ("TEA-1", 10)), ("TEA-1", 10), received_at=after(each))

    found = measured(session)

    assert found.lead_lines == 4
    assert found.lead_mean == pytest.approx(statistics.mean(days))
    assert found.lead_deviation == pytest.approx(statistics.stdev(days))


def test_a_line_that_is_in_on_its_day_is_kept(session, house):
    come(session, past(session, ("TEA-1", 10)), ("TEA-1", 10), received_at=after(9))

    assert verdict(session) == (1, 1, 1, 1)


def test_a_late_line_is_in_full_and_not_on_time(session, house):
    come(session, past(session, ("TEA-1", 10)), ("TEA-1", 10), received_at=after(13))

    assert verdict(session) == (1, 0, 0, 1)


def test_the_day_on_which_the_last_unit_came_decides(session, house):
    number = past(session, ("TEA-1", 10))
    come(session, number, ("TEA-1", 6), received_at=after(5))
    come(session, number, ("TEA-1", 4), received_at=after(14))

    assert verdict(session) == (1, 0, 0, 1)
    assert measured(session).lead_mean == pytest.approx(14)


def test_what_never_came_counts_against_the_supplier(session, house):
    number = past(session, ("TEA-1", 10))
    come(session, number, ("TEA-1", 9), received_at=after(5))
    close_short(session, [number], actor=SYSTEM)

    assert verdict(session) == (1, 0, 0, 0)


def test_a_little_too_few_is_in_full_where_that_is_tolerated(session, house):
    session.execute(text("UPDATE suppliers SET under_percent = 10"))
    number = past(session, ("TEA-1", 10))
    come(session, number, ("TEA-1", 9), received_at=after(5))
    close_short(session, [number], actor=SYSTEM)

    assert verdict(session) == (1, 1, 1, 1)


def test_what_both_left_out_does_not_count(session, house):
    number = past(session, ("TEA-1", 10), ("TEA-2", 5))
    cancel_units(session, [LeaveOut(number=number, position=1, quantity=4)], actor=SYSTEM)
    cancel_units(session, [LeaveOut(number=number, position=2)], actor=SYSTEM)
    come(session, number, ("TEA-1", 6), received_at=after(5))

    assert verdict(session) == (1, 1, 1, 1)


def test_another_day_agreed_later_does_not_move_the_first_promise(session, house):
    number = past(session, ("TEA-1", 10))
    change_dates(session, [NewDay(number=number, expected_on=TODAY + timedelta(days=3))], actor=SYSTEM)
    come(session, number, ("TEA-1", 10), received_at=after(13))

    assert verdict(session) == (1, 0, 0, 1)


def test_damaged_goods_do_not_make_a_line_full(session, house):
    number = past(session, ("TEA-1", 10))
    come(session, number, ("TEA-1", 8), Item(code="TEA-1", quantity=2, condition="damaged"), received_at=after(5))

    found = measured(session)

    assert verdict(session) == (1, 0, 0, 0)
    assert (found.units, found.rejected, found.rejected_percent) == (10, 2, 20)


def test_an_overdue_line_is_judged_and_one_that_is_not_due_is_not(session, house):
    past(session, ("TEA-1", 10), days_ago=30)
    past(session, ("TEA-1", 10), days_ago=2)
    drafted(session, ("TEA-1", 10))

    assert verdict(session) == (1, 0, 0, 0)


def test_a_receipt_that_was_taken_back_counts_for_nothing(session, house):
    number = past(session, ("TEA-1", 10))
    undo_receipts(session, [come(session, number, ("TEA-1", 10), received_at=after(5)).receipt_id], actor=SYSTEM)

    assert verdict(session) == (1, 0, 0, 0)
    assert measured(session).units == 0


def test_what_was_promised_more_than_a_year_ago_is_forgotten(session, house):
    come(session, past(session, ("TEA-1", 10), days_ago=400), ("TEA-1", 10), received_at=after(5, 400))

    assert measured(session) == NOTHING


def test_a_new_order_reckons_with_what_the_supplier_really_takes(session, house):
    for _ in range(3):
        come(session, past(session, ("TEA-1", 10)), ("TEA-1", 10), received_at=after(6.5))

    assert bought(session, drafted(session, ("TEA-1", 10))).expected_on == TODAY + timedelta(days=7)
