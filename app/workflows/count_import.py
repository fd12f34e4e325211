"""What taking a file in would do, counted by PostgreSQL over the rows that wait."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports import lifecycle
from app.imports.models import Import


def count_orders(session: Session, row: Import) -> dict[str, Any]:
    """New, known and left out, in numbers, and how many name a SKU that we do not have."""
    counts = session.execute(text(ORDERS), {"id": row.id, "channel_id": row.channel_id}).one()
    return {**counts._mapping, **_left_out(session, row)}


def count_judged(session: Session, row: Import, looked_at: Mapping[str, int]) -> dict[str, Any]:
    """New, changed, the same and left out, in numbers."""
    sums = {name: value for name, value in looked_at.items() if name != "refused"}
    return {**dict.fromkeys(("new", "changed", "same"), 0), **sums, **_left_out(session, row)}


def _left_out(session: Session, row: Import) -> dict[str, Any]:
    rejected = session.execute(text(REJECTED), {"id": row.id}).one()
    return {
        "rejected_rows": rejected.rows,
        "rejected_orders": rejected.groups,
        "repairs": lifecycle.repairs_by_kind(session, row.id),
    }


REJECTED = """
SELECT count(*) AS rows, count(DISTINCT key) AS groups FROM import_rows
 WHERE import_id = :id AND reasons <> '[]'::jsonb
"""

ORDERS = """
WITH waiting AS MATERIALIZED (
    SELECT key, content->>'sku' AS sku FROM import_rows WHERE import_id = :id AND group_number IS NOT NULL),
 unknown AS MATERIALIZED (
    SELECT sku FROM (SELECT DISTINCT sku FROM waiting) AS named
     WHERE NOT EXISTS (SELECT 1 FROM skus s WHERE s.code = named.sku)
       AND NOT EXISTS (SELECT 1 FROM sku_aliases a WHERE a.channel_id = :channel_id AND a.alias = named.sku)),
 mine AS (
    SELECT w.key, count(*) AS rows, count(u.sku) AS unknown,
           EXISTS (SELECT 1 FROM orders o WHERE o.channel_id = :channel_id AND o.external_number = w.key) AS is_known
      FROM waiting w LEFT JOIN unknown u USING (sku) GROUP BY w.key)
SELECT count(*) FILTER (WHERE NOT is_known) AS new,
       coalesce(sum(rows) FILTER (WHERE NOT is_known), 0)::bigint AS new_rows,
       count(*) FILTER (WHERE is_known) AS known,
       coalesce(sum(rows) FILTER (WHERE is_known), 0)::bigint AS known_rows,
       count(*) FILTER (WHERE NOT is_known AND unknown > 0) AS without_sku,
       (SELECT count(*) FROM unknown) AS unknown_skus
  FROM mine
"""
