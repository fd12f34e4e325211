"""What channels are told of our stock. Nothing here is written while an order is placed.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = "stock_publications, stock_offers"

# A reader that begins at the end need not read a history that no channel was told of.
START_AT_THE_END = """
INSERT INTO feed_cursors (consumer, position)
SELECT 'channels.stock', coalesce(max(position), 0) FROM event_positions ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.create_table(
        "stock_publications",
        sa.Column(
            "channel_id",
            sa.BigInteger(),
            sa.ForeignKey("channels.id", name=op.f("fk_stock_publications_channel_id")),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("adapter", sa.String(), server_default="webhook", nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("former_secret", sa.String(), nullable=True),
        sa.Column("former_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("most", sa.BigInteger(), nullable=True),
        sa.Column("held_back", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("round", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("message", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), server_default="", nullable=False),
        sa.Column("renewal_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("renewal_total", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("most >= 0 AND held_back >= 0", name=op.f("ck_stock_publications_not_negative")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_stock_publications")),
    )
    op.create_table(
        "stock_offers",
        sa.Column(
            "channel_id",
            sa.BigInteger(),
            sa.ForeignKey("stock_publications.channel_id", name=op.f("fk_stock_offers_channel_id")),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "sku_id",
            sa.BigInteger(),
            sa.ForeignKey("skus.id", name=op.f("fk_stock_offers_sku_id")),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("units", sa.BigInteger(), nullable=True),
        sa.Column("backorders", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("touched", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_forced", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("refusal", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "sku_id", name=op.f("pk_stock_offers")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "ix_stock_offers_waiting",
        "stock_offers",
        ["channel_id", "is_forced", "changed_at", "sku_id"],
        postgresql_where=sa.text("changed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_stock_offers_refused",
        "stock_offers",
        ["channel_id", "sku_id"],
        postgresql_where=sa.text("refusal <> ''"),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO app")
    op.execute(START_AT_THE_END)


def downgrade() -> None:
    op.execute("DELETE FROM feed_cursors WHERE consumer = 'channels.stock'")
    op.drop_table("stock_offers")
    op.drop_table("stock_publications")
