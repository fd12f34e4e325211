"""What a site has to do on an order, and how far it is. The order is locked by whoever changes it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment.models import FulfilmentOrder
from app.fulfilment.states import FULFILMENT_ORDER, Stage, stage_of
from app.kernel.errors import NotFound, StaleState


@dataclass(frozen=True, kw_only=True)
class WorkLine:
    id: int
    order_line_id: int
    sku_id: int
    sku_code: str
    name: str
    quantity: int
    picked: int
    packed: int
    shipped: int


@dataclass(frozen=True, kw_only=True)
class Work:
    """A fulfilment order with its lines in the order of their ids."""

    id: int
    order_id: int
    part: int
    site_id: int
    state: str
    pick_list_id: int | None
    lines: tuple[WorkLine, ...]

    def line(self, line_id: int) -> WorkLine:
        """Raises ``NotFound`` for a line of other work."""
        found = next((line for line in self.lines if line.id == line_id), None)
        if found is None:
            raise NotFound("this line is not part of this work")
        return found

    def of_sku(self, sku_code: str) -> list[WorkLine]:
        return [line for line in self.lines if line.sku_code == sku_code]


@dataclass(frozen=True, kw_only=True)
class Count:
    """Signed deltas of one line's counters."""

    line_id: int
    picked: int = 0
    packed: int = 0
    shipped: int = 0


def orders_of(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Order id by fulfilment order id; to be locked before anything else. Raises ``NotFound``."""
    rows = session.execute(
        text("SELECT id, order_id FROM fulfilment_orders WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": list(ids)}
    )
    found = {row.id: row.order_id for row in rows}
    if missing := set(ids) - set(found):
        raise NotFound(f"there is no fulfilment order {min(missing)}")
    return found


def load(session: Session, ids: Collection[int]) -> dict[int, Work]:
    rows = session.execute(text(WORK), {"ids": list(ids)})
    return {row.id: Work(**{**row._mapping, "lines": _lines(row.lines)}) for row in rows}


def count(session: Session, counts: Sequence[Count]) -> None:
    """Move counters of lines, then the stages of the work they belong to."""
    touched = session.execute(text(COUNT), _arrays(counts)).scalars().all()
    settle(session, set(touched))


def settle(session: Session, ids: Collection[int]) -> None:
    """Bring the stage of this work in line with its units; work that is left without any is cancelled."""
    moves: dict[str, list[int]] = {}
    for work in load(session, ids).values():
        target = _target(work)
        if target != work.state:
            moves.setdefault(_action(work.state, target), []).append(work.id)
    for action, moved in sorted(moves.items()):
        FULFILMENT_ORDER.move(session, FulfilmentOrder, ids=moved, action=action, values=NEW_VERSION)


def _target(work: Work) -> Stage:
    sums = {name: sum(getattr(line, name) for line in work.lines) for name in ("quantity", *COUNTERS)}
    target = stage_of(**sums)
    is_waiting = work.state == Stage.OPEN and target != Stage.CANCELLED
    return Stage.OPEN if is_waiting else target


def _action(state: str, target: Stage) -> str:
    for each in FULFILMENT_ORDER.transitions:
        if each.target == target and state in each.sources:
            return each.action
    raise StaleState(f"this work is {state}: it cannot become {target}; reload and look again")


def _lines(rows: Sequence[Mapping[str, Any]]) -> tuple[WorkLine, ...]:
    return tuple(WorkLine(**row) for row in rows)


def _arrays(counts: Sequence[Count]) -> dict[str, list[int]]:
    sums: dict[int, list[int]] = {}
    for one in counts:
        picked, packed, shipped = sums.get(one.line_id, (0, 0, 0))
        sums[one.line_id] = [picked + one.picked, packed + one.packed, shipped + one.shipped]
    columns = list(zip(*sums.values(), strict=True)) or [(), (), ()]
    return {"ids": list(sums), **{name: list(column) for name, column in zip(COUNTERS, columns, strict=True)}}


COUNTERS = ("picked", "packed", "shipped")
NEW_VERSION = {"version": FulfilmentOrder.version + 1}

WORK = """
SELECT f.id, f.order_id, f.part, f.site_id, f.state, f.pick_list_id,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'order_line_id', l.order_line_id, 'sku_id', l.sku_id,
               'sku_code', l.sku_code, 'name', l.name, 'quantity', l.quantity, 'picked', l.picked, 'packed', l.packed,
               'shipped', l.shipped) ORDER BY l.id), '[]')
          FROM fulfilment_lines l WHERE l.fulfilment_order_id = f.id) AS lines
  FROM fulfilment_orders f WHERE f.id = ANY(CAST(:ids AS bigint[])) ORDER BY f.id
"""

COUNT = """
UPDATE fulfilment_lines l
   SET picked = l.picked + v.picked, packed = l.packed + v.packed, shipped = l.shipped + v.shipped
  FROM unnest(CAST(:ids AS bigint[]), CAST(:picked AS bigint[]), CAST(:packed AS bigint[]), CAST(:shipped AS bigint[]))
       AS v(id, picked, packed, shipped)
 WHERE l.id = v.id RETURNING l.fulfilment_order_id
"""
