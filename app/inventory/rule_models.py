"""Stock rules: how much is kept back, from whom, and below what a site orders more."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class StockRule(Base):
    """Units for one kind in one scope; what is null means all. Both days belong to it; without days it is for ever.

    ``safety``: below it routing gives a site no order. ``channel_buffer``: held back from what channels are told.
    ``reorder``: the reorder point, instead of the one that demand gives.
    """

    __tablename__ = "stock_rules"
    __table_args__ = (
        CheckConstraint("kind IN ('safety', 'channel_buffer', 'reorder')", name="kind"),
        CheckConstraint("units >= 0", name="units"),
        CheckConstraint("category <> '' AND (category IS NULL OR sku_id IS NULL)", name="goods"),
        CheckConstraint("kind = 'channel_buffer' OR channel_id IS NULL", name="channel"),
        CheckConstraint("until_on >= from_on", name="days"),
        Index("ix_stock_rules_sku", "sku_id"),
        Index("ix_stock_rules_category", "category"),
    )

    id: Mapped[BigId]
    kind: Mapped[str]
    category: Mapped[str | None]
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("skus.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    units: Mapped[int]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(server_default="")
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")
    event_sequence: Mapped[int] = mapped_column(server_default="0")
