"""Effects that must happen after commit: one row each, claimed by lease and fencing number, gone when done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from random import uniform
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import driver, tables
from app.kernel.driver import cells
from app.kernel.event_types import canonical

CHANNEL = "deliveries"
LONGEST_ERROR = 2_000
SOONEST, LATEST = 0.75, 1.25  # of the wait that was asked for: what failed together need not come again together

_queues: Mapping[str, str] = {}


class Fenced(Exception):
    """The lease ran out and somebody else may have it: whatever was to be written now must not be."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Something for the effect ``handler`` to do; ``ids`` are ids and codes. Of two with a ``key`` the first stays."""

    handler: str
    ids: Mapping[str, Any] = field(default_factory=dict)
    event_id: int | None = None
    key: str | None = None
    run_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Held:
    """A delivery in our hands; ``attempt`` is the fencing number, ``failures`` counts since it was last set going."""

    id: int
    handler: str
    ids: Mapping[str, Any]
    event_id: int | None
    attempt: int
    failures: int


def wire(queues: Mapping[str, str]) -> None:
    """Say which queue serves each effect."""
    global _queues
    _queues = queues


def add(session: Session, wanted: Sequence[Delivery]) -> None:
    """Two statements however many; the relay is told at commit, and would find the rows without being told."""
    if not wanted:
        return
    driver.write(
        session,
        ADD_ONCE if any(each.key for each in wanted) else ADD,
        {
            "rows": cells(
                [each.handler for each in wanted],
                [queue_of(each.handler) for each in wanted],
                [canonical(each.ids) for each in wanted],
                [each.event_id for each in wanted],
                [each.key for each in wanted],
                [each.run_at for each in wanted],
            )
        },
    )
    driver.notify(session, CHANNEL)


