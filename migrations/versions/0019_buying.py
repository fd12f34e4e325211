"""Purchase orders that went to their supplier by mail, and what is attached to a message.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


COLUMN = "ALTER TABLE messages ADD COLUMN IF NOT EXISTS attachment_id bigint"
# Files of exports and imports are forgotten every day: each is looked for among messages.
INDEXES = (
    "DROP INDEX CONCURRENTLY IF EXISTS ix_messages_attachment",
    "CREATE INDEX CONCURRENTLY ix_messages_attachment ON messages (attachment_id) WHERE attachment_id IS NOT NULL",
)


def upgrade() -> None:
    """While messages go out. The first two steps may run again where a later one failed; the last is one transaction."""
    op.execute(COLUMN)
    with op.get_context().autocommit_block():
        for statement in INDEXES:
            op.execute(statement)
    _mailings()
    # No row has one yet: looking through all messages under a lock would find nothing.
    op.create_foreign_key(
        op.f("fk_messages_attachment_id"), "messages", "files", ["attachment_id"], ["id"], postgresql_not_valid=True
    )


def _mailings() -> None:
    op.create_table(
        "purchase_mailings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "purchase_order_id",
            sa.BigInteger(),
            sa.ForeignKey("purchase_orders.id", name=op.f("fk_purchase_mailings_purchase_order_id")),
            nullable=False,
        ),
        sa.Column(
            "message_id",
            sa.BigInteger(),
            sa.ForeignKey("messages.id", name=op.f("fk_purchase_mailings_message_id")),
            nullable=False,
        ),
        sa.Column(
            "file_id",
            sa.BigInteger(),
            sa.ForeignKey("files.id", name=op.f("fk_purchase_mailings_file_id")),
            nullable=False,
        ),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_mailings")),
    )
    op.create_index(op.f("ix_purchase_mailings_purchase_order_id"), "purchase_mailings", ["purchase_order_id"])
    op.create_index(op.f("ix_purchase_mailings_file_id"), "purchase_mailings", ["file_id"])
    op.execute("GRANT SELECT, INSERT ON purchase_mailings TO app")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON purchase_mailings FROM app")
    op.execute(
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON purchase_mailings"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON purchase_mailings"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("who was sent which purchase order is not taken back")
