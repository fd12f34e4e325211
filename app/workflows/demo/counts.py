"""The demo's shelves: an aisle of bins, and counts of it in each state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.counting import opening, plans
from app.counting.events import CountAccepted
from app.counting.opening import NewCount
from app.counting.plans import PlanFacts
from app.counting.tolerance import Rules
from app.inventory import moves
from app.inventory.moves import Move
from app.kernel.actor import SYSTEM, Actor
from app.workflows.count_places import Closing, Entry, close_places, count_units
from app.workflows.note_stock_value import note_stock_value
from app.workflows.post_counts import on_count_accepted
from app.workflows.recount_places import Again, recount_units
from app.workflows.settle_counts import submit

SITE = "RNO1"
BINS, PER_BIN, IN_BIN = 18, 3, 12
RULES = Rules(tolerance_units=1, tolerance_bp=200, approval_minor=15_000)
EASY = Rules(tolerance_units=1, tolerance_bp=200, approval_minor=500_000)
STRICT = Rules(approval_minor=1_000)


@dataclass(frozen=True, kw_only=True)
class _Story:
    """How far a count comes: ``missing`` units of the first item in each bin, judged by ``rules``."""

    rules: Rules
    missing: int
    end: str
    months_ago: int = 0


STORIES = (
    _Story(rules=EASY, missing=2, end="posted", months_ago=2),
    _Story(rules=EASY, missing=0, end="posted", months_ago=1),
    _Story(rules=EASY, missing=1, end="posted"),
    _Story(rules=STRICT, missing=3, end="decide"),
    _Story(rules=RULES, missing=4, end="recount"),
    _Story(rules=RULES, missing=0, end="counting"),
)


def count_shelves(session: Session, *, actor: Actor) -> int:
    """Answers how many counts there are. Goods without a unit cost get one of a little over half their price."""
    site_id = session.execute(text("SELECT id FROM sites WHERE code = :code"), {"code": SITE}).scalar_one()
    session.execute(text(COSTS))
    bins = _bins(session, site_id, actor)
    _plans(session, site_id)
    share = max(1, len(bins) // len(STORIES))
    for number, story in enumerate(STORIES):
        _tell(session, site_id, story, bins[number * share : (number + 1) * share], actor)
    note_stock_value(session)
    session.execute(text(PAST_VALUES))
    return len(STORIES)


def _bins(session: Session, site_id: int, actor: Actor) -> list[int]:
    """The first of the site, or new ones with goods that lay in none."""
    found = list(session.execute(text(FIRST_BINS), {"site": site_id, "most": BINS}).scalars())
    if len(found) >= BINS:
        return found
    made = list(session.execute(text(MAKE_BINS), {"site": site_id, "count": BINS}).scalars())
    loose = session.execute(text(LOOSE), {"site": site_id, "most": BINS * PER_BIN}).all()
    put = [
        Move(
            sku_id=row.sku_id,
            site_id=site_id,
            quantity=min(row.quantity, IN_BIN),
            from_bin_id=None,
            to_bin_id=made[at % BINS],
            reason="put_away",
            reference=("adjustment", 0),
        )
        for at, row in enumerate(loose)
    ]
    moves.move(session, put, actor=actor)
    return made


def _plans(session: Session, site_id: int) -> None:
    for abc_class, zone, days in (("A", None, 30), ("B", None, 90), (None, "A1", 14)):
        facts = PlanFacts(site_id=site_id, abc_class=abc_class, zone=zone, every_days=days, most_places=20, rules=RULES)
        plans.add(session, facts)


def _tell(session: Session, site_id: int, story: _Story, bins: Sequence[int], actor: Actor) -> None:
    spots = tuple((bin_id, None) for bin_id in bins)
    new = NewCount(site_id=site_id, cause="hand", rules=story.rules, spots=spots)
    [number] = opening.plan(session, [new], actor=actor)
    places = session.execute(text(PLACES), {"number": number}).all()
    for place in places[:1] if story.end == "counting" else places:
        _count(session, place, story.missing, actor)
    if story.end == "counting":
        return
    count_id = places[0].count_id
    submit(session, [count_id], actor=actor)
    if story.end in ("decide", "posted"):
        _count_again(session, count_id)
    if story.end == "posted":
        on_count_accepted(session, [CountAccepted(count_id=count_id)])
        session.execute(text(LONG_AGO), {"id": count_id, "months": story.months_ago})


def _count(session: Session, place: Any, missing: int, actor: Actor) -> None:
    rows = session.execute(text(GOODS), {"bin": place.bin_id}).all()
    entries = [
        Entry(
            count_id=place.count_id,
            place_id=place.id,
            code=row.code,
            units=max(0, row.quantity - (missing if at == 0 else 0)),
            is_more=False,
            client_scan_id=f"demo-{place.id}-{row.code}",
        )
        for at, row in enumerate(rows)
    ]
    count_units(session, entries, actor=actor)
    close_places(session, [Closing(count_id=place.count_id, place_id=place.id)], actor=actor)


def _count_again(session: Session, count_id: int) -> None:
    lines = session.execute(text(TO_RECOUNT), {"id": count_id})
    seen = [
        Again(
            count_id=count_id,
            line_id=line.id,
            units=line.counted,
            is_more=False,
            client_scan_id=f"demo-again-{line.id}",
        )
        for line in lines
    ]
    if seen:
        recount_units(session, seen, actor=SYSTEM)
        submit(session, [count_id], actor=SYSTEM)


COSTS = """
UPDATE skus s SET cost_minor = p.minor * 55 / 100
  FROM (SELECT sku_id, min(minor) AS minor FROM prices GROUP BY 1) p WHERE p.sku_id = s.id AND s.cost_minor IS NULL
