"""Goods come in on a purchase order: partly, damaged, a little too many; each scan counts once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy.orm import Session

from app.inventory import levels, serials, sites
from app.inventory.arriving import put_down
from app.inventory.serials import Numbered
from app.inventory.values import GOOD
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, StaleState
from app.kernel.events import emit
from app.kernel.text import out_of_range
from app.purchasing import orders, receipts
from app.purchasing.events import GoodsReceived
from app.purchasing.orders import Buying, Count
from app.purchasing.receipts import NewReceipt, NewReceiptLine
from app.purchasing.states import RECEIVABLE
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.arriving_lots import take_in_lots
from app.workflows.expect_purchases import expect_rest
from app.workflows.read_goods import read_goods
from app.workflows.spread_receipts import DAMAGED, Item, NotOnOrder, Part, Spreader

CONDITIONS = {GOOD: "Good", "quality_hold": "To be checked first", DAMAGED: "Damaged"}
OVER_REASONS = {
    "agreed": "Agreed with the supplier",
    "free": "Free of charge",
    "replacement": "Replaces damaged goods",
    "packs": "Whole packs only",
}
CLOCKS_DIFFER = timedelta(minutes=5)
Key = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """``over_reason`` lets more in than the tolerance allows; who may give one is the caller's business."""

    number: str
    client_scan_id: str
    items: tuple[Item, ...]
    over_reason: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Received:
    """``parts`` are what was counted now: a repeated scan counts nothing."""

    receipt_id: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Delivery:
    """One new arrival with its order and what its items came to."""

    order: Buying
    arrival: Arrival
    parts: tuple[Part, ...]


def receive(session: Session, arrivals: Sequence[Arrival], *, actor: Actor) -> list[Received]:
    """Count what came, all or none; answers in the order given. Promises nothing: who hears of it fills what waits."""
    _refuse_nonsense(arrivals)
    ids = orders.ids_of(session, [one.number for one in arrivals])
    locked = orders.lock(session, ids.values())
    known = receipts.known(session, [(ids[one.number], one.client_scan_id) for one in arrivals])
    fresh = {(ids[one.number], one.client_scan_id): one for one in reversed(arrivals)}
    new = [one for key, one in reversed(fresh.items()) if key not in known]
    deliveries = _spread(session, [(locked[ids[one.number]], one) for one in new])
    counted = _write(session, deliveries, actor=actor) if deliveries else {}
    repeated = {key: Received(receipt_id=id) for key, id in known.items()}
    return [(counted | repeated)[ids[one.number], one.client_scan_id] for one in arrivals]


def _refuse_nonsense(arrivals: Sequence[Arrival]) -> None:
    failures = [
        (f"items.{place}.{field}", why)
        for one in arrivals
        for place, item in enumerate(one.items)
        for field, why in _nonsense_in(item)
    ]
    if any(one.over_reason and one.over_reason not in OVER_REASONS for one in arrivals):
        failures.append(("over_reason", f"choose one of {', '.join(OVER_REASONS)}"))
    if any(one.received_at and one.received_at > clock.now() + CLOCKS_DIFFER for one in arrivals):
        failures.append(("received_at", "goods cannot have come in the future: correct the moment"))
    if failures:
        raise Invalid(failures)


def _nonsense_in(item: Item) -> Iterator[tuple[str, str]]:
    if item.quantity < 1:
        yield "quantity", f"{item.quantity} is no number of units: write 1 or more"
    if item.condition not in CONDITIONS:
        yield "condition", f"choose one of {', '.join(CONDITIONS)}"
    if item.serials and len(item.serials) != item.quantity:
        yield "serials", f"{len(item.serials)} numbers for {item.quantity} units: name one for each, or none"
    if item.expires_on and (why := out_of_range(item.expires_on)):
        yield "expires_on", why


def _spread(session: Session, found: Sequence[tuple[Buying, Arrival]]) -> list[_Delivery]:
    for one, _ in found:
        _refuse_closed(one)
    goods = read_goods(session, {(one.supplier_id, item.code) for one, arrival in found for item in arrival.items})
    spreader = Spreader([one for one, _ in found])
    deliveries = []
    for one, arrival in found:
        parts: list[Part] = []
        for item in arrival.items:
            good = goods.get((one.supplier_id, item.code))
            if good is None:
                why = f"“{item.code}” is none of our items: set it aside and scan the next item"
                raise NotOnOrder(why, field="code")
            if item.serials and good.tracking != "serial":
                raise Invalid([("serials", f"{good.code} is not kept by serial number: leave the numbers out")])
            parts += spreader.spread(one, item, good, is_allowed=bool(arrival.over_reason))
        deliveries.append(_Delivery(order=one, arrival=arrival, parts=tuple(parts)))
    return deliveries


