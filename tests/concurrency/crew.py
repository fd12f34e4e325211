"""Several real processes that work on one database at once."""

import multiprocessing
import random
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from sqlalchemy import create_engine

import app.models  # noqa: F401
from app.kernel import uow

CREW = 4
HANDS = 50
CONNECTIONS = 10


def work_together(task: Callable[..., Any], url: str, jobs: list[tuple[Any, ...]]) -> list[Any]:
    """Run ``task(*job)`` for every job on ``CREW`` spawned processes, each with a pool of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(CREW, mp_context=context, initializer=_start, initargs=(url,)) as pool:
        futures = [pool.submit(task, *job) for job in jobs]
        return [future.result(timeout=120) for future in futures]


def until(seconds: float, seed: int, act: Callable[[random.Random], Any]) -> list[Any]:
    """Act again and again for so long; the seed makes the same choices."""
    rng, results, end = random.Random(seed), [], time.monotonic() + seconds
    while time.monotonic() < end:
        results.append(act(rng))
    return results


def with_many_hands(act: Callable[[int], Any], seed: int) -> list[Any]:
    """In this process, ``HANDS`` tasks at once, each with a seed of its own."""
    with ThreadPoolExecutor(HANDS) as hands:
        return list(hands.map(act, range(seed, seed + HANDS)))


def _start(url: str) -> None:
    """Fewer connections than hands: whoever has none waits for as long as it takes."""
    options = "-c timezone=UTC -c lock_timeout=20s -c application_name=crew"
    engine = create_engine(
        url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=100, connect_args={"options": options}
    )
    uow.bind(engine)
