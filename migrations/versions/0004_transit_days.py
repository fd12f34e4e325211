"""Working days on the way, by delivery zone: what a customer is promised rests on them.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("ALTER TABLE zones ADD COLUMN transit_days bigint DEFAULT 3 NOT NULL")
    op.execute("ALTER TABLE zones ADD CONSTRAINT ck_zones_transit_days CHECK (transit_days BETWEEN 0 AND 60)")


def downgrade() -> None:
    op.execute("ALTER TABLE zones DROP COLUMN transit_days")
