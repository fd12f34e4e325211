"""Parcels leave the building: with the promise goes the stock."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.fulfilment import held_picks, parcels, work
from app.fulfilment.held_picks import HeldUnits
from app.fulfilment.parcels import Content, PackedParcel
from app.fulfilment.states import ParcelState
from app.fulfilment.work import Count
from app.inventory import allocations, lots
from app.inventory.allocations import Share
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, Invalid, StaleState
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import ParcelShipped
from app.orders.facts import LineChange
from app.workflows.at_work import refuse_held


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """A parcel handed to a carrier, with the number on its label."""

    parcel_id: int
    carrier: str
    tracking_number: str


def ship_orders(session: Session, dispatches: Sequence[Dispatch], *, actor: Actor) -> None:
    """Hand parcels over, all or none. The same label again does nothing; another for a parcel that left is refused."""
    labels = {one.parcel_id: parcels.label(one.carrier, one.tracking_number) for one in dispatches}
    if len(labels) < len(dispatches):
        raise Invalid([("parcel", "a parcel is named twice: name it once")])
    facts.lock(session, parcels.orders_of(session, labels))
    found = parcels.load(session, labels)
    leaving = [one for one in found.values() if not _has_left(one, labels[one.id])]
    refuse_held(session, {one.order_id for one in leaving})
    shares = _shares(session, leaving)
    allocations.ship(session, shares, actor=actor)
    _refuse_frozen(session, shares)
    parcels.ship(session, {one.id: labels[one.id] for one in leaving})
    work.count(session, [count for one in leaving for count in _counts(one)])
    facts.change(session, [change for one in leaving for change in _changes(one)], actor=actor)
    shipped = [
        ParcelShipped(order_id=one.order_id, parcel_id=one.id, units=one.units, carrier=labels[one.id][0])
        for one in leaving
    ]
    emit(session, shipped, actor=actor)


def _has_left(one: PackedParcel, label: tuple[str, str]) -> bool:
    if one.state == ParcelState.UNPACKED:
        raise StaleState("this parcel was unpacked: pack it again before it leaves")
    if one.state == ParcelState.PACKED:
        return False
    if (one.carrier, one.tracking_number) != label:
        raise StaleState(f"this parcel left already with {one.carrier}, number {one.tracking_number}")
    return True


def _shares(session: Session, leaving: Sequence[PackedParcel]) -> list[Share]:
    """The lots that were picked for these lines are those that leave."""
    contents = {content.fulfilment_line_id: (one, content) for one in leaving for content in one.contents}
    units: dict[int, int] = {}
    for one in leaving:
        for content in one.contents:
            units[content.fulfilment_line_id] = units.get(content.fulfilment_line_id, 0) + content.quantity
    return [_share(*contents[pick.line_id], pick) for pick in held_picks.spend(session, units)]


def _refuse_frozen(session: Session, shares: Sequence[Share]) -> None:
    """Asked once the levels are locked, as whoever freezes a lot has them first."""
    of_lots = [share.lot_id for share in shares if share.lot_id is not None]
    for code in lots.frozen(session, of_lots).values() if of_lots else ():
        raise DomainError(f"lot {code} is frozen and may not leave: unpack this parcel and put the units back")


def _share(one: PackedParcel, content: Content, pick: HeldUnits) -> Share:
    return Share(
        order_id=one.order_id,
        order_line_id=content.order_line_id,
        sku_id=content.sku_id,
        site_id=one.site_id,
        quantity=pick.quantity,
        lot_id=pick.lot_id,
        serial_id=pick.serial_id,
    )


def _counts(one: PackedParcel) -> list[Count]:
    return [Count(line_id=content.fulfilment_line_id, shipped=content.quantity) for content in one.contents]


def _changes(one: PackedParcel) -> list[LineChange]:
    return [
        LineChange(
            order_line_id=content.order_line_id,
            allocated=-content.quantity,
            released=-content.quantity,
            picked=-content.quantity,
            packed=-content.quantity,
            shipped=content.quantity,
        )
        for content in one.contents
    ]
