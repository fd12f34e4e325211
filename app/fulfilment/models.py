"""Tables of the work at sites."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class RoutingDecision(Base):
    """Canonical bytes of what the router saw and chose; explained and replayed from here. Append-only."""

    __tablename__ = "routing_decisions"

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    cause: Mapped[str]
    rules_version: Mapped[int]
    inputs: Mapped[bytes]
    outcome: Mapped[bytes]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FulfilmentOrder(Base):
    """Work for one site on one order. States and moves stand in ``fulfilment.states``."""

    __tablename__ = "fulfilment_orders"
    __table_args__ = (
        UniqueConstraint("order_id", "part"),
        Index("ix_fulfilment_orders_pick_list", "pick_list_id", postgresql_where=text("pick_list_id IS NOT NULL")),
        Index(
            "ix_fulfilment_orders_queue",
            "site_id",
            "state",
            "id",
            postgresql_where=text("state IN ('open', 'released', 'picking', 'picked', 'packed')"),
        ),
    )

    id: Mapped[BigId]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    part: Mapped[int]
    site_id: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="open")
    pick_list_id: Mapped[int | None] = mapped_column(ForeignKey("pick_lists.id"))
    slip_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    released_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")


class FulfilmentLine(Base):
    """The site's part of an order line. ``packed`` is part of ``picked``; ``shipped`` has left."""

    __tablename__ = "fulfilment_lines"
    __table_args__ = (
        UniqueConstraint("fulfilment_order_id", "order_line_id"),
        CheckConstraint(
            "quantity >= 0 AND shipped >= 0 AND packed >= shipped AND picked >= packed AND quantity >= picked",
            name="counters",
        ),
    )

    id: Mapped[BigId]
    fulfilment_order_id: Mapped[int] = mapped_column(ForeignKey("fulfilment_orders.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    sku_id: Mapped[int]
    sku_code: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]
    picked: Mapped[int] = mapped_column(server_default="0")
    packed: Mapped[int] = mapped_column(server_default="0")
    shipped: Mapped[int] = mapped_column(server_default="0")


class HeldPick(Base):
    """Picked units that have not left: the shelf they came from, their lot, their number where they have one."""

    __tablename__ = "held_picks"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_held_picks_lot", "lot_id", postgresql_where=text("lot_id IS NOT NULL")),
    )

    id: Mapped[BigId]
    fulfilment_line_id: Mapped[int] = mapped_column(ForeignKey("fulfilment_lines.id"), index=True)
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bins.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    serial_id: Mapped[int | None] = mapped_column(ForeignKey("serials.id"))
    quantity: Mapped[int]


class PickList(Base):
    """Fulfilment orders that are walked together at one site."""

    __tablename__ = "pick_lists"

    id: Mapped[BigId]
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Scan(Base):
    """One scan of a terminal, counted once however often the terminal sends it."""

    __tablename__ = "scans"
    __table_args__ = (UniqueConstraint("fulfilment_order_id", "client_scan_id"),)

    id: Mapped[BigId]
    fulfilment_order_id: Mapped[int] = mapped_column(ForeignKey("fulfilment_orders.id"))
    client_scan_id: Mapped[str]
    step: Mapped[str]
    sku_code: Mapped[str]
    quantity: Mapped[int]
    actor: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Parcel(Base):
    """What left a site together, or is packed to leave."""

    __tablename__ = "parcels"
    __table_args__ = (
        Index("ix_parcels_tracking_number", "tracking_number"),
        Index("ix_parcels_under_way", "state", "id", postgresql_where=text("state IN ('packed', 'shipped')")),
    )

    id: Mapped[BigId]
    fulfilment_order_id: Mapped[int] = mapped_column(ForeignKey("fulfilment_orders.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    part: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="packed")
    carrier: Mapped[str] = mapped_column(server_default="")
    tracking_number: Mapped[str] = mapped_column(server_default="")
    weight_g: Mapped[int | None]
    packed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class ParcelLine(Base):
    __tablename__ = "parcel_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcels.id"), primary_key=True)
    fulfilment_line_id: Mapped[int] = mapped_column(ForeignKey("fulfilment_lines.id"), primary_key=True)
    quantity: Mapped[int]
