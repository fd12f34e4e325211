"""Net sales: what counts, when, in which currency, and that every view of them agrees."""

import csv
import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from app.analytics import charts
from app.analytics.asked import Filters, Sales, SalesRow
from app.analytics.export import sales_csv
from app.analytics.periods import Period
from app.analytics.reports import books, sales
from app.analytics.scan import KEYS
from app.kernel.errors import Invalid
from app.kernel.money import Money
from tests.factories.house import make_house
from tests.factories.sales import Sold, sell

ALL = Filters()


@pytest.fixture
def house(session):
    return make_house(session)


@pytest.fixture
def sold(session, house):
    sell(
        session,
        Sold(lines=[("TEA-1", 3, 1000, 0), ("TEA-2", 1, 55, 0)], customer="SM-1"),
        Sold(lines=[("TEA-1", 3, 1000, 2)], region="East", channel="phone", customer="SM-1"),
        Sold(lines=[("TEA-3", 7, 99, 7)], region="East", customer="ZZ-2"),
        Sold(lines=[("TEA-2", 2, 4000, 0)], region="", currency="EUR"),
    )


def net(report, currency="USD"):
    return {row.key: row.net_minor for row in report.rows if row.currency == currency}


def test_net_sales_are_line_totals_without_the_cancelled_part(session, sold):
    report = sales(session, "sku", ALL)

    assert net(report) == {"TEA-1": 1000 + 334, "TEA-2": 55, "TEA-3": 0}


def test_every_report_has_the_same_total(session, sold):
    totals = {sales(session, by, ALL).totals for by in KEYS}

    assert totals == {
        (
            Sales(currency="EUR", net_minor=4000, orders=1, units=2),
            Sales(currency="USD", net_minor=1389, orders=2, units=5),
        )
    }


@pytest.mark.parametrize("by", KEYS)
def test_rows_add_up_to_the_total_of_their_currency(session, sold, by):
    report = sales(session, by, ALL)

    for total in report.totals:
        assert sum(row.net_minor for row in report.of(total.currency)) == total.net_minor
        assert sum(row.units for row in report.of(total.currency)) == total.units


def test_an_order_of_several_skus_counts_once_in_the_total(session, sold):
    report = sales(session, "sku", ALL)

    assert sum(row.orders for row in report.of("USD")) == 3
    assert report.total("USD").orders == 2


def test_an_order_cancelled_whole_is_no_order(session, sold):
    row = next(row for row in sales(session, "customer", ALL).rows if row.key == "ZZ-2")

    assert (row.orders, row.units, row.net_minor) == (0, 0, 0)


def test_the_best_comes_first(session, sold):
    assert [row.key for row in sales(session, "sku", ALL).of("USD")] == ["TEA-1", "TEA-2", "TEA-3"]


def test_time_runs_forward(session, house):
    days = [datetime(2026, 5, 2, tzinfo=UTC), datetime(2025, 5, 2, 12, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)]
    sell(session, *(Sold(lines=[("TEA-1", 1, 10, 0)], at=at) for at in days))

    assert [row.key for row in sales(session, "month", ALL).rows] == ["2025-05", "2026-01", "2026-05"]


def test_the_day_is_the_company_s_own(session, house):
    """The company is in New York: 03:30 UTC on the 2nd is still the evening of the 1st there."""
    sell(session, Sold(lines=[("TEA-1", 1, 10, 0)], at=datetime(2026, 5, 2, 3, 30, tzinfo=UTC)))

    assert [row.key for row in sales(session, "day", ALL).rows] == ["2026-05-01"]
    assert sales(session, "day", Filters(first=date(2026, 5, 2))).rows == ()
    assert len(sales(session, "day", Filters(first=date(2026, 5, 1), last=date(2026, 5, 1))).rows) == 1


@pytest.mark.parametrize(
    ("filters", "minor"),
    [
        (Filters(channel="phone"), 334),
        (Filters(region="West"), 1055),
        (Filters(sku="TEA-2"), 55),
        (Filters(customer="SM-1"), 1389),
        (Filters(sku="TEA-1", customer="SM-1", region="East", channel="phone"), 334),
        (Filters(channel="nowhere"), 0),
        (Filters(region="' OR 1=1--"), 0),
        (Filters(last=date(2020, 1, 1)), 0),
    ],
)
@pytest.mark.parametrize("by", KEYS)
def test_filters_narrow_every_report_alike(session, sold, filters, minor, by):
    assert sales(session, by, filters).total("USD").net_minor == minor


