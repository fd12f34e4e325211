"""Counts as the floor sees them: places, and what this person counted. The book is not read here, on purpose."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A line of a place: what was counted there so far, and which numbers were seen."""

    id: int
    place_id: int
    sku: str
    name: str
    is_numbered: bool
    lot: str
    condition: str
    units: int
    numbers: list[str]


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A bin, or an item that lies in none. ``begun_by`` is a person's name, empty while nobody began."""

    id: int
    bin: str
    sku: str
    name: str
    counter: str
    begun_by: str
    is_counted: bool

    @property
    def code(self) -> str:
        return self.bin or self.sku


@dataclass(frozen=True, kw_only=True)
class Again:
    """An item to be counted once more. ``units`` and ``numbers`` are the recount's; ``counter`` is not to do it."""

    id: int
    place_id: int
    bin: str
    sku: str
    name: str
    is_numbered: bool
    lot: str
    condition: str
    counter: str
    counted_by: str
    recounter: str | None
    units: int | None
    numbers: list[str]


@dataclass(frozen=True, kw_only=True)
class Station:
    """``me`` is the code of the person who looks."""

    id: int
    number: str
    site_id: int
    site: str
    site_name: str
    state: str
    me: str
    stops: tuple[Stop, ...]
    seen: tuple[Seen, ...]
    again: tuple[Again, ...]

    @property
    def is_recount(self) -> bool:
        return self.state == "recount"

    @property
    def is_open(self) -> bool:
        return self.state in ("planned", "counting")

    @property
    def total(self) -> int:
        return len(self.again) if self.is_recount else len(self.stops)

    @property
    def done(self) -> int:
        if self.is_recount:
            return sum(one.units is not None for one in self.again)
        return sum(stop.is_counted for stop in self.stops)

    @property
    def open_stops(self) -> list[Stop]:
        """Those this person may count: begun by themselves first."""
        mine = [stop for stop in self.stops if not stop.is_counted and stop.counter in ("", self.me)]
        return sorted(mine, key=lambda stop: stop.counter != self.me)

    @property
    def others(self) -> list[Stop]:
        """Begun by somebody else, and not done."""
        return [stop for stop in self.stops if not stop.is_counted and stop.counter not in ("", self.me)]

    @property
    def open_again(self) -> list[Again]:
        return [one for one in self.again if one.units is None and one.counter != self.me]

    @property
    def for_others(self) -> list[Again]:
        """What this person counted first."""
        return [one for one in self.again if one.units is None and one.counter == self.me]

    def at(self, place_id: int | None) -> Stop | None:
        """The place asked for while it may be counted, else the next."""
        asked = next((stop for stop in self.open_stops if stop.id == place_id), None)
        return asked or next(iter(self.open_stops), None)

    def again_at(self, line_id: int | None) -> Again | None:
        """The item asked for, begun or not, else the next."""
        asked = [one for one in self.again if one.id == line_id and one.counter != self.me]
        return next(iter([*asked, *self.open_again]), None)

    def seen_at(self, place_id: int) -> list[Seen]:
        return [one for one in self.seen if one.place_id == place_id]


def on_the_floor(session: Session, site_ids: Collection[int]) -> Sequence[Any]:
    """What waits for somebody to count it, recounts first; at most 200."""
    return session.execute(text(FLOOR), {"sites": sorted(site_ids)}).all()


def station(session: Session, number: str, *, me: str) -> Station:
    """Raises NotFound."""
    head = session.execute(text(HEAD), {"number": number}).one_or_none()
    if head is None:
        raise NotFound(f"there is no count {number[:20]!r}")
    values = {"id": head.id, "me": me}
    return Station(
        **head._mapping,
        me=me,
        stops=tuple(Stop(**row._mapping) for row in session.execute(text(STOPS), values)),
        seen=tuple(Seen(**row._mapping) for row in session.execute(text(SEEN), values)),
        again=tuple(Again(**row._mapping) for row in session.execute(text(AGAIN), values)),
    )


FLOOR = """
SELECT c.number, s.code AS site, c.state, c.cause, c.created_at, p.abc_class, p.zone, q.places, q.counted, l.again,
       l.recounted
  FROM counts c JOIN sites s ON s.id = c.site_id LEFT JOIN count_plans p ON p.id = c.plan_id
  JOIN LATERAL (SELECT count(*) AS places, count(counted_at) AS counted FROM count_places WHERE count_id = c.id) q
    ON true
  JOIN LATERAL (SELECT count(*) AS again, count(recounted) AS recounted FROM count_lines
                 WHERE count_id = c.id AND must_recount) l ON true
 WHERE c.site_id = ANY(CAST(:sites AS bigint[])) AND c.state IN ('planned', 'counting', 'recount')
 ORDER BY c.state <> 'recount', c.cause <> 'short_pick', c.id LIMIT 200
"""

HEAD = """
SELECT c.id, c.number, c.site_id, s.code AS site, s.name AS site_name, c.state
  FROM counts c JOIN sites s ON s.id = c.site_id WHERE c.number = :number
"""

PERSON = "LEFT JOIN users {alias} ON 'user:' || {alias}.id = {code}"

STOPS = f"""
SELECT p.id, coalesce(b.code, '') AS bin, coalesce(k.code, '') AS sku, coalesce(k.name, '') AS name, p.counter,
       CASE WHEN p.counter = '' THEN '' ELSE coalesce(u.name, 'Somebody') END AS begun_by,
       p.counted_at IS NOT NULL AS is_counted
  FROM count_places p LEFT JOIN bins b ON b.id = p.bin_id LEFT JOIN skus k ON k.id = p.sku_id
  {PERSON.format(alias="u", code="p.counter")}
 WHERE p.count_id = :id ORDER BY b.pick_sequence NULLS LAST, b.code, k.code, p.id
"""

SEEN = """
SELECT l.id, l.place_id, k.code AS sku, k.name, k.tracking = 'serial' AS is_numbered, coalesce(t.code, '') AS lot,
       l.condition, l.counted AS units,
       ARRAY(SELECT n.code FROM count_serials n WHERE n.count_line_id = l.id AND n.is_seen ORDER BY n.code) AS numbers
  FROM count_lines l JOIN count_places p ON p.id = l.place_id JOIN skus k ON k.id = l.sku_id
  LEFT JOIN lots t ON t.id = l.lot_id
 WHERE l.count_id = :id AND p.counted_at IS NULL AND p.counter = :me ORDER BY l.counted_at DESC, l.id DESC
"""

AGAIN = f"""
SELECT l.id, l.place_id, coalesce(b.code, '') AS bin, k.code AS sku, k.name, k.tracking = 'serial' AS is_numbered,
       coalesce(t.code, '') AS lot, l.condition, l.counter, coalesce(u.name, 'Somebody') AS counted_by, l.recounter,
       l.recounted AS units,
       ARRAY(SELECT n.code FROM count_serials n WHERE n.count_line_id = l.id AND n.is_seen_again
              ORDER BY n.code) AS numbers
  FROM count_lines l JOIN skus k ON k.id = l.sku_id LEFT JOIN bins b ON b.id = l.bin_id
  LEFT JOIN lots t ON t.id = l.lot_id
  {PERSON.format(alias="u", code="l.counter")}
 WHERE l.count_id = :id AND l.must_recount ORDER BY b.pick_sequence NULLS LAST, b.code, k.code, t.code, l.id
"""
