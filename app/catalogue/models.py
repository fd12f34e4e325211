"""Tables of the catalogue."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Sku(Base):
    """The smallest thing that is sold and stocked."""

    __tablename__ = "skus"
    __table_args__ = (
        CheckConstraint("weight_g >= 0", name="weight"),
        Index("ix_skus_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        Index("ix_skus_code_trgm", "code", postgresql_using="gin", postgresql_ops={"code": "gin_trgm_ops"}),
    )

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    category: Mapped[str] = mapped_column(server_default="")
    gtin: Mapped[str | None] = mapped_column(unique=True)
    weight_g: Mapped[int] = mapped_column(server_default="0")
    tax_class: Mapped[str] = mapped_column(server_default="standard")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SkuAlias(Base):
    """What a channel calls one of our SKUs."""

    __tablename__ = "sku_aliases"
    __table_args__ = (UniqueConstraint("channel_id", "alias"),)

    id: Mapped[BigId]
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    alias: Mapped[str]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), index=True)


class PriceList(Base):
    __tablename__ = "price_lists"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str]


class Price(Base):
    """Net price of one unit in minor units."""

    __tablename__ = "prices"
    __table_args__ = (CheckConstraint("minor >= 0", name="minor"),)

    price_list_id: Mapped[int] = mapped_column(ForeignKey("price_lists.id"), primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True, index=True)
    minor: Mapped[int]
