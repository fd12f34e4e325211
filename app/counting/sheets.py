"""A count with its places and lines, as the verbs need it: locked."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.counting import numbers
from app.counting.judge import Seen
from app.counting.numbers import NONE, Numbers
from app.counting.states import CountState
from app.counting.tolerance import Rules
from app.kernel.errors import NotFound, StaleState

Goods = tuple[int, int | None, str]


@dataclass(frozen=True, kw_only=True)
class Line:
    """``bin_id`` None: what lies there lies in no bin."""

    id: int
    count_id: int
    place_id: int
    sku_id: int
    bin_id: int | None
    lot_id: int | None
    condition: str
    counted: int
    counter: str
    recounted: int | None
    recounter: str | None
    expected: int
    must_recount: bool
    variance: int | None
    decision: str
    numbers: Numbers = NONE

    @property
    def told(self) -> frozenset[str]:
        """The numbers that count: none where only units were counted."""
        return self.numbers.seen if self.recounted is None else self.numbers.again

    @property
    def missing(self) -> frozenset[str]:
        return self.numbers.expected - self.told if self.told else frozenset()

    @property
    def unexpected(self) -> frozenset[str]:
        return self.told - self.numbers.expected

    @property
    def differs(self) -> bool:
        return bool(self.variance or self.missing or self.unexpected)

    @property
    def goods(self) -> Goods:
        return self.sku_id, self.lot_id, self.condition

    @property
    def seen(self) -> int:
        """What counts: the recount, where there is one."""
        return self.counted if self.recounted is None else self.recounted

    def as_seen(self, cost_minor: int | None, *, begun_by: str) -> Seen:
        return Seen(
            line_id=self.id,
            expected=self.expected,
            counted=self.seen,
            is_recount=self.recounted is not None,
            cost_minor=cost_minor,
            gone=len(self.missing),
            came=len(self.unexpected),
            knew_book=self.counter == begun_by,
        )


@dataclass(frozen=True, kw_only=True)
class Place:
    id: int
    count_id: int
    bin_id: int | None
    sku_id: int | None
    counter: str
    is_counted: bool


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One count. ``begun_by`` began it by hand, where the book is shown; empty where its turn had come."""

    id: int
    number: str
    site_id: int
    state: CountState
    begun_by: str
    submitted_by: str
    rules: Rules
    places: dict[int, Place]
    lines: dict[int, Line]

    def place(self, place_id: int | None) -> Place:
        """Raises StaleState for one that this count does not have."""
        found = self.places.get(place_id or 0)
        if found is None:
            raise StaleState(f"this place is not part of count {self.number}: load the page again")
        return found

    def lines_of(self, place_id: int) -> list[Line]:
        return [line for line in self.lines.values() if line.place_id == place_id]


def lock(session: Session, count_ids: Collection[int]) -> dict[int, Sheet]:
    """Before any order or stock is locked. Raises NotFound."""
    ids = {"ids": sorted(count_ids)}
    heads = session.execute(text(HEADS), ids).all()
    missing = set(count_ids) - {head.id for head in heads}
    if missing:
        raise NotFound(f"there is no count {min(missing)}")
    places, rows = session.execute(text(PLACES), ids).all(), session.execute(text(LINES), ids).all()
    seen = numbers.of_counts(session, count_ids)
    lines = [Line(**row._mapping, numbers=seen.get(row.id, NONE)) for row in rows]
    return {head.id: _sheet(head, places, lines) for head in heads}


def id_of(session: Session, number: str) -> int:
    """Raises NotFound."""
    found = session.execute(text("SELECT id FROM counts WHERE number = :number"), {"number": number}).scalar()
    if found is None:
        raise NotFound(f"there is no count {number[:20]!r}")
    return int(found)


def _sheet(head: Any, places: Collection[Any], lines: Collection[Line]) -> Sheet:
    return Sheet(
        id=head.id,
        number=head.number,
        site_id=head.site_id,
        state=CountState(head.state),
        begun_by=head.begun_by,
        submitted_by=head.submitted_by or "system",
        rules=Rules(
            tolerance_units=head.tolerance_units,
            tolerance_bp=head.tolerance_bp,
            approval_minor=head.approval_minor,
        ),
        places={row.id: Place(**row._mapping) for row in places if row.count_id == head.id},
        lines={line.id: line for line in lines if line.count_id == head.id},
    )


HEADS = """
SELECT id, number, site_id, state, CASE WHEN cause = 'hand' THEN created_by ELSE '' END AS begun_by, submitted_by,
       tolerance_units, tolerance_bp, approval_minor
  FROM counts
 WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR NO KEY UPDATE
"""
PLACES = """
SELECT id, count_id, bin_id, sku_id, counter, counted_at IS NOT NULL AS is_counted FROM count_places
 WHERE count_id = ANY(CAST(:ids AS bigint[])) ORDER BY id
"""
LINES = """
SELECT id, count_id, place_id, sku_id, bin_id, lot_id, condition, counted, counter, recounted, recounter, expected,
       must_recount, variance, decision
  FROM count_lines WHERE count_id = ANY(CAST(:ids AS bigint[])) ORDER BY id
"""
