"""Finding orders by whatever somebody has in hand. Every sign means itself: no wildcards."""

import re
from typing import Any

from sqlalchemy import Select, func, or_, select, union
from sqlalchemy.orm import Session

from app.catalogue.models import Sku
from app.fulfilment.models import Parcel
from app.orders.models import Order, OrderContact, OrderLine, OrderNote

PREFIX = "W-"


def exact_order(session: Session, sought: str) -> str | None:
    """The number of the one order that carries exactly this number, external number or tracking number."""
    by_tracking = select(Parcel.order_id).where(Parcel.tracking_number == sought)
    statement = select(Order.number).where(
        or_(Order.number.in_(_numbers(sought)), Order.external_number == sought, Order.id.in_(by_tracking))
    )
    found = session.scalars(statement.limit(2)).all()
    return found[0] if len(found) == 1 else None


def matching_orders(sought: str) -> Select[Any]:
    """Ids of all orders that the words could mean: each way of meaning them reads its own index."""
    literal = re.sub(r"([\\%_])", r"\\\1", sought)
    skus = select(Sku.id).where(or_(Sku.code.ilike(f"{literal}%"), Sku.gtin == sought))
    ways = [
        select(Order.id).where(or_(Order.number.in_(_numbers(sought)), Order.external_number == sought)),
        select(Parcel.order_id).where(Parcel.tracking_number == sought),
        select(OrderContact.order_id).where(func.lower(OrderContact.email) == sought.lower()),
        select(OrderContact.order_id).where(OrderContact.name.ilike(f"%{literal}%")),
        select(OrderNote.order_id).where(OrderNote.body.ilike(f"%{literal}%")),
        select(OrderLine.order_id).where(OrderLine.sku_id.in_(skus)),
    ]
    found = union(*ways).subquery("found")
    return select(found.c[0])


def _numbers(sought: str) -> list[str]:
    written = sought.upper()
    return [written, PREFIX + written]
