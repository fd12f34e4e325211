"""Who waits for a SKU, in the order in which they are served, can be read in parts.

Revision ID: 0017
Revises: 0016
"""

from alembic import op

revision = "0017"
down_revision = "0016"

# Of lines that do not wait it stays when the columns were added; whoever makes them wait writes it.
WAITING = """
UPDATE order_lines l
   SET placed_at = o.placed_at,
       promised_on = coalesce((SELECT p.expected_on FROM promises p WHERE p.order_line_id = l.id
                                ORDER BY p.id DESC LIMIT 1), '9999-12-31')
  FROM orders o WHERE o.id = l.order_id AND l.backordered > 0
"""
COLUMNS = """
ALTER TABLE order_lines ADD COLUMN IF NOT EXISTS promised_on date DEFAULT '9999-12-31' NOT NULL,
                        ADD COLUMN IF NOT EXISTS placed_at timestamp with time zone DEFAULT now() NOT NULL
"""
INDEXES = (
    "DROP INDEX CONCURRENTLY IF EXISTS ix_order_lines_turns",
    "CREATE INDEX CONCURRENTLY ix_order_lines_turns ON order_lines (sku_id, promised_on, placed_at, order_id, id)"
    " WHERE backordered > 0",
    "DROP INDEX CONCURRENTLY IF EXISTS ix_order_lines_backordered",
)


def upgrade() -> None:
    """While orders come in: nothing is rewritten, and no lock on the table outlasts its statement."""
    op.execute(COLUMNS)
    with op.get_context().autocommit_block():
        op.execute(WAITING)
        for statement in INDEXES:
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
