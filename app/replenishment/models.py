"""Tables of replenishment."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class ReorderSettings(Base):
    """What counts for every SKU that says nothing else. Days, basis points, and minor units of the company's currency.

    ``service_bp`` is how often a lead time should pass without a stock-out; ``order_cost_minor`` what placing one order
    costs; ``holding_bp`` what keeping a unit for a year costs, in parts of its value.
    """

    __tablename__ = "reorder_settings"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_row"),
        CheckConstraint("service_bp BETWEEN 5000 AND 9999", name="service"),
        CheckConstraint("lead_days >= 0 AND lead_spread_days >= 0 AND review_days >= 0", name="days"),
        CheckConstraint("order_cost_minor >= 0 AND holding_bp > 0", name="costs"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="1")
    lead_days: Mapped[int] = mapped_column(server_default="14")
    lead_spread_days: Mapped[int] = mapped_column(server_default="3")
    review_days: Mapped[int] = mapped_column(server_default="7")
    service_bp: Mapped[int] = mapped_column(server_default="9500")
    order_cost_minor: Mapped[int] = mapped_column(server_default="2500")
    holding_bp: Mapped[int] = mapped_column(server_default="2000")
    version: Mapped[int] = mapped_column(server_default="1")


class ReorderTerms(Base):
    """What is different for one SKU; null: as everywhere."""

    __tablename__ = "reorder_terms"
    __table_args__ = (CheckConstraint("pack_units >= 1", name="pack"),)

    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True, autoincrement=False)
    lead_days: Mapped[int | None]
    lead_spread_days: Mapped[int | None]
    pack_units: Mapped[int] = mapped_column(server_default="1")
    version: Mapped[int] = mapped_column(server_default="1")


class StockAlert(Base):
    """Too little of a SKU at a site: one row from when it fell below the reorder point until it is well above.

    The figures are those of the last look, at ``level_sequence`` movements; ``inputs`` are what they came from.
    """

    __tablename__ = "stock_alerts"
    __table_args__ = (
        Index("uq_stock_alerts_open", "sku_id", "site_id", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_stock_alerts_closed", "closed_at"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    checked_at: Mapped[datetime]
    level_sequence: Mapped[int]
    free: Mapped[int]
    incoming: Mapped[int]
    reorder_point: Mapped[int]
    closes_at: Mapped[int]
    suggested: Mapped[int]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    mailed_at: Mapped[datetime | None]
    snoozed_until: Mapped[date | None]
    snooze_reason: Mapped[str] = mapped_column(server_default="")
    snoozed_by: Mapped[str] = mapped_column(server_default="")
    event_sequence: Mapped[int] = mapped_column(server_default="0")
