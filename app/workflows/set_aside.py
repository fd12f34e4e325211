"""Lots that are frozen, or that must leave before they expire, are taken out of what is sold: facts, never refused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import cases, levels, lots
from app.inventory.cases import NewCase
from app.inventory.events import FrozenUnitsReturned
from app.inventory.levels import Key
from app.kernel import clock, deliveries
from app.kernel.actor import SYSTEM, Actor
from app.kernel.deliveries import Held
from app.orders import facts
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.displace import candidates

AT_ONCE = 500
EVERY_LOT: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lying:
    """Good units of one lot in one bin that no tote holds, and why they may not stay good."""

    sku_id: int
    site_id: int
    bin_id: int | None
    lot_id: int
    lot: str
    quantity: int
    frozen_reason: str | None
    remove_on: date | None

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id

    @property
    def condition(self) -> str:
        return "expired" if self.frozen_reason is None else "quarantine"

    @property
    def reason(self) -> str:
        if self.frozen_reason is None:
            return f"Lot {self.lot} was to be removed on {self.remove_on}"
        return f"Lot {self.lot} is frozen: {self.frozen_reason}"


def set_aside(
    session: Session, *, actor: Actor, lot_ids: Collection[int] = EVERY_LOT, freezing: Mapping[int, str] | None = None
) -> int:
    """Good units of frozen lots go into quarantine, those of lots whose day has come at their site are expired; each
    place becomes a case. Answers how many units, of ``AT_ONCE`` places at most.

    ``freezing`` are lots that are about to be frozen in this transaction, with the reason; no place of theirs is left
    for later. Once in a transaction: orders are locked before levels.
    """
    limit = None if freezing else AT_ONCE
    asked = {"lots": sorted(lot_ids), "freezing": sorted(freezing or ()), "now": clock.now(), "limit": limit}
    seen = _lying(session, asked, freezing or {})
    if not seen and not freezing:
        return 0
    facts.lock(session, candidates(session, _sums(seen)))
    still = _stopped(session, seen, asked, freezing) if freezing else _still(session, seen, asked)
    adjust_stock(session, [_adjustment(one) for one in still], actor=actor)
    cases.add(session, [_case(one) for one in still], actor=actor)
    return sum(one.quantity for one in still)


def _still(session: Session, seen: Sequence[Lying], asked: Mapping[str, Any]) -> list[Lying]:
    levels.lock(session, _sums(seen))
    return [one for one in _lying(session, asked, {}) if one.key in _sums(seen)]


def _stopped(
    session: Session, seen: Sequence[Lying], asked: Mapping[str, Any], freezing: Mapping[int, str]
) -> list[Lying]:
    """All that lies of lots about to be frozen, at a moment in which nothing of them comes, goes or is picked.

    That takes the levels of their SKUs everywhere, and the lots themselves for who makes a level meanwhile: such a
    level has its turn before its lot, so everything is let go and locked again with it.
    """
    keys = levels.of_lots(session, freezing) | _sums(seen).keys()
    while True:
        with session.begin_nested() as attempt:
            levels.lock(session, keys)
            lots.lock(session, freezing)
            found = _lying(session, asked, freezing)
            if _sums(found).keys() <= keys:
                return found
            attempt.rollback()
        keys |= _sums(found).keys()


def set_aside_what_is_due(session: Session, _held: Sequence[Held]) -> None:
    """The scheduled effect: twice is once, as what is set aside is no longer good. The rest is left to a delivery."""
    moved = set_aside(session, actor=SYSTEM)
    if moved and _lying(session, {"lots": [], "freezing": [], "now": clock.now(), "limit": 1}, {}):
        deliveries.add(session, [deliveries.Delivery(handler="inventory.set_aside_due")])


def on_frozen_units_returned(session: Session, events: Sequence[FrozenUnitsReturned]) -> None:
    set_aside(session, actor=SYSTEM, lot_ids={event.lot_id for event in events})


def _sums(lying: Sequence[Lying]) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for one in lying:
        sums[one.key] = sums.get(one.key, 0) + one.quantity
    return sums


def _lying(session: Session, asked: Mapping[str, Any], freezing: Mapping[int, str]) -> list[Lying]:
    rows = session.execute(text(LYING), asked).mappings()
    return [Lying(**{**row, "frozen_reason": freezing.get(row["lot_id"], row["frozen_reason"])}) for row in rows]


def _adjustment(one: Lying) -> Adjustment:
    return Adjustment(
        sku_id=one.sku_id,
        site_id=one.site_id,
        reason="condition" if one.condition == "quarantine" else "expiry",
        unavailable=one.quantity,
        bin_id=one.bin_id,
        lot_id=one.lot_id,
        condition=one.condition,
        is_exact=True,
        reference=("lot", one.lot_id),
    )


def _case(one: Lying) -> NewCase:
    return NewCase(
        sku_id=one.sku_id,
        site_id=one.site_id,
        bin_id=one.bin_id,
        lot_id=one.lot_id,
        condition=one.condition,
        quantity=one.quantity,
        reason=one.reason,
    )


LYING = """
WITH due AS (
    SELECT t.id, t.code, t.remove_on, t.frozen_at, CASE WHEN t.frozen_at IS NOT NULL THEN t.frozen_reason END AS reason
      FROM lots t
     WHERE (cardinality(CAST(:lots AS bigint[])) = 0 OR t.id = ANY(CAST(:lots AS bigint[])))
       AND (t.frozen_at IS NOT NULL OR t.remove_on <= CAST(:now AS timestamptz)::date + 1
            OR t.id = ANY(CAST(:freezing AS bigint[])))
), good AS (
    SELECT b.sku_id, b.site_id, b.bin_id, d.id AS lot_id, d.code AS lot, d.reason AS frozen_reason, d.remove_on,
           b.quantity - CASE WHEN b.bin_id IS NULL THEN coalesce(
               (SELECT sum(h.quantity) FROM held_picks h JOIN fulfilment_lines l ON l.id = h.fulfilment_line_id
                  JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id
                 WHERE h.lot_id = d.id AND l.sku_id = b.sku_id AND f.site_id = b.site_id), 0) ELSE 0 END AS quantity
      FROM due d JOIN bin_stock b ON b.lot_id = d.id AND b.condition = 'good' AND b.quantity > 0
      JOIN sites s ON s.id = b.site_id
     WHERE d.frozen_at IS NOT NULL OR d.id = ANY(CAST(:freezing AS bigint[]))
        OR d.remove_on <= (CAST(:now AS timestamptz) AT TIME ZONE s.time_zone)::date
)
SELECT sku_id, site_id, bin_id, lot_id, lot, quantity::bigint AS quantity, frozen_reason, remove_on
  FROM good WHERE quantity > 0 ORDER BY sku_id, site_id, lot_id, bin_id LIMIT CAST(:limit AS bigint)
"""
