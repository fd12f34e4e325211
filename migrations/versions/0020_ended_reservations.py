"""What became of carts and quotes, kept for ninety days; lots found by their code.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


INDEX = (
    "DROP INDEX CONCURRENTLY IF EXISTS ix_lots_code",
    "CREATE INDEX CONCURRENTLY ix_lots_code ON lots (code)",
)


def upgrade() -> None:
    """The index first, while lots come in: it may be built again where it failed, and the rest is one transaction."""
    with op.get_context().autocommit_block():
        for statement in INDEX:
            op.execute(statement)
    op.create_table(
        "ended_reservations",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_extended", sa.Boolean(), nullable=False),
        sa.Column("reserved_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('ordered', 'released', 'expired', 'lost')", name=op.f("ck_ended_reservations_outcome")
        ),
        sa.CheckConstraint("(outcome = 'ordered') = (order_id IS NOT NULL)", name=op.f("ck_ended_reservations_order")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_ended_reservations_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_reservations")),
        sa.UniqueConstraint("token", name=op.f("uq_ended_reservations_token")),
    )
    op.create_index("ix_ended_reservations_owner", "ended_reservations", ["owner", "ended_at"])
    op.create_index(op.f("ix_ended_reservations_ended_at"), "ended_reservations", ["ended_at"])
    op.execute("GRANT SELECT, INSERT, DELETE ON ended_reservations TO app")


def downgrade() -> None:
    op.drop_index(op.f("ix_lots_code"), "lots")
    op.drop_table("ended_reservations")
