"""One count with its differences, line by line. Before it is handed in there are none to show."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.counting.tolerance import Rules
from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """``expected`` is the book when the shelf was counted; ``moved`` what came and went until it was handed in."""

    id: int
    sku: str
    name: str
    bin: str
    lot: str
    condition: str
    counted: int
    counter: str
    recounted: int | None
    recounter: str | None
    expected: int
    book: int | None
    moved: int | None
    variance: int | None
    cost_minor: int | None
    must_recount: bool

    @property
    def value_minor(self) -> int | None:
        return None if self.cost_minor is None else (self.variance or 0) * self.cost_minor


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    kind: str
    reason: str
    actor: str
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class CountPage:
    id: int
    number: str
    site: str
    site_name: str
    state: str
    cause: str
    plan_id: int | None
    rules: Rules
    created_by: str
    created_at: datetime
    submitted_by: str | None
    submitted_at: datetime | None
    closed_at: datetime | None
    places: int
    counted: int
    lines: tuple[LineRow, ...]
    decisions: tuple[DecisionRow, ...]

    @property
    def is_judged(self) -> bool:
        """Whether the book was compared: before that nobody is shown it here."""
        return self.submitted_at is not None

    @property
    def differing(self) -> list[LineRow]:
        return [line for line in self.lines if line.variance or line.must_recount]

    @property
    def agreeing(self) -> int:
        return len(self.lines) - len(self.differing)

    @property
    def net_minor(self) -> int:
        return sum(line.value_minor or 0 for line in self.lines)

    @property
    def gross_minor(self) -> int:
        """All differences counted upwards: what the limit is held against."""
        return sum(abs(line.value_minor or 0) for line in self.lines)

    @property
    def actors(self) -> set[str]:
        """Codes of everybody who had to do with it."""
        people = {self.created_by, self.submitted_by or "", *(one.actor for one in self.decisions)}
        return people | {code for line in self.lines for code in (line.counter, line.recounter or "")}


def count_page(session: Session, number: str) -> CountPage:
    """Raises NotFound."""
    head = session.execute(text(HEAD), {"number": number}).mappings().one_or_none()
    if head is None:
        raise NotFound(f"there is no count {number[:20]!r}")
    facts = dict(head)
    rules = Rules(**{name: facts.pop(name) for name in Rules.__dataclass_fields__})
    return CountPage(
        **facts,
        rules=rules,
        lines=tuple(LineRow(**row) for row in session.execute(text(LINES), {"id": head["id"]}).mappings()),
        decisions=tuple(DecisionRow(**row) for row in session.execute(text(DECISIONS), {"id": head["id"]}).mappings()),
    )


HEAD = """
SELECT c.id, c.number, s.code AS site, s.name AS site_name, c.state, c.cause, c.plan_id, c.tolerance_units,
       c.tolerance_bp, c.approval_minor, c.created_by, c.created_at, c.submitted_by, c.submitted_at, c.closed_at,
       q.places, q.counted
  FROM counts c JOIN sites s ON s.id = c.site_id
  JOIN LATERAL (SELECT count(*) AS places, count(counted_at) AS counted FROM count_places WHERE count_id = c.id) q
    ON true
 WHERE c.number = :number
"""

LINES = """
SELECT l.id, k.code AS sku, k.name, coalesce(b.code, '') AS bin, coalesce(t.code, '') AS lot, l.condition, l.counted,
       l.counter, l.recounted, l.recounter, l.expected, l.book, l.moved, l.variance, l.cost_minor, l.must_recount
  FROM count_lines l JOIN skus k ON k.id = l.sku_id LEFT JOIN bins b ON b.id = l.bin_id
  LEFT JOIN lots t ON t.id = l.lot_id
 WHERE l.count_id = :id
 ORDER BY abs(coalesce(l.variance, 0) * coalesce(l.cost_minor, 0)) DESC, abs(coalesce(l.variance, 0)) DESC,
          b.pick_sequence, b.code, k.code, l.id
"""

DECISIONS = """
SELECT kind, reason, actor, decided_at FROM count_decisions WHERE count_id = :id ORDER BY id
"""
