"""What a piece of work costs: CPU from /proc, WAL from PostgreSQL, the clock."""

import os
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.bench.case import Lab, Sample

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(kw_only=True)
class Spent:
    """CPU in seconds: of the processes that work, and of PostgreSQL. Whole once the block has ended."""

    seconds: float = 0
    worked: float = 0
    postgres: float = 0
    wal_bytes: int = 0


@contextmanager
def metering(lab: Lab, pids: Collection[int] = (), *, ours: bool = False) -> Iterator[Spent]:
    """``pids``: the roots of the process trees that do the work; with ``ours`` this process does."""
    spent = Spent()
    before = _reading(lab, pids, ours)
    try:
        yield spent
    finally:
        after = _reading(lab, pids, ours)
        for name, value in vars(after).items():
            setattr(spent, name, value - getattr(before, name))


def sample_of(
    spent: Spent, done: int, *, rate: float | None = None, times_ms: Sequence[float] = (), **more: Any
) -> Sample:
    """Costs per piece; the rate is that of the metered time unless a better one is known."""
    if not done:
        raise RuntimeError("nothing was done in the whole round")
    sample = Sample(
        rate=done / spent.seconds if rate is None else rate,
        web_ms=spent.worked * 1000 / done if spent.worked else None,
        postgres_ms=spent.postgres * 1000 / done,
        wal_bytes=spent.wal_bytes / done,
        **more,
    )
    if len(times_ms) < 2:
        return sample
    cuts = quantiles(times_ms, n=100, method="inclusive")
    return replace(sample, p50_ms=cuts[49], p99_ms=cuts[98])


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    try:
        lists = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [pid, *(below for children in lists for child in children.split() for below in tree(int(child)))]


def resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def _reading(lab: Lab, pids: Collection[int], ours: bool) -> Spent:
    own = time.process_time() if ours else 0
    return Spent(
        seconds=time.perf_counter(),
        worked=own + sum(_cpu_seconds(one) for pid in pids for one in tree(pid)),
        postgres=sum(_cpu_seconds(one) for one in tree(_postmaster(lab))),
        wal_bytes=_wal(lab),
    )


def _cpu_seconds(pid: int) -> float:
    """With the children that have ended: a server's sessions come and go."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, words[11:15])) / TICKS


def _postmaster(lab: Lab) -> int:
    return int((lab.servers.postgres.place.postgres_data / "postmaster.pid").read_text().splitlines()[0])


def _wal(lab: Lab) -> int:
    with lab.servers.postgres.connect() as connection:
        [bytes_] = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone() or [0]
    return int(bytes_)
