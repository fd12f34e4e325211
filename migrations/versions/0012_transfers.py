"""Transfers between sites with their ledger, and the record of what is carried between bins.

Revision ID: 0012
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0008"

LEDGERS = ("transfer_entries", "bin_moves")
COUNTERS = ("asked", "sent", "arrived", "lost", "returned", "in_transit", "found")

# The list of what waits to be put away says since when: the last time that units came in without a bin.
CAME_IN = """
CREATE INDEX ix_stock_movements_came_in ON stock_movements (stock_level_id, id)
 WHERE on_hand > 0 AND bin_id IS NULL AND reason <> 'pick'
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE transfer_numbers START WITH 100001")
    _transfers()
    _lines()
    _entries()
    _moves()
    op.execute(CAME_IN)
    op.execute("CREATE INDEX ix_bin_stock_loose ON bin_stock (site_id) WHERE bin_id IS NULL")
    op.execute("GRANT USAGE, SELECT ON SEQUENCE transfer_numbers, transfers_id_seq, bin_moves_id_seq TO app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON transfers, transfer_lines TO app")
    for table in LEDGERS:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO app")
        for name, event in (("refuse_change", "UPDATE OR DELETE"), ("refuse_truncate", "TRUNCATE")):
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def _transfers() -> None:
    op.create_table(
        "transfers",
        _id(),
        sa.Column("number", sa.String(), nullable=False),
        _reference("transfers", "from_site_id", "sites.id"),
        _reference("transfers", "to_site_id", "sites.id"),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("from_site_id <> to_site_id", name=op.f("ck_transfers_sites")),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'partly_arrived', 'arrived', 'closed_with_loss', 'cancelled')",
            name=op.f("ck_transfers_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("number", name=op.f("uq_transfers_number")),
    )
    op.create_index("ix_transfers_to", "transfers", ["to_site_id", "id"])
    op.create_index("ix_transfers_from", "transfers", ["from_site_id", "id"])
    op.create_index(
        "ix_transfers_open",
        "transfers",
        ["id"],
        postgresql_where=sa.text("state IN ('draft', 'sent', 'partly_arrived')"),
    )


def _lines() -> None:
    op.create_table(
        "transfer_lines",
        _id(),
        _reference("transfer_lines", "transfer_id", "transfers.id"),
        _reference("transfer_lines", "sku_id", "skus.id"),
        _reference("transfer_lines", "lot_id", "lots.id", nullable=True),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in COUNTERS),
        sa.CheckConstraint(
            "asked >= 0 AND sent >= 0 AND arrived >= 0 AND lost >= 0 AND returned >= 0 AND in_transit >= 0"
            " AND found >= 0",
            name=op.f("ck_transfer_lines_not_negative"),
        ),
        sa.CheckConstraint(
            "sent = arrived + lost + returned + in_transit", name=op.f("ck_transfer_lines_no_unit_vanishes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_lines")),
        sa.UniqueConstraint(
            "transfer_id",
            "sku_id",
            "lot_id",
            name=op.f("uq_transfer_lines_transfer_id_sku_id_lot_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_transfer_lines_sku", "transfer_lines", ["sku_id"], postgresql_where=sa.text("in_transit > 0"))


def _entries() -> None:
    op.create_table(
        "transfer_entries",
        _id(),
        _reference("transfer_entries", "transfer_id", "transfers.id"),
        _reference("transfer_entries", "transfer_line_id", "transfer_lines.id"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        _reference("transfer_entries", "lot_id", "lots.id", nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("client_scan_id", sa.String(), nullable=True),
        *_written(),
        sa.CheckConstraint(
            "kind IN ('asked', 'sent', 'arrived', 'lost', 'returned', 'found')", name=op.f("ck_transfer_entries_kind")
        ),
        sa.CheckConstraint(
            "quantity > 0 OR (kind = 'asked' AND quantity <> 0)", name=op.f("ck_transfer_entries_quantity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_entries")),
    )
    op.create_index("ix_transfer_entries_line", "transfer_entries", ["transfer_line_id", "id"])
    op.create_index(
        "uq_transfer_entries_scan",
        "transfer_entries",
        ["transfer_id", "client_scan_id", "kind", "transfer_line_id", "lot_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("client_scan_id IS NOT NULL"),
    )


def _moves() -> None:
    op.create_table(
        "bin_moves",
        _id(),
        _reference("bin_moves", "site_id", "sites.id"),
        sa.Column("kind", sa.String(), nullable=False),
        _reference("bin_moves", "sku_id", "skus.id"),
        _reference("bin_moves", "lot_id", "lots.id", nullable=True),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        _reference("bin_moves", "from_bin_id", "bins.id", nullable=True),
        _reference("bin_moves", "to_bin_id", "bins.id"),
        _reference("bin_moves", "suggested_bin_id", "bins.id", nullable=True),
        sa.Column("override", sa.String(), server_default="", nullable=False),
        sa.Column("client_scan_id", sa.String(), nullable=True),
        *_written(),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_bin_moves_quantity")),
        sa.CheckConstraint("kind IN ('put_away', 'move')", name=op.f("ck_bin_moves_kind")),
        sa.CheckConstraint("from_bin_id IS DISTINCT FROM to_bin_id", name=op.f("ck_bin_moves_bins")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bin_moves")),
    )
    op.create_index("ix_bin_moves_site", "bin_moves", ["site_id", "id"])
    op.create_index(
        "uq_bin_moves_scan",
        "bin_moves",
        ["site_id", "client_scan_id"],
        unique=True,
        postgresql_where=sa.text("client_scan_id IS NOT NULL"),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _reference(table: str, name: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(target, name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, sa.BigInteger(), key, nullable=nullable)


def _written() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), server_default="", nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("ledgers are not taken off")
