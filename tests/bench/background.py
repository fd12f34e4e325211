"""Relay and two workers as an installation has them, and waiting until they have nothing left to do."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.kernel import jobs
from tests.bench.case import Lab
from tests.instance import running_instance

PATIENCE = 300
WAITING = "deliveries WHERE state = 'ready'"


def files_of(lab: Lab) -> Path:
    """Where both workers keep files."""
    return lab.folder / "files"


@contextmanager
def background(lab: Lab, **settings: str) -> Iterator[list[int]]:
    """Answers the ids of the processes. The second worker has a folder of its own, for its log."""
    first, second = lab.folder / "background", lab.folder / "second"
    first.mkdir()
    second.mkdir()
    redis_url, settings = lab.servers.valkey.url, {"FILES_DIR": str(files_of(lab)), **settings}
    with (
        running_instance(lab.database, redis_url, first, programs=("relay", "worker"), **settings) as one,
        running_instance(lab.database, redis_url, second, programs=("worker",), **settings) as other,
    ):
        redis = jobs.connect(redis_url)
        wait_for(lambda: len(jobs.workers(redis)) >= 2, "two workers")
        yield [process.pid for instance in (one, other) for process in instance.processes.values()]


def drained(lab: Lab) -> float:
    """Waits until no delivery is left to do; answers the seconds."""
    start = time.perf_counter()
    with lab.servers.postgres.connect(lab.database.name) as connection:
        look = f"SELECT EXISTS (SELECT FROM {WAITING})"
        wait_for(lambda: connection.execute(look).fetchone() == (False,), "every delivery done")
    return time.perf_counter() - start


def wait_for(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.05)
