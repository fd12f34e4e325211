"""What happened, written with the change itself, and told to whoever the wiring names."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock, deliveries
from app.kernel.actor import Actor
from app.kernel.deliveries import Delivery
from app.kernel.event_types import Event, Recorded, canonical, decode

__all__ = ["Event", "Hearer", "Recorded", "decode", "emit", "wire"]

Hearer: TypeAlias = Callable[[Session, Sequence[Any]], None]
Key: TypeAlias = tuple[str, int, int]

_within: Mapping[type[Event], Sequence[Hearer]] = {}
_after: Mapping[type[Event], Sequence[str]] = {}


def wire(*, within: Mapping[type[Event], Sequence[Hearer]], after: Mapping[type[Event], Sequence[str]]) -> None:
    """Say who hears what: hearers in the same transaction, and names of effects to be done after it."""
    global _within, _after
    _within, _after = within, after


def emit(
    session: Session, events: Sequence[Event], *, actor: Actor, cause: str = "", occurred_at: datetime | None = None
) -> None:
    """Write the events, tell the hearers of this transaction, leave one delivery per effect.

    Costs one UPDATE per subject table, one INSERT, and one more where effects follow, however many events there are.
    """
    if not events:
        return
    session.flush()
    keys = _numbered(session, events)
    ids = _insert(session, list(zip(keys, events, strict=True)), actor, cause, occurred_at or clock.now())
    _tell(session, events)
    deliveries.add(
        session,
        [
            Delivery(handler=name, ids=event.payload, event_id=ids[key])
            for key, event in zip(keys, events, strict=True)
            for name in _after.get(type(event), ())
        ],
    )


def _numbered(session: Session, events: Sequence[Event]) -> list[Key]:
    """(subject, subject id, sequence) per event; sequences of one subject have no gap and follow the given order."""
    counts = Counter((event.subject, event.subject_id) for event in events)
    used: dict[tuple[str, int], int] = {}
    for subject in sorted({subject for subject, _ in counts}):
        wanted = {subject_id: count for (table, subject_id), count in sorted(counts.items()) if table == subject}
        used |= {(subject, subject_id): last for subject_id, last in _advance(session, subject, wanted).items()}
    keys = []
    for event in events:
        used[event.subject, event.subject_id] += 1
        keys.append((event.subject, event.subject_id, used[event.subject, event.subject_id]))
    return keys


def _advance(session: Session, subject: str, wanted: Mapping[int, int]) -> dict[int, int]:
    """Locks the parents in order of id, so that two batches cannot deadlock; answers the last number used before."""
    statement = text(
        "WITH locked AS MATERIALIZED ("
        f" SELECT parent.id, asked.count FROM {subject} AS parent"
        " JOIN unnest(CAST(:ids AS bigint[]), CAST(:counts AS bigint[])) AS asked (id, count) ON asked.id = parent.id"
        " ORDER BY parent.id FOR NO KEY UPDATE OF parent)"
        f" UPDATE {subject} AS parent SET event_sequence = parent.event_sequence + locked.count"
        " FROM locked WHERE parent.id = locked.id RETURNING parent.id, parent.event_sequence - locked.count AS used"
    )
    rows = session.execute(statement, {"ids": list(wanted), "counts": list(wanted.values())})
    used: dict[int, int] = {row.id: row.used for row in rows}
    if missing := sorted(wanted.keys() - used.keys()):
        raise LookupError(f"events about rows of {subject} that do not exist: {missing}")
    return used


def _insert(
    session: Session, rows: Sequence[tuple[Key, Event]], actor: Actor, cause: str, occurred_at: datetime
) -> dict[Key, int]:
    inserted = session.execute(
        INSERT,
        {
            "types": [event.name for _, event in rows],
            "subjects": [key[0] for key, _ in rows],
            "subject_ids": [key[1] for key, _ in rows],
            "sequences": [key[2] for key, _ in rows],
            "payloads": [canonical(event.payload) for _, event in rows],
            "actor": actor.code,
            "cause": cause,
            "request_id": actor.request_id,
            "occurred_at": occurred_at,
        },
    )
    return {(row.subject_type, row.subject_id, row.sequence): row.id for row in inserted}


def _tell(session: Session, events: Sequence[Event]) -> None:
    for kind in dict.fromkeys(type(event) for event in events):
        for hearer in _within.get(kind, ()):
            hearer(session, [event for event in events if type(event) is kind])


INSERT = text(
    """
    INSERT INTO events (type, subject_type, subject_id, sequence, payload, actor, cause, request_id, occurred_at)
    SELECT type, subject_type, subject_id, sequence, CAST(payload AS jsonb), :actor, :cause, :request_id, :occurred_at
    FROM unnest(CAST(:types AS text[]), CAST(:subjects AS text[]), CAST(:subject_ids AS bigint[]),
                CAST(:sequences AS bigint[]), CAST(:payloads AS text[]))
         WITH ORDINALITY AS given (type, subject_type, subject_id, sequence, payload, place)
    ORDER BY place
    RETURNING id, subject_type, subject_id, sequence
    """
)
