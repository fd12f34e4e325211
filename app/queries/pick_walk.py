"""Pick lists: which are open, and the walk of one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.takes import Plan, Take
from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Units of one SKU for one order; ``plan`` says at which shelves. ``numbers`` are those that are picked."""

    line_id: int
    fulfilment_order_id: int
    number: str
    part: int
    state: str
    sku: str
    name: str
    gtin: str | None
    tracking: str
    numbers: tuple[str, ...]
    quantity: int
    picked: int
    packed: int
    is_held: bool
    plan: Plan = Plan()

    @property
    def code(self) -> str:
        return f"{self.number}-{self.part}"

    @property
    def left(self) -> int:
        return self.quantity - self.picked


@dataclass(frozen=True, kw_only=True)
class Spot:
    """What is taken for a stop from one place, or ``chosen`` by the picker instead; ``turn`` counts within the stop."""

    stop: Stop
    take: Take
    turn: int
    chosen: bool = False

    @property
    def line_id(self) -> int:
        return self.stop.line_id

    @property
    def bin(self) -> str:
        return self.take.bin

    @property
    def lot(self) -> str:
        return self.take.lot

    @property
    def expires_on(self) -> date | None:
        return self.take.expires_on

    @property
    def units(self) -> int:
        return self.take.quantity

    @property
    def why(self) -> str:
        """Why these units have no place; empty where they have."""
        return self.stop.plan.why if self.turn == len(self.stop.plan.takes) else ""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A pick list with its stops."""

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

    @property
    def spots(self) -> list[Spot]:
        """What is still to be taken, in walking order."""
        found = [
            Spot(stop=stop, take=take, turn=turn)
            for stop in self.open_stops
            for turn, take in enumerate(stop.plan.all_takes)
        ]
        return sorted(found, key=lambda spot: (*spot.take.rank, spot.stop.sku, spot.stop.fulfilment_order_id))

    def at(self, line_id: int | None, turn: int | None = None) -> Spot | None:
        """The place asked for while it is open, else the first of its line, else the first of all."""
        spots = self.spots
        of_line = [spot for spot in spots if spot.line_id == line_id]
        asked = [spot for spot in of_line if spot.turn == turn]
        return next(iter((*asked, *of_line, *spots)), None)

    def along(self, plans: Mapping[int, Plan]) -> "Walk":
        """The same walk with the places by line."""
        return replace(self, stops=tuple(replace(stop, plan=plans.get(stop.line_id, stop.plan)) for stop in self.stops))


def pick_lists(session: Session, site_ids: Collection[int]) -> Sequence[Any]:
    """Lists with work that is not packed yet, newest first; at most 100."""
    return session.execute(text(LISTS), {"sites": sorted(site_ids)}).all()


def walk(session: Session, pick_list_id: int) -> Walk:
    """Raises ``NotFound``."""
    row = session.execute(text(HEAD), {"id": pick_list_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no pick list {pick_list_id}")
    found = session.execute(text(STOPS), {"id": pick_list_id}).mappings()
    stops = tuple(Stop(**{**each, "numbers": tuple(each["numbers"])}) for each in found)
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
       k.tracking, l.quantity, l.picked, l.packed,
       ARRAY(SELECT n.code FROM held_picks h JOIN serials n ON n.id = h.serial_id
              WHERE h.fulfilment_line_id = l.id ORDER BY n.code) AS numbers,
       EXISTS (SELECT 1 FROM holds h WHERE h.order_id = o.id AND h.released_at IS NULL) AS is_held
  FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
  JOIN fulfilment_lines l ON l.fulfilment_order_id = f.id JOIN skus k ON k.id = l.sku_id
 WHERE f.pick_list_id = :id AND l.quantity > 0
 ORDER BY l.sku_code, f.id, l.id
"""
