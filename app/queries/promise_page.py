"""What of an order waits, which supply it rests on and for which day, and every promise that was made before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock
from app.queries.supply_names import Line, supply_names

MOST = 100


@dataclass(frozen=True, kw_only=True)
class Rested:
    """Units that rest on a named supply."""

    name: str
    site: str
    quantity: int
    expected_on: date


@dataclass(frozen=True, kw_only=True)
class Waits:
    """A line with units that have no stock. ``reason`` says why ``loose`` of them rest on nothing: ``overdue``,
    ``taken`` (what is to come is for others) or ``nothing`` (is to come).
    """

    sku: str
    name: str
    quantity: int
    promised_at: datetime | None
    rested: tuple[Rested, ...]
    reason: str

    @property
    def loose(self) -> int:
        return self.quantity - sum(one.quantity for one in self.rested)


@dataclass(frozen=True, kw_only=True)
class Made:
    """One promise of the ledger; of the order as a whole where ``sku`` is empty."""

    sku: str
    cause: str
    promised_at: datetime | None
    previous_at: datetime | None
    expected_on: date | None
    name: str
    is_told: bool
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderPromises:
    waits: tuple[Waits, ...]
    made: tuple[Made, ...]

    @property
    def now(self) -> datetime | None:
        """The present promise of the whole order, where one was made that rests on supply."""
        return next((one.promised_at for one in self.made if not one.sku), None)


def order_promises(session: Session, order_id: int) -> OrderPromises | None:
    """None where nothing waits and nothing ever did; four statements at most."""
    values = {"id": order_id, "now": clock.now(), "most": MOST}
    lines = session.execute(text(WAITING), values).all()
    made = session.execute(text(MADE), values).all()
    if not lines and not made:
        return None
    pegs = session.execute(text(PEGS), values).all()
    supplies = {(row.source, row.source_id) for row in (*pegs, *made) if row.source_id is not None}
    names = supply_names(session, supplies)
    return OrderPromises(
        waits=tuple(_waits(line, pegs, names) for line in lines), made=tuple(_made(row, names) for row in made)
    )


def _waits(line: Any, pegs: Sequence[Any], names: Mapping[Line, str]) -> Waits:
    return Waits(
        sku=line.sku,
        name=line.name,
        quantity=line.backordered,
        promised_at=line.promised_at,
        reason=line.reason,
        rested=tuple(
            Rested(
                name=names[peg.source, peg.source_id],
                site=peg.site,
                quantity=peg.quantity,
                expected_on=peg.expected_on,
            )
            for peg in pegs
            if peg.order_line_id == line.id
        ),
    )


def _made(row: Any, names: Mapping[Line, str]) -> Made:
    return Made(
        sku=row.sku or "",
        cause=row.cause,
        promised_at=row.promised_at,
        previous_at=row.previous_at,
        expected_on=row.expected_on,
        name=names.get((row.source, row.source_id), "stock" if row.source == "stock" else ""),
        is_told=row.is_told,
        made_at=row.made_at,
    )


WAITING = """
SELECT l.id, l.sku_code AS sku, l.name, l.backordered, p.promised_at,
       CASE WHEN c.due THEN 'taken' WHEN c.overdue THEN 'overdue' ELSE 'nothing' END AS reason
  FROM order_lines l
  LEFT JOIN LATERAL (SELECT promised_at FROM promises WHERE order_line_id = l.id ORDER BY id DESC LIMIT 1) p ON true
 CROSS JOIN LATERAL (
       SELECT coalesce(bool_or(d.is_due), false) AS due, coalesce(bool_or(NOT d.is_due), false) AS overdue
         FROM (SELECT i.expected_on >= CAST(CAST(:now AS timestamptz) AT TIME ZONE t.time_zone AS date) AS is_due
                 FROM incoming i JOIN sites t ON t.id = i.site_id AND t.is_active WHERE i.sku_id = l.sku_id) d) c
 WHERE l.order_id = :id AND l.backordered > 0 ORDER BY l.position
"""

PEGS = """
SELECT p.order_line_id, i.source, i.source_id, t.code AS site, p.quantity, i.expected_on
  FROM order_lines l JOIN pegs p ON p.order_line_id = l.id JOIN incoming i ON i.id = p.incoming_id
  JOIN sites t ON t.id = i.site_id
 WHERE l.order_id = :id ORDER BY i.expected_on, i.id
"""

MADE = """
SELECT l.sku_code AS sku, p.cause, p.promised_at, p.previous_at, p.expected_on, p.source, p.source_id, p.is_told,
       p.made_at
  FROM promises p LEFT JOIN order_lines l ON l.id = p.order_line_id
 WHERE p.order_id = :id ORDER BY p.id DESC LIMIT :most
"""
