"""Carries out what the relay passes on, in a process beside it that may die.

    python -m workers.worker [QUEUE ...]

Without names it serves every queue in turn.
"""

import os
import sys
from collections.abc import Callable, Iterator
from threading import Event
from types import FrameType
from typing import Any

from redis.exceptions import RedisError
from rq import Queue
from rq import Worker as RQWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker.base import DequeueStrategy
from rq.worker_registration import register

from app.config import Config
from app.kernel import jobs, logs
from workers import job_process, process
from workers.job_process import JobProcess
from workers.queues import QUEUES

WAIT_SECONDS = 1.0

log = logs.logger(__name__)


class Worker(RQWorker):
    """RQ's, but for this: its job process stays for the next job and ends with the worker; it lets a job end when Redis
    goes away meanwhile, and outlives a flush."""

    max_connection_wait_time = 4.0
    stop = Event()
    job_process: JobProcess | None = None

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        execution_id = self.execution.id if self.execution else ""
        asked = (job.id, queue.name, execution_id)
        if self.job_process is None or not self.job_process.take(*asked):
            self.job_process = job_process.fork(self._serve)
            self.job_process.take(*asked)
        self._horse_pid = self.job_process.pid

    def wait_for_horse(self) -> tuple[int | None, int | None, Any]:
        if self.job_process is not None and self.job_process.has_done():
            return self._horse_pid, os.EX_OK, None
        self.job_process = None
        return super().wait_for_horse()

    def _serve(self, asked: Iterator[list[str]], say_done: Callable[[], None]) -> None:
        process.begin_child(self.pid or 0)
        self.setup_work_horse_signals()  # type: ignore[no-untyped-call]
        self._is_horse = True
        for job_id, queue_name, execution_id in asked:
            job = Job.fetch(job_id, connection=self.connection, serializer=self.serializer)
            queue = Queue(queue_name, connection=self.connection, serializer=self.serializer)
            self.perform_job(job, queue, Execution(execution_id, job_id, connection=self.connection))
            say_done()

    def maintain_heartbeats(self, job: Job, execution: Execution) -> None:
        try:
            super().maintain_heartbeats(job, execution)
        except RedisError as error:
            log.warning("worker_without_redis", error=type(error).__name__)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        super().heartbeat(timeout, pipeline)
        if pipeline is None and not self.connection.sismember(self.redis_workers_keys, self.key):
            self.connection.hset(self.key, mapping=self.serialize())  # a flush took what was written at birth
            register(self)

    def request_stop(self, signum: Any, frame: FrameType | None) -> None:
        self.stop.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def main(names: list[str]) -> None:
    unknown = sorted(set(names) - set(QUEUES))
    if unknown:
        raise SystemExit(f"no such queue: {', '.join(unknown)}; there are {', '.join(QUEUES)}")
    config = process.start()
    while not Worker.stop.is_set():
        _work_until_redis_fails(config, names or list(QUEUES))
        Worker.stop.wait(WAIT_SECONDS)


def _work_until_redis_fails(config: Config, names: list[str]) -> None:
    redis = jobs.connect(config.redis_url)
    try:
        worker = Worker(
            names,
            connection=redis,
            serializer=JSONSerializer,
            worker_ttl=config.worker_ttl_seconds,
            maintenance_interval=config.maintenance_seconds,
            job_monitoring_interval=config.maintenance_seconds,
            log_job_description=False,
        )
        worker.work(logging_level=config.log_level, dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
    except RedisError as error:
        log.warning("worker_without_redis", error=type(error).__name__)


if __name__ == "__main__":
    main(sys.argv[1:])
