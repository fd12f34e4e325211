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
WITH wanted AS (
    SELECT sku, site, sum(quantity) AS quantity FROM unnest(%s::text[], %s::int[], %s::int[]) AS v (sku, site, quantity)
     GROUP BY 1, 2)
UPDATE baseline.stock s SET allocated = allocated + w.quantity FROM wanted w
 WHERE s.sku = w.sku AND s.site = w.site AND s.on_hand - s.allocated >= w.quantity
"""


@dataclass(frozen=True)
class Line:
    order_id: int
    position: int
    sku: str
    site: int
    quantity: int


def copying(lab: Lab) -> Sample:
    """As many batches as fit into the time."""
    rng, times = random.Random(), []
    with psycopg.connect(lab.database.url.replace("+psycopg", "")) as connection, metering(lab, ours=True) as spent:
        end = time.perf_counter() + lab.seconds
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
    places = {(one.sku, one.site) for one in lines}
    values = [[one.sku for one in lines], [one.site for one in lines], [one.quantity for one in lines]]
    if cursor.execute(TAKE, values, prepare=True).rowcount != len(places):
        raise RuntimeError("the floor found no stock")
