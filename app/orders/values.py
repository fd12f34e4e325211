"""What a way in hands to ``workflows.place_orders``, and what it gets back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class RequestedLine:
    """``total_minor`` is the net line total after discount, in minor units; None asks the channel's price list."""

    sku: str
    quantity: int
    total_minor: int | None = None
    discount_bp: int = 0


@dataclass(frozen=True, kw_only=True)
class Contact:
    """``country`` is ISO 3166-1 alpha-2; ``region`` a state's name or code as the buyer wrote it."""

    name: str = ""
    email: str | None = None
    phone: str | None = None
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """History: the order is already with the customer."""

    shipped_at: datetime
    delivered_at: datetime


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Idempotency: ``scope`` is the API key and the route, ``request_hash`` SHA-256 of the canonical body."""

    scope: str
    key: str
    request_hash: bytes


@dataclass(frozen=True, kw_only=True)
class OrderRequest:
    """One order as a channel asked for it, unchecked. ``mends`` is the intake exception that it replaces.

    ``reservation`` is the token of the units that its cart holds; empty where it holds none.

    ``actor`` is who sent it, where one batch gathers what several sent; without it, who placed the batch.
    """

    channel: str
    contact: Contact
    lines: tuple[RequestedLine, ...]
    currency: str
    external_number: str | None = None
    placed_at: datetime | None = None
    customer_code: str | None = None
    shipping_minor: int = 0
    payment_method: str = ""
    sales_region: str = ""
    note: str = ""
    history: Delivered | None = None
    import_id: int | None = None
    mends: int | None = None
    reservation: str = ""
    replay: Replay | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor | None = None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One broken rule. ``severity``: block (refused, or the exceptions queue), hold, warn."""

    code: str
    field: str
    message: str
    severity: str = "block"


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The answer for one request, in the order asked.

    Exactly one of these holds: ``order_id`` is set (placed, or ``duplicate`` of an earlier one), or ``exception_id`` is
    set (parked for mending), or both are None and ``failures`` says why it was refused.
    """

    order_id: int | None = None
    number: str | None = None
    status: str | None = None
    tracking_key: str | None = None
    promised_at: datetime | None = None
    duplicate: bool = False
    exception_id: int | None = None
    failures: tuple[Failure, ...] = ()

    @property
    def came_to_nothing(self) -> bool:
        return self.order_id is None and self.exception_id is None
