"""Tables of orders: facts and what is derived from them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Sequence, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId
from app.kernel.phones import reversed_digits

OPEN = ("received", "confirmed", "in_process", "partly_shipped")
ODD_PAYMENTS = ("partly_paid", "overpaid", "partly_refunded", "refunded", "cod", "not_required")
ORDER_NUMBERS = Sequence("order_numbers", start=100001, metadata=Base.metadata)


class Order(Base):
    """``status``, ``payment_status``, ``fulfilment_status`` are derived: only ``placing`` and ``facts`` write them.

    Channels, zones, SKUs, sites and stock levels are never removed (a trigger refuses it), so orders, their lines,
    work and promises have no foreign keys to them; ``flask verify`` looks.
    """

    __tablename__ = "orders"
    __table_args__ = (
        Index(
            "uq_orders_external",
            "channel_id",
            "external_number",
            unique=True,
            postgresql_where=text("external_number IS NOT NULL"),
        ),
        Index("ix_orders_import", "import_id", postgresql_where=text("import_id IS NOT NULL")),
        Index("ix_orders_board", text("placed_at DESC"), text("id DESC")),
        # The board's queues: which of the open orders a view shows is told without a look at their rows.
        Index(
            "ix_orders_open",
            text("placed_at DESC"),
            text("id DESC"),
            "fulfilment_status",
            "payment_status",
            "status",
            postgresql_where=text(f"status IN {OPEN}"),
        ),
        # Filters for what is rare; an order that comes in is in neither of these.
        Index(
            "ix_orders_closed",
            "status",
            text("placed_at DESC"),
            text("id DESC"),
            postgresql_where=text("status IN ('shipped', 'partly_delivered', 'cancelled')"),
        ),
        Index(
            "ix_orders_odd_payment",
            "payment_status",
            text("placed_at DESC"),
            text("id DESC"),
            postgresql_where=text(f"payment_status IN {ODD_PAYMENTS}"),
        ),
        CheckConstraint("paid_minor >= 0 AND refunded_minor >= 0 AND refunded_minor <= paid_minor", name="money"),
    )

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(unique=True)
    channel_id: Mapped[int]
    external_number: Mapped[str | None]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    zone_id: Mapped[int | None]
    sales_region: Mapped[str] = mapped_column(server_default="")
    currency: Mapped[str]
    goods_minor: Mapped[int]
    shipping_minor: Mapped[int] = mapped_column(server_default="0")
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    paid_minor: Mapped[int] = mapped_column(server_default="0")
    refunded_minor: Mapped[int] = mapped_column(server_default="0")
    payment_condition: Mapped[str] = mapped_column(server_default="none")
    payment_method: Mapped[str] = mapped_column(server_default="")
    backorders_allowed: Mapped[bool] = mapped_column(server_default="true")
    status: Mapped[str]
    payment_status: Mapped[str]
    fulfilment_status: Mapped[str]
    is_history: Mapped[bool] = mapped_column(server_default="false")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id"))
    tracking_key: Mapped[str] = mapped_column(unique=True)
    event_sequence: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    placed_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    promised_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class OrderContact(Base):
    """Who gets it and where: the erasable half of an order. Coordinates are micro-degrees."""

    __tablename__ = "order_contacts"
    __table_args__ = (
        Index("ix_order_contacts_email_lower", text("lower(email)")),
        Index("ix_order_contacts_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        Index(
            "ix_order_contacts_phone",
            text(f"{reversed_digits('phone')} text_pattern_ops"),
            postgresql_where=text("phone IS NOT NULL"),
        ),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str | None]
    phone: Mapped[str | None]
    street: Mapped[str] = mapped_column(server_default="")
    city: Mapped[str] = mapped_column(server_default="")
    region: Mapped[str] = mapped_column(server_default="")
    postal_code: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="")
    latitude_e6: Mapped[int | None]
    longitude_e6: Mapped[int | None]


TURN = ("promised_on", "placed_at", "order_id", "id")


class OrderLine(Base):
    """``allocated`` units are promised and not yet shipped; ``released``, ``picked``, ``packed`` are parts of them.

    A kit is written as its components: lines of one order with the same ``kit_position`` were one line of
    ``kit_quantity`` kits when it was asked for. Lines wait in the order of ``TURN``; ``promised_on`` is the day that
    the last promise rests on, or the end of all days.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("ordered > 0", name="ordered"),
        CheckConstraint("ordered = allocated + backordered + shipped + cancelled", name="identity"),
        CheckConstraint(
            "allocated >= 0 AND backordered >= 0 AND shipped >= 0 AND cancelled >= 0"
            " AND packed >= 0 AND packed <= picked AND picked <= released AND released <= allocated"
            " AND delivered >= 0 AND delivered <= shipped AND returned >= 0 AND returned <= shipped",
            name="counters",
        ),
        CheckConstraint(
            "kit_sku_id IS NULL OR (num_nulls(kit_code, kit_name, kit_position, kit_quantity) = 0"
            " AND kit_quantity > 0 AND ordered % kit_quantity = 0)",
            name="kit",
        ),
        Index("ix_order_lines_sku", "sku_id", "order_id"),
        Index("ix_order_lines_kit", "kit_sku_id", "order_id", postgresql_where=text("kit_sku_id IS NOT NULL")),
        Index("ix_order_lines_turns", "sku_id", *TURN, postgresql_where=text("backordered > 0")),
    )

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    sku_id: Mapped[int]
    sku_code: Mapped[str]
    name: Mapped[str]
    total_minor: Mapped[int]
    tax_minor: Mapped[int] = mapped_column(server_default="0")
    tax_bp: Mapped[int] = mapped_column(server_default="0")
    discount_bp: Mapped[int] = mapped_column(server_default="0")
    ordered: Mapped[int]
    allocated: Mapped[int] = mapped_column(server_default="0")
    backordered: Mapped[int] = mapped_column(server_default="0")
    released: Mapped[int] = mapped_column(server_default="0")
    picked: Mapped[int] = mapped_column(server_default="0")
    packed: Mapped[int] = mapped_column(server_default="0")
    shipped: Mapped[int] = mapped_column(server_default="0")
    delivered: Mapped[int] = mapped_column(server_default="0")
    cancelled: Mapped[int] = mapped_column(server_default="0")
    returned: Mapped[int] = mapped_column(server_default="0")
    kit_sku_id: Mapped[int | None]
    kit_code: Mapped[str | None]
    kit_name: Mapped[str | None]
    kit_position: Mapped[int | None]
    kit_quantity: Mapped[int | None]
    promised_on: Mapped[date] = mapped_column(server_default="9999-12-31")
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Promise(Base):
    """One promise after another, never changed: by when a line's waiting units are there and what that rests on.

    Rows without a line say what became of the order as a whole; its first promise stands in ``orders.promised_at``.
    ``is_told`` means that the customer was written to.
    """

    __tablename__ = "promises"
    __table_args__ = (
        Index("ix_promises_order", "order_id", "id"),
        Index("ix_promises_line", "order_line_id", "id", postgresql_where=text("order_line_id IS NOT NULL")),
        CheckConstraint("source IN ('stock', 'purchase', 'transfer', 'none', 'order')", name="source"),
        CheckConstraint("(source = 'order') = (order_line_id IS NULL)", name="level"),
    )

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id"))
    promised_at: Mapped[datetime | None]
    expected_on: Mapped[date | None]
    source: Mapped[str]
    source_id: Mapped[int | None]
    cause: Mapped[str]
    previous_at: Mapped[datetime | None]
    is_told: Mapped[bool] = mapped_column(server_default="false")
    made_at: Mapped[datetime]


