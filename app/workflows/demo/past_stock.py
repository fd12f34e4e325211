"""A quarter of the demo's stock: it was sold, ran out here and there, and came again; rules and costs beside it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.inventory.post import Movement, post
from app.kernel import clock
from app.kernel.actor import Actor
from app.workflows.keep_stock_rules import RuleFacts, add_rules
from app.workflows.watch_stock import check_levels

DAYS = 91
STEP = 3
FORGOTTEN = 17  # of so many SKUs nobody orders one
SALE = ("past_sale", 0)
RULES = (
    RuleFacts(kind="safety", units=1, note="No site sells its last one"),
    RuleFacts(kind="safety", units=2, category="{category}", note="Often broken when it arrives"),
    RuleFacts(kind="safety", units=5, sku="{sku}", note="Shown at fairs"),
    RuleFacts(kind="channel_buffer", units=3, sku="{sku}", note="Sold at the counter too"),
    RuleFacts(kind="reorder", units=60, sku="{sku}", note="The maker delivers once a quarter"),
)


@dataclass
class _Level:
    """``pace`` is what it sells in three days at most; nobody orders more of what is forgotten."""

    sku_id: int
    site_id: int
    on_hand: int
    pace: int
    is_forgotten: bool


def live_a_quarter(session: Session, rng: random.Random, *, until: datetime, actor: Actor) -> None:
    """What the levels have now they had at its beginning; the last three days are left to the open orders."""
    rows = session.execute(text(NOT_TRACKED))
    levels = [_level(row, rng) for row in rows]
    for ago in range(DAYS, STEP, -STEP):
        with clock.as_if(until - timedelta(days=ago, minutes=rng.randint(0, 300))):
            post(session, [moved for level in levels for moved in _some_days(level, rng)], actor=actor)


def keep_rules(session: Session, *, actor: Actor) -> None:
    """Rules of every kind, and the alerts that follow from them."""
    sku, category = session.execute(text("SELECT code, category FROM skus ORDER BY code LIMIT 1")).one()
    named = {"sku": sku, "category": category}
    rules = [
        RuleFacts(**{**vars(rule), "sku": rule.sku.format(**named), "category": rule.category.format(**named)})
        for rule in RULES
    ]
    add_rules(session, rules, actor=actor)
    check_levels(session)


def _level(row: Row[Any], rng: random.Random) -> _Level:
    is_forgotten = row.position % FORGOTTEN == 0
    pace = 4 if is_forgotten else rng.choice((0, 0, 1, 1, 2, 3))
    return _Level(row.sku_id, row.site_id, row.on_hand, pace, is_forgotten)


def _some_days(level: _Level, rng: random.Random) -> Iterator[Movement]:
    place: dict[str, Any] = {"sku_id": level.sku_id, "site_id": level.site_id}
    if level.on_hand < 5 * level.pace and not level.is_forgotten and rng.random() < 0.4:
        came = level.pace * rng.randint(6, 12)
        level.on_hand += came
        yield Movement(**place, reason="receipt", reference=("adjustment", 0), on_hand=came)
    sold = min(rng.randint(0, level.pace), level.on_hand)
    if sold:
        level.on_hand -= sold
        yield Movement(**place, reason="allocate", reference=SALE, allocated=sold)
        yield Movement(**place, reason="ship", reference=SALE, allocated=-sold, on_hand=-sold)


# By its place among the goods: their ids depend on what was there before them.
NOT_TRACKED = """
SELECT l.sku_id, l.site_id, l.on_hand, s.id - (SELECT min(id) FROM skus) + 1 AS position
  FROM stock_levels l JOIN skus s ON s.id = l.sku_id AND s.tracking = 'none'
 ORDER BY l.sku_id, l.site_id
"""
