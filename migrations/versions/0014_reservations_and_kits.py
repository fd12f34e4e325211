"""Soft reservations that expire, and kits that are made of other SKUs.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

KIT_OF_A_LINE = ("kit_sku_id", "kit_code", "kit_name", "kit_position", "kit_quantity")

# No row had a kit before, so the rows that stand need not be read for it.
WHOLE_KITS = """
ALTER TABLE order_lines ADD CONSTRAINT ck_order_lines_kit CHECK (
    kit_sku_id IS NULL OR (num_nulls(kit_code, kit_name, kit_position, kit_quantity) = 0
                           AND kit_quantity > 0 AND ordered % kit_quantity = 0)) NOT VALID
"""

GUARD_COMPONENTS = """
CREATE FUNCTION guard_kit_component() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM skus WHERE id IN (NEW.kit_sku_id, NEW.component_sku_id) ORDER BY id FOR SHARE;
    IF NOT EXISTS (SELECT FROM skus WHERE id = NEW.kit_sku_id AND is_kit) THEN
        RAISE EXCEPTION 'SKU % is no kit', NEW.kit_sku_id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM skus WHERE id = NEW.component_sku_id AND is_kit) THEN
        RAISE EXCEPTION 'SKU % is a kit and cannot be part of one', NEW.component_sku_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
GUARD_KITS = """
CREATE FUNCTION guard_kit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_kit AND (EXISTS (SELECT FROM kit_components WHERE component_sku_id = NEW.id)
                       OR EXISTS (SELECT FROM stock_levels WHERE sku_id = NEW.id)) THEN
        RAISE EXCEPTION 'SKU % has stock or is part of a kit: it cannot be a kit', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT NEW.is_kit AND EXISTS (SELECT FROM kit_components WHERE kit_sku_id = NEW.id) THEN
        RAISE EXCEPTION 'SKU % still has components', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
# Runs after the foreign key has taken its lock on the SKU, so that it sees who made it a kit meanwhile.
GUARD_LEVELS = """
CREATE FUNCTION guard_stock_of_kit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM skus WHERE id = NEW.sku_id AND is_kit) THEN
        RAISE EXCEPTION 'SKU % is a kit: it has no stock of its own', NEW.sku_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER guard_kit_component BEFORE INSERT OR UPDATE ON kit_components"
    " FOR EACH ROW EXECUTE FUNCTION guard_kit_component()",
    "CREATE TRIGGER guard_kit BEFORE UPDATE OF is_kit ON skus"
    " FOR EACH ROW WHEN (NEW.is_kit IS DISTINCT FROM OLD.is_kit) EXECUTE FUNCTION guard_kit()",
    "CREATE TRIGGER guard_stock_of_kit AFTER INSERT ON stock_levels FOR EACH ROW EXECUTE FUNCTION guard_stock_of_kit()",
)


def upgrade() -> None:
    _reservations()
    _kits()
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON reservations, reservation_lines, kit_components TO app")
    op.execute("GRANT USAGE, SELECT ON SEQUENCE reservations_id_seq TO app")


def _reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_extended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reserved_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("kind IN ('cart', 'quote')", name=op.f("ck_reservations_kind")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_reservations_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("token", name=op.f("uq_reservations_token")),
        sa.UniqueConstraint("channel_id", "owner", name=op.f("uq_reservations_channel_id_owner")),
    )
    op.create_index("ix_reservations_expires", "reservations", ["expires_at", "id"])
    op.create_table(
        "reservation_lines",
        sa.Column("reservation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stock_level_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservation_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_reservation_lines_reservation_id")
        ),
        sa.ForeignKeyConstraint(
            ["stock_level_id"], ["stock_levels.id"], name=op.f("fk_reservation_lines_stock_level_id")
        ),
        sa.PrimaryKeyConstraint("reservation_id", "stock_level_id", name=op.f("pk_reservation_lines")),
    )
    op.create_index(op.f("ix_reservation_lines_stock_level_id"), "reservation_lines", ["stock_level_id"])


def _kits() -> None:
    op.add_column("skus", sa.Column("is_kit", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("skus", sa.Column("former_movements", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "kit_components",
        sa.Column("kit_sku_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("component_sku_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_kit_components_quantity")),
        sa.CheckConstraint("kit_sku_id <> component_sku_id", name=op.f("ck_kit_components_itself")),
        sa.ForeignKeyConstraint(["kit_sku_id"], ["skus.id"], name=op.f("fk_kit_components_kit_sku_id")),
        sa.ForeignKeyConstraint(["component_sku_id"], ["skus.id"], name=op.f("fk_kit_components_component_sku_id")),
        sa.PrimaryKeyConstraint("kit_sku_id", "component_sku_id", name=op.f("pk_kit_components")),
    )
    op.create_index(op.f("ix_kit_components_component_sku_id"), "kit_components", ["component_sku_id"])
    for name in KIT_OF_A_LINE:
        kind = sa.String() if name in ("kit_code", "kit_name") else sa.BigInteger()
        op.add_column("order_lines", sa.Column(name, kind, nullable=True))
    op.execute(WHOLE_KITS)
    # Costs one look at the table, which has no kits yet; orders without any are not in it.
    op.create_index(
        "ix_order_lines_kit",
        "order_lines",
        ["kit_sku_id", "order_id"],
        postgresql_where=sa.text("kit_sku_id IS NOT NULL"),
    )
    for statement in (GUARD_COMPONENTS, GUARD_KITS, GUARD_LEVELS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER guard_stock_of_kit ON stock_levels")
    op.execute("DROP TRIGGER guard_kit ON skus")
    op.drop_table("kit_components")
    for function in ("guard_stock_of_kit", "guard_kit", "guard_kit_component"):
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("ALTER TABLE order_lines DROP CONSTRAINT ck_order_lines_kit")
    for name in KIT_OF_A_LINE:
        op.drop_column("order_lines", name)
    op.drop_column("skus", "former_movements")
    op.drop_column("skus", "is_kit")
    op.drop_table("reservation_lines")
    op.drop_table("reservations")