class Hold(Base):
    """A named stop; the order waits while any hold on it is not released."""

    __tablename__ = "holds"
    __table_args__ = (Index("ix_holds_open", "order_id", postgresql_where=text("released_at IS NULL")),)

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id"))
    reason: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    releaser_role: Mapped[str] = mapped_column(server_default="support")
    released_by: Mapped[str | None]
    released_at: Mapped[datetime | None]


class OrderNote(Base):
    """Free text, hence erasable and outside every ledger."""

    __tablename__ = "order_notes"
    __table_args__ = (
        Index("ix_order_notes_body_trgm", "body", postgresql_using="gin", postgresql_ops={"body": "gin_trgm_ops"}),
    )

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    body: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())


class IntakePayload(Base):
    """The order as it came in, word for word."""

    __tablename__ = "intake_payloads"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    source: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)


class IntakeException(Base):
    """An order that could not be taken as it stands; somebody mends and retries it. Never dropped."""

    __tablename__ = "intake_exceptions"
    __table_args__ = (
        Index("ix_intake_exceptions_open", "id", postgresql_where=text("state = 'open'")),
        Index(
            "uq_intake_exceptions_external",
            "channel_id",
            "external_number",
            unique=True,
            postgresql_where=text("state = 'open' AND external_number IS NOT NULL"),
        ),
    )

    id: Mapped[BigId]
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    external_number: Mapped[str | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id"), index=True)
    request: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(server_default="open")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]


class IdempotencyKey(Base):
    """``scope`` is caller and route; the answer is stored in the transaction of the effect."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        Index("ix_idempotency_keys_created", "created_at", postgresql_using="brin"),
        {"postgresql_with": {"fillfactor": 50}},
    )

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    status_code: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
