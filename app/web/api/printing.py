"""Rows to answers."""

from datetime import datetime
from typing import Any

from app.kernel.money import Money
from app.queries.ended_reservations import EndedRow
from app.queries.order_page import Line, Parcel
from app.queries.reservations_list import ReservationRow
from app.web.api.answers import (
    HeldLineAnswer,
    KitAnswer,
    LineAnswer,
    MoneyAnswer,
    OrderAnswer,
    OrderSummary,
    ParcelAnswer,
    ReservationAnswer,
    StatusAnswer,
)


def money(minor: int, currency: str) -> MoneyAnswer:
    return MoneyAnswer(amount=Money(minor, currency).amount(), currency=currency)


def moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def status(row: Any) -> StatusAnswer:
    return StatusAnswer(order=row.status, payment=row.payment_status, fulfilment=row.fulfilment_status)


def summary(row: Any, *, url: str) -> OrderSummary:
    return OrderSummary(
        number=row.number,
        external_number=row.external_number,
        channel=row.channel,
        placed_at=row.placed_at.isoformat(timespec="seconds"),
        status=status(row),
        total=money(row.total_minor, row.currency),
        url=url,
    )


def order(row: Any, lines: list[Line], parcels: list[Parcel], *, url: str, tracking_url: str) -> OrderAnswer:
    return OrderAnswer(
        **summary(row, url=url).model_dump(),
        promised_at=moment(row.promised_at),
        goods=money(row.goods_minor, row.currency),
        shipping=money(row.shipping_minor, row.currency),
        tax=money(row.tax_minor, row.currency),
        paid=money(row.paid_minor, row.currency),
        refunded=money(row.refunded_minor, row.currency),
        lines=[_line(line, row.currency) for line in lines],
        parcels=[_parcel(parcel) for parcel in parcels],
        tracking_url=tracking_url,
    )


def _line(line: Line, currency: str) -> LineAnswer:
    return LineAnswer(
        position=line.position,
        sku=line.sku,
        name=line.name,
        ordered=line.ordered,
        allocated=line.allocated,
        backordered=line.backordered,
        shipped=line.shipped,
        delivered=line.delivered,
        cancelled=line.cancelled,
        total=money(line.total_minor, currency),
        kit=_kit(line),
    )


def _kit(line: Line) -> KitAnswer | None:
    if line.kit is None:
        return None
    return KitAnswer(sku=line.kit.code, name=line.kit.name, position=line.kit.position, quantity=line.kit.quantity)


def reservation(row: ReservationRow, *, url: str) -> ReservationAnswer:
    lines = [HeldLineAnswer(sku=line.sku, site=line.site, quantity=line.quantity) for line in row.lines]
    return _reservation(row, lines=lines, url=url)


def ended_reservation(row: EndedRow, *, url: str) -> ReservationAnswer:
    ended_at = row.ended_at.isoformat(timespec="seconds")
    return _reservation(row, lines=[], url=url, order=row.order_number or None, ended_at=ended_at)


def _reservation(row: ReservationRow | EndedRow, **more: Any) -> ReservationAnswer:
    return ReservationAnswer(
        token=row.token,
        channel=row.channel,
        owner=row.owner,
        kind=row.kind,
        state=row.state,
        expires_at=row.expires_at.isoformat(timespec="seconds"),
        was_extended=row.was_extended,
        **more,
    )


def _parcel(parcel: Parcel) -> ParcelAnswer:
    return ParcelAnswer(
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        state=parcel.state,
        shipped_at=moment(parcel.shipped_at),
        delivered_at=moment(parcel.delivered_at),
    )
