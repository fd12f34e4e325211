"""Who froze a lot, the way of every numbered unit, what is set aside and why, and drafts of letters.

Revision ID: 0016
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0008"

APPEND_ONLY = ("serial_moves", "quarantine_acts")

# Partial, so that goods without lots pay nothing for them.
INDEXES = (
    "CREATE INDEX ix_stock_movements_lot ON stock_movements (lot_id, id) WHERE lot_id IS NOT NULL",
    "CREATE INDEX ix_stock_movements_shipped_lots ON stock_movements (reference_id)"
    " WHERE reason = 'ship' AND lot_id IS NOT NULL",
)

# Numbered units that lie somewhere already begin their history here.
BEGIN_HISTORY = """
INSERT INTO serial_moves (serial_id, what, state, site_id, bin_id, condition, reference_type, reference_id, actor)
SELECT id, 'opening', state, site_id, bin_id, condition, 'migration', 16, 'system:migration' FROM serials ORDER BY id
"""


def upgrade() -> None:
    op.add_column("lots", sa.Column("frozen_by", sa.String(), server_default="", nullable=False))
    op.add_column("customers", sa.Column("least_shelf_life_days", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(
        op.f("ck_customers_least_shelf_life_days"), "customers", "least_shelf_life_days BETWEEN 0 AND 3650"
    )
    op.create_index("ix_lots_remove_on", "lots", ["remove_on"], postgresql_where=sa.text("remove_on IS NOT NULL"))
    op.create_index("ix_lots_expires_on", "lots", ["expires_on", "id"])
    for statement in INDEXES:
        op.execute(statement)
    _allow_more_states()
    _create_serial_moves()
    _create_cases()
    _create_acts()
    op.execute(BEGIN_HISTORY)
    for table in APPEND_ONLY:
        _refuse_changes(table)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON quarantine_cases TO app")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO app")


def _allow_more_states() -> None:
    op.drop_constraint(op.f("ck_serials_state"), "serials")
    op.create_check_constraint(
        op.f("ck_serials_state"),
        "serials",
        "state IN ('in_stock', 'picked', 'in_transit', 'shipped', 'lost', 'scrapped', 'sent_back')",
    )
    op.create_index(
        "ix_serials_place", "serials", ["sku_id", "site_id", "bin_id"], postgresql_where=sa.text("site_id IS NOT NULL")
    )
    op.drop_constraint(op.f("ck_messages_state"), "messages")
    op.create_check_constraint(
        op.f("ck_messages_state"),
        "messages",
        "state IN ('draft', 'withdrawn', 'queued', 'handing_over', 'sent', 'kept', 'refused', 'suppressed', 'uncertain')",
    )


def _create_serial_moves() -> None:
    serial = sa.ForeignKey("serials.id", name=op.f("fk_serial_moves_serial_id"))
    op.create_table(
        "serial_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("serial_id", sa.BigInteger(), serial, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("bin_id", sa.BigInteger(), nullable=True),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("reference_type", sa.String(), nullable=False),
        sa.Column("reference_id", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial_moves")),
    )
    op.create_index(op.f("ix_serial_moves_serial_id"), "serial_moves", ["serial_id", "id"])


def _create_cases() -> None:
    op.create_table(
        "quarantine_cases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "sku_id", sa.BigInteger(), sa.ForeignKey("skus.id", name=op.f("fk_quarantine_cases_sku_id")), nullable=False
        ),
        sa.Column(
            "site_id",
            sa.BigInteger(),
            sa.ForeignKey("sites.id", name=op.f("fk_quarantine_cases_site_id")),
            nullable=False,
        ),
        sa.Column("bin_id", sa.BigInteger(), sa.ForeignKey("bins.id", name=op.f("fk_quarantine_cases_bin_id"))),
        sa.Column("lot_id", sa.BigInteger(), sa.ForeignKey("lots.id", name=op.f("fk_quarantine_cases_lot_id"))),
        sa.Column(
            "serial_id", sa.BigInteger(), sa.ForeignKey("serials.id", name=op.f("fk_quarantine_cases_serial_id"))
        ),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("quantity_left", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "photo_file_id", sa.BigInteger(), sa.ForeignKey("files.id", name=op.f("fk_quarantine_cases_photo_file_id"))
        ),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "condition IN ('damaged', 'quarantine', 'quality_hold', 'expired')",
            name=op.f("ck_quarantine_cases_condition"),
        ),
        sa.CheckConstraint(
            "quantity > 0 AND quantity_left BETWEEN 0 AND quantity", name=op.f("ck_quarantine_cases_quantity")
        ),
        sa.CheckConstraint("(quantity_left = 0) = (closed_at IS NOT NULL)", name=op.f("ck_quarantine_cases_closed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine_cases")),
    )
    op.create_index(
        "ix_quarantine_cases_open",
        "quarantine_cases",
        ["sku_id", "site_id"],
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _create_acts() -> None:
    case = sa.ForeignKey("quarantine_cases.id", name=op.f("fk_quarantine_acts_case_id"))
    op.create_table(
        "quarantine_acts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), case, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("loss_minor", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("act IN ('release', 'scrap', 'vendor', 'gone')", name=op.f("ck_quarantine_acts_act")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quarantine_acts_quantity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine_acts")),
    )
    op.create_index(op.f("ix_quarantine_acts_case_id"), "quarantine_acts", ["case_id"])


def _refuse_changes(table: str) -> None:
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM app")
    op.execute(
        f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("histories of numbered units and of what was set aside are not taken back")
