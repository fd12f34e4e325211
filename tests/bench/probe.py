"""Is the disk itself stalling? A process of its own writes 4 kB five times a second and waits for fdatasync.

The rule, fixed beforehand: a round whose probe has a mean over 5 ms says nothing, and is repeated at most five times.
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

EVERY_SECONDS, BLOCK, BLOCKS = 0.2, b"x" * 4096, 256
LARGEST_MEAN_MS = 5.0


@dataclass
class Probe:
    """Known when the block has ended."""

    mean_ms: float = 0
    worst_ms: float = 0

    @property
    def is_stalled(self) -> bool:
        return self.mean_ms > LARGEST_MEAN_MS


@contextmanager
def probing(folder: Path) -> Iterator[Probe]:
    found = Probe()
    command = [sys.executable, "-m", "tests.bench.probe", str(folder / "probe")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield found
    finally:
        printed, _ = process.communicate()
    times = json.loads(printed)
    found.mean_ms, found.worst_ms = sum(times) / len(times), max(times)


def main(path: str) -> None:
    """Until standard input is closed; prints milliseconds."""
    times: list[float] = []
    file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    os.pwrite(file, BLOCK * BLOCKS, 0)  # overwritten later, like WAL: a file that grows waits for the journal as well
    os.fsync(file)
    while not times or not select.select([sys.stdin], [], [], EVERY_SECONDS)[0]:
        start = time.perf_counter()
        os.pwrite(file, BLOCK, len(times) % BLOCKS * len(BLOCK))
        os.fdatasync(file)
        times.append((time.perf_counter() - start) * 1000)
    os.close(file)
    print(json.dumps(times))


if __name__ == "__main__":
    main(sys.argv[1])
