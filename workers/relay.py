"""Passes on what is due: gives events their positions, finds due deliveries and lagging readers, and nudges workers.

    python -m workers.relay

It may be killed at any moment and run more than once; without Redis it goes on giving positions and keeps trying.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from threading import Event
from time import monotonic

import psycopg
from redis import Redis
from sqlalchemy.exc import SQLAlchemyError

from app.config import Config
from app.kernel import effects, feed, jobs, logs, uow
from app.kernel.due_deliveries import Due, due
from app.kernel.jobs import Nudge
from workers import process
from workers.leadership import leadership
from workers.queues import QUEUES

MOST_WAITING_JOBS = 40
JOB_SIZE = 100
RETRY_SECONDS = 1.0
BUSY_SECONDS = 0.2
GATHER_SECONDS = 0.2  # hints that come meanwhile lead to one pass, not to one each

log = logs.logger(__name__)


@dataclass(frozen=True)
class Sent:
    job_id: str
    queue: str
    at: float

    def waits(self, waiting: Mapping[str, set[str]]) -> bool:
        return self.job_id in waiting[self.queue]


@dataclass
class Memory:
    """What was passed on lately. Losing it costs some nudges that find nothing to do."""

    deliveries: dict[tuple[int, int], Sent] = field(default_factory=dict)
    readers: dict[str, Sent] = field(default_factory=dict)

    def forget_lost(self, waiting: Mapping[str, set[str]], *, older_than: float) -> None:
        """Old entries go, unless their job still waits in Redis: then the workers are behind, and nothing is lost."""
        self.deliveries = {
            key: sent for key, sent in self.deliveries.items() if sent.at >= older_than or sent.waits(waiting)
        }
        self.readers = {name: sent for name, sent in self.readers.items() if sent.waits(waiting)}


def main() -> None:
    config = process.start()
    run(config, stop=process.stop_event())


def run(config: Config, *, stop: Event) -> None:
    redis, memory = jobs.connect(config.redis_url), Memory()
    while not stop.is_set():
        try:
            with leadership(config.database_url, stop=stop, poll_seconds=config.poll_seconds) as leader:
                while leader is not None and not stop.is_set():
                    there_is_more = one_pass(redis, memory, config)
                    stop.wait(GATHER_SECONDS)
                    leader.wait(min(BUSY_SECONDS, config.poll_seconds) if there_is_more else config.poll_seconds)
        except (SQLAlchemyError, psycopg.Error) as error:
            log.warning("relay_without_database", error=type(error).__name__, reason=str(error))
            stop.wait(RETRY_SECONDS)


def one_pass(redis: Redis, memory: Memory, config: Config) -> bool:
    """Answers whether more may be due than the queues have room for."""
    uow.run(feed.position_events)
    try:
        return _nudge(redis, memory, config)
    except jobs.Unreachable as error:
        log.warning("relay_without_redis", error=type(error).__name__)
        return False


def _nudge(redis: Redis, memory: Memory, config: Config) -> bool:
    waiting = {queue: set(ids) for queue, ids in jobs.waiting(redis, list(QUEUES)).items()}
    memory.forget_lost(waiting, older_than=monotonic() - config.reenqueue_seconds)
    rooms = {queue: (MOST_WAITING_JOBS - len(ids)) * JOB_SIZE for queue, ids in waiting.items()}
    with uow.unit_of_work() as session:
        found = due(session, {queue: room for queue, room in rooms.items() if room > 0}, known=memory.deliveries)
        lagging = [name for name in feed.lagging(session) if name not in memory.readers]
    for group in _groups(found):
        _send_deliveries(redis, memory, group)
    for name in lagging:
        _send_reader(redis, memory, name)
    used = Counter(each.queue for each in found)
    return any(used[queue] >= room for queue, room in rooms.items())


def _groups(found: Sequence[Due]) -> Iterator[Sequence[Due]]:
    for _, rows in groupby(found, key=attrgetter("queue", "handler")):
        group = list(rows)
        size = effects.batch_of(group[0].handler)
        for start in range(0, len(group), size):
            yield group[start : start + size]


def _send_deliveries(redis: Redis, memory: Memory, group: Sequence[Due]) -> None:
    queue, handler = group[0].queue, group[0].handler
    sent = _send(redis, queue, "workers.jobs.deliveries.run", (handler, [each.id for each in group]))
    memory.deliveries |= {(each.id, each.attempt): sent for each in group}
    log.info("deliveries_passed_on", queue=queue, handler=handler, count=len(group), job_id=sent.job_id)


def _send_reader(redis: Redis, memory: Memory, name: str) -> None:
    memory.readers[name] = _send(redis, feed.consumers()[name].queue, "workers.jobs.feed.run", (name,))


def _send(redis: Redis, queue: str, function: str, arguments: tuple[object, ...]) -> Sent:
    nudge = Nudge(queue=queue, function=function, arguments=arguments, time_limit=QUEUES[queue].time_limit)
    return Sent(job_id=jobs.send(redis, nudge), queue=queue, at=monotonic())


if __name__ == "__main__":
    main()
