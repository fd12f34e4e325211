"""Deliveries that wait for a person: why, and the two ways on. Also the figures of the queue monitor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import effects
from app.kernel.actor import Actor
from app.kernel.deliveries import CHANNEL
from app.kernel.errors import Invalid, StaleState


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """``state``: dead (given up or refused) or uncertain (it may have happened)."""

    id: int
    handler: str
    queue: str
    ids: Mapping[str, Any]
    event_id: int | None
    attempt: int
    state: str
    last_error: str
    created_at: datetime
    run_at: datetime


@dataclass(frozen=True, kw_only=True)
class QueueFigures:
    """One effect's work: due and not begun, at work, waiting for a later try, stuck; and when it last succeeded."""

    queue: str
    handler: str
    due: int
    leased: int
    later: int
    stuck: int
    oldest_due_at: datetime | None
    last_done_at: datetime | None


def stuck(session: Session, *, after: int = 0, limit: int = 50) -> list[Stuck]:
    """In order of id, from behind ``after``."""
    return [Stuck(**row) for row in session.execute(STUCK, {"after": after, "limit": limit}).mappings()]


def retry(session: Session, ids: Sequence[int], *, actor: Actor) -> None:
    """Set them going again at once, with all tries ahead. Raises StaleState where that has been done or skipped."""
    _all(ids, session.execute(RETRY, {"ids": list(ids), "actor": actor.code}).scalars().all(), "tried again")
    session.execute(text(f"SELECT pg_notify('{CHANNEL}', '')"))


def hurry(session: Session, keys: Sequence[str], *, actor: Actor) -> None:
    """Do now what stands under these keys and waits for later or for a person."""
    session.execute(HURRY, {"keys": list(keys), "actor": actor.code})
    session.execute(text(f"SELECT pg_notify('{CHANNEL}', '')"))


def skip(session: Session, ids: Sequence[int], reason: str, *, actor: Actor) -> None:
    """Give them up for good; the reason stays in the log while that is kept."""
    if not reason.strip():
        raise Invalid([("reason", "say why this will not be done")])
    values = {"ids": list(ids), "reason": reason.strip(), "actor": actor.code}
    _all(ids, session.execute(SKIP, values).scalars().all(), "skipped")


def figures(session: Session) -> list[QueueFigures]:
    """By queue, those of effects that have no work just now too."""
    found = [
        QueueFigures(**{**row, "queue": row["queue"] or effects.queue_of(row["handler"])})
        for row in session.execute(FIGURES).mappings()
    ]
    return sorted(found, key=lambda one: (one.queue, one.handler))


def _all(ids: Sequence[int], found: Sequence[int], what: str) -> None:
    if missing := sorted(set(ids) - set(found)):
        why = "they are done, or somebody else has dealt with them"
        raise StaleState(f"deliveries {missing} can no longer be {what}: {why}")


STUCK = text(
    """
    SELECT id, handler, queue, ids, event_id, attempt, state, last_error, created_at, run_at
    FROM deliveries WHERE state <> 'ready' AND id > :after ORDER BY id LIMIT :limit
    """
)

AGAIN = """
    UPDATE deliveries SET state = 'ready', attempts_before = attempt, run_at = clock_timestamp(), lease_until = NULL,
           last_error = left('tried again by ' || CAST(:actor AS text) || ' after: ' || last_error, 2000)
"""
RETRY = text(f"{AGAIN} WHERE id = ANY(CAST(:ids AS bigint[])) AND state <> 'ready' RETURNING id")
HURRY = text(f"{AGAIN} WHERE key = ANY(CAST(:keys AS text[])) AND (state <> 'ready' OR run_at > clock_timestamp())")

SKIP = text(
    """
    WITH skipped AS (
        DELETE FROM deliveries WHERE id = ANY(CAST(:ids AS bigint[])) AND state <> 'ready' RETURNING *)
    INSERT INTO delivery_log (delivery_id, handler, ids, event_id, attempt, outcome, reason, done_by, created_at)
    SELECT id, handler, ids, event_id, attempt, 'skipped', :reason, :actor, created_at FROM skipped
    RETURNING delivery_id
    """
)

FIGURES = text(
    """
    WITH open AS (
        SELECT queue, handler,
               count(*) FILTER (WHERE state = 'ready' AND run_at <= now() AND lease_until IS NULL) AS due,
               count(*) FILTER (WHERE state = 'ready' AND lease_until IS NOT NULL) AS leased,
               count(*) FILTER (WHERE state = 'ready' AND run_at > now() AND lease_until IS NULL) AS later,
               count(*) FILTER (WHERE state <> 'ready') AS stuck,
               min(run_at) FILTER (WHERE state = 'ready' AND run_at <= now()) AS oldest_due_at
        FROM deliveries GROUP BY queue, handler),
    done AS (SELECT handler, max(done_at) AS last_done_at FROM delivery_log WHERE outcome = 'done' GROUP BY handler)
    SELECT coalesce(open.queue, '') AS queue, handler, coalesce(due, 0) AS due, coalesce(leased, 0) AS leased,
           coalesce(later, 0) AS later, coalesce(stuck, 0) AS stuck, oldest_due_at, last_done_at
    FROM open FULL JOIN done USING (handler)
    """
)
