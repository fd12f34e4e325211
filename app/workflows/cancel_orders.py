"""Cancelling gives the goods back in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment.opening import OpenLine, open_lines, shrink
from app.inventory import allocations, pegs
from app.inventory.allocations import Share
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound, StaleState
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import UnitsCancelled
from app.orders.facts import LineChange
from app.workflows.cancel_kits import KitLine, whole_kits

REASONS = {
    "customer": "Customer changed their mind",
    "mistake": "Entered by mistake",
    "unavailable": "We cannot get it",
    "unpaid": "Not paid",
    "fraud": "Suspected fraud",
    "import_undone": "Import undone",
}


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """``quantity`` None cancels all of the line that can still be stopped; the reason is one of ``REASONS``.

    Of a kit all lines are named, with as many units as go into the same number of kits.
    """

    order_id: int
    order_line_id: int
    reason: str
    quantity: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Split:
    """Where the cancelled units come from: those that wait first, then those promised, unreleased before released."""

    line: "_Line"
    cancellation: Cancellation
    backordered: int
    freed: tuple[tuple[OpenLine, int], ...]

    @property
    def quantity(self) -> int:
        return self.backordered + sum(units for _, units in self.freed)


@dataclass(frozen=True, kw_only=True)
class _Line:
    id: int
    order_id: int
    sku_id: int
    sku_code: str
    backordered: int
    kit_code: str | None
    kit_position: int | None
    per_kit: int | None
    parts: int


def cancel_orders(session: Session, cancellations: Sequence[Cancellation], *, actor: Actor) -> None:
    """Cancel units by line. Picked units cannot be cancelled: ``StaleState`` says how many are free and what to do."""
    _refuse_nonsense(cancellations)
    facts.lock(session, {one.order_id for one in cancellations})
    lines = _lines(session, cancellations)
    work = open_lines(session, set(lines))
    splits = [_split(one, lines, work) for one in _whole(cancellations, lines, work)]
    freed = [(split, line, units) for split in splits for line, units in split.freed]
    if freed:
        allocations.release(
            session, [_share(split, line, units) for split, line, units in freed], actor=actor, reason="cancel"
        )
        shrink(session, [(line.id, units) for _, line, units in freed])
    facts.change(session, [_change(split) for split in splits], actor=actor)
    pegs.loosen(session, [split.line.id for split in splits if split.backordered])
    emit(session, [_event(split) for split in splits if split.quantity], actor=actor)


def _refuse_nonsense(cancellations: Sequence[Cancellation]) -> None:
    if len({one.order_line_id for one in cancellations}) < len(cancellations):
        raise Invalid([("lines", "a line is named twice: name it once, with the sum")])
    for one in cancellations:
        if one.reason not in REASONS:
            raise Invalid([("reason", f"choose a reason: {', '.join(REASONS)}")])
        if one.quantity is not None and one.quantity < 1:
            raise Invalid([("quantity", f"cancel at least 1 unit, not {one.quantity}")])


def _lines(session: Session, cancellations: Sequence[Cancellation]) -> dict[int, _Line]:
    rows = session.execute(text(LINES), {"ids": [one.order_line_id for one in cancellations]})
    lines = {row.id: _Line(**row._mapping) for row in rows}
    for one in cancellations:
        if one.order_line_id not in lines or lines[one.order_line_id].order_id != one.order_id:
            raise NotFound("this order has no such line")
    return lines


def _whole(
    cancellations: Sequence[Cancellation], lines: dict[int, _Line], work: Sequence[OpenLine]
) -> list[Cancellation]:
    """Kits as kits; the rest as it is."""
    of_kits = [one for one in cancellations if lines[one.order_line_id].kit_position is not None]
    if not of_kits:
        return list(cancellations)
    units = whole_kits([_kit_line(one, lines[one.order_line_id], work) for one in of_kits])
    return [replace(one, quantity=units.get(one.order_line_id, one.quantity)) for one in cancellations]


def _kit_line(one: Cancellation, line: _Line, work: Sequence[OpenLine]) -> KitLine:
    return KitLine(
        order_line_id=line.id,
        of=(line.order_id, line.kit_position or 0),
        kit_code=line.kit_code or "",
        sku_code=line.sku_code,
        per_kit=line.per_kit or 1,
        parts=line.parts,
        free=_free(line, work),
        asked=one.quantity,
    )


def _free(line: _Line, work: Sequence[OpenLine]) -> int:
    return line.backordered + sum(task.unpicked for task in work if task.order_line_id == line.id)


def _split(one: Cancellation, lines: dict[int, _Line], work: Sequence[OpenLine]) -> _Split:
    line = lines[one.order_line_id]
    mine = [task for task in work if task.order_line_id == line.id]
    free = _free(line, work)
    wanted = free if one.quantity is None else one.quantity
    if wanted > free:
        raise StaleState(
            f"{line.sku_code}: {free} of {wanted} units can still be cancelled; the others are picked or gone:"
            " put them back first, or take a return",
            field="lines",
        )
    left = wanted - min(wanted, line.backordered)
    freed = []
    for task in mine:
        units = min(task.unpicked, left)
        left -= units
        if units:
            freed.append((task, units))
    return _Split(line=line, cancellation=one, backordered=min(wanted, line.backordered), freed=tuple(freed))


def _share(split: _Split, line: OpenLine, units: int) -> Share:
    return Share(
        order_id=split.line.order_id,
        order_line_id=split.line.id,
        sku_id=split.line.sku_id,
        site_id=line.site_id,
        quantity=units,
    )


def _change(split: _Split) -> LineChange:
    return LineChange(
        order_line_id=split.line.id,
        cancelled=split.quantity,
        backordered=-split.backordered,
        allocated=-sum(units for _, units in split.freed),
        released=-sum(units for line, units in split.freed if line.is_released),
    )


def _event(split: _Split) -> UnitsCancelled:
    return UnitsCancelled(
        order_id=split.line.order_id,
        order_line_id=split.line.id,
        sku=split.line.sku_code,
        quantity=split.quantity,
        reason=split.cancellation.reason,
    )


LINES = """
SELECT l.id, l.order_id, l.sku_id, l.sku_code, l.backordered, l.kit_code, l.kit_position,
       l.ordered / l.kit_quantity AS per_kit,
       (SELECT count(*) FROM order_lines s WHERE s.order_id = l.order_id AND s.kit_position = l.kit_position) AS parts
  FROM order_lines l WHERE l.id = ANY(CAST(:ids AS bigint[]))
"""
