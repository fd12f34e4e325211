"""What each site's goods are worth at cost, noted every day: the last note of a month stays for good."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.company import settings
from app.kernel import clock
from app.kernel.deliveries import Held


def note_stock_value(session: Session, _held: Sequence[Held] = ()) -> None:
    values = {"now": clock.now(), "zone": settings.read(session).time_zone}
    session.execute(text(NOTE), values)


NOTE = """
INSERT INTO stock_values (month, site_id, value_minor, noted_at)
SELECT date_trunc('month', CAST(:now AS timestamptz) AT TIME ZONE :zone)::date, l.site_id,
       sum(l.on_hand * coalesce(k.cost_minor, 0)), :now
  FROM stock_levels l JOIN skus k ON k.id = l.sku_id GROUP BY l.site_id ORDER BY l.site_id
ON CONFLICT (month, site_id) DO UPDATE SET value_minor = excluded.value_minor, noted_at = excluded.noted_at
"""
