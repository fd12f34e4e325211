"""What the relay asks: which deliveries are due and free, at most so many per queue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Due:
    id: int
    handler: str
    queue: str
    attempt: int


def due(session: Session, rooms: Mapping[str, int], *, known: Iterable[tuple[int, int]] = ()) -> list[Due]:
    """``rooms`` is how many each queue can take; ``known`` are (id, attempt) that were passed on already.

    A delivery whose lease ran out is due again: this is also what rescues the work of a worker that died.
    """
    sent = list(known)
    rows = session.execute(
        DUE,
        {
            "queues": list(rooms),
            "rooms": list(rooms.values()),
            "known_ids": [id for id, _ in sent],
            "known_attempts": [attempt for _, attempt in sent],
            "known_count": len(sent),
        },
    )
    return [Due(**row) for row in rows.mappings()]


# The inner limit lets the scan of the index stop, however long the backlog is; what is known stands at its head.
DUE = text(
    """
    SELECT found.id, found.handler, asked.queue, found.attempt
    FROM unnest(CAST(:queues AS text[]), CAST(:rooms AS bigint[])) AS asked (queue, room)
    CROSS JOIN LATERAL (
        SELECT id, handler, attempt, run_at FROM (
            SELECT id, handler, attempt, run_at FROM deliveries
            WHERE queue = asked.queue AND state = 'ready' AND run_at <= clock_timestamp()
              AND (lease_until IS NULL OR lease_until < clock_timestamp())
            ORDER BY run_at, id LIMIT asked.room + :known_count) AS head
        WHERE NOT EXISTS (
            SELECT FROM unnest(CAST(:known_ids AS bigint[]), CAST(:known_attempts AS bigint[])) AS known (id, attempt)
            WHERE known.id = head.id AND known.attempt = head.attempt)
        ORDER BY run_at, id LIMIT asked.room) AS found
    ORDER BY asked.queue, found.handler, found.run_at, found.id
    """
)
