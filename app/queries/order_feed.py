"""Orders in the order they came, for clients that read on from where they stopped."""

from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.channels.models import Channel
from app.kernel import paging
from app.kernel.paging import Page
from app.orders.models import Order


def order_feed(
    session: Session, *, after: str | None, limit: int, status: str = "", external_number: str = ""
) -> Page[Row[Any]]:
    """One page, oldest first. Raises BadCursor."""
    cursor = paging.decode(after, [int])
    statement = _orders()
    if status:
        statement = statement.where(Order.status == status)
    if external_number:
        statement = statement.where(Order.external_number == external_number)
    rows = session.execute(paging.seek(statement, [Order.id], cursor=cursor, limit=limit, descending=False)).all()
    return paging.page(rows, limit, key=lambda row: (row.id,), cursor=cursor)


def _orders() -> Select[Any]:
    columns: list[Any] = [
        Order.id,
        Order.number,
        Order.external_number,
        Channel.code.label("channel"),
        Order.placed_at,
        Order.status,
        Order.payment_status,
        Order.fulfilment_status,
        Order.total_minor,
        Order.currency,
    ]
    return select(*columns).join(Channel, Channel.id == Order.channel_id)
