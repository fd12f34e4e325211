"""Which numbered units came in with something, for who takes it back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.inventory.serials import Spot
from app.kernel import driver


@dataclass(frozen=True, kw_only=True)
class Late:
    """A number in stock; ``is_others`` says that its unit did not come in with what is taken back."""

    id: int
    code: str
    is_others: bool


def came_last(
    session: Session, leaving: Mapping[Spot, int], *, since: datetime, besides: Collection[int]
) -> dict[Spot, list[Late]]:
    """Numbers that go where so many units of a place go besides those that are named.

    Units without a number go before, then the numbers that were given last, after them those that have a case of their
    own. Others', last of all, are those that were given before ``since``, or that a receipt that stands or a
    transfer ever named, whatever became of them meanwhile.
    """
    columns = zip(("sku", "site", "bin", "lot", "condition"), zip(*leaving, strict=True), strict=True)
    values = {name: driver.array(column) for name, column in columns}
    asked = {**values, "units": driver.array(leaving.values()), "besides": driver.array(besides), "since": since}
    found: dict[Spot, list[Late]] = {}
    for row in driver.fetch(session, CAME_LAST, asked):
        spot = row.sku_id, row.site_id, row.bin_id, row.lot_id, row.condition
        found.setdefault(spot, []).append(Late(id=row.id, code=row.code, is_others=row.is_others))
    return found


def left_since(session: Session, reference_type: str, ids: Collection[int]) -> set[int]:
    """Those of the numbers that came in with such lines which were not here at some time since: what lies there under
    such a number came in again."""
    values = {"type": reference_type, "ids": driver.array(sorted(ids))}
    return {row.serial_id for row in driver.fetch(session, LEFT_SINCE, values)}


# By a transfer, or by a receipt that was not taken back: then the number's next step for a receipt is an undoing.
NAMED = """
SELECT FROM serial_moves m
  LEFT JOIN LATERAL (SELECT u.what FROM serial_moves u
                      WHERE u.serial_id = m.serial_id AND u.id > m.id AND u.reference_type = 'receipt_line'
                      ORDER BY u.id LIMIT 1) later ON true
 WHERE m.serial_id = s.id AND (m.reference_type = 'transfer_line' OR (m.reference_type = 'receipt_line'
        AND 'receipt_undone' NOT IN (m.what, coalesce(later.what, ''))))
"""

CAME_LAST = f"""
SELECT p.sku_id, p.site_id, p.bin_id, p.lot_id, p.condition, n.id, n.code, n.is_others
  FROM unnest(%(sku)s::bigint[], %(site)s::bigint[], %(bin)s::bigint[], %(lot)s::bigint[], %(condition)s::text[],
              %(units)s::bigint[]) AS p(sku_id, site_id, bin_id, lot_id, condition, units)
  JOIN bin_stock b ON b.sku_id = p.sku_id AND b.site_id = p.site_id AND b.condition = p.condition
   AND b.bin_id IS NOT DISTINCT FROM p.bin_id AND b.lot_id IS NOT DISTINCT FROM p.lot_id
 CROSS JOIN LATERAL (
       SELECT s.id, s.code, s.state, count(*) OVER () - b.quantity + p.units AS surplus,
              o.is_others, row_number() OVER (ORDER BY s.state = 'picked', o.is_others,
                                          EXISTS (SELECT FROM quarantine_cases q
                                                   WHERE q.sku_id = p.sku_id AND q.site_id = p.site_id
                                                     AND q.serial_id = s.id AND q.closed_at IS NULL),
                                          c.id DESC NULLS LAST) AS turn
         FROM serials s
         LEFT JOIN LATERAL (SELECT m.id, m.occurred_at FROM serial_moves m WHERE m.serial_id = s.id
                               AND (m.what IN ('received', 'returned', 'found') OR m.reference_type = 'transfer_line')
                             ORDER BY m.id DESC LIMIT 1) c ON true
        CROSS JOIN LATERAL (SELECT coalesce(c.occurred_at < %(since)s, true) OR EXISTS ({NAMED}) AS is_others) o
        WHERE s.id <> ALL(%(besides)s::bigint[])
          AND s.sku_id = p.sku_id AND s.site_id = p.site_id AND s.condition = p.condition
          AND s.bin_id IS NOT DISTINCT FROM p.bin_id AND s.lot_id IS NOT DISTINCT FROM p.lot_id) n
 WHERE n.turn <= n.surplus AND n.state = 'in_stock' ORDER BY n.turn
"""

LEFT_SINCE = """
SELECT DISTINCT m.serial_id FROM serial_moves m JOIN serial_moves l ON l.serial_id = m.serial_id AND l.id > m.id
 WHERE m.reference_type = %(type)s AND m.reference_id = ANY(%(ids)s::bigint[])
   AND m.reference_type IN ('receipt_line', 'transfer_line') AND l.state NOT IN ('in_stock', 'picked')
"""
