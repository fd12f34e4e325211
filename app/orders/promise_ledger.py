"""What was promised, to whom, resting on what: each promise a new row, none ever changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import bulk, clock, driver
from app.kernel.actor import Actor
from app.kernel.driver import cells
from app.kernel.events import emit
from app.orders import promising
from app.orders.events import PromiseMoved
from app.orders.models import Promise

UNPROMISED = date.max  # as good as never: who was promised a day goes before who was not
LATER = timedelta(hours=12)  # the same evening on another site's clock is no later promise


@dataclass(frozen=True, kw_only=True)
class Rest:
    """What a line's waiting units rest on now: ``source`` is stock, purchase, transfer, or none where nothing is dated.

    ``promised_at`` is None where nobody knows how long the way is, or nothing is dated.
    """

    order_id: int
    order_line_id: int
    source: str
    source_id: int | None = None
    expected_on: date | None = None
    promised_at: datetime | None = None


def keep(session: Session, rests: Sequence[Rest], *, actor: Actor) -> None:
    """Write down what changed for these lines of locked orders, and for the orders as a whole; tells who must be told.

    Two statements where nothing changed, six at most beside the events.
    """
    if not rests:
        return
    before = latest(session, [rest.order_line_id for rest in rests])
    changed = [(rest, before.get(rest.order_line_id)) for rest in rests]
    _keep_turns(session, rests)
    written = [(rest, old) for rest, old in changed if _differs(rest, old)]
    if not written:
        return
    moment = clock.now()
    bulk.insert(session, Promise, [_row(rest, old, moment) for rest, old in written])
    _keep_orders(session, sorted({rest.order_id for rest, _ in written}), moment, actor)


def latest(session: Session, order_line_ids: Collection[int]) -> dict[int, Any]:
    """The last promise of each of these lines that has any."""
    rows = session.execute(text(LATEST), {"lines": list(order_line_ids)})
    return {row.order_line_id: row for row in rows}


def filled(session: Session, order_line_ids: Collection[int]) -> list[int]:
    """Those of these lines that were promised a day resting on supply, and no longer wait."""
    return list(session.execute(text(FILLED), {"lines": list(order_line_ids)}).scalars())


def _keep_turns(session: Session, rests: Sequence[Rest]) -> None:
    days = [rest.expected_on or UNPROMISED for rest in rests]
    driver.write(session, TURNS, {"rows": cells([rest.order_line_id for rest in rests], days)})


def _differs(rest: Rest, old: Any) -> bool:
    if old is None:
        return rest.source not in ("none", "stock")
    return (rest.source, rest.source_id, rest.expected_on, rest.promised_at) != (
        old.source,
        old.source_id,
        old.expected_on,
        old.promised_at,
    )


def _row(rest: Rest, old: Any, moment: datetime) -> dict[str, Any]:
    return {
        **vars(rest),
        "cause": _cause(rest, old),
        "previous_at": old.promised_at if old else None,
        "made_at": moment,
    }


def _cause(rest: Rest, old: Any) -> str:
    if rest.source in ("none", "stock"):
        return {"none": "lost", "stock": "arrived"}[rest.source]
    if old is None:
        return "first"
    if old.expected_on is None or rest.expected_on is None:
        return "found"
    if rest.expected_on == old.expected_on:
        return "moved"
    return "later" if rest.expected_on > old.expected_on else "sooner"


def _keep_orders(session: Session, order_ids: Sequence[int], moment: datetime, actor: Actor) -> None:
    """An order is promised for the day of its last line, as long as every line that waits has one."""
    orders = session.execute(text(ORDERS), {"ids": list(order_ids)}).all()
    rows = [_order_row(order, moment) for order in orders if order.current != order.last]
    firsts = {order.id: order.current for order in orders if order.first is None}
    if firsts:
        promising.promise(session, firsts)
    names = ("order_id", "promised_at", "source", "cause", "previous_at", "is_told", "made_at")
    written = bulk.insert(
        session,
        Promise,
        [{name: row[name] for name in names} for row in rows],
        suffix="RETURNING id, order_id, is_told",
    )
    told = [PromiseMoved(order_id=row.order_id, promise_id=row.id) for row in written if row.is_told]
    emit(session, told, actor=actor)


def _order_row(order: Any, moment: datetime) -> Mapping[str, Any]:
    if order.current is None:
        cause = "lost"
    elif order.first is None:
        cause = "first"
    elif order.last is None:
        cause = "found"
    else:
        cause = "later" if order.current > order.last else "sooner"
    return {
        "order_id": order.id,
        "promised_at": order.current,
        "source": "order",
        "cause": cause,
        "previous_at": order.last,
        "is_told": order.current is not None and order.told is not None and order.current - order.told >= LATER,
        "made_at": moment,
    }


LATEST = """
SELECT DISTINCT ON (order_line_id) order_line_id, source, source_id, expected_on, promised_at
  FROM promises WHERE order_line_id = ANY(CAST(:lines AS bigint[])) ORDER BY order_line_id, id DESC
"""

TURNS = """
UPDATE order_lines l SET promised_on = v.day::date FROM unnest(%(rows)s::cells[]) AS v(id, day)
 WHERE l.id = v.id::bigint AND l.promised_on <> v.day::date
"""

FILLED = """
SELECT l.id FROM order_lines l
 CROSS JOIN LATERAL (SELECT source FROM promises WHERE order_line_id = l.id ORDER BY id DESC LIMIT 1) p
 WHERE l.id = ANY(CAST(:lines AS bigint[])) AND l.backordered = 0 AND p.source <> 'stock' ORDER BY l.id
"""

# An order that was promised nothing yet, and still cannot be, has neither a last promise nor a current one.
ORDERS = """
SELECT o.id, o.promised_at AS first, coalesce(told.promised_at, o.promised_at) AS told,
       CASE WHEN last.id IS NULL THEN o.promised_at ELSE last.promised_at END AS last,
       CASE WHEN now.unknown = 0 THEN now.promised_at END AS current
  FROM orders o
  LEFT JOIN LATERAL (SELECT id, promised_at FROM promises
                      WHERE order_id = o.id AND order_line_id IS NULL ORDER BY id DESC LIMIT 1) last ON true
  LEFT JOIN LATERAL (SELECT promised_at FROM promises
                      WHERE order_id = o.id AND order_line_id IS NULL AND is_told ORDER BY id DESC LIMIT 1) told ON true
  CROSS JOIN LATERAL (
       SELECT max(p.promised_at) AS promised_at,
              count(*) FILTER (WHERE p.promised_at IS NULL AND l.backordered > 0) AS unknown
         FROM order_lines l
         LEFT JOIN LATERAL (SELECT promised_at FROM promises
                             WHERE order_line_id = l.id ORDER BY id DESC LIMIT 1) p ON true
        WHERE l.order_id = o.id AND l.ordered > l.cancelled) now
 WHERE o.id = ANY(CAST(:ids AS bigint[])) ORDER BY o.id
"""
