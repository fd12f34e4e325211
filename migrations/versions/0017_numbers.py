"""Numbered units on their way between sites: the entries of a transfer name them.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

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
