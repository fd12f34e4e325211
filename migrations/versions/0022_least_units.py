"""The fewest units of a SKU that a supplier takes an order for.

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"

COLUMN = """
ALTER TABLE supplier_skus
 ADD COLUMN IF NOT EXISTS least_units bigint NOT NULL DEFAULT 1,
 DROP CONSTRAINT IF EXISTS ck_supplier_skus_least_units,
 ADD CONSTRAINT ck_supplier_skus_least_units CHECK (least_units > 0) NOT VALID
"""


def upgrade() -> None:
    """While hosts of the version before run on: they write terms without it. It may run again where it failed."""
    op.execute(COLUMN)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE supplier_skus VALIDATE CONSTRAINT ck_supplier_skus_least_units")