def _refuse_closed(one: Buying) -> None:
    if one.state in RECEIVABLE:
        return
    remedy = {"draft": "send it first", "closed_short": "open it again first"}.get(one.state, "write a new one")
    raise StaleState(f"{one.number} is {one.state.replace('_', ' ')}, so nothing can come in on it: {remedy}")


def _write(session: Session, deliveries: Sequence[_Delivery], *, actor: Actor) -> dict[Key, Received]:
    news = _receipts(session, deliveries)
    written = receipts.record(session, news, actor=actor)
    parts = list(chain.from_iterable(each.parts for each in deliveries))
    orders.count(session, [_count(part) for part in parts])
    ids = chain.from_iterable(each.line_ids for each in written)
    lines = list(zip(ids, *_columns(deliveries, news), strict=True))
    adjust_stock(session, [_adjustment(*line) for line in lines], actor=actor)
    serials.register(session, [one for line in lines for one in _numbers(*line)], field="serials", actor=actor)
    expect_rest(session, {each.order.id for each in deliveries}, actor=actor)
    events = [
        GoodsReceived(
            purchase_order_id=new.purchase_order_id, receipt_id=each.id, units=new.units, over_reason=new.over_reason
        )
        for new, each in zip(news, written, strict=True)
    ]
    emit(session, events, actor=actor)
    return {
        (new.purchase_order_id, new.client_scan_id): Received(receipt_id=each.id, parts=delivery.parts)
        for new, each, delivery in zip(news, written, deliveries, strict=True)
    }


def _receipts(session: Session, deliveries: Sequence[_Delivery]) -> list[NewReceipt]:
    bins = put_down(session, {(each.order.site_id, part.item.bin) for each in deliveries for part in each.parts})
    levels.lock(session, {(part.good.id, each.order.site_id) for each in deliveries for part in each.parts})
    today = {site.id: clock.today_in(site.time_zone) for site in sites.all_of_them(session)}
    lots = take_in_lots(session, [(part, today[each.order.site_id]) for each in deliveries for part in each.parts])
    return [
        NewReceipt(
            purchase_order_id=each.order.id,
            client_scan_id=each.arrival.client_scan_id,
            received_at=each.arrival.received_at or clock.now(),
            over_reason=each.arrival.over_reason,
            lines=tuple(
                NewReceiptLine(
                    purchase_order_line_id=part.line.id,
                    quantity=part.quantity,
                    condition=part.item.condition,
                    bin_id=bins[each.order.site_id, part.item.bin],
                    lot_id=lots.id_of(part),
                    unit_cost_minor=part.line.unit_cost_minor,
                )
                for part in each.parts
            ),
        )
        for each in deliveries
    ]


def _columns(
    deliveries: Sequence[_Delivery], news: Sequence[NewReceipt]
) -> tuple[list[_Delivery], list[Part], list[NewReceiptLine]]:
    """Delivery, part and receipt line of every line that is written."""
    return (
        [each for each in deliveries for _ in each.parts],
        [part for each in deliveries for part in each.parts],
        [line for new in news for line in new.lines],
    )


def _count(part: Part) -> Count:
    rejected = part.quantity if part.item.condition == DAMAGED else 0
    return Count(line_id=part.line.id, received=part.quantity, rejected=rejected)


def _adjustment(receipt_line_id: int, each: _Delivery, part: Part, line: NewReceiptLine) -> Adjustment:
    return Adjustment(
        sku_id=part.good.id,
        site_id=each.order.site_id,
        reason="receipt",
        on_hand=line.quantity,
        bin_id=line.bin_id,
        lot_id=line.lot_id,
        condition=line.condition,
        reference=("receipt_line", receipt_line_id),
    )


def _numbers(receipt_line_id: int, each: _Delivery, part: Part, line: NewReceiptLine) -> list[Numbered]:
    return [
        Numbered(
            sku_id=part.good.id,
            code=code,
            site_id=each.order.site_id,
            bin_id=line.bin_id,
            lot_id=line.lot_id,
            condition=line.condition,
            reference=("receipt_line", receipt_line_id),
        )
        for code in part.serials
    ]
