"""Rows as one parameter, for the statements that place orders.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # Its width is ``driver.WIDEST``. It holds the rows of any table, so that it never changes with one.
    op.execute(f"CREATE TYPE cells AS ({', '.join(f'c{place} text' for place in range(1, 33))})")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
