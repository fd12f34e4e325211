"""Net sales by day, month, region, channel, SKU or customer: one query feeds chart, table, CSV and command.

Net sales are the line totals after discount, without tax and shipping, less the part of cancelled units. The clock is
``placed_at`` in the company's time zone. Currencies are never added up.

A line of ``n`` units that costs ``T`` is split by largest remainder with equal weights, as ``Money.allocate`` does:
every unit costs ``T div n`` and the first ``T mod n`` units one minor unit more. Cancelling takes units from the end,
so what ``k`` kept units cost is ``k * (T div n) + min(k, T mod n)``: exact to the minor unit, never more than ``T``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import Invalid

KEYS = {
    "day": ("to_char(o.placed_at AT TIME ZONE co.time_zone, 'YYYY-MM-DD')", "''", ""),
    "month": ("to_char(o.placed_at AT TIME ZONE co.time_zone, 'YYYY-MM')", "''", ""),
    "region": ("o.sales_region", "''", ""),
    "channel": ("ch.code", "ch.name", ""),
    "sku": ("sk.code", "sk.name", "JOIN skus sk ON sk.id = l.sku_id"),
    "customer": (
        "coalesce(cu.code, cu.id::text, '')",
        "coalesce(cu.name, 'Without an account')",
        "LEFT JOIN customers cu ON cu.id = o.customer_id",
    ),
}
IN_TIME = frozenset({"day", "month"})


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Empty means all. Days are the company's; ``customer`` is a customer's code, or the id of one without a code."""

    first: date | None = None
    last: date | None = None
    channel: str = ""
    region: str = ""
    sku: str = ""
    customer: str = ""
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class Sales:
    """``orders`` counts orders with at least one unit that is not cancelled."""

    currency: str
    net_minor: int = 0
    orders: int = 0
    units: int = 0

    @property
    def average_minor(self) -> int:
        """Net sales per order (ANA-04), rounded half up."""
        return (2 * self.net_minor + self.orders) // (2 * self.orders) if self.orders else 0


@dataclass(frozen=True, kw_only=True)
class SalesRow(Sales):
    """``key`` is what one filters by; ``name`` says it to people where the key does not."""

    key: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class SalesReport:
    """``totals`` has one entry per currency; an order in several rows counts once there."""

    by: str
    rows: tuple[SalesRow, ...]
    totals: tuple[Sales, ...]

    def total(self, currency: str) -> Sales:
        return next((total for total in self.totals if total.currency == currency), Sales(currency=currency))

    def of(self, currency: str) -> tuple[SalesRow, ...]:
        return tuple(row for row in self.rows if row.currency == currency)


@dataclass(frozen=True, kw_only=True)
class Books:
    """Whose day it is, which currency comes first, and from when to when there are orders at all."""

    time_zone: str
    currency: str
    first: date | None
    last: date | None


def sales(session: Session, by: str, filters: Filters) -> SalesReport:
    """In time: oldest first. Otherwise: most net sales first."""
    if by not in KEYS:
        raise Invalid([("by", f"{by!r} is no report: choose one of {', '.join(KEYS)}")])
    rows = session.execute(text(_statement(by, filters)), _values(filters)).all()
    return SalesReport(
        by=by,
        rows=tuple(SalesRow(**row._mapping) for row in rows if row.key is not None),
        totals=tuple(
            Sales(currency=row.currency, net_minor=row.net_minor, orders=row.orders, units=row.units)
            for row in rows
            if row.key is None
        ),
    )


def books(session: Session) -> Books:
    return Books(**session.execute(text(BOOKS)).one()._mapping)


def _statement(by: str, filters: Filters) -> str:
    key, name, join = KEYS[by]
    needed = [join, *(JOINS[field] for field in JOINS if getattr(filters, field) and JOINS[field] != join)]
    order = "key" if by in IN_TIME else "net_minor DESC, key"
    return f"""
        WITH lines AS (
            SELECT o.id AS order_id, o.currency, {key} AS key, {name} AS name, {KEPT} AS units, {NET} AS net_minor
            FROM orders o
            JOIN order_lines l ON l.order_id = o.id
            JOIN channels ch ON ch.id = o.channel_id
            CROSS JOIN (SELECT coalesce((SELECT time_zone FROM company), 'UTC') AS time_zone) co
            {" ".join(needed)}
            WHERE {" AND ".join(_conditions(filters))})
        SELECT currency, key, coalesce(max(name), '') AS name, sum(net_minor)::bigint AS net_minor,
               count(DISTINCT order_id) FILTER (WHERE units > 0) AS orders, sum(units)::bigint AS units
        FROM lines GROUP BY GROUPING SETS ((currency, key), (currency))
        ORDER BY currency, (key IS NULL), {order}
    """


def _conditions(filters: Filters) -> Sequence[str]:
    asked = [CONDITIONS[field] for field in CONDITIONS if getattr(filters, field)]
    return asked or ["true"]


def _values(filters: Filters) -> dict[str, object]:
    return {field: value for field in CONDITIONS if (value := getattr(filters, field))}


KEPT = "(l.ordered - l.cancelled)"
NET = f"({KEPT} * (l.total_minor / l.ordered) + least({KEPT}, l.total_minor % l.ordered))"

CONDITIONS = {
    "first": "o.placed_at >= CAST(:first AS date)::timestamp AT TIME ZONE co.time_zone",
    "last": "o.placed_at < (CAST(:last AS date) + 1)::timestamp AT TIME ZONE co.time_zone",
    "channel": "ch.code = :channel",
    "region": "o.sales_region = :region",
    "sku": "sk.code = :sku",
    "customer": "coalesce(cu.code, cu.id::text) = :customer",
    "currency": "o.currency = :currency",
}
JOINS = {"sku": KEYS["sku"][2], "customer": KEYS["customer"][2]}

BOOKS = """
SELECT co.time_zone, co.currency,
       ((SELECT min(placed_at) FROM orders) AT TIME ZONE co.time_zone)::date AS first,
       ((SELECT max(placed_at) FROM orders) AT TIME ZONE co.time_zone)::date AS last
FROM (SELECT coalesce(max(time_zone), 'UTC') AS time_zone, coalesce(max(currency), '') AS currency FROM company) co
"""
