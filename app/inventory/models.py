"""Tables of stock. Only ``inventory.post`` writes levels, bins and movements."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Site(Base):
    """A place that holds stock and ships it. Coordinates are micro-degrees; a lower priority number goes first."""

    __tablename__ = "sites"
    __table_args__ = (CheckConstraint("kind IN ('warehouse', 'store', '3pl')", name="kind"),)

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="warehouse")
    street: Mapped[str] = mapped_column(server_default="")
    city: Mapped[str]
    region: Mapped[str] = mapped_column(server_default="")
    postal_code: Mapped[str]
    country: Mapped[str]
    latitude_e6: Mapped[int]
    longitude_e6: Mapped[int]
    time_zone: Mapped[str]
    cut_off: Mapped[time] = mapped_column(server_default="16:00")
    priority: Mapped[int] = mapped_column(server_default="100")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    version: Mapped[int] = mapped_column(server_default="1")


class Bin(Base):
    """A shelf. Lower pick sequence is walked first; ``capacity`` is in units, none where it is not known."""

    __tablename__ = "bins"
    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        CheckConstraint("kind IN ('pick', 'bulk', 'stage', 'pack', 'quarantine', 'receiving')", name="kind"),
        CheckConstraint("capacity > 0", name="capacity"),
    )

    id: Mapped[BigId]
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    code: Mapped[str]
    zone: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str] = mapped_column(server_default="pick")
    pick_sequence: Mapped[int] = mapped_column(server_default="0")
    capacity: Mapped[int | None]
    one_sku: Mapped[bool] = mapped_column(server_default="false")
    one_lot: Mapped[bool] = mapped_column(server_default="false")
    is_active: Mapped[bool] = mapped_column(server_default="true")


class Lot(Base):
    """Units made together. ``remove_on`` is the day from which they may no longer be sent, before they expire.

    Frozen by somebody for a reason, they are not sold, picked or shipped.
    """

    __tablename__ = "lots"
    __table_args__ = (
        UniqueConstraint("sku_id", "code"),
        CheckConstraint("expires_on BETWEEN '1990-01-01' AND '2200-01-01'", name="expires_on"),
        Index("ix_lots_remove_on", "remove_on", postgresql_where=text("remove_on IS NOT NULL")),
        Index("ix_lots_expires_on", "expires_on", "id"),
        Index("ix_lots_code", "code"),
    )

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    code: Mapped[str]
    expires_on: Mapped[date | None]
    remove_on: Mapped[date | None]
    received_on: Mapped[date | None]
    frozen_at: Mapped[datetime | None]
    frozen_reason: Mapped[str] = mapped_column(server_default="")
    frozen_by: Mapped[str] = mapped_column(server_default="")


class Serial(Base):
    """One unit by its own number. It has a site while it is here, and a line of an order once it is shipped."""

    __tablename__ = "serials"
    __table_args__ = (
        UniqueConstraint("sku_id", "code"),
        CheckConstraint(
            "state IN ('in_stock', 'picked', 'in_transit', 'shipped', 'lost', 'scrapped', 'sent_back')",
            name="state",
        ),
        CheckConstraint("(state IN ('in_stock', 'picked')) = (site_id IS NOT NULL)", name="place"),
        Index("ix_serials_place", "sku_id", "site_id", "bin_id", postgresql_where=text("site_id IS NOT NULL")),
    )

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    code: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(server_default="in_stock")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bins.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    condition: Mapped[str] = mapped_column(server_default="good")
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id"), index=True)


class StockLevel(Base):
    """Available = on_hand - allocated - reserved - unavailable - safety_stock."""

    __tablename__ = "stock_levels"
    __table_args__ = (
        UniqueConstraint("sku_id", "site_id"),
        Index("ix_stock_levels_site", "site_id"),
        CheckConstraint(
            "on_hand >= 0 AND allocated >= 0 AND reserved >= 0 AND unavailable >= 0 AND safety_stock >= 0",
            name="not_negative",
        ),
        CheckConstraint("allocated + reserved + unavailable <= on_hand", name="promises"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    on_hand: Mapped[int] = mapped_column(server_default="0")
    allocated: Mapped[int] = mapped_column(server_default="0")
    reserved: Mapped[int] = mapped_column(server_default="0")
    unavailable: Mapped[int] = mapped_column(server_default="0")
    safety_stock: Mapped[int] = mapped_column(server_default="0")
    sequence: Mapped[int] = mapped_column(server_default="0")
    chain: Mapped[bytes] = mapped_column(server_default=text("'\\x'::bytea"))
    event_sequence: Mapped[int] = mapped_column(server_default="0")


class BinStock(Base):
    """Where inside a site the units lie, by bin, lot and condition; sums to ``on_hand``, all but the good to
    ``unavailable``. No bin: in a tote, on the dock, or in a site without shelves."""

    __tablename__ = "bin_stock"
    __table_args__ = (
        UniqueConstraint("sku_id", "site_id", "bin_id", "lot_id", "condition", postgresql_nulls_not_distinct=True),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint(
            "condition IN ('good', 'damaged', 'quarantine', 'quality_hold', 'expired')",
            name="condition",
        ),
        Index("ix_bin_stock_bin", "bin_id", postgresql_where=text("bin_id IS NOT NULL")),
        Index("ix_bin_stock_lot", "lot_id", postgresql_where=text("lot_id IS NOT NULL")),
        Index("ix_bin_stock_loose", "site_id", postgresql_where=text("bin_id IS NULL")),
    )

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bins.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    condition: Mapped[str] = mapped_column(server_default="good")
    quantity: Mapped[int] = mapped_column(server_default="0")


class StockMovement(Base):
    """One change of one stock level: deltas, why, what for, by whom, and the hash that ties it to the one before."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        Index("ix_stock_movements_level", "stock_level_id", "sequence"),
        Index("ix_stock_movements_imported", "reference_id", postgresql_where=text("reference_type = 'import'")),
        Index("ix_stock_movements_lot", "lot_id", "id", postgresql_where=text("lot_id IS NOT NULL")),
        Index(
            "ix_stock_movements_shipped_lots",
            "reference_id",
            postgresql_where=text("reason = 'ship' AND lot_id IS NOT NULL"),
        ),
        Index("ix_stock_movements_counted", "stock_level_id", "id", postgresql_where=text("reason = 'count'")),
        Index(
            "ix_stock_movements_came_in",
            "stock_level_id",
            "id",
            postgresql_where=text("on_hand > 0 AND bin_id IS NULL AND reason <> 'pick'"),
        ),
        Index(
            "ix_stock_movements_lost",
            "occurred_at",
            postgresql_where=text("reason IN ('count', 'lost', 'short_pick') AND on_hand < 0"),
        ),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[BigId]
    stock_level_id: Mapped[int]
    sequence: Mapped[int]
    on_hand: Mapped[int]
    allocated: Mapped[int]
    reserved: Mapped[int]
    unavailable: Mapped[int]
    bin_id: Mapped[int | None]
    lot_id: Mapped[int | None]
    condition: Mapped[str]
    reason: Mapped[str]
    reference_type: Mapped[str]
    reference_id: Mapped[int]
    actor: Mapped[str]
    request_id: Mapped[str]
    occurred_at: Mapped[datetime]
    chain: Mapped[bytes]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class ChainHead(Base):
    """A signed daily digest of all chains: a cut tail or a rewritten chain no longer fits it."""

    __tablename__ = "chain_heads"

    id: Mapped[BigId]
    as_of: Mapped[datetime] = mapped_column(unique=True)
    levels: Mapped[int]
    digest: Mapped[bytes]
    signature: Mapped[bytes]


