"""Cycle counts: plans, counts with their places and lines, and what goods were worth at the end of a month.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TABLES = (
    "count_settings, count_plans, counts, count_places, count_lines, count_scans, count_decisions, count_requests,"
    " stock_values"
)
NOT_NEGATIVE = "tolerance_units >= 0 AND tolerance_bp BETWEEN 0 AND 10000 AND approval_minor >= 0"
MOMENT = sa.DateTime(timezone=True)

# What was lost, by month: few of many movements.
LOSSES = """
CREATE INDEX ix_stock_movements_lost ON stock_movements (occurred_at)
 WHERE reason IN ('count', 'lost', 'short_pick') AND on_hand < 0
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE count_numbers START WITH 1001")
    _create_plans()
    _create_counts()
    _create_lines()
    _create_marginals()
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO app")
    op.execute("GRANT USAGE, SELECT ON SEQUENCE count_numbers, counts_id_seq TO app")
    op.execute(LOSSES)


def _create_plans() -> None:
    op.create_table(
        "count_settings",
        sa.Column("id", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("class_a_bp", sa.BigInteger(), nullable=False),
        sa.Column("class_b_bp", sa.BigInteger(), nullable=False),
        *_rules(),
        sa.CheckConstraint("id = 1", name=op.f("ck_count_settings_only_row")),
        sa.CheckConstraint(
            "0 < class_a_bp AND class_a_bp < class_b_bp AND class_b_bp <= 10000", name=op.f("ck_count_settings_classes")
        ),
        sa.CheckConstraint(NOT_NEGATIVE, name=op.f("ck_count_settings_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_settings")),
    )
    op.create_table(
        "count_plans",
        _id(),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("abc_class", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("every_days", sa.BigInteger(), nullable=False),
        sa.Column("most_places", sa.BigInteger(), nullable=False),
        *_rules(tolerance_default="0"),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("abc_class IN ('A', 'B', 'C')", name=op.f("ck_count_plans_abc_class")),
        sa.CheckConstraint("every_days > 0 AND most_places > 0", name=op.f("ck_count_plans_positive")),
        sa.CheckConstraint(NOT_NEGATIVE, name=op.f("ck_count_plans_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_plans")),
    )


def _create_counts() -> None:
    op.create_table(
        "counts",
        _id(),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        _link("counts", "plan_id", "count_plans", nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="planned", nullable=False),
        *_rules(),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("submitted_by", sa.String(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("event_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("cause IN ('plan', 'short_pick', 'hand')", name=op.f("ck_counts_cause")),
        sa.CheckConstraint(NOT_NEGATIVE, name=op.f("ck_counts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counts")),
        sa.UniqueConstraint("number", name=op.f("uq_counts_number")),
    )
    is_open = sa.text("state NOT IN ('posted', 'cancelled')")
    op.create_index("ix_counts_open", "counts", ["site_id", "id"], postgresql_where=is_open)
    op.create_index("ix_counts_posted", "counts", ["closed_at"], postgresql_where=sa.text("state = 'posted'"))
    op.create_table(
        "count_places",
        _id(),
        _link("count_places", "count_id", "counts"),
        _link("count_places", "bin_id", "bins", nullable=True),
        sa.Column("sku_id", sa.BigInteger(), nullable=True),
        sa.Column("counter", sa.String(), server_default="", nullable=False),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.CheckConstraint("(bin_id IS NULL) <> (sku_id IS NULL)", name=op.f("ck_count_places_bin_or_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_places")),
        sa.UniqueConstraint(
            "count_id",
            "bin_id",
            "sku_id",
            name=op.f("uq_count_places_count_id_bin_id_sku_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    has_bin = sa.text("bin_id IS NOT NULL")
    op.create_index("ix_count_places_bin", "count_places", ["bin_id"], postgresql_where=has_bin)


def _create_lines() -> None:
    op.create_table(
        "count_lines",
        _id(),
        _link("count_lines", "count_id", "counts"),
        _link("count_lines", "place_id", "count_places"),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        _link("count_lines", "bin_id", "bins", nullable=True),
        _link("count_lines", "lot_id", "lots", nullable=True),
        sa.Column("condition", sa.String(), server_default="good", nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.Column("recounted", sa.BigInteger(), nullable=True),
        sa.Column("recounter", sa.String(), nullable=True),
        sa.Column("recounted_at", MOMENT, nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("seen_sequence", sa.BigInteger(), nullable=False),
        sa.Column("book", sa.BigInteger(), nullable=True),
        sa.Column("moved", sa.BigInteger(), nullable=True),
        sa.Column("book_sequence", sa.BigInteger(), nullable=True),
        sa.Column("variance", sa.BigInteger(), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("must_recount", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("decision", sa.String(), server_default="open", nullable=False),
        sa.CheckConstraint("counted >= 0 AND recounted >= 0", name=op.f("ck_count_lines_seen")),
        sa.CheckConstraint("recounter IS NULL OR recounter <> counter", name=op.f("ck_count_lines_another_person")),
        sa.CheckConstraint("(recounted IS NULL) = (recounter IS NULL)", name=op.f("ck_count_lines_recount")),
        sa.CheckConstraint("book = expected + moved", name=op.f("ck_count_lines_reconciled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_lines")),
        sa.UniqueConstraint(
            "place_id",
            "sku_id",
            "lot_id",
            "condition",
            name=op.f("uq_count_lines_place_id_sku_id_lot_id_condition"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_count_lines_count", "count_lines", ["count_id"])


def _create_marginals() -> None:
    op.create_table(
        "count_scans",
        _link("count_scans", "count_id", "counts"),
        sa.Column("client_scan_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("count_id", "client_scan_id", name=op.f("pk_count_scans")),
    )
    op.create_table(
        "count_decisions",
        _id(),
        _link("count_decisions", "count_id", "counts"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("decided_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('approved', 'rejected', 'cancelled')", name=op.f("ck_count_decisions_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_decisions")),
    )
    op.create_index(op.f("ix_count_decisions_count_id"), "count_decisions", ["count_id"])
    op.create_table(
        "count_requests",
        _id(),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_requests")),
    )
    op.create_index(
        "uq_count_requests_open",
        "count_requests",
        ["site_id", "sku_id"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "stock_values",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("month", "site_id", name=op.f("pk_stock_values")),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _link(table: str, name: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, sa.BigInteger(), key, nullable=nullable)


def _rules(*, tolerance_default: str | None = None) -> list[sa.Column[int]]:
    return [
        sa.Column("tolerance_units", sa.BigInteger(), server_default=tolerance_default, nullable=False),
        sa.Column("tolerance_bp", sa.BigInteger(), server_default=tolerance_default, nullable=False),
        sa.Column("approval_minor", sa.BigInteger(), nullable=False),
    ]


def downgrade() -> None:
    raise NotImplementedError("counts that were posted are not forgotten")
