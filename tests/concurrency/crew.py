"""Several real processes that work on one database at once."""

import multiprocessing
import random
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import app.models  # noqa: F401
from app.kernel import uow
from app.kernel.db import open_engine

CREW = 4


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


def _start(url: str) -> None:
    uow.bind(open_engine(url, pool_size=2, application_name="crew"))
