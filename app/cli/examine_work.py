"""The doctor's look at what should be going on: workers, relay, scheduler, effects, readers, signatures."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli.diagnosis import Diagnosis, note, ok, problem
from app.config import Config
from app.kernel import clock, feed, jobs, stuck_deliveries
from app.queries import channel_stock
from app.queries.channel_stock import ChannelStock

HEARD_LATELY = timedelta(minutes=2)
TICKED_LATELY = timedelta(minutes=5)
PATIENCE = timedelta(minutes=5)
SIGNED_LATELY = timedelta(days=2)

RELAYS = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'waybill relay' AND datname = current_database()"
)
QUEUES = "SELECT DISTINCT queue FROM deliveries WHERE state = 'ready'"
UNPOSITIONED = """
    SELECT count(*) FROM events
     WHERE recorded_at < :before AND NOT EXISTS (SELECT FROM event_positions WHERE event_id = events.id)
"""
UNREAD = """
    SELECT consumer, e.recorded_at FROM feed_cursors c
     CROSS JOIN LATERAL (
           SELECT event_id FROM event_positions p WHERE p.position > c.position ORDER BY p.position LIMIT 1) n
      JOIN events e ON e.id = n.event_id WHERE e.recorded_at < :before ORDER BY consumer
"""
SIGNED = "SELECT (SELECT max(as_of) FROM chain_heads), (SELECT min(recorded_at) FROM stock_movements)"


def workers(config: Config, session: Session) -> Iterator[Diagnosis]:
    with jobs.connect(config.redis_url) as server:
        try:
            seen = [each for each in jobs.workers(server) if _is_recent(each.at, HEARD_LATELY)]
        except jobs.Unreachable:
            return
    waiting = set(session.execute(text(QUEUES)).scalars())
    unserved = sorted(waiting.difference(*(each.queues for each in seen)))
    if not seen:
        yield problem(
            "workers", "none is at work, so no mail and no document is made: make run, or python -m workers.worker"
        )
    elif unserved:
        yield problem("workers", f"nobody serves {', '.join(unserved)}, where work waits: start a worker for it")
    else:
        yield ok("workers", f"{len(seen)} at work")


def relay(session: Session) -> Iterator[Diagnosis]:
    if session.execute(text(RELAYS)).scalar_one():
        yield ok("relay", "at work")
    else:
        yield problem("relay", "none is at work, so nothing reaches the workers: make run, or python -m workers.relay")


def scheduler(session: Session) -> Iterator[Diagnosis]:
    last = session.execute(text("SELECT max(claimed_at) FROM cron_ticks")).scalar_one()
    if _is_recent(last, TICKED_LATELY):
        yield ok("scheduler", "at work")
    else:
        since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
        yield problem("scheduler", f"it has not ticked {since}: make run, or python -m workers.scheduler")


def effects(session: Session) -> Iterator[Diagnosis]:
    """What must still be done, and what waits for a person."""
    figures = stuck_deliveries.figures(session)
    late = [each for each in figures if each.oldest_due_at and not _is_recent(each.oldest_due_at, PATIENCE)]
    for each in late:
        yield problem(
            "effects", f"{each.handler}: {each.due} have waited since {each.oldest_due_at:%Y-%m-%d %H:%M} UTC"
        )
    stuck = sum(each.stuck for each in figures)
    if stuck:
        yield problem(
            "dead letters", f"{stuck} wait for a person: see Admin, dead letters, for the cause; retry or skip"
        )
    if not late and not stuck:
        yield ok("effects", f"{sum(each.due + each.leased + each.later for each in figures)} under way, none late")


def readers(session: Session) -> Iterator[Diagnosis]:
    """Events get their place in the feed within moments, and are read soon after."""
    for row in session.execute(text(UNREAD), {"before": clock.now() - PATIENCE}):
        yield problem(
            "readers", f"{row.consumer} has read nothing since {row.recorded_at:%Y-%m-%d %H:%M} UTC: start a worker"
        )
    behind = session.execute(text(UNPOSITIONED), {"before": clock.now() - PATIENCE}).scalar_one()
    if behind:
        yield problem("feed", f"{behind:,} events have no position yet: start the relay")
    else:
        yield ok("feed", f"{feed.last_position(session):,} events, all with a position")


def channels(session: Session) -> Iterator[Diagnosis]:
    """Those that are told our stock know what is so, within minutes."""
    told = channel_stock.told_channels(session)
    wrong = [(one, words) for one in told if (words := _trouble(one))]
    for one, words in wrong:
        page = f"see Admin, channels, {one.code}, stock"
        yield problem("channels", f"{one.code} {words}: {page}")
    if told and not wrong:
        yield ok("channels", f"{len(told)} told our stock, none behind")


def signatures(session: Session) -> Iterator[Diagnosis]:
    """Without a fresh signed head, a rewritten stock chain would go unnoticed."""
    signed, began = session.execute(text(SIGNED)).one()
    if _is_recent(signed, SIGNED_LATELY):
        yield ok("stock chains", f"signed up to {signed:%Y-%m-%d %H:%M} UTC")
    elif began is not None and not _is_recent(began, SIGNED_LATELY):
        last = f"since {signed:%Y-%m-%d}" if signed else "yet"
        yield problem("stock chains", f"not signed {last}: start the scheduler and a worker for the queue upkeep")
    else:
        yield note("stock chains", "not signed yet: that happens once a day")


def _trouble(one: ChannelStock) -> str:
    if one.state == "stopped":
        return f"is told no stock until somebody acts ({one.last_error})"
    if one.failing_since and not _is_recent(one.failing_since, PATIENCE):
        return f"has not taken our stock since {one.failing_since:%Y-%m-%d %H:%M} UTC ({one.last_error})"
    if one.oldest and not _is_recent(one.oldest, PATIENCE):
        return f"is behind by {one.waiting:,} SKUs since {one.oldest:%Y-%m-%d %H:%M} UTC"
    return ""


def _is_recent(moment: datetime | None, within: timedelta) -> bool:
    return moment is not None and clock.now() - moment < within
