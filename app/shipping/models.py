"""Tables of delivery zones."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Zone(Base):
    """A set of destinations with one flat tax rate, so many working days on the way; the longest matching rule wins."""

    __tablename__ = "zones"
    __table_args__ = (
        CheckConstraint("tax_bp BETWEEN 0 AND 10000", name="tax_bp"),
        CheckConstraint("transit_days BETWEEN 0 AND 60", name="transit_days"),
    )

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    tax_bp: Mapped[int] = mapped_column(server_default="0")
    transit_days: Mapped[int] = mapped_column(server_default="3")
    is_active: Mapped[bool] = mapped_column(server_default="true")


class ZoneRule(Base):
    """``region`` and ``postal_prefix`` are empty where the rule covers the whole country."""

    __tablename__ = "zone_rules"

    id: Mapped[BigId]
    zone_id: Mapped[int] = mapped_column(ForeignKey("zones.id"), index=True)
    country: Mapped[str]
    region: Mapped[str] = mapped_column(server_default="")
    postal_prefix: Mapped[str] = mapped_column(server_default="")
