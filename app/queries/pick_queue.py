"""The work of sites, by how far it is: what waits, what is walked, what is packed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, select, text
from sqlalchemy.orm import Session

from app.kernel import paging
from app.kernel.paging import Page

PAGE = 50
MOST_COUNTED = 999


@dataclass(frozen=True)
class View:
    """``states`` of the work, and whether its order is on hold (None: either)."""

    label: str
    states: tuple[str, ...]
    is_held: bool | None = None


VIEWS: Mapping[str, View] = {
    "release": View("To release", ("open",), is_held=False),
    "pick": View("To pick", ("released", "picking")),
    "pack": View("To pack", ("picked",)),
    "ship": View("To ship", ("packed",)),
    "held": View("On hold", ("open", "released", "picking", "picked", "packed"), is_held=True),
}


@dataclass(frozen=True, kw_only=True)
class Place:
    id: int
    code: str
    name: str


def places(session: Session, scope: Collection[int] | None) -> list[Place]:
    """The sites of this scope; None means every site."""
    rows = session.execute(text(PLACES), {"scope": None if scope is None else sorted(scope)})
    return [Place(**row._mapping) for row in rows]


def pick_queue(session: Session, view: View, site_ids: Collection[int], *, after: str = "") -> Page[Any]:
    """One page, the oldest orders first."""
    cursor = paging.decode(after, (datetime, int))
    listed = text(QUEUE).columns(placed_at=DateTime(timezone=True), id=BigInteger).bindparams(**_params(view, site_ids))
    queue = listed.subquery("queue")
    statement = paging.seek(
        select(queue.c.id), (queue.c.placed_at, queue.c.id), cursor=cursor, limit=PAGE, descending=False
    )
    ids = list(session.execute(statement).scalars())
    shown = {row.id: row for row in session.execute(text(ROWS), {"ids": ids})}
    return paging.page([shown[id] for id in ids], PAGE, key=lambda row: (row.placed_at, row.id), cursor=cursor)


def counts(session: Session, site_ids: Collection[int]) -> dict[str, str]:
    """How much work each view has at these sites, ``999+`` where counting on would cost."""
    found = {}
    for key, view in VIEWS.items():
        values = {**_params(view, site_ids), "most": MOST_COUNTED + 1}
        number = session.execute(text(f"SELECT count(*) FROM ({QUEUE} LIMIT :most) AS q"), values).scalar_one()
        found[key] = str(number) if number <= MOST_COUNTED else f"{MOST_COUNTED}+"
    return found


def _params(view: View, site_ids: Collection[int]) -> dict[str, Any]:
    return {"sites": sorted(site_ids), "states": list(view.states), "held": view.is_held}


PLACES = """
SELECT id, code, name FROM sites
 WHERE is_active AND (CAST(:scope AS bigint[]) IS NULL OR id = ANY(CAST(:scope AS bigint[]))) ORDER BY code
"""

# The states stand as literals too, so that the partial index of the queue is used.
QUEUE = """
SELECT o.placed_at, f.id FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
 WHERE f.state IN ('open', 'released', 'picking', 'picked', 'packed') AND f.site_id = ANY(CAST(:sites AS bigint[]))
   AND f.state = ANY(CAST(:states AS text[]))
   AND (CAST(:held AS boolean) IS NULL OR CAST(:held AS boolean) =
        EXISTS (SELECT 1 FROM holds h WHERE h.order_id = o.id AND h.released_at IS NULL))
"""

ROWS = """
SELECT f.id, o.number, f.part, s.code AS site, f.state, f.pick_list_id, o.status, o.placed_at, o.promised_at,
       c.city, c.region, u.lines, u.units, u.picked, u.packed, u.shipped,
       EXISTS (SELECT 1 FROM holds h WHERE h.order_id = o.id AND h.released_at IS NULL) AS is_held
  FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id JOIN sites s ON s.id = f.site_id
  LEFT JOIN order_contacts c ON c.order_id = o.id
  JOIN LATERAL (SELECT count(*) FILTER (WHERE quantity > 0) AS lines, sum(quantity)::int AS units,
                       sum(picked)::int AS picked, sum(packed)::int AS packed, sum(shipped)::int AS shipped
                  FROM fulfilment_lines WHERE fulfilment_order_id = f.id) u ON true
 WHERE f.id = ANY(CAST(:ids AS bigint[]))
"""
