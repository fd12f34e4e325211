"""Sent purchase orders: other days, fewer units, an end without the rest, and back again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.inventory import sites
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, Outrun, StaleState
from app.kernel.events import emit
from app.purchasing import orders
from app.purchasing.events import (
    PurchaseOrderClosedShort,
    PurchaseOrderReopened,
    PurchaseOrderRescheduled,
    PurchaseUnitsCancelled,
)
from app.purchasing.orders import Buying, Count, Line
from app.purchasing.states import CLOSED_SHORT, DRAFT, OPEN, PURCHASE_ORDER
from app.workflows.expect_purchases import expect_rest, unlikely_day


@dataclass(frozen=True, kw_only=True)
class NewDay:
    """``position`` None means every line of which something is still to come."""

    number: str
    expected_on: date
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class LeaveOut:
    """Units that both sides agree to leave out; None is all that is still to come, of one line or of all.

    ``version`` is what whoever asks has seen, where they looked at the order before.
    """

    number: str
    position: int | None = None
    quantity: int | None = None
    version: int | None = None


def change_dates(session: Session, changes: Sequence[NewDay], *, actor: Actor) -> None:
    """What was promised first stays as it was. Orders that wait for these units are told by whoever hears of supply."""
    locked, ids = _locked(session, [one.number for one in changes])
    zones = {site.id: site.time_zone for site in sites.all_of_them(session)}
    days: dict[int, date] = {}
    moved: dict[int, list[int]] = {}
    for change in changes:
        one = locked[ids[change.number]]
        for line in _to_move(one, change, clock.today_in(zones[one.site_id])):
            if line.expected_on != change.expected_on:
                days[line.id] = change.expected_on
                moved.setdefault(one.id, []).append(line.id)
    orders.set_dates(session, days)
    expect_rest(session, moved, actor=actor)
    events = [PurchaseOrderRescheduled(purchase_order_id=id, lines=tuple(lines)) for id, lines in moved.items()]
    emit(session, events, actor=actor)


def cancel_units(session: Session, asked: Sequence[LeaveOut], *, actor: Actor) -> None:
    """By agreement. A draft is cancelled as a whole. Raises Invalid for more than is still to come.

    Raises StaleState where somebody has seen another version.
    """
    locked, ids = _locked(session, [one.number for one in asked])
    for one in asked:
        if one.version is not None and one.version != locked[ids[one.number]].version:
            raise Outrun(f"{one.number} was changed meanwhile: load the page again and look what is still to come")
    counts = [count for one in asked for count in _left_out(locked[ids[one.number]], one)]
    _refuse_twice(locked, counts)
    if not counts:
        raise StaleState("nothing is still to come of this purchase order: there is nothing to cancel")
    orders.count(session, counts)
    orders.renew(session, locked)
    expect_rest(session, locked, actor=actor)
    units = _units_by_order(locked, {count.line_id: count.cancelled for count in counts})
    emit(session, [PurchaseUnitsCancelled(purchase_order_id=id, units=sum_) for id, sum_ in units.items()], actor=actor)


def close_short(session: Session, numbers: Sequence[str], *, actor: Actor) -> None:
    """What has not come is no longer waited for, and counts against the supplier."""
    locked, _ = _locked(session, numbers)
    for one in locked.values():
        PURCHASE_ORDER.target(one.state, "close_short")
    missing = {line.id: line.open for one in locked.values() for line in one.lines if line.open}
    orders.count(session, [Count(line_id=id, short=units) for id, units in missing.items()])
    expect_rest(session, locked, actor=actor)
    units = _units_by_order(locked, missing)
    closed = [PurchaseOrderClosedShort(purchase_order_id=id, units=sum_) for id, sum_ in units.items()]
    emit(session, closed, actor=actor)


def reopen(session: Session, numbers: Sequence[str], *, actor: Actor) -> None:
    """The rest is waited for after all."""
    locked, _ = _locked(session, numbers)
    for one in locked.values():
        if one.state != CLOSED_SHORT:
            raise StaleState(f"{one.number} is {_words(one)}: only one that was closed short can be opened again")
    counts = [Count(line_id=line.id, short=-line.short) for one in locked.values() for line in one.lines if line.short]
    orders.count(session, counts)
    expect_rest(session, locked, actor=actor)
    emit(session, [PurchaseOrderReopened(purchase_order_id=id) for id in locked], actor=actor)


def _locked(session: Session, numbers: Sequence[str]) -> tuple[dict[int, Buying], dict[str, int]]:
    ids = orders.ids_of(session, numbers)
    return orders.lock(session, ids.values()), ids


def _to_move(one: Buying, change: NewDay, today: date) -> list[Line]:
    if one.state not in OPEN:
        raise StaleState(f"{one.number} is {_words(one)}: nothing is on its way that could come on another day")
    if why := unlikely_day(change.expected_on, today):
        raise Invalid([("expected_on", why)])
    if change.position is None:
        return [line for line in one.lines if line.open]
    line = one.at(change.position)
    if not line.open:
        raise Invalid([("position", f"nothing is still to come of line {line.position} ({line.sku_code})")])
    return [line]


def _left_out(one: Buying, asked: LeaveOut) -> list[Count]:
    PURCHASE_ORDER.target(one.state, "cancel")
    if asked.position is None:
        return [Count(line_id=line.id, cancelled=line.open) for line in one.lines if line.open]
    if one.state == DRAFT:
        raise StaleState(f"{one.number} is a draft: change its lines instead, or cancel it as a whole")
    line = one.at(asked.position)
    units = line.open if asked.quantity is None else asked.quantity
    if units < 1:
        raise Invalid([("quantity", f"{line.sku_code}: {line.open} are still to come: write 1 or more")])
    return [Count(line_id=line.id, cancelled=units)]


def _refuse_twice(locked: dict[int, Buying], counts: Sequence[Count]) -> None:
    """Several who ask for the same line may not ask for more than it has."""
    asked: dict[int, int] = {}
    for count in counts:
        asked[count.line_id] = asked.get(count.line_id, 0) + count.cancelled
    for line in (line for one in locked.values() for line in one.lines):
        if (units := asked.get(line.id, 0)) > line.open:
            why = f"{line.sku_code}: {line.open} are still to come, so {units} cannot be cancelled"
            raise Invalid([("quantity", why)])


def _units_by_order(locked: dict[int, Buying], units: dict[int, int]) -> dict[int, int]:
    sums = {one.id: sum(units.get(line.id, 0) for line in one.lines) for one in locked.values()}
    return {id: sum_ for id, sum_ in sums.items() if sum_}


def _words(one: Buying) -> str:
    return one.state.replace("_", " ")
