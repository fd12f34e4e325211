"""What was seen is written down; the count is locked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.counting import numbers
from app.counting.models import CountLine, CountScan
from app.kernel import bulk, clock, driver
from app.kernel.actor import Actor
from app.kernel.driver import cells


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """``expected`` is the book at this moment, ``seen_sequence`` the number of the level's last movement then."""

    count_id: int
    place_id: int
    sku_id: int
    bin_id: int | None
    lot_id: int | None
    condition: str
    counted: int
    expected: int
    seen_sequence: int


@dataclass(frozen=True, kw_only=True)
class Recounted:
    line_id: int
    units: int
    expected: int
    seen_sequence: int


@dataclass(frozen=True, kw_only=True)
class Judged:
    """``book`` is what the shelf's book says now; ``decision`` is open, count or recount."""

    line_id: int
    book: int
    moved: int
    book_sequence: int
    variance: int
    cost_minor: int | None
    must_recount: bool
    decision: str


def put(session: Session, lines: Sequence[NewLine], *, actor: Actor) -> None:
    """Write first counts, in place of what was written for the same goods at the same place before."""
    moment = clock.now()
    rows = [{**vars(line), "counter": actor.code, "counted_at": moment} for line in lines]
    bulk.insert(session, CountLine, rows, suffix=REPLACE)


def put_again(session: Session, lines: Sequence[Recounted], *, actor: Actor) -> None:
    driver.write(
        session,
        RECOUNT,
        {
            "rows": cells(
                [line.line_id for line in lines],
                [line.units for line in lines],
                [line.expected for line in lines],
                [line.seen_sequence for line in lines],
            ),
            "actor": actor.code,
            "at": clock.now(),
        },
    )


def judge(session: Session, lines: Sequence[Judged]) -> None:
    columns = list(Judged.__dataclass_fields__)
    driver.write(session, JUDGE, {"rows": cells(*([getattr(line, name) for line in lines] for name in columns))})


def ask_again(session: Session, line_ids: Collection[int]) -> None:
    """These are to be seen once more: what a recount said becomes the count, so that its counter is not asked again."""
    numbers.turn(session, line_ids)
    session.execute(text(ASK_AGAIN), {"ids": sorted(line_ids)})


def forget(session: Session, place_ids: Collection[int]) -> None:
    """Places that are begun anew."""
    ids = {"ids": sorted(place_ids)}
    session.execute(text("DELETE FROM count_lines WHERE place_id = ANY(CAST(:ids AS bigint[]))"), ids)
    session.execute(
        text("UPDATE count_places SET counter = '', counted_at = NULL WHERE id = ANY(CAST(:ids AS bigint[]))"), ids
    )


def begin_places(session: Session, place_ids: Collection[int], *, actor: Actor) -> None:
    """Whoever writes first is the counter of the place."""
    session.execute(
        text("UPDATE count_places SET counter = :actor WHERE id = ANY(CAST(:ids AS bigint[])) AND counter = ''"),
        {"ids": sorted(place_ids), "actor": actor.code},
    )


def close_places(session: Session, place_ids: Collection[int]) -> None:
    session.execute(
        text("UPDATE count_places SET counted_at = :at WHERE id = ANY(CAST(:ids AS bigint[]))"),
        {"ids": sorted(place_ids), "at": clock.now()},
    )


def fresh(session: Session, scans: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
    """Of scans by (count, the terminal's name for it) those that did not come before; they are written down."""
    rows = [{"count_id": count_id, "client_scan_id": name} for count_id, name in dict.fromkeys(scans)]
    suffix = "ON CONFLICT DO NOTHING RETURNING count_id, client_scan_id"
    return {(row.count_id, row.client_scan_id) for row in bulk.insert(session, CountScan, rows, suffix=suffix)}


def forget_scans(session: Session, count_ids: Collection[int]) -> None:
    """Of counts that are over: a terminal that sends one again is refused by their state."""
    session.execute(
        text("DELETE FROM count_scans WHERE count_id = ANY(CAST(:ids AS bigint[]))"), {"ids": sorted(count_ids)}
    )


REPLACE = """
ON CONFLICT (place_id, sku_id, lot_id, condition) DO UPDATE
   SET counted = excluded.counted, counter = excluded.counter, counted_at = excluded.counted_at,
       expected = excluded.expected, seen_sequence = excluded.seen_sequence
"""

RECOUNT = """
UPDATE count_lines l
   SET recounted = v.units::bigint, recounter = %(actor)s, recounted_at = %(at)s, expected = v.expected::bigint,
       seen_sequence = v.sequence::bigint, book = NULL, moved = NULL, book_sequence = NULL, variance = NULL
  FROM unnest(%(rows)s::cells[]) AS v(id, units, expected, sequence) WHERE l.id = v.id::bigint
"""

JUDGE = """
UPDATE count_lines l
   SET book = v.book::bigint, moved = v.moved::bigint, book_sequence = v.book_sequence::bigint,
       variance = v.variance::bigint, cost_minor = v.cost_minor::bigint, must_recount = v.must_recount::boolean,
       decision = v.decision
  FROM unnest(%(rows)s::cells[])
       AS v(line_id, book, moved, book_sequence, variance, cost_minor, must_recount, decision)
 WHERE l.id = v.line_id::bigint
"""

ASK_AGAIN = """
UPDATE count_lines
   SET counted = coalesce(recounted, counted), counter = coalesce(recounter, counter),
       counted_at = coalesce(recounted_at, counted_at), recounted = NULL, recounter = NULL, recounted_at = NULL,
       must_recount = true, decision = 'open'
 WHERE id = ANY(CAST(:ids AS bigint[]))
"""
