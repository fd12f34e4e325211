"""Where inside a site the units lie, in which lot and condition, and what is on its way.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TABLES = "serials, incoming, held_picks"

# Units that could not be sold were only counted; from here on they lie somewhere in a condition that says why.
# Two movements per level, chained like any other: +u damaged, -u good. The totals stay as they are.
GIVE_CONDITIONS = r"""
DO $$
DECLARE
    level record;
    moved record;
    head bytea;
    written text;
    moment timestamptz := date_trunc('microseconds', clock_timestamp());
BEGIN
    FOR level IN SELECT * FROM stock_levels WHERE unavailable > 0 ORDER BY sku_id, site_id FOR UPDATE LOOP
        head := level.chain;
        FOR moved IN SELECT * FROM (VALUES (1, level.unavailable, 'damaged'), (2, -level.unavailable, 'good'))
                     AS v(step, units, condition) ORDER BY step LOOP
            written := concat_ws(chr(31), level.id, level.sequence + moved.step, moved.units, 0, 0, 0, '', '',
                                 moved.condition, 'condition', 'migration', 8, 'system:migration', '',
                                 (extract(epoch FROM moment) * 1000000)::bigint, '');
            head := sha256(head || convert_to(written, 'UTF8'));
            INSERT INTO stock_movements (stock_level_id, sequence, on_hand, allocated, reserved, unavailable, condition,
                                         reason, reference_type, reference_id, actor, request_id, occurred_at, chain)
            VALUES (level.id, level.sequence + moved.step, moved.units, 0, 0, 0, moved.condition,
                    'condition', 'migration', 8, 'system:migration', '', moment, head);
        END LOOP;
        UPDATE stock_levels SET sequence = sequence + 2, chain = head WHERE id = level.id;
        UPDATE bin_stock SET quantity = quantity - level.unavailable
         WHERE sku_id = level.sku_id AND site_id = level.site_id AND condition = 'good' AND bin_id IS NULL
           AND lot_id IS NULL;
        INSERT INTO bin_stock (sku_id, site_id, condition, quantity)
        VALUES (level.sku_id, level.site_id, 'damaged', level.unavailable);
    END LOOP;
