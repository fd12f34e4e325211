"""Where arriving goods are put down."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.kernel import bulk
from app.kernel.errors import Invalid


def put_down(session: Session, asked: Collection[tuple[int, str]]) -> dict[tuple[int, str], int | None]:
    """Bin id by (site id, code); for an empty code the site's first receiving bin, None where it has none.

    Raises Invalid for a bin that the site does not have.
    """
    rows = bulk.pairs(session, BINS, [site for site, _ in asked], [code for _, code in asked])
    found = {(row.site_id, row.code): row.id for row in rows}
    if missing := sorted(code for (_, code), id in found.items() if code and id is None):
        raise Invalid([("bin", f"there is no bin {missing[0]} at this site: scan another")])
    return found


def is_bin(session: Session, site_id: int, code: str) -> bool:
    """Whether goods can be put down there."""
    [row] = bulk.pairs(session, BINS, [site_id], [code])
    return bool(code) and row.id is not None


BINS = """
SELECT k.site_id, k.code, b.id FROM unnest(%(first)s::bigint[], %(second)s::text[]) AS k(site_id, code)
  LEFT JOIN LATERAL (SELECT id FROM bins WHERE bins.site_id = k.site_id AND bins.is_active
                        AND CASE WHEN k.code = '' THEN bins.kind = 'receiving' ELSE bins.code = k.code END
                      ORDER BY pick_sequence, code LIMIT 1) b ON true
"""
