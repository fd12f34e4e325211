"""``flask report sales``: the same figures as the page, as a table or as CSV."""

import csv
from io import StringIO

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.analytics.asked import Filters
from app.analytics.reports import sales
from app.cli.report import report
from app.kernel.money import Money
from tests.factories.house import make_house
from tests.factories.sales import Sold, sell


@pytest.fixture
def sold(session, bound):
    make_house(session)
    sell(
        session,
        Sold(lines=[("TEA-1", 3, 123456, 0), ("TEA-2", 2, 999, 1)], customer="SM-1"),
        Sold(lines=[("TEA-1", 1, 700, 0)], region="East", currency="EUR"),
    )
    session.commit()


def run(*words: str):
    return CliRunner().invoke(report, ["sales", *words])


def test_the_table_has_a_line_per_row_and_a_total_per_currency(sold):
    printed = run("--by", "region").output

    assert [line.split() for line in printed.splitlines() if line] == [
        ["Region", "(EUR)", "Net", "sales", "Orders", "Units"],
        ["East", "7.00", "1", "1"],
        ["Total", "7.00", "1", "1"],
        ["Region", "(USD)", "Net", "sales", "Orders", "Units"],
        ["West", "1,239.56", "1", "4"],
        ["Total", "1,239.56", "1", "4"],
    ]


@pytest.mark.parametrize("by", ["region", "month", "sku", "channel", "customer", "day"])
def test_csv_has_the_numbers_of_the_report(session, sold, by):
    printed = run("--by", by, "--format", "csv").output

    rows = list(csv.DictReader(StringIO(printed)))
    expected = sales(session, by, Filters()).rows
    assert [(row[by], row["net_sales"]) for row in rows] == [
        (row.key, Money(row.net_minor, row.currency).amount()) for row in expected
    ]


def test_filters_are_those_of_the_page(sold):
    assert "1,234.56" in run("--sku", "TEA-1", "--region", "West", "--from", "2026-03-15", "--to", "2026-03-15").output
    assert run("--from", "2026-03-16").output == "Nothing was sold.\n"


def test_an_unknown_report_or_day_is_refused_in_words(sold):
    assert "'weather' is not one of" in run("--by", "weather").output
    assert "'2026-02-30' does not match" in run("--from", "2026-02-30").output


def test_promises_are_told_in_three_lines(session, bound):
    make_house(session)
    sell(session, Sold(lines=[("TEA-1", 1, 700, 0)]))
    session.execute(text("UPDATE orders SET promised_at = '2026-12-08T01:00Z', delivered_at = '2026-12-08T02:00Z'"))
    session.execute(
        text(
            "INSERT INTO promises (order_id, promised_at, source, cause, is_told, made_at)"
            " SELECT id, promised_at + interval '30 hours', 'order', 'later', true, now() FROM orders"
        )
    )
    session.commit()

    printed = CliRunner().invoke(report, ["promises", "--from", "2026-12-07", "--to", "2026-12-07"]).output

    assert printed.splitlines() == [
        "Promise kept: 0 of 1 orders, 0.0 %",
        "Drift: the last promise was 1 days 6 hours later than the first, on average",
        "Promises that moved: 1, of which customers were told 1",
    ]


def test_a_span_without_deliveries_says_so(session, bound):
    make_house(session)

    printed = CliRunner().invoke(report, ["promises", "--from", "2026-12-07", "--to", "2026-12-07"]).output

    assert printed == "No order was delivered that had been promised a day.\n"
