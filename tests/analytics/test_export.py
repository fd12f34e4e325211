"""A CSV file that a spreadsheet opens without running anything."""

import csv
from io import StringIO

import pytest

from app.analytics.asked import SalesReport, SalesRow
from app.analytics.export import csv_lines, sales_csv


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_texts_that_a_spreadsheet_would_run_get_an_apostrophe(text):
    lines = "".join(csv_lines(["name"], [[text]]))

    assert list(csv.reader(StringIO(lines, newline="")))[1] == [f"'{text}"]


def test_figures_stay_figures():
    rows = (SalesRow(currency="USD", key="=A1", name="-x", net_minor=-150, orders=1, units=2),)

    written = sales_csv(SalesReport(by="sku", rows=rows, totals=()))

    assert written == "sku,name,currency,net_sales,orders,units\r\n'=A1,'-x,USD,-1.50,1,2\r\n"


def test_amounts_have_the_decimals_of_their_currency():
    rows = tuple(SalesRow(currency=code, key="2026-01", net_minor=123456) for code in ("USD", "JPY", "KWD"))

    written = sales_csv(SalesReport(by="month", rows=rows, totals=()))

    assert [line.split(",")[2] for line in written.splitlines()[1:]] == ["1234.56", "123456", "123.456"]


def test_quotes_commas_and_line_ends_stay_inside_their_cell():
    text = 'a "b", c\nd'

    assert list(csv.reader(StringIO("".join(csv_lines(["x"], [[text]])), newline="")))[1] == [text]
