"""What the board shows of an order."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.channels.models import Channel
from app.fulfilment.models import FulfilmentOrder
from app.inventory.models import Site
from app.orders.models import Order, OrderContact, OrderLine
from app.queries.board_filters import is_held


def board_rows(session: Session, ids: Sequence[int]) -> list[Row[Any]]:
    """In the order of the ids."""
    shown = {row.id: row for row in session.execute(_rows().where(Order.id.in_(ids)))}
    return [shown[id] for id in ids if id in shown]


def _rows() -> Select[Any]:
    units = select(func.sum(OrderLine.ordered - OrderLine.cancelled)).where(OrderLine.order_id == Order.id)
    sites = (
        select(func.array_agg(Site.code.distinct()))
        .join(FulfilmentOrder, FulfilmentOrder.site_id == Site.id)
        .where(FulfilmentOrder.order_id == Order.id, FulfilmentOrder.state != "cancelled")
    )
    columns: list[Any] = [
        Order.id,
        Order.number,
        Order.placed_at,
        Order.currency,
        Order.total_minor,
        Order.status,
        Order.payment_status,
        Order.fulfilment_status,
        Order.promised_at,
        Order.shipped_at,
        OrderContact.name,
        OrderContact.city,
        OrderContact.country,
        Channel.name.label("channel"),
        units.scalar_subquery().label("units"),
        sites.scalar_subquery().label("sites"),
        is_held().label("is_held"),
    ]
    joined = select(*columns).join(Channel, Channel.id == Order.channel_id)
    return joined.outerjoin(OrderContact, OrderContact.order_id == Order.id)
