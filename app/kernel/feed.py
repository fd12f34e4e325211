"""The feed: events in the order of positions that are given after commit, so that a reader can never miss one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.kernel import tables
from app.kernel.event_types import TYPES, Event, Recorded, decode

Reader: TypeAlias = Callable[[Session, Sequence[Recorded]], None]


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """Somebody who reads the feed at its own pace; ``read`` gets events of ``kinds`` only, in order of position."""

    name: str
    queue: str
    kinds: frozenset[type[Event]]
    read: Reader


_consumers: Mapping[str, Consumer] = {}


def wire(consumers: Mapping[str, Consumer]) -> None:
    global _consumers
    _consumers = consumers


def consumers() -> Mapping[str, Consumer]:
    return _consumers


def position_events(session: Session) -> int:
    """Give positions to the events of all transactions that have ended since the last pass; answers how many.

    Ids and transaction numbers are drawn before commit, so neither tells what may still turn up. What lies below the
    oldest running transaction cannot: each pass takes the transactions from the last horizon up to that one.
    """
    seen = _next_horizon(session)
    if seen.turned_back:
        return reset(session)
    count = len(session.execute(POSITION, {"since": seen.since, "horizon": seen.horizon}).all())
    session.execute(MOVE_HORIZON, {"horizon": seen.horizon})
    return count


def mark(session: Session) -> str:
    """Whatever has been committed by now lies before this mark; see ``has_passed``."""
    return str(session.scalar(text("SELECT CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text)")))


def has_passed(session: Session, mark: str) -> bool:
    """Whether every event before the mark has its position: not so while an older transaction runs."""
    return bool(session.scalar(PASSED, {"mark": mark}))


def reset(session: Session) -> int:
    """Position whatever has none: after a restore into another cluster, whose transaction numbers begin again."""
    seen = _next_horizon(session)
    count = len(session.execute(POSITION_ALL).all())
    session.execute(MOVE_HORIZON, {"horizon": seen.horizon})
    return count


def read(session: Session, *, after: int = 0, limit: int = 100) -> list[Recorded]:
    """Events behind a position. Kinds that this version no longer knows are left out."""
    rows = session.execute(READ, {"after": after, "limit": limit}).all()
    return [_recorded(row) for row in rows if row.type in TYPES]


def last_position(session: Session) -> int:
    return int(session.execute(text("SELECT coalesce(max(position), 0) FROM event_positions")).scalar_one())


def lagging(session: Session) -> list[str]:
    """Names of the wired consumers that have something to read."""
    if not _consumers:
        return []
    found = session.execute(LAGGING, {"names": list(_consumers)})
    return [row.name for row in found]


def consume(session: Session, name: str, *, limit: int = 500) -> int:
    """Hand the next events to a consumer and move its cursor, in one transaction; answers how many it has passed.

    While another transaction reads for the same consumer, nothing happens.
    """
    consumer = _consumers[name]
    session.execute(ADD_CURSOR, {"consumer": name})
    cursor = session.execute(LOCK_CURSOR, {"consumer": name}).one_or_none()
    if cursor is None:
        return 0
    rows = session.execute(READ, {"after": cursor.position, "limit": limit}).all()
    if not rows:
        return 0
    wanted = {kind.__name__ for kind in consumer.kinds}
    events = [_recorded(row) for row in rows if row.type in wanted]
    if events:
        consumer.read(session, events)
    session.execute(MOVE_CURSOR, {"consumer": name, "position": rows[-1].position})
    return len(rows)


def move_to_end(session: Session, name: str) -> None:
    """For a consumer that is about to take everything in another way; waits for one that reads, and keeps it out."""
    session.execute(ADD_CURSOR, {"consumer": name})
    session.execute(WAIT_FOR_CURSOR, {"consumer": name})
    session.execute(MOVE_CURSOR, {"consumer": name, "position": last_position(session)})


def _next_horizon(session: Session) -> Row[Any]:
    """Locks in one statement and looks in the next: a snapshot older than the lock would show an old horizon."""
    session.execute(START)
    session.execute(LOCK)
    return session.execute(HORIZON).one()


def _recorded(row: Row[Any]) -> Recorded:
    fields = row._asdict()
    event = decode(fields.pop("type"), fields.pop("payload"))
    return Recorded(**fields, event=event)


STATE = tables.FeedState.__tablename__

START = text(f"INSERT INTO {STATE} (id) VALUES (1) ON CONFLICT DO NOTHING")

LOCK = text(f"SELECT FROM {STATE} WHERE id = 1 FOR UPDATE")

HORIZON = text(
    f"""
    SELECT CAST({STATE}.horizon AS text) AS since, CAST(seen.horizon AS text) AS horizon,
           seen.horizon < {STATE}.horizon AS turned_back
    FROM {STATE}, (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon) AS seen WHERE id = 1
    """
)

PASSED = text(f"SELECT horizon >= CAST(CAST(:mark AS text) AS xid8) FROM {STATE} WHERE id = 1")

POSITION = text(
    """
    INSERT INTO event_positions (event_id)
    SELECT id FROM events
    WHERE txid >= CAST(CAST(:since AS text) AS xid8) AND txid < CAST(CAST(:horizon AS text) AS xid8)
    ORDER BY id ON CONFLICT (event_id) DO NOTHING RETURNING event_id
    """
)

POSITION_ALL = text(
    """
    INSERT INTO event_positions (event_id)
    SELECT id FROM events WHERE NOT EXISTS (SELECT FROM event_positions WHERE event_id = events.id)
    ORDER BY id ON CONFLICT (event_id) DO NOTHING RETURNING event_id
    """
)

MOVE_HORIZON = text(f"UPDATE {STATE} SET horizon = CAST(CAST(:horizon AS text) AS xid8) WHERE id = 1")

READ = text(
    """
    SELECT events.id, position, sequence, type, payload, actor, cause, request_id, occurred_at
    FROM event_positions JOIN events ON events.id = event_id
    WHERE position > :after ORDER BY position LIMIT :limit
    """
)

LAGGING = text(
    """
    SELECT asked.name FROM unnest(CAST(:names AS text[])) AS asked (name)
    LEFT JOIN feed_cursors ON consumer = asked.name
    WHERE EXISTS (SELECT FROM event_positions WHERE event_positions.position > coalesce(feed_cursors.position, 0))
    """
)

# Looks first: ON CONFLICT alone would wait for a transaction that moves this cursor, and we do not want to wait.
ADD_CURSOR = text(
    """
    INSERT INTO feed_cursors (consumer)
    SELECT CAST(:consumer AS text) WHERE NOT EXISTS (SELECT FROM feed_cursors WHERE consumer = CAST(:consumer AS text))
    ON CONFLICT DO NOTHING
    """
)
LOCK_CURSOR = text("SELECT position FROM feed_cursors WHERE consumer = :consumer FOR UPDATE SKIP LOCKED")
WAIT_FOR_CURSOR = text("SELECT FROM feed_cursors WHERE consumer = :consumer FOR UPDATE")
MOVE_CURSOR = text(
    "UPDATE feed_cursors SET position = greatest(position, :position), moved_at = now() WHERE consumer = :consumer"
)
