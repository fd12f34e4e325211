"""A supplier announces a shipment: its lines are matched to those of the purchase order, its day is expected."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.catalogue.goods import Good
from app.inventory import sites
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, StaleState
from app.kernel.events import emit
from app.kernel.text import out_of_range
from app.purchasing import advices, orders
from app.purchasing.advices import NewAdvice, NewAdviceLine
from app.purchasing.events import PurchaseOrderRescheduled, ShipmentAdvised
from app.purchasing.orders import Buying, Line
from app.purchasing.states import OPEN
from app.workflows.expect_purchases import expect_rest, unlikely_day
from app.workflows.read_goods import Named, read_goods


@dataclass(frozen=True, kw_only=True)
class Announced:
    """``code`` as the supplier writes it: their own, ours or a GTIN."""

    code: str
    quantity: int
    lot: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """``shipment`` is the supplier's number for it, new within the purchase order."""

    number: str
    shipment: str
    expected_on: date
    items: tuple[Announced, ...]


def advise(session: Session, shipments: Sequence[Shipment], *, actor: Actor) -> list[int]:
    """Write down what is announced, right or wrong: what does not fit the order is shown, not refused."""
    ids = orders.ids_of(session, [one.number for one in shipments])
    locked = orders.lock(session, ids.values())
    known = advices.numbers_of(session, ids.values())
    zones = {site.id: site.time_zone for site in sites.all_of_them(session)}
    for one in shipments:
        order = locked[ids[one.number]]
        _refuse(one, order, known, clock.today_in(zones[order.site_id]))
    named = {(locked[ids[one.number]].supplier_id, item.code) for one in shipments for item in one.items}
    goods = read_goods(session, named)
    news = [_matched(one, locked[ids[one.number]], goods) for one in shipments]
    advice_ids = advices.insert(session, news, actor=actor)
    events = [
        ShipmentAdvised(purchase_order_id=new.purchase_order_id, advice_id=id)
        for new, id in zip(news, advice_ids, strict=True)
    ]
    emit(session, events, actor=actor)
    _expect_on_that_day(session, news, locked, actor=actor)
    return advice_ids


def _refuse(one: Shipment, order: Buying, known: set[tuple[int, str]], today: date) -> None:
    if order.state not in OPEN:
        raise StaleState(f"{order.number} is {order.state.replace('_', ' ')}: nothing more is awaited on it")
    if (order.id, one.shipment) in known:
        raise Invalid([("shipment", f"shipment {one.shipment} was announced before: write its own number")])
    if why := unlikely_day(one.expected_on, today):
        raise Invalid([("expected_on", why)])
    if why := next((why for item in one.items if item.expires_on and (why := out_of_range(item.expires_on))), ""):
        raise Invalid([("expires_on", why)])
    if not one.items:
        raise Invalid([("items", "write at least one line: a code and a quantity")])
    known.add((order.id, one.shipment))


def _matched(one: Shipment, order: Buying, goods: Mapping[Named, Good]) -> NewAdvice:
    lines = [
        NewAdviceLine(
            purchase_order_line_id=_line_id(order, goods.get((order.supplier_id, item.code))),
            code=item.code,
            quantity=item.quantity,
            lot_code=item.lot,
            expires_on=item.expires_on,
        )
        for item in one.items
    ]
    return NewAdvice(purchase_order_id=order.id, number=one.shipment, expected_on=one.expected_on, lines=tuple(lines))


def _line_id(order: Buying, good: Good | None) -> int | None:
    """The first line of that SKU of which something is still to come, else its first."""
    lines: list[Line] = order.of_sku(good.code) if good else []
    chosen = next((line for line in lines if line.open), lines[0] if lines else None)
    return chosen.id if chosen else None


def _announced(new: NewAdvice) -> Counter[int]:
    units: Counter[int] = Counter()
    for line in new.lines:
        if line.purchase_order_line_id is not None:
            units[line.purchase_order_line_id] += line.quantity
    return units


def _expect_on_that_day(
    session: Session, news: Sequence[NewAdvice], locked: Mapping[int, Buying], *, actor: Actor
) -> None:
    """Where all that a line still owes is announced; the rest may come on another day."""
    before = {line.id: line for one in locked.values() for line in one.lines}
    days = {
        line_id: new.expected_on
        for new in news
        for line_id, units in _announced(new).items()
        if 0 < before[line_id].open <= units and before[line_id].expected_on != new.expected_on
    }
    orders.set_dates(session, days)
    expect_rest(session, locked, actor=actor)
    moved = [
        PurchaseOrderRescheduled(purchase_order_id=one.id, lines=lines)
        for one in locked.values()
        if (lines := tuple(line.id for line in one.lines if line.id in days))
    ]
    emit(session, moved, actor=actor)
