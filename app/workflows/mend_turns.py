"""Lines that wait in the wrong turn are put into theirs.

Hosts of the version before the turns, which run on during an update, write lines without them.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.orders import facts

AT_ONCE = 500


def mend_turns(session: Session) -> None:
    """So many lines at once, nothing where all stand right; the next tick goes on."""
    wrong = session.execute(text(WRONG), {"most": AT_ONCE}).scalars().all()
    if not wrong:
        return
    facts.lock(session, wrong)
    session.execute(text(MEND), {"ids": sorted(set(wrong))})


LAST = """
  LEFT JOIN LATERAL (SELECT expected_on FROM promises WHERE order_line_id = w.id ORDER BY id DESC LIMIT 1) p ON true
 WHERE w.backordered > 0 AND (w.placed_at <> o.placed_at OR w.promised_on <> coalesce(p.expected_on, '9999-12-31'))
"""

WRONG = f"SELECT w.order_id FROM order_lines w JOIN orders o ON o.id = w.order_id {LAST} LIMIT :most"

# Read again under the lock: a promise may have been made since.
MEND = f"""
UPDATE order_lines l SET placed_at = turn.placed_at, promised_on = turn.promised_on
  FROM (SELECT w.id, o.placed_at, coalesce(p.expected_on, '9999-12-31') AS promised_on
          FROM order_lines w JOIN orders o ON o.id = w.order_id {LAST}
           AND w.order_id = ANY(CAST(:ids AS bigint[]))) turn
 WHERE l.id = turn.id
"""
