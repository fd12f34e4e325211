"""What each export holds: one statement, and how its rows become cells. Headers are those that an import knows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.exports.asked import Asked, Filters
from app.kernel.money import Money
from app.kernel.table_files import Cell, Figure

FETCHED_AT_ONCE = 2_000
ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True, kw_only=True)
class ExportTable:
    """``cells`` makes the cells of one row, in the order of ``header``."""

    header: Sequence[str]
    sql: str
    cells: Callable[[Row[Any]], list[Cell]]


def count_rows(session: Session, asked: Asked, *, most: int | None = None) -> int:
    """How many rows there are; not more than ``most`` are counted."""
    limit = "" if most is None else f" LIMIT {most}"
    sql = f"SELECT count(*) FROM ({TABLES[asked.kind].sql}{limit}) AS found"
    return int(session.execute(text(sql), _values(asked.filters)).scalar_one())


def rows_of(session: Session, asked: Asked) -> Iterator[list[Cell]]:
    """All rows as they are at this moment, through a cursor of the server: never more than a few are held."""
    table = TABLES[asked.kind]
    options = {"stream_results": True, "yield_per": FETCHED_AT_ONCE}
    with session.execute(text(table.sql), _values(asked.filters), execution_options=options) as found:
        for row in chain.from_iterable(found.partitions(FETCHED_AT_ONCE)):
            yield table.cells(row)


def _values(filters: Filters) -> dict[str, Any]:
    words = [word.translate(ESCAPED) for word in filters.q.split()]
    return {
        "anywhere": [f"%{word}%" for word in words],
        "starting": [f"{word}%" for word in words],
        "state": filters.state,
        "price_list": filters.price_list,
        "site": filters.site,
        "reason": filters.reason,
        "since": filters.since,
        "until": filters.until,
    }


def _plain(*names: str) -> Callable[[Row[Any]], list[Cell]]:
    return lambda row: [row._mapping[name] for name in names]


def _amount(minor: int | None, currency: str | None) -> Cell:
    return None if minor is None or currency is None else Figure(Money(minor, currency).amount())


def _product(row: Row[Any]) -> list[Cell]:
    return [
        *_plain("code", "name", "category", "gtin", "weight_g", "tax_class", "tracking", "removal", "removal_days")(
            row
        ),
        _amount(row.cost_minor, row.home),
        row.is_active,
        _amount(row.price_minor, row.currency),
        row.currency,
    ]


def _price(row: Row[Any]) -> list[Cell]:
    return [row.price_list, row.sku, row.name, _amount(row.minor, row.currency), row.currency]


FITS = """
NOT EXISTS (SELECT 1 FROM unnest(CAST(:anywhere AS text[]), CAST(:starting AS text[])) AS w (anywhere, starting)
             WHERE NOT (s.code ILIKE w.anywhere OR s.name ILIKE w.anywhere OR coalesce(s.gtin, '') LIKE w.starting))
"""
AT_SITE = "(CAST(:site AS text) = '' OR t.code = :site)"

PRODUCTS = f"""
SELECT s.code, s.name, s.category, s.gtin, s.weight_g, s.tax_class, s.tracking, s.removal, s.removal_days,
       s.cost_minor, s.is_active, c.currency AS home, p.minor AS price_minor, l.currency
  FROM skus s CROSS JOIN company c
  LEFT JOIN (SELECT DISTINCT ON (currency) currency, id FROM price_lists ORDER BY currency, id) AS l
    ON l.currency = c.currency
  LEFT JOIN prices p ON p.price_list_id = l.id AND p.sku_id = s.id
 WHERE {FITS} AND (:state = 'all' OR s.is_active = (:state = 'active')) ORDER BY s.code
"""
PRICES = f"""
SELECT l.code AS price_list, s.code AS sku, s.name, p.minor, l.currency
  FROM prices p JOIN price_lists l ON l.id = p.price_list_id JOIN skus s ON s.id = p.sku_id
 WHERE {FITS} AND (CAST(:price_list AS text) = '' OR l.code = :price_list) ORDER BY l.id, s.code
"""
STOCK = f"""
SELECT s.code AS sku, s.name, t.code AS site, v.on_hand, v.allocated, v.reserved, v.unavailable, v.safety_stock,
       greatest(v.on_hand - v.allocated - v.reserved - v.unavailable - v.safety_stock, 0) AS available
  FROM stock_levels v JOIN skus s ON s.id = v.sku_id JOIN sites t ON t.id = v.site_id
 WHERE {FITS} AND {AT_SITE} ORDER BY s.code, t.code
