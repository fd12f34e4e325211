"""Named stops. An order waits while one of them stands; lifting the last lets it go on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import bulk
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, NotFound, StaleState
from app.orders.models import Hold

REASONS = ("customer_request", "address_check", "payment_check", "fraud_review", "stock_check", "other")


@dataclass(frozen=True, kw_only=True)
class Stop:
    """``reason`` is one of ``REASONS``: it stands in the event stream; what needs words is a note."""

    order_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Lifted:
    hold_id: int
    order_id: int
    reason: str


def place(session: Session, stops: Sequence[Stop], *, actor: Actor) -> list[int]:
    """Put holds on locked orders; answers their ids in order. The same reason twice on one order is refused."""
    for stop in stops:
        if stop.reason not in REASONS:
            raise DomainError(f"“{stop.reason}” is not a reason: choose one of {', '.join(REASONS)}", field="reason")
    _refuse_repeated(session, stops)
    ids = bulk.next_ids(session, {"holds": len(stops)})["holds"]
    rows = [
        {"id": id, "order_id": stop.order_id, "reason": stop.reason, "placed_by": actor.code}
        for stop, id in zip(stops, ids, strict=True)
    ]
    bulk.insert(session, Hold, rows)
    return ids


def lift(session: Session, hold_ids: Sequence[int], *, actor: Actor) -> list[Lifted]:
    """End these holds; one that has ended already raises StaleState."""
    rows = session.execute(
        text(
            "UPDATE holds SET released_at = now(), released_by = :actor"
            " WHERE id = ANY(CAST(:ids AS bigint[])) AND released_at IS NULL RETURNING id, order_id, reason"
        ),
        {"ids": list(hold_ids), "actor": actor.code},
    ).all()
    if len(rows) != len(set(hold_ids)):
        raise StaleState("this hold has been released already: look at the order again")
    return sorted((Lifted(hold_id=row.id, order_id=row.order_id, reason=row.reason) for row in rows), key=_by_hold)


def owners(session: Session, hold_ids: Sequence[int]) -> dict[int, int]:
    """The order of each hold. Raises NotFound if one does not exist."""
    rows = session.execute(
        text("SELECT id, order_id FROM holds WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": list(hold_ids)}
    ).all()
    if len(rows) != len(set(hold_ids)):
        raise NotFound("there is no such hold")
    return {row.id: row.order_id for row in rows}


def open_on(session: Session, order_ids: Sequence[int]) -> list[int]:
    """The ids of all holds that stand on these orders."""
    rows = session.execute(
        text("SELECT id FROM holds WHERE order_id = ANY(CAST(:ids AS bigint[])) AND released_at IS NULL ORDER BY id"),
        {"ids": list(order_ids)},
    )
    return list(rows.scalars())


def _by_hold(lifted: Lifted) -> int:
    return lifted.hold_id


def _refuse_repeated(session: Session, stops: Sequence[Stop]) -> None:
    rows = bulk.pairs(
        session,
        "SELECT h.reason FROM holds h JOIN unnest(%(first)s::bigint[], %(second)s::text[])"
        " AS v(order_id, reason) USING (order_id, reason) WHERE h.released_at IS NULL LIMIT 1",
        [stop.order_id for stop in stops],
        [stop.reason for stop in stops],
    )
    if rows:
        raise StaleState(f"the order is already on hold for {rows[0].reason.replace('_', ' ')}: nothing was changed")
