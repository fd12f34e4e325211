"""Tables of the catalogue."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Sku(Base):
    """The smallest thing that is sold and stocked. A kit is sold and has no stock of its own.

    ``removal`` says which units leave first; a lot leaves for good ``removal_days`` before it expires. ``cost_minor``
    is what one unit costs us, in the company's currency. ``former_movements`` keeps the number by which channels order
    what they are told of a kit growing when its contents change.
    """

    __tablename__ = "skus"
    __table_args__ = (
        CheckConstraint("weight_g >= 0", name="weight"),
        CheckConstraint("tracking IN ('none', 'lot', 'serial')", name="tracking"),
        CheckConstraint("removal IN ('fifo', 'lifo', 'fefo', 'closest')", name="removal"),
        CheckConstraint("removal_days >= 0 AND cost_minor >= 0", name="amounts"),
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
    tracking: Mapped[str] = mapped_column(server_default="none")
    removal: Mapped[str] = mapped_column(server_default="fifo")
    removal_days: Mapped[int] = mapped_column(server_default="0")
    cost_minor: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    is_kit: Mapped[bool] = mapped_column(server_default="false")
    former_movements: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class KitComponent(Base):
    """So many units of a component go into one kit; a component is no kit (triggers see to it)."""

    __tablename__ = "kit_components"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("kit_sku_id <> component_sku_id", name="itself"),
    )

    kit_sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True, autoincrement=False)
    component_sku_id: Mapped[int] = mapped_column(
        ForeignKey("skus.id"), primary_key=True, autoincrement=False, index=True
    )
    quantity: Mapped[int]


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