"""
PLACES = f"""
SELECT s.code AS sku, s.name, t.code AS site, b.code AS bin, o.code AS lot, o.expires_on, p.condition, p.quantity
  FROM bin_stock p JOIN skus s ON s.id = p.sku_id JOIN sites t ON t.id = p.site_id
  LEFT JOIN bins b ON b.id = p.bin_id LEFT JOIN lots o ON o.id = p.lot_id
 WHERE p.quantity > 0 AND {FITS} AND {AT_SITE} ORDER BY t.code, b.pick_sequence, b.code, s.code, o.code, p.condition
"""
BINS = f"""
SELECT t.code AS site, b.code, b.zone, b.kind, b.pick_sequence, b.capacity, b.one_sku, b.one_lot, b.is_active,
       (SELECT coalesce(sum(p.quantity), 0)::bigint FROM bin_stock p WHERE p.bin_id = b.id) AS units
  FROM bins b JOIN sites t ON t.id = b.site_id WHERE {AT_SITE} ORDER BY t.code, b.pick_sequence, b.code
"""
LEDGER = f"""
SELECT m.id, m.occurred_at, s.code AS sku, t.code AS site, m.sequence, m.reason, m.on_hand, m.allocated, m.reserved,
       m.unavailable, b.code AS bin, o.code AS lot, m.condition, m.reference_type, m.reference_id, m.actor,
       encode(m.chain, 'hex') AS chain
  FROM stock_movements m JOIN stock_levels v ON v.id = m.stock_level_id JOIN skus s ON s.id = v.sku_id
  JOIN sites t ON t.id = v.site_id LEFT JOIN bins b ON b.id = m.bin_id LEFT JOIN lots o ON o.id = m.lot_id
 WHERE {FITS} AND {AT_SITE} AND (CAST(:reason AS text) = '' OR m.reason = :reason)
   AND (CAST(:since AS date) IS NULL
        OR m.occurred_at >= CAST(:since AS date)::timestamp AT TIME ZONE (SELECT time_zone FROM company))
   AND (CAST(:until AS date) IS NULL
        OR m.occurred_at < (CAST(:until AS date) + 1)::timestamp AT TIME ZONE (SELECT time_zone FROM company))
 ORDER BY m.id
"""

TABLES: Mapping[str, ExportTable] = {
    "products": ExportTable(
        header=(
            *("SKU", "Name", "Category", "GTIN", "Weight in grams", "Tax class", "Tracking", "Removal"),
            *("Removal days", "Unit cost", "For sale", "Unit price, net", "Currency"),
        ),
        sql=PRODUCTS,
        cells=_product,
    ),
    "prices": ExportTable(
        header=("Price list", "SKU", "Name", "Unit price, net", "Currency"), sql=PRICES, cells=_price
    ),
    "stock": ExportTable(
        header=(
            *("SKU", "Name", "Site", "On hand", "Allocated", "Reserved", "Unavailable", "Safety stock"),
            "Available",
        ),
        sql=STOCK,
        cells=_plain(
            *("sku", "name", "site", "on_hand", "allocated", "reserved", "unavailable", "safety_stock"),
            "available",
        ),
    ),
    "places": ExportTable(
        header=("SKU", "Name", "Site", "Bin", "Lot", "Expires on", "Condition", "Quantity"),
        sql=PLACES,
        cells=_plain("sku", "name", "site", "bin", "lot", "expires_on", "condition", "quantity"),
    ),
    "bins": ExportTable(
        header=(
            *("Site", "Bin", "Zone", "Kind", "Pick sequence", "Capacity", "One SKU only", "One lot only"),
            *("In use", "Lies there"),
        ),
        sql=BINS,
        cells=_plain(
            *("site", "code", "zone", "kind", "pick_sequence", "capacity", "one_sku", "one_lot"),
            *("is_active", "units"),
        ),
    ),
    "ledger": ExportTable(
        header=(
            *("Number", "Happened at", "SKU", "Site", "Step", "Reason", "On hand", "Allocated", "Reserved"),
            *("Unavailable", "Bin", "Lot", "Condition", "Caused by", "Its number", "Actor", "Chain"),
        ),
        sql=LEDGER,
        cells=_plain(
            *("id", "occurred_at", "sku", "site", "sequence", "reason", "on_hand", "allocated", "reserved"),
            *("unavailable", "bin", "lot", "condition", "reference_type", "reference_id", "actor", "chain"),
        ),
    ),
}
