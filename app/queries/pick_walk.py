"""Pick lists: which are open, and the walk of one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Units of one SKU for one order, at one shelf."""

    line_id: int
    fulfilment_order_id: int
    number: str
    part: int
    state: str
    sku: str
    name: str
    gtin: str | None
    bin: str
    quantity: int
    picked: int
    packed: int
    is_held: bool

    @property
    def code(self) -> str:
        return f"{self.number}-{self.part}"

    @property
    def left(self) -> int:
        return self.quantity - self.picked


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A pick list with its stops in walking order."""

    id: int
    site_id: int
    site: str
    site_name: str
    created_at: datetime
    stops: tuple[Stop, ...]

    @property
    def open_stops(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.left and not stop.is_held]

    @property
    def units(self) -> int:
        return sum(stop.quantity for stop in self.stops)

    @property
    def picked(self) -> int:
        return sum(stop.picked for stop in self.stops)

    def at(self, line_id: int | None) -> Stop | None:
        """The stop asked for while it is open, else the first open one."""
        asked = next((stop for stop in self.open_stops if stop.line_id == line_id), None)
        return asked or next(iter(self.open_stops), None)


def pick_lists(session: Session, site_ids: Collection[int]) -> Sequence[Any]:
    """Lists with work that is not packed yet, newest first; at most 100."""
    return session.execute(text(LISTS), {"sites": sorted(site_ids)}).all()


def walk(session: Session, pick_list_id: int) -> Walk:
    """Raises ``NotFound``."""
    row = session.execute(text(HEAD), {"id": pick_list_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no pick list {pick_list_id}")
    stops = tuple(Stop(**each._mapping) for each in session.execute(text(STOPS), {"id": pick_list_id}))
    return Walk(**row._mapping, stops=stops)


LISTS = """
SELECT p.id, s.code AS site, p.created_at, count(DISTINCT f.id) AS orders, sum(l.quantity)::int AS units,
       sum(l.picked)::int AS picked
  FROM pick_lists p JOIN sites s ON s.id = p.site_id
  JOIN fulfilment_orders f ON f.pick_list_id = p.id AND f.state IN ('released', 'picking', 'picked')
  JOIN fulfilment_lines l ON l.fulfilment_order_id = f.id
 WHERE p.site_id = ANY(CAST(:sites AS bigint[])) GROUP BY p.id, s.code ORDER BY p.id DESC LIMIT 100
"""

HEAD = """
SELECT p.id, p.site_id, s.code AS site, s.name AS site_name, p.created_at
  FROM pick_lists p JOIN sites s ON s.id = p.site_id WHERE p.id = :id
"""

STOPS = """
SELECT l.id AS line_id, f.id AS fulfilment_order_id, o.number, f.part, f.state, l.sku_code AS sku, l.name, k.gtin,
       coalesce(place.code, '') AS bin, l.quantity, l.picked, l.packed,
       EXISTS (SELECT 1 FROM holds h WHERE h.order_id = o.id AND h.released_at IS NULL) AS is_held
  FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
  JOIN fulfilment_lines l ON l.fulfilment_order_id = f.id JOIN skus k ON k.id = l.sku_id
  LEFT JOIN LATERAL (
       SELECT b.code, b.pick_sequence FROM bin_stock bs JOIN bins b ON b.id = bs.bin_id
        WHERE bs.sku_id = l.sku_id AND bs.site_id = f.site_id AND bs.condition = 'good' AND bs.quantity > 0
        ORDER BY b.pick_sequence, b.code LIMIT 1) place ON true
 WHERE f.pick_list_id = :id AND l.quantity > 0
 ORDER BY place.pick_sequence NULLS LAST, place.code, l.sku_code, f.id
"""
