"""The table of what people carried between shelves."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class BinMove(Base):
    """Append-only: one carrying of units within a site, what was suggested, and why it was done otherwise."""

    __tablename__ = "bin_moves"
    __table_args__ = (
        Index("ix_bin_moves_site", "site_id", "id"),
        Index(
            "uq_bin_moves_scan",
            "site_id",
            "client_scan_id",
            unique=True,
            postgresql_where=text("client_scan_id IS NOT NULL"),
        ),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("kind IN ('put_away', 'move')", name="kind"),
        CheckConstraint("from_bin_id IS DISTINCT FROM to_bin_id", name="bins"),
    )

    id: Mapped[BigId]
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    kind: Mapped[str]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    condition: Mapped[str]
    quantity: Mapped[int]
    from_bin_id: Mapped[int | None] = mapped_column(ForeignKey("bins.id"))
    to_bin_id: Mapped[int] = mapped_column(ForeignKey("bins.id"))
    suggested_bin_id: Mapped[int | None] = mapped_column(ForeignKey("bins.id"))
    override: Mapped[str] = mapped_column(server_default="")
    client_scan_id: Mapped[str | None]
    actor: Mapped[str]
    request_id: Mapped[str] = mapped_column(server_default="")
    occurred_at: Mapped[datetime]