class Allocation(Base):
    """Units of a site promised to one order line, gone when nothing is left of it. Who came last has the largest id."""

    __tablename__ = "allocations"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[int] = mapped_column(Identity(always=False))
    order_id: Mapped[int]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), primary_key=True, autoincrement=False)
    stock_level_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    quantity: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Incoming(Base):
    """Units that are to arrive at a site on a day: what a purchase order or a transfer still owes.

    ``pegged`` of them are what waiting order lines rest on.
    """

    __tablename__ = "incoming"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        CheckConstraint("source IN ('purchase', 'transfer')", name="source"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("pegged >= 0 AND pegged <= quantity", name="pegged"),
        Index("ix_incoming_goods", "sku_id", "site_id", "expected_on"),
    )

    id: Mapped[BigId]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    source: Mapped[str]
    source_id: Mapped[int]
    quantity: Mapped[int]
    expected_on: Mapped[date]
    pegged: Mapped[int] = mapped_column(server_default="0")


class Peg(Base):
    """Waiting units of an order line that rest on a supply, and the day on which that was expected when it was said."""

    __tablename__ = "pegs"
    __table_args__ = (
        UniqueConstraint("order_line_id", "incoming_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[BigId]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming.id"), index=True)
    quantity: Mapped[int]
    promised_on: Mapped[date]
