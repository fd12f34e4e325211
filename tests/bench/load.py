"""Clients by wrk, which is written in C: its own CPU time is measured all the same."""

import json
import resource
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from app.workflows.demo.words import FIRST_NAMES, LAST_NAMES, PLACES
from tests.bench.case import Lab, Sample
from tests.bench.meters import metering, sample_of
from tests.bench.seed import SKUS
from tests.instance import Instance

SCRIPT = Path(__file__).with_name("orders.lua")
MISSING = "wrk is missing: install it (Debian: apt-get install wrk), then run `make bench` again"


class Refused(Exception):
    """The server did not take every order; the rate would be a lie."""


@dataclass(frozen=True, kw_only=True)
class Load:
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int
    broken: int
    cpu_seconds: float


def need_wrk() -> None:
    """Ends the process with 2 where wrk is not installed."""
    if shutil.which("wrk") is None:
        print(MISSING, file=sys.stderr)
        raise SystemExit(2)


def placed_by_clients(lab: Lab, web: Instance, *, orders: str, clients: int, hot: bool = False) -> Sample:
    """``orders`` is the table that grows by a row per order."""
    pid = web.processes["web"].pid
    before = count(lab, orders)
    with metering(lab, [pid]) as spent:
        load = wrk(lab, web.url, clients=clients, seconds=lab.seconds, hot=hot)
        settle(lab, orders)
    if load.refused or load.broken:
        raise Refused(f"{load.refused} of {load.requests} orders were refused, {load.broken} broke; see {lab.folder}")
    used = spent.worked + spent.postgres + load.cpu_seconds
    return sample_of(
        spent,
        count(lab, orders) - before,
        rate=load.requests / load.seconds,
        p50_ms=load.p50_ms,
        p99_ms=load.p99_ms,
        load_share=load.cpu_seconds / used,
    )


def wrk(lab: Lab, url: str, *, clients: int, seconds: float, hot: bool = False) -> Load:
    places = [f"{city}|{state}|{code}" for city, state, code, _ in PLACES]
    kind, prefix, names = (
        "hot" if hot else "spread",
        secrets.token_hex(6),
        ["|".join(FIRST_NAMES), "|".join(LAST_NAMES)],
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [
            *("wrk", "-t", "1", "-c", str(clients), "-d", f"{max(1, round(seconds))}s", "--timeout", "30s"),
            *("-s", str(SCRIPT), f"{url}/api/v1/orders", "--", prefix, lab.api_key, str(SKUS), kind, *names, *places),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Load(**json.loads(done.stdout.strip().splitlines()[-1]), cpu_seconds=cpu)


def count(lab: Lab, table: str) -> int:
    with lab.servers.postgres.connect(lab.database.name) as connection:
        [found] = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or [0]
    return int(found)


def settle(lab: Lab, table: str) -> None:
    """Clients that are gone have left orders under way: wait until nothing is added any more."""
    last = -1
    while (now := count(lab, table)) != last:
        last = now
        time.sleep(0.2)
