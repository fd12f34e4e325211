"""One count with its differences, line by line. Before it is handed in there are none to show."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.counting.tolerance import Rules
from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class NumberRow:
    """A number that was missing, or seen and not expected: then ``state``, ``site`` and ``bin`` are the books' before
    the count, the state empty where they did not know it."""

    serial_id: int | None
    code: str
    is_missing: bool
    state: str
    site: str
    bin: str


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
    numbers: tuple[NumberRow, ...] = ()

    @property
    def missing(self) -> list[NumberRow]:
        return [one for one in self.numbers if one.is_missing]

    @property
    def unexpected(self) -> list[NumberRow]:
        return [one for one in self.numbers if not one.is_missing]

    @property
    def value_minor(self) -> int | None:
        return None if self.cost_minor is None else (self.variance or 0) * self.cost_minor

    @property
    def off_minor(self) -> int:
        """What all that differs comes to: another unit in the place of one that is gone counts twice."""
        gone = len(self.missing)
        return (gone + abs((self.variance or 0) + gone)) * (self.cost_minor or 0)


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
        return [line for line in self.lines if line.variance or line.must_recount or line.numbers]

    @property
    def agreeing(self) -> int:
        return len(self.lines) - len(self.differing)

    @property
    def net_minor(self) -> int:
        return sum(line.value_minor or 0 for line in self.lines)

    @property
    def gross_minor(self) -> int:
        """All differences counted upwards: what the limit is held against."""
        return sum(line.off_minor for line in self.lines)

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
    numbers: dict[int, list[NumberRow]] = {}
    for row in session.execute(text(NUMBERS), {"id": head["id"]}).mappings():
        numbers.setdefault(row["line_id"], []).append(
            NumberRow(**{name: row[name] for name in NumberRow.__dataclass_fields__})
        )
    rules = Rules(**{name: facts.pop(name) for name in Rules.__dataclass_fields__})
    return CountPage(
        **facts,
        rules=rules,
        lines=tuple(
            LineRow(**row, numbers=tuple(numbers.get(row["id"], ())))
            for row in session.execute(text(LINES), {"id": head["id"]}).mappings()
        ),
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

# Where only units were counted, no number is missing.
NUMBERS = """
WITH seen AS (
    SELECT l.id AS line_id, l.sku_id, n.code, n.is_expected,
           CASE WHEN l.recounted IS NULL THEN n.is_seen ELSE n.is_seen_again END AS is_told
      FROM count_lines l JOIN count_serials n ON n.count_line_id = l.id
     WHERE l.count_id = :id AND l.book IS NOT NULL)
SELECT d.line_id, s.id AS serial_id, d.code, d.is_expected AS is_missing, coalesce(b.state, '') AS state,
       coalesce(w.code, '') AS site, coalesce(o.code, '') AS bin
  FROM seen d JOIN (SELECT line_id FROM seen GROUP BY 1 HAVING bool_or(is_told)) t USING (line_id)
  LEFT JOIN serials s ON s.sku_id = d.sku_id AND s.code = d.code
  LEFT JOIN LATERAL (SELECT m.state, m.site_id, m.bin_id FROM serial_moves m
                      WHERE m.serial_id = s.id
                        AND NOT (m.reference_type IN ('count_line', 'count_number')
                                 AND m.reference_id IN (SELECT id FROM count_lines WHERE count_id = :id))
                      ORDER BY m.id DESC LIMIT 1) b ON true
  LEFT JOIN sites w ON w.id = b.site_id LEFT JOIN bins o ON o.id = b.bin_id
 WHERE d.is_expected <> d.is_told ORDER BY d.line_id, d.is_expected DESC, d.code
"""

DECISIONS = """
SELECT kind, reason, actor, decided_at FROM count_decisions WHERE count_id = :id ORDER BY id
"""
