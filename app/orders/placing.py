"""Writing new orders down: orders, contacts, lines, holds, payloads, notes, each in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from app.kernel import bulk, clock
from app.kernel.actor import Actor
from app.orders.models import Hold, IntakePayload, Order, OrderContact, OrderLine, OrderNote
from app.orders.status import Facts, LineFacts, fulfilment_status, order_status, payment_status
from app.orders.values import OrderRequest


@dataclass(frozen=True, kw_only=True)
class KitPart:
    """The kit that a line is a part of: the ``position`` of its line as it was asked for, from 1, and how many kits."""

    sku_id: int
    code: str
    name: str
    position: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """Money in minor units for the whole line, net and tax; ``tax_bp`` in basis points.

    ``place`` is where it stood in the request, from 0: several lines stand there where it was a kit.
    """

    id: int
    place: int
    sku_id: int
    sku_code: str
    name: str
    quantity: int
    total_minor: int
    tax_bp: int
    tax_minor: int
    discount_bp: int
    kit: KitPart | None = None


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """An order that is checked, priced and routed. ``allocated`` holds units by line id; the rest is backordered."""

    id: int
    number: str
    tracking_key: str
    request: OrderRequest
    channel_id: int
    customer_id: int | None
    zone_id: int | None
    transit_days: int | None
    actor: Actor
    lines: tuple[PricedLine, ...]
    place: tuple[int, int] | None
    payment_condition: str
    backorders_allowed: bool
    holds: tuple[str, ...] = ()
    promised_at: datetime | None = None
    allocated: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def goods_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    @cached_property
    def tax_minor(self) -> int:
        return sum(line.tax_minor for line in self.lines)

    @property
    def total_minor(self) -> int:
        return self.goods_minor + self.tax_minor + self.request.shipping_minor

    @cached_property
    def status(self) -> str:
        return order_status(self.facts)

    @property
    def event_count(self) -> int:
        """How many events tell of its placing: they are counted in its row, so that it need not be touched again."""
        if self.request.history:
            return 1
        return 3 if self.status == "confirmed" else 2

    @cached_property
    def facts(self) -> Facts:
        return Facts(
            lines=tuple(self._line_facts(line) for line in self.lines),
            open_holds=len(self.holds),
            owed_minor=self.total_minor,
            paid_minor=0,
            refunded_minor=0,
            payment_condition=self.payment_condition,
            payment_method=self.request.payment_method,
            backorders_allowed=self.backorders_allowed,
            is_history=self.request.history is not None,
        )

    def _line_facts(self, line: PricedLine) -> LineFacts:
        gone = line.quantity if self.request.history else 0
        allocated = self.allocated.get(line.id, 0)
        return LineFacts(
            id=line.id,
            ordered=line.quantity,
            allocated=allocated,
            backordered=line.quantity - allocated - gone,
            released=0,
            picked=0,
            packed=0,
            shipped=gone,
            delivered=gone,
            cancelled=0,
            returned=0,
        )


def write(session: Session, orders: Sequence[NewOrder]) -> None:
    """Insert the orders and all that belongs to them; their statuses are derived from the facts."""
    moment = clock.now()
    bulk.insert(session, Order, [_order(order, moment) for order in orders])
    bulk.insert(session, OrderContact, [_contact(order) for order in orders])
    has_kits = any(line.kit for order in orders for line in order.lines)
    bulk.insert(session, OrderLine, [row for order in orders for row in _lines(order, moment, has_kits=has_kits)])
    bulk.insert(session, IntakePayload, [_payload(order) for order in orders if order.request.payload])
    bulk.insert(session, Hold, [_hold(order, reason) for order in orders for reason in order.holds])
    bulk.insert(session, OrderNote, [_note(order) for order in orders if order.request.note])


def _order(order: NewOrder, moment: datetime) -> dict[str, Any]:
    request, history, facts = order.request, order.request.history, order.facts
    return {
        "id": order.id,
        "number": order.number,
        "channel_id": order.channel_id,
        "external_number": request.external_number,
        "customer_id": order.customer_id,
        "zone_id": order.zone_id,
        "sales_region": request.sales_region or request.contact.region,
        "currency": request.currency,
        "goods_minor": order.goods_minor,
        "shipping_minor": request.shipping_minor,
        "tax_minor": order.tax_minor,
        "total_minor": order.total_minor,
        "payment_condition": order.payment_condition,
        "payment_method": request.payment_method,
        "backorders_allowed": order.backorders_allowed,
        "status": order.status,
        "payment_status": payment_status(facts),
        "fulfilment_status": fulfilment_status(facts),
        "is_history": history is not None,
        "import_id": request.import_id,
        "tracking_key": order.tracking_key,
        "event_sequence": order.event_count,
        "placed_at": request.placed_at or moment,
        "promised_at": order.promised_at,
        "shipped_at": history.shipped_at if history else None,
        "delivered_at": history.delivered_at if history else None,
    }


def _contact(order: NewOrder) -> dict[str, Any]:
    latitude, longitude = order.place or (None, None)
    return {
        "order_id": order.id,
        **vars(order.request.contact),
        "latitude_e6": latitude,
        "longitude_e6": longitude,
    }


def _lines(order: NewOrder, moment: datetime, *, has_kits: bool) -> list[dict[str, Any]]:
    return [
        {
            "id": line.id,
            "order_id": order.id,
            "position": position,
            "sku_id": line.sku_id,
            "sku_code": line.sku_code,
            "name": line.name,
            "total_minor": line.total_minor,
            "tax_minor": line.tax_minor,
            "tax_bp": line.tax_bp,
            "discount_bp": line.discount_bp,
            "ordered": line.quantity,
            "allocated": facts.allocated,
            "backordered": facts.backordered,
            "shipped": facts.shipped,
            "delivered": facts.delivered,
            "placed_at": order.request.placed_at or moment,
            **(_kit(line.kit) if has_kits else {}),
        }
        for position, (line, facts) in enumerate(zip(order.lines, order.facts.lines, strict=True), start=1)
    ]


def _kit(kit: KitPart | None) -> dict[str, Any]:
    return {f"kit_{name}": getattr(kit, name, None) for name in KitPart.__dataclass_fields__}


def _payload(order: NewOrder) -> dict[str, Any]:
    return {"order_id": order.id, "source": order.request.channel, "payload": dict(order.request.payload)}


def _hold(order: NewOrder, reason: str) -> dict[str, Any]:
    return {"order_id": order.id, "reason": reason, "placed_by": order.actor.code}


def _note(order: NewOrder) -> dict[str, Any]:
    return {"order_id": order.id, "body": order.request.note, "written_by": order.actor.code}
