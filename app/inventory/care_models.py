"""Tables of what needs care: the way of numbered units, and what is set aside from sale."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class SerialMove(Base):
    """Append-only: what became of a numbered unit, and where it was afterwards."""

    __tablename__ = "serial_moves"
    __table_args__ = (
        Index("ix_serial_moves_serial_id", "serial_id", "id"),
        Index(
            "ix_serial_moves_dock",
            "reference_id",
            "reference_type",
            postgresql_where=text("reference_type IN ('receipt_line', 'transfer_line')"),
        ),
    )

    id: Mapped[BigId]
    serial_id: Mapped[int] = mapped_column(ForeignKey("serials.id"))
    what: Mapped[str]
    state: Mapped[str]
    site_id: Mapped[int | None]
    bin_id: Mapped[int | None]
    condition: Mapped[str]
    reference_type: Mapped[str]
    reference_id: Mapped[int]
    actor: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuarantineCase(Base):
    """Units that somebody set aside, and why. ``quantity_left`` are still undecided; closed once none are."""

    __tablename__ = "quarantine_cases"
    __table_args__ = (
        CheckConstraint("condition IN ('damaged', 'quarantine', 'quality_hold', 'expired')", name="condition"),
        CheckConstraint("quantity > 0 AND quantity_left BETWEEN 0 AND quantity", name="quantity"),
        CheckConstraint("(quantity_left = 0) = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_quarantine_cases_open", "sku_id", "site_id", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bins.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    serial_id: Mapped[int | None] = mapped_column(ForeignKey("serials.id"))
    condition: Mapped[str]
    quantity: Mapped[int]
    quantity_left: Mapped[int]
    reason: Mapped[str]
    photo_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]


class QuarantineAct(Base):
    """Append-only: what was decided about units of a case; ``loss_minor`` is what they cost us, where it is known.

    ``note`` is always empty: words stand in ``QuarantineNote``.
    """

    __tablename__ = "quarantine_acts"
    __table_args__ = (
        CheckConstraint("act IN ('release', 'scrap', 'vendor', 'gone')", name="act"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("note = ''", name="note"),
    )

    id: Mapped[BigId]
    case_id: Mapped[int] = mapped_column(ForeignKey("quarantine_cases.id"), index=True)
    act: Mapped[str]
    quantity: Mapped[int]
    loss_minor: Mapped[int | None]
    note: Mapped[str] = mapped_column(server_default="")
    actor: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuarantineNote(Base):
    """What somebody wrote about a decision: a person's words, which can be erased."""

    __tablename__ = "quarantine_notes"

    act_id: Mapped[int] = mapped_column(
        ForeignKey("quarantine_acts.id", deferrable=True, initially="DEFERRED"), primary_key=True, autoincrement=False
    )
    body: Mapped[str]