END $$
"""

HOLD_WHAT_IS_PICKED = """
INSERT INTO held_picks (fulfilment_line_id, quantity)
SELECT id, picked - shipped FROM fulfilment_lines WHERE picked > shipped ORDER BY id
"""


def upgrade() -> None:
    _describe_goods()
    _describe_places()
    _create_serials()
    _create_incoming()
    _create_held_picks()
    op.execute(GIVE_CONDITIONS)
    op.execute(HOLD_WHAT_IS_PICKED)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO app")


def _describe_goods() -> None:
    op.add_column("skus", sa.Column("tracking", sa.String(), server_default="none", nullable=False))
    op.add_column("skus", sa.Column("removal", sa.String(), server_default="fifo", nullable=False))
    op.add_column("skus", sa.Column("removal_days", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("skus", sa.Column("cost_minor", sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_skus_tracking"), "skus", "tracking IN ('none', 'lot', 'serial')")
    op.create_check_constraint(op.f("ck_skus_removal"), "skus", "removal IN ('fifo', 'lifo', 'fefo', 'closest')")
    op.create_check_constraint(op.f("ck_skus_amounts"), "skus", "removal_days >= 0 AND cost_minor >= 0")


def _describe_places() -> None:
    op.add_column("bins", sa.Column("zone", sa.String(), server_default="", nullable=False))
    op.add_column("bins", sa.Column("kind", sa.String(), server_default="pick", nullable=False))
    op.add_column("bins", sa.Column("capacity", sa.BigInteger(), nullable=True))
    op.add_column("bins", sa.Column("one_sku", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("bins", sa.Column("one_lot", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("bins", sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False))
    op.create_check_constraint(
        op.f("ck_bins_kind"), "bins", "kind IN ('pick', 'bulk', 'stage', 'pack', 'quarantine', 'receiving')"
    )
    op.create_check_constraint(op.f("ck_bins_capacity"), "bins", "capacity > 0")
    op.add_column("lots", sa.Column("expires_on", sa.Date(), nullable=True))
    op.create_check_constraint(op.f("ck_lots_expires_on"), "lots", "expires_on BETWEEN '1990-01-01' AND '2200-01-01'")
    op.add_column("lots", sa.Column("remove_on", sa.Date(), nullable=True))
    op.add_column("lots", sa.Column("received_on", sa.Date(), nullable=True))
    op.add_column("lots", sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lots", sa.Column("frozen_reason", sa.String(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_bin_stock_condition"),
        "bin_stock",
        "condition IN ('good', 'damaged', 'quarantine', 'quality_hold', 'expired')",
    )
    op.create_index("ix_bin_stock_bin", "bin_stock", ["bin_id"], postgresql_where=sa.text("bin_id IS NOT NULL"))
    op.create_index("ix_bin_stock_lot", "bin_stock", ["lot_id"], postgresql_where=sa.text("lot_id IS NOT NULL"))


def _create_serials() -> None:
    op.create_table(
        "serials",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sku_id", sa.BigInteger(), sa.ForeignKey("skus.id", name=op.f("fk_serials_sku_id")), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="in_stock", nullable=False),
        sa.Column("site_id", sa.BigInteger(), sa.ForeignKey("sites.id", name=op.f("fk_serials_site_id"))),
        sa.Column("bin_id", sa.BigInteger(), sa.ForeignKey("bins.id", name=op.f("fk_serials_bin_id"))),
        sa.Column("lot_id", sa.BigInteger(), sa.ForeignKey("lots.id", name=op.f("fk_serials_lot_id"))),
        sa.Column("condition", sa.String(), server_default="good", nullable=False),
        sa.Column(
            "order_line_id", sa.BigInteger(), sa.ForeignKey("order_lines.id", name=op.f("fk_serials_order_line_id"))
        ),
        sa.CheckConstraint(
            "state IN ('in_stock', 'picked', 'in_transit', 'shipped', 'lost', 'scrapped')",
            name=op.f("ck_serials_state"),
        ),
        sa.CheckConstraint("(state IN ('in_stock', 'picked')) = (site_id IS NOT NULL)", name=op.f("ck_serials_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serials")),
        sa.UniqueConstraint("sku_id", "code", name=op.f("uq_serials_sku_id_code")),
    )
    op.create_index(op.f("ix_serials_code"), "serials", ["code"])
    op.create_index(op.f("ix_serials_order_line_id"), "serials", ["order_line_id"])


def _create_incoming() -> None:
    op.create_table(
        "incoming",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sku_id", sa.BigInteger(), sa.ForeignKey("skus.id", name=op.f("fk_incoming_sku_id")), nullable=False),
        sa.Column(
            "site_id", sa.BigInteger(), sa.ForeignKey("sites.id", name=op.f("fk_incoming_site_id")), nullable=False
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.CheckConstraint("source IN ('purchase', 'transfer')", name=op.f("ck_incoming_source")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_incoming_quantity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_incoming_source_source_id")),
    )
    op.create_index("ix_incoming_goods", "incoming", ["sku_id", "site_id", "expected_on"])


def _create_held_picks() -> None:
    line = sa.ForeignKey("fulfilment_lines.id", name=op.f("fk_held_picks_fulfilment_line_id"))
    op.create_table(
        "held_picks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fulfilment_line_id", sa.BigInteger(), line, nullable=False),
        sa.Column("bin_id", sa.BigInteger(), sa.ForeignKey("bins.id", name=op.f("fk_held_picks_bin_id"))),
        sa.Column("lot_id", sa.BigInteger(), sa.ForeignKey("lots.id", name=op.f("fk_held_picks_lot_id"))),
        sa.Column("serial_id", sa.BigInteger(), sa.ForeignKey("serials.id", name=op.f("fk_held_picks_serial_id"))),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_held_picks_quantity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_picks")),
    )
    op.create_index(op.f("ix_held_picks_fulfilment_line_id"), "held_picks", ["fulfilment_line_id"])
    op.create_index("ix_held_picks_lot", "held_picks", ["lot_id"], postgresql_where=sa.text("lot_id IS NOT NULL"))


def downgrade() -> None:
    raise NotImplementedError("movements that gave conditions are not taken back")
