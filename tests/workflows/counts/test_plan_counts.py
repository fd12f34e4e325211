"""Places come to be counted by their turn, and where a picker missed something."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from app.counting import plans
from app.counting.plans import PlanFacts
from app.counting.tolerance import Rules
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.orders.events import UnitsShortPicked
from app.queries.stock_accuracy import accuracy
from app.workflows.abc_classes import abc_classes, class_sums
from app.workflows.note_stock_value import note_stock_value
from app.workflows.plan_counts import on_units_short_picked, plan_due
from app.workflows.short_pick import Short, short_pick
from tests.factories.counts import BEN, counted, post_accepted
from tests.factories.floor import released, scan


def add_plan(session, house, **changes) -> None:
    values = {
        "site_id": house.sites["CMH1"],
        "abc_class": None,
        "zone": "A",
        "every_days": 30,
        "most_places": 20,
        "rules": Rules(tolerance_units=2, approval_minor=700),
    }
    plans.add(session, PlanFacts(**{**values, **changes}))


def places(session) -> list[tuple[str, str | None, int | None]]:
    rows = session.execute(
        text(
            "SELECT c.cause, b.code, p.sku_id FROM counts c JOIN count_places p ON p.count_id = c.id"
            " LEFT JOIN bins b ON b.id = p.bin_id ORDER BY c.id, b.pick_sequence, p.sku_id"
        )
    )
    return [tuple(row) for row in rows]


def test_a_plan_asks_for_what_is_due_once(session, house, bins):
    add_plan(session, house)

    first = plan_due(session, actor=SYSTEM)
    again = plan_due(session, actor=SYSTEM)

    assert len(first) == 1
    assert again == []
    assert places(session) == [("plan", "A-1", None), ("plan", "A-2", None)]


def test_a_plan_asks_for_so_many_places_at_a_time(session, house, bins):
    add_plan(session, house, most_places=1)

    plan_due(session, actor=SYSTEM)

    assert plan_due(session, actor=SYSTEM) == []
    assert places(session) == [("plan", "A-1", None)]


def test_what_was_counted_comes_again_after_its_days(session, house, bins):
    add_plan(session, house)
    post_accepted(session, counted(session, house, bins["A-1"], {"TEA-1": 10, "TEA-2": 4}))

    plan_due(session, actor=SYSTEM)
    today = places(session)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        plan_due(session, actor=SYSTEM)

    assert ("plan", "A-1", None) not in today
    assert ("plan", "A-1", None) in places(session)


def test_a_plan_that_is_off_asks_for_nothing(session, house, bins):
    add_plan(session, house, is_active=False)

    assert plan_due(session, actor=SYSTEM) == []


def test_a_bin_where_a_picker_missed_units_is_counted_next(session, house, bins):
    work = released(session, ("TEA-2", 2))
    short = Short(
        fulfilment_order_id=work.id, line_id=work.lines[0].id, quantity=1, reason="missing", client_scan_id=scan()
    )
    short_pick(session, [short], actor=BEN)
    missed = UnitsShortPicked(
        order_id=work.order_id, fulfilment_order_id=work.id, sku="TEA-2", quantity=1, reason="missing"
    )

    on_units_short_picked(session, [missed, missed])
    plan_due(session, actor=SYSTEM)

    assert places(session) == [("short_pick", "A-1", None)]
    assert plan_due(session, actor=SYSTEM) == []


def test_what_a_picker_found_damaged_asks_for_no_count(session, house, bins):
    work = released(session, ("TEA-2", 2))
    damaged = UnitsShortPicked(
        order_id=work.order_id, fulfilment_order_id=work.id, sku="TEA-2", quantity=1, reason="damaged"
    )

    on_units_short_picked(session, [damaged])

    assert plan_due(session, actor=SYSTEM) == []


@pytest.fixture
def sold(session, house, bins):
    """Twelve months of sales: at 5.00 each, TEA-1 comes to 80, TEA-2 to 15 and TEA-3 to 5 per cent of all."""
    month = f"{clock.now():%Y-%m}"
    units = {"TEA-1": 160, "TEA-2": 30, "TEA-3": 10}
    for sku, number in units.items():
        session.execute(
            text(
                "INSERT INTO sales_skus"
                " VALUES (:month, :sku, 'USD', 0, 0, :units), ('2019-01', :sku, 'USD', 0, 0, 9999)"
            ),
            {"month": month, "sku": house.skus[sku], "units": number},
        )


def test_classes_go_by_what_was_sold_in_twelve_months_at_its_cost(session, house, sold):
    classes = abc_classes(session)

    assert {sku: classes[house.skus[sku]] for sku in ("TEA-1", "TEA-2", "TEA-3", "TEA-4")} == {
        "TEA-1": "A",
        "TEA-2": "B",
        "TEA-3": "C",
        "TEA-4": "C",
    }
    assert [(one.skus, one.value_minor, one.share_bp) for one in class_sums(session)] == [
        (1, 80_000, 8_000),
        (1, 15_000, 1_500),
        (3, 5_000, 500),
    ]


def test_a_plan_for_class_b_asks_for_places_whose_best_is_b(session, house, bins, sold):
    add_plan(session, house, zone=None, abc_class="B")

    assert plan_due(session, actor=SYSTEM) == []  # A-1 holds TEA-1 too, which is A


def test_accuracy_and_shrinkage_come_to_what_they_are_by_hand(session, house, bins):
    """Of 14 units at 5.00 two of TEA-1 are gone: one of two places is right, worth 20 of 70; 10 of 60 were lost."""
    rules = Rules(tolerance_units=1, approval_minor=10**6)
    easy = Rules(tolerance_units=2, approval_minor=10**6)
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 8, "TEA-2": 4}, rules=easy)
    session.execute(text("UPDATE counts SET tolerance_units = :units"), {"units": rules.tolerance_units})
    post_accepted(session, count_id)
    note_stock_value(session)

    [month, *earlier] = accuracy(session, site_id=house.sites["CMH1"], time_zone="America/New_York")

    assert (month.counts, month.places, month.right) == (1, 2, 1)
    assert (month.counted_minor, month.right_minor) == (7_000, 2_000)
    assert (month.lost_minor, month.value_minor) == (1_000, 6_000)
    assert month.shrinkage == pytest.approx(1 / 6)
    assert len(earlier) == 11
    assert all(one.accuracy is None for one in earlier)
