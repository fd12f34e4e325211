"""The money ledger."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class PaymentEntry(Base):
    """Append-only. A refund is an entry of its own kind with a positive amount; the order's row holds the balance."""

    __tablename__ = "payment_entries"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("kind IN ('payment', 'refund')", name="kind"),
    )

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    kind: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    method: Mapped[str]
    reference: Mapped[str]
    actor: Mapped[str]
    request_id: Mapped[str]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
