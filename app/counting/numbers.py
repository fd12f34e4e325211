"""Numbers of the units at one place: what the book has there, and what was seen."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import driver
from app.kernel.driver import cells

Spot = tuple[int, int, int | None, str]  # place of the count, SKU, lot and condition


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """``again`` is what the second person saw."""

    expected: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    again: frozenset[str] = frozenset()


NONE = Numbers()


def of_counts(session: Session, count_ids: Collection[int]) -> dict[int, Numbers]:
    """By line; those without are left out."""
    marks: dict[int, dict[str, set[str]]] = defaultdict(lambda: {"expected": set(), "seen": set(), "again": set()})
    for row in session.execute(text(OF_COUNTS), {"ids": sorted(count_ids)}):
        line = marks[row.count_line_id]
        for name, is_so in (("expected", row.is_expected), ("seen", row.is_seen), ("again", row.is_seen_again)):
            if is_so:
                line[name].add(row.code)
    return {
        line_id: Numbers(**{name: frozenset(codes) for name, codes in sets.items()}) for line_id, sets in marks.items()
    }


def write(session: Session, lines: Mapping[Spot, Numbers]) -> None:
    """In place of what stood for these lines, which exist by now."""
    if not lines:
        return
    spots = list(lines)
    every = [(spot, code, lines[spot]) for spot in spots for code in sorted(_all(lines[spot]))]
    driver.write(session, FORGET, {"rows": _rows(spots)})
    if every:
        marks: list[list[Any]] = [
            [code for _, code, _ in every],
            [code in one.expected for _, code, one in every],
            [code in one.seen for _, code, one in every],
            [code in one.again for _, code, one in every],
        ]
        driver.write(session, WRITE, {"rows": _rows([spot for spot, _, _ in every], *marks)})


def turn(session: Session, line_ids: Collection[int]) -> None:
    """What the second person saw becomes what was seen: before the line is to be looked at once more."""
    session.execute(text(TURN), {"ids": sorted(line_ids)})


def _rows(spots: Sequence[Spot], *marks: list[Any]) -> str:
    columns: list[list[Any]] = [list(column) for column in zip(*spots, strict=True)]
    return cells(*columns, *marks)


def _all(one: Numbers) -> frozenset[str]:
    return one.expected | one.seen | one.again


OF_COUNTS = """
SELECT n.count_line_id, n.code, n.is_expected, n.is_seen, n.is_seen_again
  FROM count_lines l JOIN count_serials n ON n.count_line_id = l.id
 WHERE l.count_id = ANY(CAST(:ids AS bigint[])) ORDER BY n.id
"""

SPOT = """
       l.place_id = v.place::bigint AND l.sku_id = v.sku::bigint AND l.condition = v.condition
   AND l.lot_id IS NOT DISTINCT FROM v.lot::bigint
"""

FORGET = f"""
DELETE FROM count_serials n USING count_lines l, unnest(%(rows)s::cells[]) AS v(place, sku, lot, condition)
 WHERE n.count_line_id = l.id AND {SPOT}
"""

WRITE = f"""
INSERT INTO count_serials (count_line_id, code, is_expected, is_seen, is_seen_again)
SELECT l.id, v.code, v.expected::boolean, v.seen::boolean, v.again::boolean
  FROM unnest(%(rows)s::cells[]) AS v(place, sku, lot, condition, code, expected, seen, again)
  JOIN count_lines l ON {SPOT}
"""

TURN = """
UPDATE count_serials n SET is_seen = n.is_seen_again, is_seen_again = false
  FROM count_lines l
 WHERE l.id = n.count_line_id AND l.recounted IS NOT NULL AND l.id = ANY(CAST(:ids AS bigint[]))
"""
