"""Net sales by day, month, region, channel, SKU or customer: one query feeds chart, table, CSV and command.

Net sales are the line totals after discount, without tax and shipping, less the part of cancelled units. The clock is
``placed_at`` in the company's time zone. Currencies are never added up.

A line of ``n`` units that costs ``T`` is split by largest remainder with equal weights, as ``Money.allocate`` does:
every unit costs ``T div n`` and the first ``T mod n`` units one minor unit more. Cancelling takes units from the end,
so what ``k`` kept units cost is ``k * (T div n) + min(k, T mod n)``: exact to the minor unit, never more than ``T``.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.analytics import rollups, scan
from app.analytics.asked import Filters, Sales, SalesReport, SalesRow
from app.analytics.periods import Period
from app.analytics.scan import KEYS
from app.kernel.errors import Invalid

NOTHING = {"most": None, "currency": None}


@dataclass(frozen=True, kw_only=True)
class Books:
    """Whose day it is, which currency comes first, and from when to when there are orders at all."""

    time_zone: str
    currency: str
    first: date | None
    last: date | None


def sales(session: Session, by: str, filters: Filters, *, most: int | None = None) -> SalesReport:
    """In time: oldest first. Otherwise: most net sales first, and of one currency the first ``most`` rows only."""
    if by not in KEYS:
        raise Invalid([("by", f"{by!r} is no report: choose one of {', '.join(KEYS)}")])
    known = _known(session)
    is_cut = bool(most and filters.currency)
    found = rollups.statement(by, filters, known, is_cut=is_cut) if known else None
    if found is None:
        return scanned(session, by, filters, most=most)
    return _read(session, by, found[0], {**_values(filters, most), **found[1]})


def scanned(session: Session, by: str, filters: Filters, *, most: int | None = None) -> SalesReport:
    """The same from the orders themselves, whatever was added up before."""
    return _read(session, by, scan.statement(by, filters), _values(filters, most))


def books(session: Session) -> Books:
    return Books(**session.execute(text(BOOKS)).one()._mapping)


def _values(filters: Filters, most: int | None) -> dict[str, object]:
    return {**NOTHING, **filters.values, **({"most": most} if filters.currency else {})}


def _known(session: Session) -> Period | None:
    """From when to when sums were kept; None where there are none, or none in the company's time zone."""
    row = session.execute(text(KNOWN)).one()
    return Period(date.fromisoformat(row.first), date.fromisoformat(row.last)) if row.first and row.is_ours else None


def _read(session: Session, by: str, statement: str, values: dict[str, object]) -> SalesReport:
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    found = session.execute(text(statement), used).all()
    totals = [row for row in found if row.key is None]
    rows = tuple(SalesRow(key=row.key, name=row.name, **_figures(row)) for row in found if row.key is not None)
    shown = Counter(row.currency for row in rows)
    return SalesReport(
        by=by,
        rows=rows,
        totals=tuple(Sales(**_figures(row)) for row in totals),
        counts={row.currency: shown[row.currency] if row.of is None else row.of for row in totals},
    )


def _figures(row: Row[Any]) -> dict[str, Any]:
    return {"currency": row.currency, "net_minor": row.net_minor, "orders": row.orders, "units": row.units}


KNOWN = """
SELECT (SELECT bucket FROM sales_totals WHERE length(bucket) = 10 ORDER BY bucket LIMIT 1) AS first,
       (SELECT bucket FROM sales_totals WHERE length(bucket) = 10 ORDER BY bucket DESC LIMIT 1) AS last,
       EXISTS (SELECT FROM sales_calendar WHERE time_zone = coalesce((SELECT time_zone FROM company), 'UTC')) AS is_ours
"""

BOOKS = """
SELECT co.time_zone, co.currency,
       ((SELECT min(placed_at) FROM orders) AT TIME ZONE co.time_zone)::date AS first,
       ((SELECT max(placed_at) FROM orders) AT TIME ZONE co.time_zone)::date AS last
FROM (SELECT coalesce(max(time_zone), 'UTC') AS time_zone, coalesce(max(currency), '') AS currency FROM company) co
"""
