"""Sales added up ahead of the asking. Written by the reader of the feed alone: see ``workflows.count_sales``.

A bucket is a day of the company's calendar, ten days, a month, a year or all time (see ``buckets``), so that any span
is read in few pieces.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base

Each = Mapped[list[int]]
ROOM = {"postgresql_with": {"fillfactor": 80}}  # for rows that are written again, on the page where they stand


class SalesCounted(Base):
    """What of an order stands in the sums: by SKU, three arrays in step. ``customer_id`` 0 is nobody's account."""

    __tablename__ = "sales_counted"

    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    channel_id: Mapped[int]
    sales_region: Mapped[str]
    currency: Mapped[str]
    customer_id: Mapped[int]
    skus: Each = mapped_column(ARRAY(BigInteger))
    nets: Each = mapped_column(ARRAY(BigInteger))
    units: Each = mapped_column(ARRAY(BigInteger))


class SalesTotal(Base):
    __tablename__ = "sales_totals"
    __table_args__ = ROOM

    bucket: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sales_region: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    net_minor: Mapped[int]
    orders: Mapped[int]
    units: Mapped[int]


class SalesSku(Base):
    __tablename__ = "sales_skus"
    __table_args__ = ROOM

    bucket: Mapped[str] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(primary_key=True)
    net_minor: Mapped[int]
    orders: Mapped[int]
    units: Mapped[int]


class SalesCustomer(Base):
    __tablename__ = "sales_customers"
    __table_args__ = (
        # The best of a bucket, among as many customers as there may be.
        Index("ix_sales_customers_best", "bucket", "currency", text("net_minor DESC")),
        ROOM,
    )

    bucket: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(primary_key=True)
    net_minor: Mapped[int]
    orders: Mapped[int]
    units: Mapped[int]


class SalesCalendar(Base):
    """Whose days the sums are in. No row: nothing was added up yet, and reports read the orders themselves."""

    __tablename__ = "sales_calendar"
    __table_args__ = (CheckConstraint("id = 1", name="only_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="1")
    time_zone: Mapped[str]
    rebuilt_at: Mapped[datetime] = mapped_column(server_default=func.now())


FIGURES_OF_A_DAY = ["on_hand", "promised", "unavailable", "shipped", "demanded"]


class StockDay(Base):
    """What a day of the company's calendar did to one stock level. Written by ``workflows.count_stock`` alone.

    ``promised`` is allocated and reserved; ``shipped`` left with parcels; ``demanded`` was promised to orders on that
    day, less what was given back.
    """

    __tablename__ = "stock_days"
    __table_args__ = (
        # A report reads all levels of some days, and of the table nothing but this.
        Index("ix_stock_days_day", "day", "stock_level_id", postgresql_include=FIGURES_OF_A_DAY),
        ROOM,
    )

    stock_level_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    on_hand: Mapped[int]
    promised: Mapped[int]
    unavailable: Mapped[int]
    shipped: Mapped[int]
    demanded: Mapped[int]


class StockCounted(Base):
    """How many movements of a level stand in its days, and what they come to: its balance as the days know it."""

    __tablename__ = "stock_counted"
    __table_args__ = ROOM

    stock_level_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    first_day: Mapped[date]
    on_hand: Mapped[int]
    promised: Mapped[int]
    unavailable: Mapped[int]


class StockCalendar(Base):
    """Whose days these are, and when somebody last looked for movements that are not counted."""

    __tablename__ = "stock_calendar"
    __table_args__ = (CheckConstraint("id = 1", name="only_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="1")
    time_zone: Mapped[str]
    counted_at: Mapped[datetime]
