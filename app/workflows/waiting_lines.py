"""Who waits for a SKU, in turn and a page at a time, with what each of them rests on."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.pegs import OpenSupply
from app.inventory.turns import Page, Standing, Turn, Walk
from app.kernel import driver
from app.kernel.driver import array, cells

PAGE = 2_000  # lines that are looked at, without a lock, in one unit of work
LEAST = 20


def read_pages(
    session: Session, walks: Sequence[Walk], supplies: Mapping[int, Sequence[OpenSupply]]
) -> dict[int, Page]:
    """The lines that come next on each of these walks, by SKU; two statements, and no lock."""
    units = _shelves(session, [walk.sku_id for walk in walks])
    most = max(LEAST, PAGE // len(walks))
    spots = cells(*zip(*[(walk.sku_id, *walk.spot.after) for walk in walks], strict=True))
    open_ = array(one.id for several in supplies.values() for one in several)
    found: dict[int, list[Standing]] = {walk.sku_id: [] for walk in walks}
    for row in driver.fetch(session, PAGES, {"spots": spots, "open": open_, "most": most}):
        turn = Turn(row.promised_on, row.placed_at, row.order_id, row.id)
        found[row.sku_id].append(
            Standing(turn=turn, quantity=row.quantity, pegged=row.pegged, sound=row.sound, last_on=row.last_on)
        )
    pages = {}
    for sku_id, lines in found.items():
        free = [one.expected_on for one in supplies.get(sku_id, ()) if one.quantity > one.pegged]
        pages[sku_id] = Page(
            lines=lines, is_end=len(lines) < most, free_from=min(free, default=None), shelf=units.get(sku_id, 0)
        )
    return pages


def read_called(session: Session, order_line_ids: Collection[int]) -> dict[int, Any]:
    """Those of these lines of locked orders that still wait."""
    return {row.id: row for row in session.execute(text(LINES), {"lines": list(order_line_ids)})}


def picture(supplies: Sequence[OpenSupply]) -> str:
    """What two walks must see alike to give out the same."""
    seen = sorted((one.id, one.quantity, one.pegged, one.expected_on.isoformat()) for one in supplies)
    return blake2b(repr(seen).encode(), digest_size=8).hexdigest()


def _shelves(session: Session, sku_ids: Collection[int]) -> dict[int, int]:
    """Units by SKU that lie in stock and could be given to whoever waits."""
    return {row.sku_id: row.available for row in session.execute(text(SHELF), {"skus": list(sku_ids)})}


PAGES = """
SELECT l.*, coalesce(r.pegged, 0)::bigint AS pegged, coalesce(r.sound, 0)::bigint AS sound, r.last_on
  FROM (SELECT sku_id::bigint, day::date, moment::timestamptz, order_id::bigint, line_id::bigint
          FROM unnest(%(spots)s::cells[]) AS v(sku_id, day, moment, order_id, line_id)) w
 CROSS JOIN LATERAL (
       SELECT l.sku_id, l.promised_on, l.placed_at, l.order_id, l.id, l.backordered AS quantity
         FROM order_lines l
        WHERE l.sku_id = w.sku_id AND l.backordered > 0
          AND (l.promised_on, l.placed_at, l.order_id, l.id) > (w.day, w.moment, w.order_id, w.line_id)
        ORDER BY l.promised_on, l.placed_at, l.order_id, l.id LIMIT %(most)s::bigint) l
  LEFT JOIN LATERAL (
       SELECT sum(p.quantity) AS pegged, max(i.expected_on) AS last_on,
              sum(p.quantity) FILTER (WHERE i.expected_on <= p.promised_on AND i.id = ANY(%(open)s::bigint[])) AS sound
         FROM pegs p JOIN incoming i ON i.id = p.incoming_id WHERE p.order_line_id = l.id) r ON true
 ORDER BY l.sku_id, l.promised_on, l.placed_at, l.order_id, l.id
"""

SHELF = """
SELECT l.sku_id, sum(greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock))::bigint
       AS available
  FROM stock_levels l JOIN sites t ON t.id = l.site_id AND t.is_active
 WHERE l.sku_id = ANY(CAST(:skus AS bigint[])) GROUP BY l.sku_id
"""

LINES = """
SELECT l.id, l.order_id, l.backordered, z.transit_days
  FROM order_lines l JOIN orders o ON o.id = l.order_id LEFT JOIN zones z ON z.id = o.zone_id
 WHERE l.id = ANY(CAST(:lines AS bigint[])) AND l.backordered > 0
"""
