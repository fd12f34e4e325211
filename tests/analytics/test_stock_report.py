"""Stock over a period equals what a count of every day would give, whatever happened."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.analytics import stock_figures
from app.analytics.periods import Period
from app.analytics.stock_figures import Chosen, SkuFigures
from app.analytics.stock_report import stock_report
from app.inventory.errors import OutOfStock
from app.inventory.post import Movement, post
from app.kernel.actor import SYSTEM
from app.workflows.count_stock import count_stock
from tests.factories.house import make_house

START = date(2026, 3, 1)
SPAN = 12  # days on which something may happen
SITES = ("RNO1", "CMH1")


@pytest.fixture
def house(session):
    house = make_house(session)
    session.execute(text("UPDATE company SET time_zone = 'UTC'"))
    session.execute(text("UPDATE skus SET cost_minor = 250 WHERE code = 'TEA-1'"))
    return house


def act(session, house, day: int, site: str, kind: str, units: int) -> None:
    where = {"sku_id": house.skus["TEA-1"], "site_id": house.sites[site], "reference": ("test", 1)}
    moves = {
        "receipt": [Movement(**where, reason="receipt", on_hand=units)],
        "allocate": [Movement(**where, reason="allocate", allocated=units)],
        "ship": [Movement(**where, reason="ship", allocated=-units, on_hand=-units)],
        "lost": [Movement(**where, reason="lost", on_hand=-units)],
    }
    moment = datetime(START.year, START.month, START.day, 12, tzinfo=UTC) + timedelta(days=day)
    with time_machine.travel(moment, tick=False), session.begin_nested():
        post(session, moves[kind], actor=SYSTEM)


def by_hand(session, period: Period) -> dict[date, tuple[int, int]]:
    """On hand and free at the end of every day, added up from the ledger."""
    rows = session.execute(
        text("SELECT occurred_at::date AS day, on_hand, allocated FROM stock_movements ORDER BY id")
    ).all()
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    return {
        day: (
            sum(row.on_hand for row in rows if row.day <= day),
            sum(row.on_hand - row.allocated for row in rows if row.day <= day),
        )
        for day in days
    }


EVENTS = st.lists(
    st.tuples(
        st.integers(0, SPAN),
        st.sampled_from(SITES),
        st.sampled_from(["receipt", "allocate", "ship", "lost"]),
        st.integers(1, 9),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS, st.integers(-3, SPAN), st.integers(0, SPAN))
def test_balances_averages_and_days_without_stock_are_those_of_the_ledger(session, house, events, first, length):
    trial = session.begin_nested()
    for event in sorted(events, key=lambda event: event[0]):
        try:
            act(session, house, *event)
        except OutOfStock:
            continue
    count_stock(session)
    period = Period(START + timedelta(days=first), START + timedelta(days=first + length))

    days = stock_figures.by_day(session, Chosen(period=period, sku="TEA-1"))
    found = stock_figures.by_sku(session, Chosen(period=period))

    expected = by_hand(session, period)
    since = session.scalar(text("SELECT min(occurred_at)::date FROM stock_movements"))
    trial.rollback()
    assert {day.day: (day.on_hand, day.free) for day in days} == expected
    kept = [day for day in expected if since and day >= since]
    assert len(found) == (1 if kept else 0)
    for sku in found:
        assert (sku.on_hand, sku.free) == expected[period.last]
        assert sku.average == pytest.approx(sum(on_hand for on_hand, _ in expected.values()) / period.days)
        assert (sku.days, sku.out_days) == (len(kept), sum(expected[day][1] <= 0 for day in kept))


def test_turnover_days_of_supply_and_lost_sales_are_worked_out(session, house):
    """20 units from the first day of ten; 8 are shipped on the sixth, the last 12 promised on the eighth."""
    for event in ((0, "RNO1", "receipt", 20), (5, "RNO1", "allocate", 8), (5, "RNO1", "ship", 8)):
        act(session, house, *event)
    act(session, house, 7, "RNO1", "allocate", 12)
    count_stock(session)

    [sku] = stock_figures.by_sku(session, Chosen(period=Period(START, START + timedelta(days=9))))

    assert sku.average == pytest.approx((5 * 20 + 5 * 12) / 10)
    assert sku.turnover == pytest.approx(8 / 16 * 36.5)
    assert sku.days_to_sell == pytest.approx(20)
    assert (sku.days, sku.out_days) == (10, 3)
    assert sku.daily_demand == pytest.approx(20 / 7)
    assert sku.lost == pytest.approx(3 * 20 / 7)
    assert sku.days_of_supply == 0
    assert sku.value_minor == 16 * 250


def test_without_stock_there_are_no_figures_to_divide(session, house):
    sku = SkuFigures(
        sku="A", name="A", cost_minor=None, on_hand=0, free=0, average=0.0, shipped=0, demanded=0, days=5, out_days=5,
        length=5,
    )  # fmt: skip

    assert (sku.turnover, sku.days_to_sell, sku.days_of_supply, sku.lost) == (None, None, None, 0.0)


def test_titles_say_what_was_found(session, house):
    for event in ((0, "RNO1", "receipt", 20), (1, "RNO1", "allocate", 20), (2, "RNO1", "ship", 20)):
        act(session, house, *event)
    count_stock(session)
    chosen = Chosen(period=Period(START, START + timedelta(days=9)))

    report = stock_report(session, chosen, "USD", lambda code: f"/{code}")

    titles = [panel.title for panel in report.panels]
    assert titles == [
        "Stock fell by 20 to 0 units",
        "On 90.0% of SKU-days nothing was available",
        "Of the largest, TEA-1 turns over slowest: 182.5 times a year",
        "TEA-1 has run out",
    ]
    assert report.totals.turnover == pytest.approx(20 / 4 * 36.5)


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (((0, "RNO1", "receipt", 20), (9, "RNO1", "allocate", 20)), "in 1 day"),
        (((0, "RNO1", "receipt", 20), (8, "RNO1", "allocate", 20)), "in 2 days"),
        (((0, "RNO1", "receipt", 20), (0, "RNO1", "allocate", 20)), "not known, 10 days"),
    ],
)
def test_what_was_not_sold_is_said_with_its_days_and_not_known_where_there_was_never_any(
    session, house, happened, said
):
    for event in happened:
        act(session, house, *event)
    count_stock(session)

    report = stock_report(session, Chosen(period=Period(START, START + timedelta(days=9))), "USD", str)

    [outs] = [panel for panel in report.panels if panel.by == "stock-outs"]
    assert f'{said}"' in outs.figure
