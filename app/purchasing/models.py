"""Tables of buying. Receipts are facts: nothing in them is ever changed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Supplier(Base):
    """Tolerances in per cent of what was ordered; ``minimum_minor`` is the least worth of an order in its currency."""

    __tablename__ = "suppliers"
    __table_args__ = (
        CheckConstraint(
            "lead_days BETWEEN 0 AND 730 AND over_percent BETWEEN 0 AND 100 AND under_percent BETWEEN 0 AND 100"
            " AND minimum_minor >= 0",
            name="bounds",
        ),
    )

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    currency: Mapped[str]
    lead_days: Mapped[int] = mapped_column(server_default="14")
    over_percent: Mapped[int] = mapped_column(server_default="0")
    under_percent: Mapped[int] = mapped_column(server_default="0")
    minimum_minor: Mapped[int] = mapped_column(server_default="0")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    version: Mapped[int] = mapped_column(server_default="1")


class SupplierSku(Base):
    """What a supplier calls and charges for one of our SKUs; ``code`` is empty where it is not known.

    Ordered in packs of ``pack_size``, and ``least_units`` of them at least.
    """

    __tablename__ = "supplier_skus"
    __table_args__ = (
        Index("uq_supplier_skus_code", "supplier_id", "code", unique=True, postgresql_where=text("code <> ''")),
        CheckConstraint("cost_minor >= 0 AND pack_size > 0 AND lead_days BETWEEN 0 AND 730", name="bounds"),
        CheckConstraint("least_units > 0", name="least_units"),
    )

    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"), primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True, index=True)
    code: Mapped[str] = mapped_column(server_default="")
    cost_minor: Mapped[int | None]
    pack_size: Mapped[int] = mapped_column(server_default="1")
    least_units: Mapped[int] = mapped_column(server_default="1")
    lead_days: Mapped[int | None]


class PurchaseOrder(Base):
    """Goods asked of a supplier for one site. States and moves stand in ``purchasing.states``."""

    __tablename__ = "purchase_orders"
    __table_args__ = (
        Index("ix_purchase_orders_supplier", "supplier_id", "id"),
        Index(
            "ix_purchase_orders_open", "site_id", "id", postgresql_where=text("state IN ('sent', 'partly_received')")
        ),
    )

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    state: Mapped[str] = mapped_column(server_default="draft")
    currency: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")
    event_sequence: Mapped[int] = mapped_column(server_default="0")


class PurchaseLine(Base):
    """Open are ordered - received - cancelled - short, at least 0. ``rejected`` is the damaged part of ``received``.

    ``short`` is what the supplier never brought, ``cancelled`` what both agreed to leave out. ``promised_on`` is the
    day that the supplier was first held to; it never moves.
    """

    __tablename__ = "purchase_order_lines"
    __table_args__ = (
        UniqueConstraint("purchase_order_id", "position"),
        CheckConstraint(
            "ordered > 0 AND received >= 0 AND cancelled >= 0 AND short >= 0 AND rejected BETWEEN 0 AND received"
            " AND cancelled + short <= ordered",
            name="counters",
        ),
        CheckConstraint("unit_cost_minor >= 0", name="cost"),
    )

    id: Mapped[BigId]
    purchase_order_id: Mapped[int] = mapped_column(ForeignKey("purchase_orders.id"))
    position: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), index=True)
    sku_code: Mapped[str]
    name: Mapped[str]
    ordered: Mapped[int]
    received: Mapped[int] = mapped_column(server_default="0")
    rejected: Mapped[int] = mapped_column(server_default="0")
    cancelled: Mapped[int] = mapped_column(server_default="0")
    short: Mapped[int] = mapped_column(server_default="0")
    unit_cost_minor: Mapped[int]
    expected_on: Mapped[date]
    promised_on: Mapped[date | None]


class Advice(Base):
    """What a supplier says is on its way for one purchase order; ``number`` is the supplier's own."""

    __tablename__ = "advices"
    __table_args__ = (UniqueConstraint("purchase_order_id", "number"),)

    id: Mapped[BigId]
    purchase_order_id: Mapped[int] = mapped_column(ForeignKey("purchase_orders.id"))
    number: Mapped[str]
    expected_on: Mapped[date]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AdviceLine(Base):
    """``purchase_order_line_id`` is empty where the code is not on the order."""

    __tablename__ = "advice_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[BigId]
    advice_id: Mapped[int] = mapped_column(ForeignKey("advices.id"), index=True)
    purchase_order_line_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_order_lines.id"), index=True)
    code: Mapped[str]
    quantity: Mapped[int]
    lot_code: Mapped[str] = mapped_column(server_default="")
    expires_on: Mapped[date | None]


class Receipt(Base):
    """One act of receiving, or of taking one back. Append-only; a terminal's scan counts once."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index(
            "uq_receipts_scan",
            "purchase_order_id",
            "client_scan_id",
            unique=True,
            postgresql_where=text("undoes_id IS NULL"),
        ),
        Index("ix_receipts_purchase_order_id", "purchase_order_id"),
        Index("uq_receipts_undoes", "undoes_id", unique=True, postgresql_where=text("undoes_id IS NOT NULL")),
    )

    id: Mapped[BigId]
    purchase_order_id: Mapped[int] = mapped_column(ForeignKey("purchase_orders.id"))
    client_scan_id: Mapped[str]
    over_reason: Mapped[str] = mapped_column(server_default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("receipts.id"))
    actor: Mapped[str]
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class ReceiptLine(Base):
    """Units of one line in one place and condition; below 0 where a receipt is taken back."""

    __tablename__ = "receipt_lines"
    __table_args__ = (CheckConstraint("quantity <> 0", name="quantity"),)

    id: Mapped[BigId]
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipts.id"), index=True)
    purchase_order_line_id: Mapped[int] = mapped_column(ForeignKey("purchase_order_lines.id"), index=True)
    quantity: Mapped[int]
    condition: Mapped[str]
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bins.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    unit_cost_minor: Mapped[int]


class PurchaseMailing(Base):
    """A purchase order that went to its supplier by mail. Append-only; ``digest`` is of what the paper said."""

    __tablename__ = "purchase_mailings"

    id: Mapped[BigId]
    purchase_order_id: Mapped[int] = mapped_column(ForeignKey("purchase_orders.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), index=True)
    digest: Mapped[bytes]
    actor: Mapped[str]
    mailed_at: Mapped[datetime] = mapped_column(server_default=func.now())
