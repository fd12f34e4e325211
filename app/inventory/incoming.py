"""Dated supply that is not here yet: what purchase orders and transfers say is still to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.inventory import levels, pegs
from app.inventory.events import SupplyMoved
from app.inventory.levels import Key, Level
from app.kernel import driver
from app.kernel.actor import Actor
from app.kernel.driver import array, cells
from app.kernel.events import emit

FARTHEST = timedelta(days=730)  # ahead: what is later is a slip of the pen
SOURCES = ("purchase", "transfer")
Line = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What one line of a purchase order or transfer still owes: ``quantity`` units, 0 when nothing more will come.

    ``source_id`` is the line's own id, ``expected_on`` the calendar day at the site that waits for it.
    """

    sku_id: int
    site_id: int
    source: str
    source_id: int
    quantity: int
    expected_on: date

    @property
    def line(self) -> Line:
        return self.source, self.source_id

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


def expect(session: Session, expected: Sequence[Expected], *, actor: Actor) -> None:
    """Say what is still to come, each line as it now stands; tells of those lines alone that changed.

    It is a fact, so it is never refused: units that waited for more than there will be are no longer pegged to it.
    Takes the locks of the stock levels.
    """
    lines = {one.line: one for one in expected}
    if bad := [one for one in lines.values() if one.source not in SOURCES or one.quantity < 0]:
        raise ValueError(f"this cannot be expected: {bad[0]}")
    if not lines:
        return
    held = levels.lock(session, {one.key for one in lines.values()})
    before = _lock(session, list(lines))
    changed = [one for one in lines.values() if _differs(one, before.get(one.line))]
    if not changed:
        return
    _give_up_pegs(session, changed, before)
    ids = _write(session, [one for one in changed if one.quantity]) | {
        line: before[line].id for line in before if not lines[line].quantity
    }
    _remove(session, [ids[one.line] for one in changed if not one.quantity])
    moved = [_moved(one, held[one.key], before.get(one.line), ids[one.line]) for one in changed]
    emit(session, moved, actor=actor)


def _differs(one: Expected, before: Any) -> bool:
    if before is None:
        return one.quantity > 0
    return one.quantity != before.quantity or (one.expected_on, *one.key) != (
        before.expected_on,
        before.sku_id,
        before.site_id,
    )


def _lock(session: Session, lines: Sequence[Line]) -> dict[Line, Any]:
    rows = driver.fetch(session, LOCK, _lines(lines))
    return {(row.source, row.source_id): row for row in rows}


def _give_up_pegs(session: Session, changed: Sequence[Expected], before: Mapping[Line, Any]) -> None:
    """Other goods carry no promise of these."""
    left = {
        before[one.line].id: one.quantity if one.sku_id == before[one.line].sku_id else 0
        for one in changed
        if one.line in before
    }
    short = [row.id for row in before.values() if row.id in left and row.pegged > left[row.id]]
    if short:
        pegs.give_up(session, short, [left[id] for id in short])


def _write(session: Session, expected: Sequence[Expected]) -> dict[Line, int]:
    if not expected:
        return {}
    columns = ([getattr(one, name) for one in expected] for name in COLUMNS)
    return {(row.source, row.source_id): row.id for row in driver.fetch(session, WRITE, {"rows": cells(*columns)})}


def _remove(session: Session, ids: Sequence[int]) -> None:
    if ids:
        driver.write(session, "DELETE FROM incoming WHERE id = ANY(%(ids)s::bigint[])", {"ids": array(ids)})


def _lines(lines: Sequence[Line]) -> dict[str, str]:
    return {"sources": array(source for source, _ in lines), "ids": array(id for _, id in lines)}


def _moved(one: Expected, level: Level, before: Any, incoming_id: int) -> SupplyMoved:
    return SupplyMoved(
        stock_level_id=level.id,
        incoming_id=incoming_id,
        sku_id=one.sku_id,
        site_id=one.site_id,
        source=one.source,
        source_id=one.source_id,
        quantity=one.quantity,
        expected_on=one.expected_on,
        quantity_before=before.quantity if before else 0,
        expected_before=before.expected_on if before else None,
    )


COLUMNS = ("sku_id", "site_id", "source", "source_id", "quantity", "expected_on")

LOCK = """
SELECT i.id, i.source, i.source_id, i.sku_id, i.site_id, i.quantity, i.expected_on, i.pegged
  FROM unnest(%(sources)s::text[], %(ids)s::bigint[]) AS k(source, source_id)
  JOIN incoming i USING (source, source_id) ORDER BY i.id FOR UPDATE OF i
"""

WRITE = """
INSERT INTO incoming AS i (sku_id, site_id, source, source_id, quantity, expected_on)
SELECT sku_id::bigint, site_id::bigint, source, source_id::bigint, quantity::bigint, expected_on::date
  FROM unnest(%(rows)s::cells[]) AS v(sku_id, site_id, source, source_id, quantity, expected_on)
 ORDER BY source, source_id::bigint
    ON CONFLICT (source, source_id) DO UPDATE
   SET sku_id = excluded.sku_id, site_id = excluded.site_id, quantity = excluded.quantity,
       expected_on = excluded.expected_on
RETURNING i.id, i.source, i.source_id
"""
