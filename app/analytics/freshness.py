"""Up to when the sums of sales are complete."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock


def counted_until(session: Session) -> datetime:
    """Now, or when the last event was written that the sums know of, if newer ones wait to be read."""
    row = session.execute(text(READ)).one()
    return row.read_until if row.is_behind and row.read_until else clock.now()


READ = """
WITH place AS (SELECT coalesce(max(position), 0) AS position FROM feed_cursors WHERE consumer = 'analytics.sales')
SELECT EXISTS (SELECT FROM sales_calendar) AND (
           (SELECT max(position) FROM event_positions) > place.position
           OR (SELECT txid FROM events ORDER BY txid DESC LIMIT 1) >= (SELECT horizon FROM feed_state)) AS is_behind,
       (SELECT e.recorded_at FROM event_positions p JOIN events e ON e.id = p.event_id
         WHERE p.position <= place.position ORDER BY p.position DESC LIMIT 1) AS read_until
  FROM place
"""