def test_a_currency_can_be_asked_for_alone(session, sold):
    assert [total.currency for total in sales(session, "sku", Filters(currency="EUR")).totals] == ["EUR"]


def test_an_unknown_report_is_refused_by_name(session, house):
    with pytest.raises(Invalid, match="'weather' is no report: choose one of day, month"):
        sales(session, "weather", ALL)


def test_chart_table_and_csv_show_the_same_number(session, sold):
    report = sales(session, "region", ALL)
    rows = report.of("USD")

    drawn = json.loads(charts.bars(rows, "region", lambda by, row: "/"))["data"][0]
    written = [line for line in csv.DictReader(StringIO(sales_csv(report))) if line["currency"] == "USD"]

    assert [row.net_minor for row in rows] == [1055, 334]
    assert drawn["x"] == [10.55, 3.34]
    assert drawn["text"] == ["USD 10.55", "USD 3.34"]
    assert [line["net_sales"] for line in written] == ["10.55", "3.34"]


def test_the_books_know_from_when_to_when_there_are_orders(session, sold):
    found = books(session)

    assert (found.time_zone, found.currency) == ("America/New_York", "USD")
    assert (found.first, found.last) == (date(2026, 3, 15), date(2026, 3, 15))


def test_an_empty_company_has_empty_reports(session, house):
    assert sales(session, "sku", ALL).rows == ()
    assert books(session).first is None


@given(minor=st.integers(0, 10**9), units=st.integers(1, 500), data=st.data())
def test_a_cancelled_unit_costs_its_share_to_the_minor_unit(minor, units, data):
    """The formula of the query against the split that refunds use."""
    kept = data.draw(st.integers(0, units))

    formula = kept * (minor // units) + min(kept, minor % units)

    assert formula == sum(part.minor for part in Money(minor, "USD").allocate([1] * units)[:kept])


@pytest.mark.parametrize(
    ("minor", "units", "cancelled"), [(1000, 3, 1), (1000, 3, 2), (99, 7, 3), (5, 9, 4), (0, 4, 1)]
)
def test_the_database_splits_a_line_as_money_does(session, house, minor, units, cancelled):
    sell(session, Sold(lines=[("TEA-1", units, minor, cancelled)]))

    parts = Money(minor, "USD").allocate([1] * units)
    assert sales(session, "sku", ALL).total("USD").net_minor == sum(part.minor for part in parts[: units - cancelled])


def test_a_report_costs_two_statements(session, sold, engine):
    statements = []
    session.execute(text("SELECT 1"))
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    sales(session, "customer", Filters(sku="TEA-1", customer="SM-1"))

    assert len(statements) == 2


def test_the_average_order_is_rounded_half_up():
    assert Sales(currency="USD", net_minor=101, orders=2, units=2).average_minor == 51
    assert Sales(currency="USD").average_minor == 0


def test_a_chart_cannot_break_out_of_its_script_element():
    row = SalesRow(currency="USD", key="</script><script>alert(1)</script>", name="<b>x</b>", net_minor=1)

    drawn = charts.bars([row], "sku", lambda by, row: "/")

    assert "<" not in drawn
    assert json.loads(drawn)["data"][0]["y"] == [row.key]


def test_a_line_is_compared_with_the_period_before():
    now = [SalesRow(currency="USD", key=f"2026-02-{day:02}", net_minor=day) for day in range(1, 29)]
    before = [SalesRow(currency="USD", key=f"2026-01-{day:02}", net_minor=1) for day in range(1, 32)]

    figure = json.loads(charts.over_time(now, before, Period(date(2026, 2, 1), date(2026, 2, 28)), lambda by, row: "/"))

    past, present = figure["data"]
    assert (past["meta"]["role"], present["meta"]["role"]) == ("before", "now")
    assert past["x"] == present["x"]
    assert past["text"][0] == "2026-01-01: USD 0.01"
