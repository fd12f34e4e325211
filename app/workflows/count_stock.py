"""Stock by day, kept for reports: never on the way of an order that comes in.

The movements of a level are numbered without a gap, under its lock. So it is enough to know how many of them are
counted: what a level has beyond is added to its days, once, whatever hinted at it and in whatever order.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock, deliveries
from app.kernel.deliveries import Delivery, Held
from app.workflows.company_day import TIME_ZONE

COUNT = "analytics.count_stock"
MOST = 5_000  # levels in one transaction


def count_stock(session: Session, _held: Sequence[Held] = ()) -> None:
    """The regular effect; where very many levels have moved it leaves a delivery to go on."""
    if session.execute(text(CALENDAR_MOVED)).scalar_one():
        forget(session)
    session.execute(text(LOOKED), {"at": clock.now()})
    found = session.execute(text(BEHIND), {"most": MOST + 1}).all()
    levels = [row.id for row in found[:MOST]]
    if levels:
        session.execute(text(ADD), {"levels": levels})
    if found[MOST:]:
        deliveries.add(session, [Delivery(handler=COUNT)])


def forget(session: Session) -> None:
    """So that everything is counted anew, by the next who counts."""
    for table in ("stock_days", "stock_counted", "stock_calendar"):
        session.execute(text(f"DELETE FROM {table}"))


def is_behind(session: Session) -> bool:
    return session.execute(text(BEHIND), {"most": 1}).first() is not None


DAY = f"(m.occurred_at AT TIME ZONE {TIME_ZONE})::date"
SUMS = """
    sum(m.on_hand)::bigint AS on_hand, sum(m.allocated + m.reserved)::bigint AS promised,
    sum(m.unavailable)::bigint AS unavailable, coalesce(-sum(m.on_hand) FILTER (WHERE m.reason = 'ship'), 0)::bigint
    AS shipped, coalesce(sum(m.allocated) FILTER (WHERE m.reason <> 'ship'), 0)::bigint AS demanded
"""
CALENDAR_MOVED = f"SELECT EXISTS (SELECT FROM stock_calendar WHERE time_zone <> {TIME_ZONE})"
LOOKED = f"""
INSERT INTO stock_calendar (id, time_zone, counted_at) VALUES (1, {TIME_ZONE}, :at)
ON CONFLICT (id) DO UPDATE SET counted_at = excluded.counted_at
"""
BEHIND = """
SELECT l.id FROM stock_levels l LEFT JOIN stock_counted c ON c.stock_level_id = l.id
 WHERE l.sequence > coalesce(c.sequence, 0) ORDER BY l.id LIMIT :most
"""
# The row of ``stock_calendar`` is written first, so that two who count wait for one another.
ADD = f"""
WITH behind AS MATERIALIZED (
    SELECT l.id, coalesce(c.sequence, 0) AS counted FROM stock_levels l
      LEFT JOIN stock_counted c ON c.stock_level_id = l.id WHERE l.id = ANY(CAST(:levels AS bigint[]))),
days AS MATERIALIZED (
    SELECT m.stock_level_id, {DAY} AS day, max(m.sequence) AS sequence, {SUMS}
      FROM behind b CROSS JOIN LATERAL (
           SELECT * FROM stock_movements WHERE stock_level_id = b.id AND sequence > b.counted) m GROUP BY 1, 2),
added AS (
    INSERT INTO stock_days AS t (stock_level_id, day, on_hand, promised, unavailable, shipped, demanded)
    SELECT stock_level_id, day, on_hand, promised, unavailable, shipped, demanded FROM days ORDER BY 1, 2
    ON CONFLICT (stock_level_id, day) DO UPDATE SET on_hand = t.on_hand + excluded.on_hand,
       promised = t.promised + excluded.promised, unavailable = t.unavailable + excluded.unavailable,
       shipped = t.shipped + excluded.shipped, demanded = t.demanded + excluded.demanded)
INSERT INTO stock_counted AS t (stock_level_id, sequence, first_day, on_hand, promised, unavailable)
SELECT stock_level_id, max(sequence), min(day), sum(on_hand), sum(promised), sum(unavailable) FROM days
 GROUP BY 1 ORDER BY 1
ON CONFLICT (stock_level_id) DO UPDATE
   SET sequence = excluded.sequence, first_day = least(t.first_day, excluded.first_day),
       on_hand = t.on_hand + excluded.on_hand, promised = t.promised + excluded.promised,
       unavailable = t.unavailable + excluded.unavailable
"""
