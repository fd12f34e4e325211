"""Tables of soft promises. Their rows are gone when nothing is held; what became of them is kept for a while."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Reservation(Base):
    """Units held for one cart or quote until a moment; gone with its last line. ``owner`` is the channel's own word."""

    __tablename__ = "reservations"
    __table_args__ = (
        UniqueConstraint("channel_id", "owner"),
        Index("ix_reservations_expires", "expires_at", "id"),
        CheckConstraint("kind IN ('cart', 'quote')", name="kind"),
    )

    id: Mapped[BigId]
    token: Mapped[str] = mapped_column(unique=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    owner: Mapped[str]
    kind: Mapped[str]
    expires_at: Mapped[datetime]
    was_extended: Mapped[bool] = mapped_column(server_default="false")
    reserved_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ReservationLine(Base):
    """Units of one level in a reservation; per level they sum to ``stock_levels.reserved``."""

    __tablename__ = "reservation_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"), primary_key=True, autoincrement=False)
    stock_level_id: Mapped[int] = mapped_column(
        ForeignKey("stock_levels.id"), primary_key=True, autoincrement=False, index=True
    )
    quantity: Mapped[int]


class EndedReservation(Base):
    """A cart or quote that holds nothing any more. The order is written after it, in the same unit of work."""

    __tablename__ = "ended_reservations"
    __table_args__ = (
        CheckConstraint("outcome IN ('ordered', 'released', 'expired', 'lost')", name="outcome"),
        CheckConstraint("(outcome = 'ordered') = (order_id IS NOT NULL)", name="order"),
        Index("ix_ended_reservations_owner", "owner", "ended_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(unique=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    owner: Mapped[str]
    kind: Mapped[str]
    outcome: Mapped[str]
    order_id: Mapped[int | None]
    expires_at: Mapped[datetime]
    was_extended: Mapped[bool]
    reserved_by: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
