"""Counts as the office lists them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import paging
from app.kernel.paging import Page

PAGE = 50
STATES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "decide": ("To decide", ("awaiting_approval",)),
    "open": ("Under way", ("planned", "counting", "recount", "submitted", "awaiting_approval")),
    "posted": ("Posted", ("posted",)),
    "cancelled": ("Cancelled", ("cancelled",)),
}


def counts(session: Session, *, state: str, cursor: str | None = None) -> Page[Any]:
    """The newest first."""
    at = paging.decode(cursor, [int])
    values = {"states": list(STATES[state][1]), "before": at.values[0] if at else None, "limit": PAGE + 1}
    backwards = at is not None and at.backwards
    statement = LIST.format(compare=">" if backwards else "<", order="ASC" if backwards else "DESC")
    return paging.page(session.execute(text(statement), values).all(), PAGE, key=lambda row: (row.id,), cursor=at)


def to_decide(session: Session) -> int:
    """How many wait for an approval."""
    return int(session.execute(text("SELECT count(*) FROM counts WHERE state = 'awaiting_approval'")).scalar_one())


LIST = """
SELECT c.id, c.number, s.code AS site, c.state, c.cause, c.created_at, c.submitted_at, p.abc_class, p.zone, q.places,
       q.counted, l.differing, l.value_minor
  FROM (SELECT * FROM counts WHERE state = ANY(CAST(:states AS text[]))
           AND (CAST(:before AS bigint) IS NULL OR id {compare} :before) ORDER BY id {order} LIMIT :limit) c
  JOIN sites s ON s.id = c.site_id LEFT JOIN count_plans p ON p.id = c.plan_id
  JOIN LATERAL (SELECT count(*) AS places, count(counted_at) AS counted FROM count_places WHERE count_id = c.id) q
    ON true
  JOIN LATERAL (SELECT count(*) FILTER (WHERE variance <> 0) AS differing,
                       sum(variance * coalesce(cost_minor, 0))::bigint AS value_minor
                  FROM count_lines WHERE count_id = c.id) l ON true
 ORDER BY c.id {order}
"""
