"""Numbered units: the entries of a transfer name them, and a count notes which numbers were seen.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

SCAN = "transfer_id, client_scan_id, kind, transfer_line_id, lot_id"
INDEXES = (
    "DROP INDEX uq_transfer_entries_scan",
    f"CREATE UNIQUE INDEX uq_transfer_entries_scan ON transfer_entries ({SCAN}, serial_id) NULLS NOT DISTINCT"
    " WHERE client_scan_id IS NOT NULL",
    "CREATE INDEX ix_transfer_entries_transfer ON transfer_entries (transfer_id, id)",
    "CREATE INDEX ix_serial_moves_dock ON serial_moves (reference_id, reference_type)"
    " WHERE reference_type IN ('receipt_line', 'transfer_line')",
)


def upgrade() -> None:
    op.add_column(
        "transfer_entries",
        sa.Column(
            "serial_id", sa.BigInteger(), sa.ForeignKey("serials.id", name=op.f("fk_transfer_entries_serial_id"))
        ),
    )
    op.create_check_constraint(
        op.f("ck_transfer_entries_one_unit"), "transfer_entries", "serial_id IS NULL OR abs(quantity) = 1"
    )
    for statement in INDEXES:
        op.execute(statement)
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
