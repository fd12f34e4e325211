"""Reports as CSV: figures stay figures, texts are kept from becoming formulas in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain

from app.analytics.asked import SalesReport, SalesRow
from app.kernel.csv_cells import defused
from app.kernel.money import Money

NAMED = {"sku", "customer", "channel"}


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[str]:
    """One line after the other, for a file or a stream; ints are figures, every str is text."""
    for row in chain([header], rows):
        buffer = StringIO()
        csv.writer(buffer, lineterminator="\r\n").writerow([_cell(value) for value in row])
        yield buffer.getvalue()


def sales_csv(report: SalesReport) -> str:
    """Amounts are decimals of their currency, without thousands separators; there is no row of sums."""
    named = report.by in NAMED
    header = [report.by, *(["name"] if named else []), "currency", "net_sales", "orders", "units"]
    return "".join(csv_lines(header, (_row(row, named=named) for row in report.rows)))


def _row(row: SalesRow, *, named: bool) -> list[str | int]:
    net = _Figure(Money(row.net_minor, row.currency).amount())
    return [row.key, *([row.name] if named else []), row.currency, net, row.orders, row.units]


class _Figure(str):
    """A number that is already written out: a minus in front of it is no formula."""


def _cell(value: str | int) -> str:
    return str(value) if isinstance(value, int | _Figure) else defused(value)