"""
FIRST_BINS = """
SELECT b.id FROM bins b WHERE b.site_id = :site AND b.kind = 'pick'
   AND EXISTS (SELECT FROM bin_stock s WHERE s.bin_id = b.id AND s.quantity > 3)
   AND NOT EXISTS (SELECT FROM bin_stock s JOIN skus k ON k.id = s.sku_id
                    WHERE s.bin_id = b.id AND s.quantity > 0 AND (s.lot_id IS NOT NULL OR k.tracking <> 'none'))
 ORDER BY b.pick_sequence, b.code LIMIT :most
"""
MAKE_BINS = """
INSERT INTO bins (site_id, code, zone, pick_sequence)
SELECT :site, 'A' || (1 + n / 6) || '-' || to_char(1 + n % 6, 'FM00'), 'A' || (1 + n / 6), 1000 + n
  FROM generate_series(0, :count - 1) n RETURNING id
"""
LOOSE = """
SELECT s.sku_id, s.quantity FROM bin_stock s JOIN skus k ON k.id = s.sku_id AND k.tracking = 'none'
 WHERE s.site_id = :site AND s.bin_id IS NULL AND s.lot_id IS NULL AND s.condition = 'good' AND s.quantity >= 5
   AND NOT EXISTS (SELECT FROM fulfilment_lines l JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id
                    WHERE l.sku_id = s.sku_id AND f.site_id = s.site_id AND l.picked > l.shipped)
 ORDER BY s.sku_id LIMIT :most
"""
PLACES = """
SELECT p.id, p.count_id, p.bin_id FROM count_places p JOIN counts c ON c.id = p.count_id
 WHERE c.number = :number ORDER BY p.id
"""
GOODS = """
SELECT k.code, s.quantity FROM bin_stock s JOIN skus k ON k.id = s.sku_id
 WHERE s.bin_id = :bin AND s.quantity > 0 AND s.condition = 'good' ORDER BY s.quantity DESC, k.code
"""
TO_RECOUNT = "SELECT id, counted FROM count_lines WHERE count_id = :id AND must_recount ORDER BY id"
LONG_AGO = """
UPDATE counts SET closed_at = closed_at - :months * interval '1 month',
                  submitted_at = submitted_at - :months * interval '1 month',
                  created_at = created_at - :months * interval '1 month' WHERE id = :id
"""
PAST_VALUES = """
INSERT INTO stock_values (month, site_id, value_minor, noted_at)
SELECT CAST(month - n * interval '1 month' AS date), site_id, value_minor * (100 - 3 * n) / 100, noted_at
  FROM stock_values, generate_series(1, 2) n ON CONFLICT DO NOTHING
"""
