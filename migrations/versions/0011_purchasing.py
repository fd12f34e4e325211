"""Suppliers, purchase orders, what is announced and what came in. Receipts are facts.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

WRITTEN = (
    "suppliers",
    "supplier_skus",
    "purchase_orders",
    "purchase_order_lines",
    "advices",
    "advice_lines",
)
APPEND_ONLY = ("receipts", "receipt_lines")
WITH_IDS = ("suppliers", "purchase_orders", "purchase_order_lines", "advices", "advice_lines", *APPEND_ONLY)


def upgrade() -> None:
    op.execute("CREATE SEQUENCE purchase_order_numbers START WITH 10001")
    _create_suppliers()
    _create_orders()
    _create_advices()
    _create_receipts()
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(WRITTEN)} TO app")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO app")
    sequences = ", ".join(["purchase_order_numbers", *(f"{table}_id_seq" for table in WITH_IDS)])
    op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {sequences} TO app")
    for table in APPEND_ONLY:
        for trigger, on in (("refuse_change", "UPDATE OR DELETE"), ("refuse_truncate", "TRUNCATE")):
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {on} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def _create_suppliers() -> None:
    op.create_table(
        "suppliers",
        _id(),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), server_default="", nullable=False),
        sa.Column("phone", sa.String(), server_default="", nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        _number("lead_days", 14),
        _number("over_percent", 0),
        _number("under_percent", 0),
        _number("minimum_minor", 0),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        _number("version", 1),
        sa.CheckConstraint(
            "lead_days BETWEEN 0 AND 730 AND over_percent BETWEEN 0 AND 100 AND under_percent BETWEEN 0 AND 100"
            " AND minimum_minor >= 0",
            name=op.f("ck_suppliers_bounds"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppliers")),
        sa.UniqueConstraint("code", name=op.f("uq_suppliers_code")),
    )
    op.create_table(
        "supplier_skus",
        _key("supplier_skus", "supplier_id", "suppliers"),
        _key("supplier_skus", "sku_id", "skus"),
        sa.Column("code", sa.String(), server_default="", nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        _number("pack_size", 1),
        sa.Column("lead_days", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "cost_minor >= 0 AND pack_size > 0 AND lead_days BETWEEN 0 AND 730", name=op.f("ck_supplier_skus_bounds")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "sku_id", name=op.f("pk_supplier_skus")),
    )
    op.create_index(op.f("ix_supplier_skus_sku_id"), "supplier_skus", ["sku_id"])
    op.create_index(
        "uq_supplier_skus_code",
        "supplier_skus",
        ["supplier_id", "code"],
        unique=True,
        postgresql_where=sa.text("code <> ''"),
    )


def _create_orders() -> None:
    op.create_table(
        "purchase_orders",
        _id(),
        sa.Column("number", sa.String(), nullable=False),
        _key("purchase_orders", "supplier_id", "suppliers"),
        _key("purchase_orders", "site_id", "sites"),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        _number("version", 1),
        _number("event_sequence", 0),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_orders_number")),
    )
    op.create_index("ix_purchase_orders_supplier", "purchase_orders", ["supplier_id", "id"])
    op.create_index(
        "ix_purchase_orders_open",
        "purchase_orders",
        ["site_id", "id"],
        postgresql_where=sa.text("state IN ('sent', 'partly_received')"),
    )
    op.create_table(
        "purchase_order_lines",
        _id(),
        _key("purchase_order_lines", "purchase_order_id", "purchase_orders"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _key("purchase_order_lines", "sku_id", "skus"),
        sa.Column("sku_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        *(_number(name, 0) for name in ("received", "rejected", "cancelled", "short")),
        sa.Column("unit_cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ordered > 0 AND received >= 0 AND cancelled >= 0 AND short >= 0 AND rejected BETWEEN 0 AND received"
            " AND cancelled + short <= ordered",
            name=op.f("ck_purchase_order_lines_counters"),
        ),
        sa.CheckConstraint("unit_cost_minor >= 0", name=op.f("ck_purchase_order_lines_cost")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order_lines")),
        sa.UniqueConstraint(
            "purchase_order_id", "position", name=op.f("uq_purchase_order_lines_purchase_order_id_position")
        ),
    )
    op.create_index(op.f("ix_purchase_order_lines_sku_id"), "purchase_order_lines", ["sku_id"])


def _create_advices() -> None:
    op.create_table(
        "advices",
        _id(),
        _key("advices", "purchase_order_id", "purchase_orders"),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advices")),
        sa.UniqueConstraint("purchase_order_id", "number", name=op.f("uq_advices_purchase_order_id_number")),
    )
    op.create_table(
        "advice_lines",
        _id(),
        _key("advice_lines", "advice_id", "advices"),
        _key("advice_lines", "purchase_order_line_id", "purchase_order_lines", nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("lot_code", sa.String(), server_default="", nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_advice_lines_quantity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_lines")),
    )
    for name in ("advice_id", "purchase_order_line_id"):
        op.create_index(op.f(f"ix_advice_lines_{name}"), "advice_lines", [name])


def _create_receipts() -> None:
    op.create_table(
        "receipts",
        _id(),
        _key("receipts", "purchase_order_id", "purchase_orders"),
        sa.Column("client_scan_id", sa.String(), nullable=False),
        sa.Column("over_reason", sa.String(), server_default="", nullable=False),
        _key("receipts", "undoes_id", "receipts", nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
    )
    op.create_index(
        "uq_receipts_scan",
        "receipts",
        ["purchase_order_id", "client_scan_id"],
        unique=True,
        postgresql_where=sa.text("undoes_id IS NULL"),
    )
    op.create_index("ix_receipts_purchase_order_id", "receipts", ["purchase_order_id"])
    op.create_index(
        "uq_receipts_undoes",
        "receipts",
        ["undoes_id"],
        unique=True,
        postgresql_where=sa.text("undoes_id IS NOT NULL"),
    )
    op.create_table(
        "receipt_lines",
        _id(),
        _key("receipt_lines", "receipt_id", "receipts"),
        _key("receipt_lines", "purchase_order_line_id", "purchase_order_lines"),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        _key("receipt_lines", "bin_id", "bins", nullable=True),
        _key("receipt_lines", "lot_id", "lots", nullable=True),
        sa.Column("unit_cost_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_receipt_lines_quantity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_lines")),
    )
    for name in ("receipt_id", "purchase_order_line_id"):
        op.create_index(op.f(f"ix_receipt_lines_{name}"), "receipt_lines", [name])


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _number(name: str, default: int) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), server_default=str(default), nullable=False)


def _key(table: str, name: str, target: str, *, nullable: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, sa.BigInteger(), key, autoincrement=False, nullable=nullable)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
