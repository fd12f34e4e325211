"""Floor A for batches: one Python process writes 100 orders per transaction by COPY."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.bench.baseline.sql import SITES
from tests.bench.case import Lab, Sample
from tests.bench.meters import metering, sample_of
from tests.bench.seed import SKUS

BATCH = 100
TAKE = """
UPDATE baseline.stock SET allocated = allocated + %s WHERE sku = %s AND site = %s AND on_hand - allocated >= %s
"""


@dataclass(frozen=True)
class Line:
    order_id: int
    position: int
    sku: str
    site: int
    quantity: int


def copying(lab: Lab, seconds: float) -> Sample:
    """As many batches as fit into the time."""
    rng, times = random.Random(), []
    with psycopg.connect(lab.database.url.replace("+psycopg", "")) as connection, metering(lab, ours=True) as spent:
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            _place(connection, rng)
            times.append((time.perf_counter() - start) * 1000)
    return sample_of(spent, len(times) * BATCH, times_ms=times)


def _place(connection: psycopg.Connection, rng: random.Random) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT nextval('baseline.orders_id_seq') FROM generate_series(1, %s)", [BATCH], prepare=True)
        ids = [row[0] for row in cursor.fetchall()]
        lines = [line for id in ids for line in _lines(id, rng)]
        _copy(cursor, "orders (id, email, site, units)", [(id, f"c{id}@example.com", 1, 4) for id in ids])
        _copy(cursor, "lines (order_id, position, sku, quantity)", [_line(one) for one in lines])
        _copy(cursor, "movements (order_id, sku, site, quantity)", [_movement(one) for one in lines])
        _copy(cursor, "payments (order_id, minor)", [(id, 4000) for id in ids])
        _copy(cursor, "outbox (topic, payload)", [("OrderPlaced", f'{{"order_id": {id}}}') for id in ids])
        _take(cursor, lines)


def _lines(id: int, rng: random.Random) -> list[Line]:
    site, skus = rng.randint(1, SITES), rng.sample(range(1, SKUS + 1), 3)
    return [Line(id, position, f"TEA-{sku}", site, 1) for position, sku in enumerate(skus, start=1)]


def _line(one: Line) -> tuple[Any, ...]:
    return one.order_id, one.position, one.sku, one.quantity


def _movement(one: Line) -> tuple[Any, ...]:
    return one.order_id, one.sku, one.site, one.quantity


def _copy(cursor: psycopg.Cursor[Any], target: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY baseline.{target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _take(cursor: psycopg.Cursor[Any], lines: Sequence[Line]) -> None:
    """A guarded update per line, as in the other floors, so that the order that is short is known; in one pipeline."""
    cursor.executemany(TAKE, [(one.quantity, one.sku, one.site, one.quantity) for one in lines])
    if cursor.rowcount != len(lines):
        raise RuntimeError("the floor found no stock")
