"""Who waits for a SKU, in the order in which they are served, can be read in parts.

Revision ID: 0017
Revises: 0016
"""

from alembic import op

revision = "0017"
down_revision = "0016"

# Of lines that do not wait it stays when the columns were added; whoever makes them wait writes it. A thousand lines at
# a time, locked in the order of their ids and let go before the next: orders go on meanwhile.
WAITING = """
DO $$
DECLARE
    done bigint := 0;
    until bigint;
BEGIN
    LOOP
        SELECT max(id) INTO until
          FROM (SELECT id FROM order_lines WHERE backordered > 0 AND id > done ORDER BY id LIMIT 1000) slice;
        EXIT WHEN until IS NULL;
        PERFORM FROM order_lines WHERE backordered > 0 AND id > done AND id <= until ORDER BY id FOR NO KEY UPDATE;
        UPDATE order_lines l SET placed_at = w.placed_at, promised_on = w.promised_on
          FROM (SELECT x.id, o.placed_at,
                       coalesce((SELECT p.expected_on FROM promises p WHERE p.order_line_id = x.id
                                  ORDER BY p.id DESC LIMIT 1), '9999-12-31') AS promised_on
                  FROM order_lines x JOIN orders o ON o.id = x.order_id
                 WHERE x.backordered > 0 AND x.id > done AND x.id <= until) w
         WHERE l.id = w.id AND (l.placed_at <> w.placed_at OR l.promised_on <> w.promised_on);
        COMMIT;
        done := until;
    END LOOP;
END $$
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
