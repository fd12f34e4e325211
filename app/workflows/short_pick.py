"""The shelf holds less than the book: a fact that is never refused. The units are looked for elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.fulfilment import scans, work
from app.fulfilment.opening import OpenLine
from app.fulfilment.scans import Scanned
from app.fulfilment.work import Work, WorkLine
from app.inventory import levels, sites
from app.inventory.allocations import Share
from app.inventory.events import StockAdjusted
from app.inventory.levels import Key, Level
from app.inventory.post import post
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, Invalid
from app.kernel.events import emit
from app.kernel.text import counted
from app.orders import facts
from app.orders.events import UnitsShortPicked
from app.workflows.adjust_stock import Adjustment, lost, movements_of
from app.workflows.at_work import take
from app.workflows.displace import candidates, displace, take_back
from app.workflows.lacking_units import Lack, lacking_units
from app.workflows.route_orders import route_backordered

REASONS: Mapping[str, str] = {
    "missing": "Fewer there than asked",
    "none_left": "The shelf is empty",
    "damaged": "Damaged",
}


@dataclass(frozen=True, kw_only=True)
class Short:
    """``reason`` decides the stock where the line was sent to: ``missing`` and ``damaged`` mean these units,
    ``none_left`` all of the SKU that lie in those bins."""

    fulfilment_order_id: int
    line_id: int
    quantity: int
    reason: str
    client_scan_id: str


@dataclass(frozen=True, kw_only=True)
class _Loss:
    work: Work
    line: WorkLine
    short: Short

    @property
    def key(self) -> Key:
        return self.line.sku_id, self.work.site_id


def short_pick(session: Session, shorts: Sequence[Short], *, actor: Actor) -> None:
    """Take missing units off the work, the promise and the stock, then route them again without that site."""
    _refuse_unknown(shorts)
    _lock(session, shorts)
    found = take(session, {one.fulfilment_order_id for one in shorts}, even_held=True)
    losses = [_loss(one, found) for one in _fresh(session, shorts, found, actor)]
    if not losses:
        return
    take_back(session, [(_share(one), _open_line(one)) for one in losses], reason="short_pick", actor=actor)
    displaced = _correct_stock(session, losses, actor)
    emit(session, [_event(one) for one in losses], actor=actor)
    excluded = {one.work.order_id: {one.work.site_id: "short_pick"} for one in losses}
    route_backordered(session, {*excluded, *displaced}, cause="short_pick", actor=actor, excluded=excluded)


def _refuse_unknown(shorts: Sequence[Short]) -> None:
    for one in shorts:
        if one.reason not in REASONS:
            raise Invalid([("reason", f"“{one.reason}” is not one of {', '.join(REASONS)}: choose one")])
        if one.quantity < 1:
            raise Invalid([("quantity", f"{one.quantity} is no number of units: type 1 or more")])


def _lock(session: Session, shorts: Sequence[Short]) -> None:
    """The orders themselves and those that an empty shelf takes promises from, in one go: orders come before stock."""
    own = work.orders_of(session, {one.fulfilment_order_id for one in shorts})
    works = work.load(session, own)
    emptied = {
        (works[one.fulfilment_order_id].line(one.line_id).sku_id, works[one.fulfilment_order_id].site_id): 1
        for one in shorts
        if one.reason == "none_left"
    }
    facts.lock(session, {*own.values(), *candidates(session, emptied)})


def _fresh(session: Session, shorts: Sequence[Short], found: Mapping[int, Work], actor: Actor) -> list[Short]:
    """Those that no terminal sent before."""
    sent = [
        Scanned(
            fulfilment_order_id=one.fulfilment_order_id,
            client_scan_id=one.client_scan_id,
            step="short",
            sku_code=found[one.fulfilment_order_id].line(one.line_id).sku_code,
            quantity=one.quantity,
        )
        for one in shorts
    ]
    fresh = {(one.fulfilment_order_id, one.client_scan_id) for one in scans.record(session, sent, actor=actor)}
    return [one for one in shorts if (one.fulfilment_order_id, one.client_scan_id) in fresh]


def _loss(short: Short, found: Mapping[int, Work]) -> _Loss:
    one = found[short.fulfilment_order_id]
    line = one.line(short.line_id)
    unpicked = line.quantity - line.picked
    if short.quantity > unpicked:
        left = counted(unpicked, "unit") + (" is" if unpicked == 1 else " are")
        why = f"{line.sku_code}: {left} still to pick, so {short.quantity} cannot be missing"
        raise DomainError(f"{why}: type {unpicked} or fewer" if unpicked else why, field="quantity")
    return _Loss(work=one, line=line, short=short)


def _correct_stock(session: Session, losses: Sequence[_Loss], actor: Actor) -> list[int]:
    """Post what the shelf says; answers other orders that lost promised units by it."""
    held = levels.lock(session, {one.key for one in losses})
    found = lacking_units(session, [_lack(one) for one in losses])
    movements = movements_of(session, found)
    gone = lost(movements)
    short = {key: gone[key] - level.unpromised for key, level in held.items()}
    facts.lock(session, candidates(session, short))
    codes = {site.id: site.code for site in sites.all_of_them(session)}
    displaced = displace(session, short, site_codes=codes, reason="displace", actor=actor)
    post(session, movements, actor=actor)
    emit(session, [_adjusted(one, held[one.key]) for one in found], actor=actor)
    return displaced


def _lack(one: _Loss) -> Lack:
    return Lack(
        line_id=one.line.id,
        fulfilment_order_id=one.work.id,
        key=one.key,
        unpicked=one.line.quantity - one.line.picked,
        quantity=one.short.quantity,
        reason=one.short.reason,
    )


def _share(loss: _Loss) -> Share:
    return Share(
        order_id=loss.work.order_id,
        order_line_id=loss.line.order_line_id,
        sku_id=loss.line.sku_id,
        site_id=loss.work.site_id,
        quantity=loss.short.quantity,
    )


def _open_line(loss: _Loss) -> OpenLine:
    return OpenLine(
        id=loss.line.id,
        fulfilment_order_id=loss.work.id,
        order_line_id=loss.line.order_line_id,
        sku_id=loss.line.sku_id,
        site_id=loss.work.site_id,
        is_released=True,
        unpicked=loss.line.quantity - loss.line.picked,
    )


def _adjusted(fact: Adjustment, level: Level) -> StockAdjusted:
    return StockAdjusted(
        stock_level_id=level.id,
        sku_id=fact.sku_id,
        site_id=fact.site_id,
        on_hand=fact.on_hand,
        unavailable=fact.unavailable,
        reason=fact.reason,
    )


def _event(loss: _Loss) -> UnitsShortPicked:
    return UnitsShortPicked(
        order_id=loss.work.order_id,
        fulfilment_order_id=loss.work.id,
        sku=loss.line.sku_code,
        quantity=loss.short.quantity,
        reason=loss.short.reason,
    )
