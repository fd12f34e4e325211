"""Every count is at a site of ours.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"

KEY = """
ALTER TABLE counts
 DROP CONSTRAINT IF EXISTS fk_counts_site_id,
 ADD CONSTRAINT fk_counts_site_id FOREIGN KEY (site_id) REFERENCES sites (id) NOT VALID
"""
# A crafted form could begin a count at no site, and cancel it: no page showed it, so nothing was counted.
NOWHERE = "(SELECT id FROM counts c WHERE NOT EXISTS (SELECT FROM sites s WHERE s.id = c.site_id))"
ONLINE = (
    f"DELETE FROM count_decisions WHERE count_id IN {NOWHERE}",
    f"DELETE FROM count_places WHERE count_id IN {NOWHERE}",
    f"DELETE FROM counts WHERE id IN {NOWHERE}",
    "ALTER TABLE counts VALIDATE CONSTRAINT fk_counts_site_id",
)


def upgrade() -> None:
    """While people count. It may run again where it failed."""
    op.execute(KEY)
    with op.get_context().autocommit_block():
        for statement in ONLINE:
            op.execute(statement)
