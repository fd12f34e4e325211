"""Nudges through Redis: an RQ job carries the ids of rows that are due, never the work itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

Unreachable = RedisError

SOCKET_SECONDS = 5
KEEP_FAILED_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class Nudge:
    """``function`` by dotted path; ``arguments`` are names and ids."""

    queue: str
    function: str
    arguments: tuple[Any, ...]
    time_limit: int


@dataclass(frozen=True)
class Seen:
    """A worker, the queues it serves, and when it last said so."""

    name: str
    queues: frozenset[str]
    at: datetime | None


def connect(url: str) -> Redis:
    return Redis.from_url(url, socket_connect_timeout=SOCKET_SECONDS, socket_timeout=SOCKET_SECONDS)


def send(redis: Redis, nudge: Nudge) -> str:
    """Enqueue; answers the job's id. Raises Unreachable."""
    job = Queue(nudge.queue, connection=redis, serializer=JSONSerializer).enqueue(
        nudge.function,
        *nudge.arguments,
        job_timeout=nudge.time_limit,
        result_ttl=0,
        failure_ttl=KEEP_FAILED_SECONDS,
    )
    return str(job.id)


def waiting(redis: Redis, queues: Sequence[str]) -> Mapping[str, list[str]]:
    """Ids of the jobs that no worker has taken yet, by queue. Raises Unreachable."""
    return {name: Queue(name, connection=redis, serializer=JSONSerializer).get_job_ids() for name in queues}


def workers(redis: Redis) -> list[Seen]:
    """Who has said lately that it works. Raises Unreachable."""
    found = Worker.all(connection=redis, serializer=JSONSerializer)
    return [Seen(each.name, frozenset(each.queue_names()), each.last_heartbeat) for each in found]
