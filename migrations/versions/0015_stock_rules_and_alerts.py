"""Stock rules, daily sums of stock, reorder terms, alerts, and when everything was last verified.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"

TABLES = (
    "stock_rules, stock_days, stock_counted, stock_calendar, reorder_settings, reorder_terms, stock_alerts, verify_runs"
)

# What a level keeps back already becomes a rule of its own.
FROM_LEVELS = """
INSERT INTO stock_rules (kind, sku_id, site_id, units, changed_by)
SELECT 'safety', sku_id, site_id, safety_stock, 'system' FROM stock_levels WHERE safety_stock > 0
"""


def upgrade() -> None:
    op.create_table(
        "stock_rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("sku_id", sa.BigInteger(), nullable=True),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("event_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "category <> '' AND (category IS NULL OR sku_id IS NULL)", name=op.f("ck_stock_rules_goods")
        ),
        sa.CheckConstraint("kind = 'channel_buffer' OR channel_id IS NULL", name=op.f("ck_stock_rules_channel")),
        sa.CheckConstraint("kind IN ('safety', 'channel_buffer', 'reorder')", name=op.f("ck_stock_rules_kind")),
        sa.CheckConstraint("units >= 0", name=op.f("ck_stock_rules_units")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_stock_rules_days")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_stock_rules_channel_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_stock_rules_site_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_stock_rules_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_rules")),
    )
    op.create_index("ix_stock_rules_category", "stock_rules", ["category"], unique=False)
    op.create_index("ix_stock_rules_sku", "stock_rules", ["sku_id"], unique=False)
    op.create_table(
        "stock_days",
        sa.Column("stock_level_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("promised", sa.BigInteger(), nullable=False),
        sa.Column("unavailable", sa.BigInteger(), nullable=False),
        sa.Column("shipped", sa.BigInteger(), nullable=False),
        sa.Column("demanded", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stock_level_id", "day", name=op.f("pk_stock_days")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "ix_stock_days_day",
        "stock_days",
        ["day", "stock_level_id"],
        unique=False,
        postgresql_include=["on_hand", "promised", "unavailable", "shipped", "demanded"],
    )
    op.create_table(
        "stock_counted",
        sa.Column("stock_level_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("on_hand", "promised", "unavailable")),
        sa.PrimaryKeyConstraint("stock_level_id", name=op.f("pk_stock_counted")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "stock_calendar",
        sa.Column("id", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_stock_calendar_only_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_calendar")),
    )
    op.create_table(
        "reorder_settings",
        sa.Column("id", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("lead_days", sa.BigInteger(), server_default="14", nullable=False),
        sa.Column("lead_spread_days", sa.BigInteger(), server_default="3", nullable=False),
        sa.Column("review_days", sa.BigInteger(), server_default="7", nullable=False),
        sa.Column("service_bp", sa.BigInteger(), server_default="9500", nullable=False),
        sa.Column("order_cost_minor", sa.BigInteger(), server_default="2500", nullable=False),
        sa.Column("holding_bp", sa.BigInteger(), server_default="2000", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_reorder_settings_only_row")),
        sa.CheckConstraint(
            "lead_days >= 0 AND lead_spread_days >= 0 AND review_days >= 0", name=op.f("ck_reorder_settings_days")
        ),
        sa.CheckConstraint("order_cost_minor >= 0 AND holding_bp > 0", name=op.f("ck_reorder_settings_costs")),
        sa.CheckConstraint("service_bp BETWEEN 5000 AND 9999", name=op.f("ck_reorder_settings_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorder_settings")),
    )
    op.create_table(
        "reorder_terms",
        sa.Column("sku_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lead_days", sa.BigInteger(), nullable=True),
        sa.Column("lead_spread_days", sa.BigInteger(), nullable=True),
        sa.Column("pack_units", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("pack_units >= 1", name=op.f("ck_reorder_terms_pack")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_reorder_terms_sku_id")),
        sa.PrimaryKeyConstraint("sku_id", name=op.f("pk_reorder_terms")),
    )
    op.create_table(
        "stock_alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level_sequence", sa.BigInteger(), nullable=False),
        sa.Column("free", sa.BigInteger(), nullable=False),
        sa.Column("incoming", sa.BigInteger(), nullable=False),
        sa.Column("reorder_point", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("suggested", sa.BigInteger(), nullable=False),
        sa.Column("inputs", JSONB(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("snooze_reason", sa.String(), server_default="", nullable=False),
        sa.Column("snoozed_by", sa.String(), server_default="", nullable=False),
        sa.Column("event_sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_stock_alerts_site_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_stock_alerts_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_alerts")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("ix_stock_alerts_closed", "stock_alerts", ["closed_at"], unique=False)
    op.create_index(
        "uq_stock_alerts_open",
        "stock_alerts",
        ["sku_id", "site_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "verify_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("findings", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verify_runs")),
    )
    op.execute("INSERT INTO reorder_settings DEFAULT VALUES")
    op.execute(FROM_LEVELS)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO app")
    op.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO app")


def downgrade() -> None:
    op.execute(f"DROP TABLE {TABLES}")
