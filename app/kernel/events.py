"""What happened, written with the change itself, and told to whoever the wiring names."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from app.kernel import bulk, clock, deliveries, driver
from app.kernel.actor import Actor
from app.kernel.deliveries import Delivery
from app.kernel.driver import array, cells
from app.kernel.event_types import Event, Recorded, canonical, decode

__all__ = ["Event", "Hearer", "Recorded", "decode", "emit", "wire"]

Hearer: TypeAlias = Callable[[Session, Sequence[Any]], None]
Subject: TypeAlias = tuple[str, int]

_within: Mapping[type[Event], Sequence[Hearer]] = {}
_after: Mapping[type[Event], Sequence[str]] = {}


def wire(*, within: Mapping[type[Event], Sequence[Hearer]], after: Mapping[type[Event], Sequence[str]]) -> None:
    """Say who hears what: hearers in the same transaction, and names of effects to be done after it."""
    global _within, _after
    _within, _after = within, after


def emit(
    session: Session,
    events: Sequence[Event],
    *,
    actor: Actor | Sequence[Actor],
    cause: str = "",
    are_first: bool = False,
) -> None:
    """Write the events, tell the hearers of this transaction, leave one delivery per effect.

    ``actor`` is one for all or one for each. Costs one UPDATE per subject table, one SELECT, one INSERT, and one more
    where effects follow, however many events there are. ``are_first`` says that their subjects were written in this
    transaction with an ``event_sequence`` that counts these events: then no subject is touched again.
    """
    if not events:
        return
    session.flush()
    used = {} if are_first else _used(session, events)
    ids = bulk.next_ids(session, {"events": len(events)})["events"]
    actors = [actor] * len(events) if isinstance(actor, Actor) else actor
    _insert(session, list(zip(ids, _sequences(events, used), events, actors, strict=True)), cause)
    _tell(session, events)
    deliveries.add(
        session,
        [
            Delivery(handler=name, ids=event.payload, event_id=id)
            for id, event in zip(ids, events, strict=True)
            for name in _after.get(type(event), ())
        ],
    )


def _used(session: Session, events: Sequence[Event]) -> dict[Subject, int]:
    """The last number each subject used before these events."""
    counts = Counter((event.subject, event.subject_id) for event in events)
    used: dict[Subject, int] = {}
    for subject in sorted({subject for subject, _ in counts}):
        wanted = {subject_id: count for (table, subject_id), count in sorted(counts.items()) if table == subject}
        used |= {(subject, subject_id): last for subject_id, last in _advance(session, subject, wanted).items()}
    return used


def _sequences(events: Sequence[Event], used: dict[Subject, int]) -> list[int]:
    """Numbers of one subject have no gap and follow the given order."""
    numbers = []
    for event in events:
        subject = (event.subject, event.subject_id)
        used[subject] = used.get(subject, 0) + 1
        numbers.append(used[subject])
    return numbers


def _advance(session: Session, subject: str, wanted: Mapping[int, int]) -> dict[int, int]:
    """Locks the parents in order of id, so that two batches cannot deadlock; answers the last number used before."""
    rows = driver.fetch(
        session,
        "WITH locked AS MATERIALIZED ("
        f" SELECT parent.id, asked.count FROM {subject} AS parent"
        " JOIN unnest(%(ids)s::bigint[], %(counts)s::bigint[]) AS asked (id, count) ON asked.id = parent.id"
        " ORDER BY parent.id FOR NO KEY UPDATE OF parent)"
        f" UPDATE {subject} AS parent SET event_sequence = parent.event_sequence + locked.count"
        " FROM locked WHERE parent.id = locked.id RETURNING parent.id, parent.event_sequence - locked.count AS used",
        {"ids": array(wanted), "counts": array(wanted.values())},
    )
    used: dict[int, int] = {row.id: row.used for row in rows}
    if missing := sorted(wanted.keys() - used.keys()):
        raise LookupError(f"events about rows of {subject} that do not exist: {missing}")
    return used


def _insert(session: Session, rows: Sequence[tuple[int, int, Event, Actor]], cause: str) -> None:
    driver.write(
        session,
        INSERT,
        {
            "rows": cells(
                [id for id, _, _, _ in rows],
                [event.name for _, _, event, _ in rows],
                [event.subject for _, _, event, _ in rows],
                [event.subject_id for _, _, event, _ in rows],
                [sequence for _, sequence, _, _ in rows],
                [canonical(event.payload) for _, _, event, _ in rows],
                [actor.code for _, _, _, actor in rows],
                [actor.request_id for _, _, _, actor in rows],
            ),
            "cause": cause,
            "occurred_at": clock.now(),
        },
    )


def _tell(session: Session, events: Sequence[Event]) -> None:
    for kind in dict.fromkeys(type(event) for event in events):
        for hearer in _within.get(kind, ()):
            hearer(session, [event for event in events if type(event) is kind])


INSERT = """
INSERT INTO events (id, type, subject_type, subject_id, sequence, payload, actor, cause, request_id, occurred_at)
SELECT id::bigint, type, subject_type, subject_id::bigint, sequence::bigint, payload::jsonb, actor,
       %(cause)s, request_id, %(occurred_at)s
  FROM unnest(%(rows)s::cells[])
       AS given (id, type, subject_type, subject_id, sequence, payload, actor, request_id)
"""
