"""Sold lines, written straight into the tables: what the reports read, without the way there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.workflows import count_sales

LONG_AGO = datetime(2026, 3, 15, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Sold:
    """``lines`` are (SKU, units, total in minor units, cancelled units)."""

    lines: Sequence[tuple[str, int, int, int]]
    at: datetime = LONG_AGO
    channel: str = "web"
    region: str = "West"
    customer: str = ""
    currency: str = "USD"


def sell(session: Session, *orders: Sold) -> list[int]:
    ids = [_order(session, order) for order in orders]
    count_sales.rebuild(session)
    return ids


def _order(session: Session, order: Sold) -> int:
    order_id = session.execute(text(ORDER), {**_columns(order), "customer_id": _customer(session, order)}).scalar_one()
    for position, (sku, units, total, cancelled) in enumerate(order.lines, 1):
        values = {"order": order_id, "position": position, "sku": sku, "units": units, "total": total}
        session.execute(text(LINE), {**values, "cancelled": cancelled, "kept": units - cancelled})
    return int(order_id)


def _columns(order: Sold) -> dict[str, object]:
    goods = sum(total for _, _, total, _ in order.lines)
    return {
        "channel": order.channel,
        "region": order.region,
        "currency": order.currency,
        "goods": goods,
        "at": order.at,
    }


def _customer(session: Session, order: Sold) -> int | None:
    if not order.customer:
        return None
    return session.execute(text(CUSTOMER), {"code": order.customer, "name": f"Customer {order.customer}"}).scalar_one()


CUSTOMER = """
INSERT INTO customers (code, name) VALUES (:code, :name)
ON CONFLICT (code) WHERE code IS NOT NULL DO UPDATE SET name = excluded.name RETURNING id
"""

ORDER = """
INSERT INTO orders (number, channel_id, customer_id, sales_region, currency, goods_minor, tax_minor, total_minor,
                    status, payment_status, fulfilment_status, tracking_key, placed_at)
SELECT n.number, ch.id, :customer_id, :region, :currency, :goods, 0, :goods, 'delivered', 'paid', 'delivered',
       'key-' || n.number, :at
FROM channels ch, (SELECT nextval('order_numbers')::text AS number) n WHERE ch.code = :channel
RETURNING id
"""

LINE = """
INSERT INTO order_lines
    (order_id, position, sku_id, sku_code, name, total_minor, ordered, cancelled, shipped, delivered)
SELECT :order, :position, id, code, name, :total, :units, :cancelled, :kept, :kept FROM skus WHERE code = :sku
"""
