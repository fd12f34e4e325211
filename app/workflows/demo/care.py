"""Demo goods that are kept by lot or by number, and what became of some of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import serials
from app.inventory.cases import Decision
from app.inventory.labelled_lots import LabelledLot, open_lots
from app.inventory.serials import Numbered
from app.kernel import clock
from app.kernel.actor import SYSTEM, Actor
from app.workflows.adjust_stock import Adjustment
from app.workflows.quarantine import SetAside, decide, set_units_aside
from app.workflows.recall_lots import freeze_lots
from app.workflows.set_aside import set_aside

BY_LOT = ["First-aid kit %", "Repair kit %", "Chalk bag %", "Water bottle %", "Wool socks %", "Dry sack %"]
BY_NUMBER = ["Climbing rope %", "Gas stove %"]
KEEPS = (20, 75, 400)  # days until the lots of one SKU expire; they are sent until 30 days before
OLD_ONE_IN = 10  # SKUs of which some is due to leave


def keep_by_lot_and_number(session: Session) -> None:
    """Before their stock comes in."""
    session.execute(text(TRACK), {"lots": BY_LOT, "numbers": BY_NUMBER})


def in_lots(session: Session, adjustments: Sequence[Adjustment]) -> list[Adjustment]:
    """Opening stock of goods that are kept by lot, spread over several."""
    made = _lots(session)
    return [part for one in adjustments for part in _parts(one, made.get(one.sku_id, ()))]


def give_numbers(session: Session, *, actor: Actor) -> None:
    rows = session.execute(text(UNNUMBERED)).all()
    units = [
        Numbered(sku_id=row.sku_id, site_id=row.site_id, code=f"{row.maker}-{row.site}-{turn:04d}")
        for row in rows
        for turn in range(1, row.on_hand + 1)
    ]
    serials.register(session, units, actor=actor)


def some_went_wrong(session: Session, *, actor: Actor) -> None:
    """One lot is recalled, what is due leaves, a few units are damaged, and one of them is decided about."""
    recalled = session.execute(text(MOST_SHIPPED)).scalar_one()
    freeze_lots(session, [recalled], reason="The seam of this lot may open", actor=actor)
    set_aside(session, actor=SYSTEM)
    damaged = [
        SetAside(
            site_id=row.site_id, code=row.sku, quantity=2, condition="damaged", reason="Crushed on the way to the shelf"
        )
        for row in session.execute(text(PLENTY))
    ]
    cases = set_units_aside(session, damaged, actor=actor)
    decisions = [Decision(case_id=id, act="scrap", quantity=2, note="Beyond repair") for id in cases[:1]]
    decisions += [Decision(case_id=id, act="release", quantity=1) for id in cases[1:2]]
    decide(session, decisions, actor=actor)


def _lots(session: Session) -> Mapping[int, Sequence[int]]:
    rows = session.execute(text("SELECT id, code, removal_days FROM skus WHERE tracking = 'lot' ORDER BY id")).all()
    today, first = clock.now().date(), clock.now().date() - timedelta(days=90)
    asked = [
        LabelledLot(
            sku_id=row.id,
            code=f"{row.code.split('-')[1]}{today:%y}-{turn:02d}",
            expires_on=today + timedelta(days=days),
            removal_days=row.removal_days,
            received_on=first,
        )
        for position, row in enumerate(rows)
        for turn, days in enumerate(KEEPS, start=1)
        if turn > 1 or position % OLD_ONE_IN == 0
    ]
    known = open_lots(session, asked)
    made: dict[int, list[int]] = {}
    for one in asked:
        made.setdefault(one.sku_id, []).append(known[one.key].id)
    return made


def _parts(one: Adjustment, lot_ids: Sequence[int]) -> list[Adjustment]:
    """Of the oldest of three a few, of the others half each."""
    if not lot_ids:
        return [one]
    few = min(2, one.on_hand) if len(lot_ids) == len(KEEPS) else 0
    half = (one.on_hand - few) // 2
    units = (few, half, one.on_hand - few - half)[-len(lot_ids) :]
    return [replace(one, on_hand=part, lot_id=id) for part, id in zip(units, lot_ids, strict=True) if part]


TRACK = """
UPDATE skus s SET tracking = CASE WHEN s.name LIKE ANY (CAST(:lots AS text[])) THEN 'lot'
                                  WHEN s.name LIKE ANY (CAST(:numbers AS text[])) THEN 'serial'
                                  ELSE s.tracking END,
       removal = CASE WHEN s.name LIKE ANY (CAST(:lots AS text[])) THEN 'fefo' ELSE s.removal END,
       removal_days = CASE WHEN s.name LIKE ANY (CAST(:lots AS text[])) THEN 30 ELSE s.removal_days END,
       cost_minor = coalesce(s.cost_minor, (SELECT max(p.minor) * 2 / 5 FROM prices p WHERE p.sku_id = s.id))
"""

UNNUMBERED = """
SELECT l.sku_id, l.site_id, w.code AS site, split_part(s.code, '-', 2) AS maker, l.on_hand
  FROM stock_levels l JOIN skus s ON s.id = l.sku_id JOIN sites w ON w.id = l.site_id
 WHERE s.tracking = 'serial' AND l.on_hand > 0 ORDER BY l.sku_id, l.site_id
"""

MOST_SHIPPED = """
SELECT t.id FROM lots t
  LEFT JOIN (SELECT lot_id, -sum(on_hand) AS units FROM stock_movements WHERE reason = 'ship' AND lot_id IS NOT NULL
              GROUP BY 1) m ON m.lot_id = t.id
 ORDER BY coalesce(m.units, 0) DESC, t.id LIMIT 1
"""

PLENTY = """
SELECT s.code AS sku, l.site_id FROM stock_levels l JOIN skus s ON s.id = l.sku_id
 WHERE s.tracking = 'none' AND l.on_hand - l.allocated - l.reserved - l.unavailable > 20 ORDER BY l.id LIMIT 4
"""
