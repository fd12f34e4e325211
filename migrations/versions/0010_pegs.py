"""Which waiting units rest on which supply, and what was promised for them, in order.

Revision ID: 0010
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"

# Backorders are pegged as soon as something is to come; until then a reader need not read what lies behind.
START_AT_THE_END = """
INSERT INTO feed_cursors (consumer, position)
SELECT 'orders.pegs', coalesce(max(position), 0) FROM event_positions ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.add_column("incoming", sa.Column("pegged", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_incoming_pegged"), "incoming", "pegged >= 0 AND pegged <= quantity")
    _create_pegs()
    _create_promises()
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON pegs TO app")
    op.execute("GRANT SELECT, INSERT ON promises TO app")
    for name, what in (("refuse_change", "UPDATE OR DELETE"), ("refuse_truncate", "TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} ON promises FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(START_AT_THE_END)


def _create_pegs() -> None:
    line = sa.ForeignKey("order_lines.id", name=op.f("fk_pegs_order_line_id"))
    supply = sa.ForeignKey("incoming.id", name=op.f("fk_pegs_incoming_id"))
    op.create_table(
        "pegs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), line, nullable=False),
        sa.Column("incoming_id", sa.BigInteger(), supply, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_pegs_quantity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pegs")),
        sa.UniqueConstraint("order_line_id", "incoming_id", name=op.f("uq_pegs_order_line_id_incoming_id")),
    )
    op.create_index(op.f("ix_pegs_incoming_id"), "pegs", ["incoming_id"])


def _create_promises() -> None:
    order = sa.ForeignKey("orders.id", name=op.f("fk_promises_order_id"))
    line = sa.ForeignKey("order_lines.id", name=op.f("fk_promises_order_line_id"))
    op.create_table(
        "promises",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), order, nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), line, nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("previous_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_told", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('stock', 'purchase', 'transfer', 'none', 'order')", name=op.f("ck_promises_source")
        ),
        sa.CheckConstraint("(source = 'order') = (order_line_id IS NULL)", name=op.f("ck_promises_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    op.create_index("ix_promises_order", "promises", ["order_id", "id"])
    op.create_index(
        "ix_promises_line", "promises", ["order_line_id", "id"], postgresql_where=sa.text("order_line_id IS NOT NULL")
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
