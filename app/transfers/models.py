"""Tables of transfers. Only ``transfers.book`` writes counters and entries."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Sequence, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId

TRANSFER_NUMBERS = Sequence("transfer_numbers", start=100001, metadata=Base.metadata)


class Transfer(Base):
    """Goods that go from one site to another. ``expected_on`` is the day on which they should be there."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("from_site_id <> to_site_id", name="sites"),
        CheckConstraint(
            "state IN ('draft', 'sent', 'partly_arrived', 'arrived', 'closed_with_loss', 'cancelled')", name="state"
        ),
        Index("ix_transfers_to", "to_site_id", "id"),
        Index("ix_transfers_from", "from_site_id", "id"),
        Index("ix_transfers_open", "id", postgresql_where=text("state IN ('draft', 'sent', 'partly_arrived')")),
    )

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(unique=True)
    from_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    to_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    state: Mapped[str] = mapped_column(server_default="draft")
    expected_on: Mapped[date]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    event_sequence: Mapped[int] = mapped_column(server_default="0")


class TransferLine(Base):
    """Units of one SKU, of one lot if it is named. What was sent has arrived, is lost, came back, or is in transit."""

    __tablename__ = "transfer_lines"
    __table_args__ = (
        UniqueConstraint("transfer_id", "sku_id", "lot_id", postgresql_nulls_not_distinct=True),
        Index("ix_transfer_lines_sku", "sku_id", postgresql_where=text("in_transit > 0")),
        CheckConstraint(
            "asked >= 0 AND sent >= 0 AND arrived >= 0 AND lost >= 0 AND returned >= 0 AND in_transit >= 0"
            " AND found >= 0",
            name="not_negative",
        ),
        CheckConstraint("sent = arrived + lost + returned + in_transit", name="no_unit_vanishes"),
    )

    id: Mapped[BigId]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    asked: Mapped[int] = mapped_column(server_default="0")
    sent: Mapped[int] = mapped_column(server_default="0")
    arrived: Mapped[int] = mapped_column(server_default="0")
    lost: Mapped[int] = mapped_column(server_default="0")
    returned: Mapped[int] = mapped_column(server_default="0")
    in_transit: Mapped[int] = mapped_column(server_default="0")
    found: Mapped[int] = mapped_column(server_default="0")


class TransferEntry(Base):
    """Append-only: what happened to units of a line, or to the one of a number, why, by whom, and by which scan."""

    __tablename__ = "transfer_entries"
    __table_args__ = (
        Index("ix_transfer_entries_line", "transfer_line_id", "id"),
        Index("ix_transfer_entries_transfer", "transfer_id", "id"),
        Index(
            "uq_transfer_entries_scan",
            "transfer_id",
            "client_scan_id",
            "kind",
            "transfer_line_id",
            "lot_id",
            "serial_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("client_scan_id IS NOT NULL"),
        ),
        CheckConstraint("kind IN ('asked', 'sent', 'arrived', 'lost', 'returned', 'found')", name="kind"),
        CheckConstraint("quantity > 0 OR (kind = 'asked' AND quantity <> 0)", name="quantity"),
        CheckConstraint("serial_id IS NULL OR abs(quantity) = 1", name="one_unit"),
    )

    id: Mapped[BigId]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"))
    transfer_line_id: Mapped[int] = mapped_column(ForeignKey("transfer_lines.id"))
    kind: Mapped[str]
    quantity: Mapped[int]
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    serial_id: Mapped[int | None] = mapped_column(ForeignKey("serials.id"))
    reason: Mapped[str] = mapped_column(server_default="")
    client_scan_id: Mapped[str | None]
    actor: Mapped[str]
    request_id: Mapped[str] = mapped_column(server_default="")
    occurred_at: Mapped[datetime]
