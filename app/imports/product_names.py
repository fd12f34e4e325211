"""The products that an order file names, one name each."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports.orders_check import COUNTED_NAMES


@dataclass(frozen=True, kw_only=True)
class NamedProduct:
    sku: str
    name: str
    category: str


def named_products(session: Session, import_id: int) -> list[NamedProduct]:
    """Each SKU of the rows that wait, with its most frequent name (at a tie the first), in the order of the file."""
    rows = session.execute(text(PRODUCTS), {"import_id": import_id})
    return [NamedProduct(sku=row.sku, name=row.name or row.sku, category=row.category) for row in rows]


PRODUCTS = f"""
WITH counted AS ({COUNTED_NAMES}),
 chosen AS (SELECT DISTINCT ON (sku) sku, name FROM counted ORDER BY sku, times DESC, line),
 seen AS (
    SELECT content->>'sku' AS sku, min(line) AS line, min(content->>'category') AS category
      FROM import_rows WHERE import_id = :import_id AND group_number IS NOT NULL GROUP BY 1)
SELECT seen.sku, chosen.name, coalesce(seen.category, '') AS category
  FROM seen LEFT JOIN chosen USING (sku) ORDER BY seen.line
"""
