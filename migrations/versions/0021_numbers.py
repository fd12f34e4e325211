"""Numbered units: the entries of a transfer name them, and a count notes which numbers were seen.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

SCAN = "transfer_id, client_scan_id, kind, transfer_line_id, lot_id"
COLUMN = """
ALTER TABLE transfer_entries
 ADD COLUMN IF NOT EXISTS serial_id bigint,
 DROP CONSTRAINT IF EXISTS fk_transfer_entries_serial_id,
 DROP CONSTRAINT IF EXISTS ck_transfer_entries_one_unit,
 ADD CONSTRAINT fk_transfer_entries_serial_id FOREIGN KEY (serial_id) REFERENCES serials (id) NOT VALID,
 ADD CONSTRAINT ck_transfer_entries_one_unit CHECK (serial_id IS NULL OR abs(quantity) = 1) NOT VALID
"""
ONLINE = (
    "ALTER TABLE transfer_entries VALIDATE CONSTRAINT fk_transfer_entries_serial_id",
    "ALTER TABLE transfer_entries VALIDATE CONSTRAINT ck_transfer_entries_one_unit",
    "DROP INDEX CONCURRENTLY IF EXISTS uq_transfer_entries_numbered_scan",
    f"CREATE UNIQUE INDEX CONCURRENTLY uq_transfer_entries_numbered_scan ON transfer_entries ({SCAN}, serial_id)"
    " NULLS NOT DISTINCT WHERE client_scan_id IS NOT NULL",
    "DROP INDEX CONCURRENTLY IF EXISTS ix_transfer_entries_transfer",
    "CREATE INDEX CONCURRENTLY ix_transfer_entries_transfer ON transfer_entries (transfer_id, id)",
    "DROP INDEX CONCURRENTLY IF EXISTS ix_serial_moves_dock",
    "CREATE INDEX CONCURRENTLY ix_serial_moves_dock ON serial_moves (reference_id, reference_type)"
    " WHERE reference_type IN ('receipt_line', 'transfer_line')",
)
SWAP = (
    "DROP INDEX uq_transfer_entries_scan",
    "ALTER INDEX uq_transfer_entries_numbered_scan RENAME TO uq_transfer_entries_scan",
)


def upgrade() -> None:
    """While goods move. All but the last step may run again where a later one failed; the last is one transaction."""
    op.execute(COLUMN)
    with op.get_context().autocommit_block():
        for statement in ONLINE:
            op.execute(statement)
    _count_serials()
    for statement in SWAP:
        op.execute(statement)


def _count_serials() -> None:
    op.create_table(
        "count_serials",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("count_line_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("is_expected", sa.Boolean(), nullable=False),
        sa.Column("is_seen", sa.Boolean(), nullable=False),
        sa.Column("is_seen_again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["count_line_id"], ["count_lines.id"], name=op.f("fk_count_serials_count_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_serials")),
        sa.UniqueConstraint("count_line_id", "code", name=op.f("uq_count_serials_count_line_id_code")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON count_serials TO app")
