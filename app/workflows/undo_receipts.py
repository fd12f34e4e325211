"""A receipt is taken back by its opposite, while its units lie where they were put."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from app.inventory import came_with, serials
from app.inventory.errors import PlaceEmpty
from app.inventory.serials import Spot, Unit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, StaleState
from app.kernel.events import emit
from app.purchasing import orders, receipts
from app.purchasing.events import ReceiptUndone
from app.purchasing.orders import Buying, Count
from app.purchasing.receipts import NewReceipt, NewReceiptLine, Old, Written
from app.purchasing.states import CANCELLED
from app.workflows.adjust_stock import Adjustment, adjust_stock, losses
from app.workflows.displace import lock_losing
from app.workflows.expect_purchases import expect_rest
from app.workflows.spread_receipts import DAMAGED


def take_back(session: Session, number: str, receipt_id: int, *, actor: Actor) -> None:
    """One receipt of the purchase order of this number. Raises NotFound for one of another."""
    receipts.require(session, receipt_id, number)
    undo_receipts(session, [receipt_id], actor=actor)


def undo_receipts(session: Session, receipt_ids: Sequence[int], *, actor: Actor) -> None:
    """All or none. Raises StaleState where one was taken back before, or where its units have been moved on."""
    ids = list(dict.fromkeys(receipt_ids))
    order_ids = receipts.orders_of(session, ids)
    locked = orders.lock(session, order_ids.values())
    old = receipts.load(session, ids)
    for id in ids:
        _refuse_untakeable(old[id], locked[order_ids[id]])
    opposites = [_opposite(old[id]) for id in ids]
    written = receipts.record(session, opposites, actor=actor)
    orders.count(session, [_count(line) for one in opposites for line in one.lines])
    adjustments = _adjustments(opposites, written, locked)
    lock_losing(session, losses(adjustments))  # which numbers lie there is settled from then on
    _take_out(session, adjustments, [old[id] for id in ids], actor=actor)
    expect_rest(session, locked, actor=actor)
    undone = [
        ReceiptUndone(purchase_order_id=one.purchase_order_id, receipt_id=id, units=-one.units)
        for id, one in zip(ids, opposites, strict=True)
    ]
    emit(session, undone, actor=actor)


def _refuse_untakeable(old: Old, one: Buying) -> None:
    if old.is_undone or old.is_undoing:
        raise StaleState(f"this receipt on {one.number} was taken back already: load the page again")
    if one.state == CANCELLED:
        raise StaleState(f"{one.number} is cancelled: nothing on it can be taken back")


def _opposite(old: Old) -> NewReceipt:
    return NewReceipt(
        purchase_order_id=old.purchase_order_id,
        client_scan_id=f"undo-{old.id}",
        received_at=clock.now(),
        undoes_id=old.id,
        lines=tuple(NewReceiptLine(**{**vars(line), "quantity": -line.quantity}) for line in old.lines),
    )


def _count(line: NewReceiptLine) -> Count:
    rejected = line.quantity if line.condition == DAMAGED else 0
    return Count(line_id=line.purchase_order_line_id, received=line.quantity, rejected=rejected)


def _adjustments(
    opposites: Sequence[NewReceipt], written: Sequence[Written], locked: Mapping[int, Buying]
) -> list[Adjustment]:
    skus = {line.id: (line.sku_id, one.site_id) for one in locked.values() for line in one.lines}
    return [
        Adjustment(
            sku_id=skus[line.purchase_order_line_id][0],
            site_id=skus[line.purchase_order_line_id][1],
            reason="receipt_undone",
            on_hand=line.quantity,
            bin_id=line.bin_id,
            lot_id=line.lot_id,
            condition=line.condition,
            is_exact=True,
            reference=("receipt_line", line_id),
        )
        for one, each in zip(opposites, written, strict=True)
        for line, line_id in zip(one.lines, each.line_ids, strict=True)
    ]


def _take_out(session: Session, adjustments: Sequence[Adjustment], undone: Sequence[Old], *, actor: Actor) -> None:
    """``undone`` are what the adjustments undo, in the same order."""
    try:
        adjust_stock(session, _with_numbers(session, adjustments, undone), actor=actor)
    except Invalid as error:
        why = f"these units were moved on or sent ({error.failures[0][1]}): correct the stock instead"
        raise StaleState(why) from None
    except PlaceEmpty:
        raise StaleState("numbered units were moved meanwhile: load the page again") from None


def _with_numbers(session: Session, adjustments: Sequence[Adjustment], undone: Sequence[Old]) -> list[Adjustment]:
    """The numbers that came with the receipt, and of units that got theirs later those that came last."""
    line_ids = [line_id for old in undone for line_id in old.line_ids]
    own = _own(session, adjustments, line_ids)
    late = _late(session, adjustments, min(old.came_at for old in undone), [id for ids in own.values() for id in ids])
    return [
        replace(one, serial_ids=(*mine, *islice(late[_spot(one)], -one.on_hand - len(mine))))
        for one, mine in ((one, own.get(line_id, ())) for one, line_id in zip(adjustments, line_ids, strict=True))
    ]


def _own(session: Session, adjustments: Sequence[Adjustment], line_ids: Sequence[int]) -> dict[int, list[int]]:
    """Numbers that came in by name, by line. Raises StaleState for one that is not there, or is there anew."""
    own: dict[int, list[int]] = {}
    for line_id, serial_id, _ in serials.moved_for(session, "", "receipt_line", line_ids):
        own.setdefault(line_id, []).append(serial_id)
    units = serials.load(session, [id for ids in own.values() for id in ids])
    left = came_with.left_since(session, "receipt_line", line_ids)
    for one, line_id in zip(adjustments, line_ids, strict=True):
        for id in own.get(line_id, ()):
            _refuse_moved(units[id], one, is_anew=id in left)
    return own


def _late(
    session: Session, adjustments: Sequence[Adjustment], since: datetime, besides: Sequence[int]
) -> dict[Spot, Iterator[int]]:
    """Numbers that units got later, by place. Raises StaleState where what lies there did not come with the receipt."""
    leaving: Counter[Spot] = Counter()
    for one in adjustments:
        leaving[_spot(one)] -= one.on_hand
    found = came_with.came_last(session, leaving, since=since, besides=besides)
    for late in (each for ones in found.values() for each in ones if each.is_others):
        why = f"number {late.code} did not come with this receipt, whose own units are gone: correct the stock instead"
        raise StaleState(why)
    return {spot: iter([each.id for each in found.get(spot, ())]) for spot in leaving}


def _refuse_moved(unit: Unit, one: Adjustment, *, is_anew: bool) -> None:
    lies = unit.sku_id, unit.site_id, unit.bin_id, unit.lot_id, unit.condition
    if unit.state in serials.HERE and is_anew:
        why = f"number {unit.code} of this receipt left after it and came in again"
        raise StaleState(f"{why}: take back what it came in with last, or correct the stock instead")
    if unit.state == "in_stock" and lies == _spot(one):
        return
    state = "moved on" if unit.state == "in_stock" else unit.state.replace("_", " ")
    raise StaleState(f"number {unit.code} of this receipt is {state} by now: correct the stock instead")


def _spot(one: Adjustment) -> Spot:
    return one.sku_id, one.site_id, one.bin_id, one.lot_id, one.condition
