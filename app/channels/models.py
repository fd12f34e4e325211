"""Tables of channels."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Channel(Base):
    """``payment_condition`` must hold before an order is confirmed: none, paid, or cod (paid, or cash on delivery)."""

    __tablename__ = "channels"
    __table_args__ = (CheckConstraint("payment_condition IN ('none', 'paid', 'cod')", name="payment_condition"),)

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    price_list_id: Mapped[int | None] = mapped_column(ForeignKey("price_lists.id"))
    backorders_allowed: Mapped[bool] = mapped_column(server_default="true")
    payment_condition: Mapped[str] = mapped_column(server_default="none")
    is_active: Mapped[bool] = mapped_column(server_default="true")


class StockPublication(Base):
    """How a channel is told what it may sell. ``most`` caps what it is told of each SKU, ``held_back`` is kept from it.

    ``round`` names the one delivery that stands for this channel, ``message`` numbers what was sent. Whoever writes
    offers of the channel locks this row first.
    """

    __tablename__ = "stock_publications"
    __table_args__ = (CheckConstraint("most >= 0 AND held_back >= 0", name="not_negative"),)

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True, autoincrement=False)
    adapter: Mapped[str] = mapped_column(server_default="webhook")
    is_on: Mapped[bool] = mapped_column(server_default="false")
    address: Mapped[str]
    secret: Mapped[str]
    former_secret: Mapped[str | None]
    former_until: Mapped[datetime | None]
    most: Mapped[int | None]
    held_back: Mapped[int] = mapped_column(server_default="0")
    round: Mapped[int] = mapped_column(server_default="0")
    message: Mapped[int] = mapped_column(server_default="0")
    succeeded_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(server_default="")
    renewal_began_at: Mapped[datetime | None]
    renewal_total: Mapped[int] = mapped_column(server_default="0")


class StockOffer(Base):
    """What a channel was last told of one SKU, and since when something else may be so.

    ``units`` is null until it was told anything. ``touched`` counts changes, so that one that comes while the value is
    on its way is not taken for published. ``is_forced``: told again even if equal. ``refusal`` is the channel's answer.
    """

    __tablename__ = "stock_offers"
    __table_args__ = (
        Index(
            "ix_stock_offers_waiting",
            *("channel_id", "is_forced", "changed_at", "sku_id"),
            postgresql_where=text("changed_at IS NOT NULL"),
        ),
        Index("ix_stock_offers_refused", "channel_id", "sku_id", postgresql_where=text("refusal <> ''")),
        {"postgresql_with": {"fillfactor": 70}},
    )

    channel_id: Mapped[int] = mapped_column(
        ForeignKey("stock_publications.channel_id"), primary_key=True, autoincrement=False
    )
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True, autoincrement=False)
    units: Mapped[int | None]
    backorders: Mapped[bool] = mapped_column(server_default="false")
    version: Mapped[int] = mapped_column(server_default="0")
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    touched: Mapped[int] = mapped_column(server_default="0")
    is_forced: Mapped[bool] = mapped_column(server_default="false")
    refusal: Mapped[str] = mapped_column(server_default="")