def known(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys under which a delivery stands. Unlike ``add``, it never waits for who changes one."""
    found = session.execute(text("SELECT key FROM deliveries WHERE key = ANY(:keys)"), {"keys": list(keys)})
    return set(found.scalars())


def claim(session: Session, ids: Sequence[int], *, seconds: float) -> list[Held]:
    """Take those that are due and free under a lease. Who comes second gets nothing, which is no error.

    What somebody began and never ended may have been what ended them: such are taken alone, when nothing else is free.
    """
    rows = session.execute(CLAIM, {"ids": list(ids), "seconds": seconds})
    return sorted((Held(**row) for row in rows.mappings()), key=attrgetter("id"))


def claim_new(session: Session, handler: str, *, seconds: float, most: int) -> list[Held]:
    """Take, of those that this transaction has added and that are due at once, the first: nobody else has seen them."""
    wanted = {"handler": handler, "queue": queue_of(handler), "seconds": seconds, "most": most}
    rows = session.execute(CLAIM_NEW, wanted)
    return sorted((Held(**row) for row in rows.mappings()), key=attrgetter("id"))


def lock(session: Session, ids: Sequence[int]) -> list[Held]:
    """Take those that are due and free for the length of this transaction, in the order of their ids."""
    return [Held(**row) for row in session.execute(LOCK, {"ids": list(ids)}).mappings()]


def extend(session: Session, held: Sequence[Held], *, seconds: float) -> None:
    """Still at work. Those that are done or lost by now are left alone."""
    session.execute(EXTEND, {**_arrays(held), "seconds": seconds})


def give_back(session: Session, held: Sequence[Held]) -> None:
    """Not begun: free again at once, and no failure. Those that are lost by now are left alone."""
    session.execute(GIVE_BACK, _arrays(held))


def check_held(session: Session, held: Sequence[Held]) -> None:
    """The last question before an effect that cannot be taken back; holds the rows until commit. Raises Fenced."""
    _refuse_lost(held, session.execute(CHECK_HELD, _arrays(held)).scalars().all())


def finish(session: Session, held: Sequence[Held], *, outcome: str = "done") -> None:
    """Delete and log, in the transaction that holds the result. Raises Fenced, which must roll that result back."""
    found = session.execute(FINISH, {**_arrays(held), "outcome": outcome})
    _refuse_lost(held, found.scalars().all())


def fail(session: Session, held: Held, error: str, *, wait: float | None, state: str = "dead") -> None:
    """Again after about ``wait`` seconds, or, without ``wait``, no more until somebody decides. Raises Fenced."""
    found = session.execute(
        FAIL,
        {
            "id": held.id,
            "attempt": held.attempt,
            "state": state if wait is None else "ready",
            "wait": 0 if wait is None else wait * uniform(SOONEST, LATEST),  # noqa: S311
            "error": error[:LONGEST_ERROR],
        },
    )
    _refuse_lost([held], found.scalars().all())


def queue_of(handler: str) -> str:
    if handler not in _queues:
        raise LookupError(f"no effect is called {handler!r}: add it to EFFECTS in app/wiring.py")
    return _queues[handler]


def _arrays(held: Sequence[Held]) -> dict[str, list[int]]:
    return {"ids": [each.id for each in held], "attempts": [each.attempt for each in held]}


def _refuse_lost(held: Sequence[Held], found: Sequence[int]) -> None:
    if lost := sorted({each.id for each in held} - set(found)):
        raise Fenced(f"the lease of {tables.DeliveryRow.__tablename__} {lost} is no longer ours")


ADD = """
INSERT INTO deliveries (handler, queue, ids, event_id, key, run_at)
SELECT handler, queue, ids::jsonb, event_id::bigint, key, coalesce(run_at::timestamptz, now())
  FROM unnest(%(rows)s::cells[]) AS given (handler, queue, ids, event_id, key, run_at)
"""
ADD_ONCE = f"{ADD} ON CONFLICT (key) WHERE key IS NOT NULL DO NOTHING"

FREE = """
    id = ANY(CAST(:ids AS bigint[])) AND state = 'ready' AND run_at <= clock_timestamp()
    AND (lease_until IS NULL OR lease_until < clock_timestamp())
    ORDER BY id FOR UPDATE SKIP LOCKED
"""

# Named by id as well: joined alone, the whole backlog would be read for a handful of rows.
MINE = "unnest(CAST(:ids AS bigint[]), CAST(:attempts AS bigint[])) AS mine (id, attempt)"
IS_MINE = """
    deliveries.id = ANY(CAST(:ids AS bigint[])) AND deliveries.id = mine.id AND deliveries.attempt = mine.attempt
    AND deliveries.state = 'ready'
"""
HELD = "id, handler, ids, event_id, attempt, attempt - attempts_before AS failures"

TAKE = """
    UPDATE deliveries SET attempt = attempt + 1, lease_until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id IN (SELECT id FROM taken)
    RETURNING id, handler, ids, event_id, attempt, attempt - attempts_before - 1 AS failures
"""

CLAIM = text(
    f"""
    WITH free AS MATERIALIZED (SELECT id, lease_until IS NOT NULL AS never_ended FROM deliveries WHERE {FREE}),
         taken AS (SELECT id FROM free ORDER BY never_ended, id
                   LIMIT (SELECT greatest(count(*) FILTER (WHERE NOT never_ended), 1) FROM free))
    {TAKE}
    """
)

# now() is when the transaction began, and so the run_at of what it adds without one.
CLAIM_NEW = text(
    f"""
    WITH taken AS MATERIALIZED (
        SELECT id FROM deliveries
        WHERE queue = :queue AND state = 'ready' AND run_at = now() AND handler = :handler AND attempt = 0
        ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED)
    {TAKE}
    """
)

LOCK = text(f"SELECT {HELD} FROM deliveries WHERE {FREE}")

# A row that is locked is being finished: waiting for it could only end in a deadlock.
EXTEND = text(
    f"""
    WITH ours AS MATERIALIZED (
        SELECT deliveries.id FROM deliveries, {MINE} WHERE {IS_MINE} AND lease_until IS NOT NULL
        FOR UPDATE OF deliveries SKIP LOCKED)
    UPDATE deliveries SET lease_until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id IN (SELECT id FROM ours)
    """
)

GIVE_BACK = text(
    f"""
    UPDATE deliveries SET lease_until = NULL, attempts_before = attempts_before + 1 FROM {MINE}
    WHERE {IS_MINE} AND lease_until IS NOT NULL
    """
)

CHECK_HELD = text(
    f"""
    SELECT deliveries.id FROM deliveries, {MINE} WHERE {IS_MINE} AND lease_until IS NOT NULL
    ORDER BY deliveries.id FOR UPDATE OF deliveries
    """
)

FINISH = text(
    f"""
    WITH finished AS (
        DELETE FROM deliveries USING {MINE} WHERE {IS_MINE}
        RETURNING deliveries.*)
    INSERT INTO delivery_log (delivery_id, handler, ids, event_id, attempt, outcome, created_at)
    SELECT id, handler, ids, event_id, attempt, :outcome, created_at FROM finished
    RETURNING delivery_id
    """
)

FAIL = text(
    """
    UPDATE deliveries SET state = :state, last_error = :error, lease_until = NULL,
           attempt = attempt + CASE WHEN lease_until IS NULL THEN 1 ELSE 0 END,
           run_at = clock_timestamp() + make_interval(secs => :wait)
    WHERE id = :id AND attempt = :attempt AND state = 'ready'
    RETURNING id
    """
)
