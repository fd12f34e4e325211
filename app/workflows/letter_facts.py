"""What a mail to a customer says, read from orders, parcels and the company in one statement each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.money import Money
from app.orders.owed import OWED, kept

TEXTS = ("id", "number", "tracking_key", "recipient", "customer", "company", "mail_from")
AMOUNTS = ("goods", "shipping", "tax", "total")


@dataclass(frozen=True, kw_only=True)
class LetterLine:
    sku: str
    name: str
    quantity: int
    total: Money | None = None


@dataclass(frozen=True, kw_only=True)
class OrderFacts:
    id: int
    number: str
    tracking_key: str
    recipient: str
    customer: str
    company: str
    mail_from: str
    goods: Money
    shipping: Money
    tax: Money
    total: Money


@dataclass(frozen=True, kw_only=True)
class ParcelFacts:
    id: int
    order_id: int
    carrier: str
    tracking_number: str
    lines: tuple[LetterLine, ...]


@dataclass(frozen=True, kw_only=True)
class PromiseFacts:
    """``day`` on the company's calendar; ``lines`` are what still waits."""

    id: int
    order_id: int
    day: date
    lines: tuple[LetterLine, ...]


def orders(session: Session, order_ids: Collection[int]) -> dict[int, OrderFacts]:
    """Of orders that are not history and name an address to write to; the others are left out."""
    rows = session.execute(ORDERS, {"ids": list(order_ids)}).mappings()
    return {row["id"]: _order(row) for row in rows}


def lines(session: Session, order_ids: Collection[int]) -> dict[int, tuple[LetterLine, ...]]:
    """The units that are still wanted, by order."""
    found: dict[int, list[LetterLine]] = {}
    for row in session.execute(LINES, {"ids": list(order_ids)}):
        total = Money(row.total_minor, row.currency)
        line = LetterLine(sku=row.sku_code, name=row.name, quantity=row.quantity, total=total)
        found.setdefault(row.order_id, []).append(line)
    return {order_id: tuple(of_order) for order_id, of_order in found.items()}


def parcels(session: Session, parcel_ids: Collection[int]) -> dict[int, ParcelFacts]:
    contents: dict[int, list[LetterLine]] = {}
    rows = session.execute(PARCELS, {"ids": list(parcel_ids)}).all()
    for row in rows:
        contents.setdefault(row.id, []).append(LetterLine(sku=row.sku_code, name=row.name, quantity=row.quantity))
    return {
        row.id: ParcelFacts(
            id=row.id,
            order_id=row.order_id,
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            lines=tuple(contents[row.id]),
        )
        for row in rows
    }


def promises(session: Session, promise_ids: Collection[int]) -> dict[int, PromiseFacts]:
    """Of promises that no later one has replaced before the customer could be told."""
    found = {row.id: row for row in session.execute(PROMISES, {"ids": list(promise_ids)})}
    waiting: dict[int, list[LetterLine]] = {}
    for row in session.execute(WAITING, {"ids": [row.order_id for row in found.values()]}):
        waiting.setdefault(row.order_id, []).append(LetterLine(sku=row.sku_code, name=row.name, quantity=row.quantity))
    return {
        row.id: PromiseFacts(id=row.id, order_id=row.order_id, day=row.day, lines=tuple(waiting.get(row.order_id, ())))
        for row in found.values()
    }


def _order(row: Mapping[Any, Any]) -> OrderFacts:
    values = {name: row[name] for name in TEXTS} | {
        name: Money(row[f"{name}_minor"], row["currency"]) for name in AMOUNTS
    }
    return OrderFacts(**values)


ORDERS = text(
    f"""
    SELECT o.id, o.number, o.tracking_key, o.currency, o.shipping_minor,
           kept.goods AS goods_minor, kept.tax AS tax_minor, {OWED} AS total_minor,
           c.email AS recipient, c.name AS customer, coalesce(company.name, 'Waybill') AS company,
           coalesce(company.mail_from, '') AS mail_from
    FROM orders o JOIN order_contacts c ON c.order_id = o.id LEFT JOIN company ON true
    CROSS JOIN LATERAL (
        SELECT sum({kept("total_minor")})::bigint AS goods, sum({kept("tax_minor")})::bigint AS tax
        FROM order_lines l WHERE l.order_id = o.id) kept
    WHERE o.id = ANY(CAST(:ids AS bigint[])) AND NOT o.is_history AND c.email <> ''
    """
)

LINES = text(
    f"""
    SELECT l.order_id, l.sku_code, l.name, l.ordered - l.cancelled AS quantity,
           {kept("total_minor")} AS total_minor, o.currency
    FROM order_lines l JOIN orders o ON o.id = l.order_id
    WHERE l.order_id = ANY(CAST(:ids AS bigint[])) AND l.ordered > l.cancelled
    ORDER BY l.order_id, l.position
    """
)

PROMISES = text(
    """
    SELECT p.id, p.order_id, CAST(p.promised_at AT TIME ZONE coalesce(company.time_zone, 'UTC') AS date) AS day
    FROM promises p LEFT JOIN company ON true
    WHERE p.id = ANY(CAST(:ids AS bigint[])) AND p.promised_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM promises n WHERE n.order_id = p.order_id AND n.order_line_id IS NULL AND n.is_told AND n.id > p.id)
    """
)

WAITING = text(
    """
    SELECT l.order_id, l.sku_code, l.name, l.backordered AS quantity FROM order_lines l
    WHERE l.order_id = ANY(CAST(:ids AS bigint[])) AND l.backordered > 0 ORDER BY l.order_id, l.position
    """
)

PARCELS = text(
    """
    SELECT p.id, p.order_id, p.carrier, p.tracking_number, f.sku_code, f.name, l.quantity
    FROM parcels p JOIN parcel_lines l ON l.parcel_id = p.id JOIN fulfilment_lines f ON f.id = l.fulfilment_line_id
    WHERE p.id = ANY(CAST(:ids AS bigint[])) ORDER BY p.id, f.id
    """
)
