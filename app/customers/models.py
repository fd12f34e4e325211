"""Tables of customers; all of it is personal data and can be erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId
from app.kernel.phones import reversed_digits


class Customer(Base):
    """``least_shelf_life_days``: what expires sooner after it is picked is not sent to this customer."""

    __tablename__ = "customers"
    __table_args__ = (
        CheckConstraint("least_shelf_life_days BETWEEN 0 AND 3650", name="least_shelf_life_days"),
        Index("uq_customers_code", "code", unique=True, postgresql_where=text("code IS NOT NULL")),
        Index("uq_customers_email_lower", text("lower(email)"), unique=True),
        Index("ix_customers_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        Index(
            "ix_customers_phone",
            text(f"{reversed_digits('phone')} text_pattern_ops"),
            postgresql_where=text("phone IS NOT NULL"),
        ),
    )

    id: Mapped[BigId]
    code: Mapped[str | None]
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    segment: Mapped[str] = mapped_column(server_default="")
    least_shelf_life_days: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    erased_at: Mapped[datetime | None]
