"""The steps, each told with its time; the whole ends with the figures of the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg

from app.cli.first_start import COMPANY
from app.kernel import feed
from app.kernel.uow import run
from app.workflows.count_sales import rebuild
from app.workflows.set_up_company import set_up_company
from tests.bench.data import goods, past, stock, story, today
from tests.bench.data.bare import bare

Tell = Callable[[str], None]
SETTINGS = (
    "SET synchronous_commit = off",
    "SET work_mem = '256MB'",
    "SET maintenance_work_mem = '1GB'",
    "SET max_parallel_maintenance_workers = 1",
    "SET timezone = 'UTC'",
    "SELECT setseed(0.2026)",
)
LARGEST = """
SELECT relname, pg_size_pretty(size) FROM (
    SELECT coalesce(parent.relname, c.relname) AS relname, sum(pg_total_relation_size(c.oid)) AS size
      FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
      LEFT JOIN pg_class parent ON parent.oid = i.inhparent
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1) sizes
 ORDER BY size DESC LIMIT 14
"""
TOTALS = "SELECT count(*), (SELECT count(*) FROM order_lines), pg_size_pretty(pg_database_size(current_database()))"


def build(owner_url: str, orders: int, *, tell: Tell) -> None:
    """Refuses a company that sells something already."""
    began = monotonic()
    run(lambda session: set_up_company(session, COMPANY))
    with _connect(owner_url) as connection:
        if connection.execute("SELECT 1 FROM skus LIMIT 1").fetchone():
            raise SystemExit("There are SKUs already: this needs an empty database (make reset).")
        for statement in SETTINGS:
            connection.execute(statement)
        _fill(connection, orders, tell)
        _finish(connection, tell)
    with _told("orders of today, through the verbs", tell):
        today.place_and_work(orders, tell=tell)
    with _told("sums of sales", tell):
        run(feed.position_events)
        run(rebuild)
    _report(owner_url, monotonic() - began, tell)


def _fill(connection: psycopg.Connection[Any], orders: int, tell: Tell) -> None:
    with _told("goods", tell):
        goods.make(connection)
    with _told("keys and indexes off, on again", tell), bare(connection):
        for part in (past.draw, stock.draw, story.steps, past.steps, stock.steps):
            for name, statement, values in part(connection, orders):
                with _told(name, tell):
                    connection.execute(statement, values or None)
        tell("keys and indexes on again ...")


def _finish(connection: psycopg.Connection[Any], tell: Tell) -> None:
    connection.execute("DROP SCHEMA made CASCADE")
    for table, column in connection.execute(SERIALS).fetchall():
        sequence = f"pg_get_serial_sequence('{table}', '{column}')"
        connection.execute(f"SELECT setval({sequence}, (SELECT coalesce(max({column}), 1) FROM {table}))")
    connection.execute("SELECT setval('order_numbers', 100000 + (SELECT count(*) FROM orders))")
    connection.execute("SELECT ensure_partitions('events'), ensure_partitions('stock_movements')")
    with _told("statistics", tell):
        connection.execute("VACUUM (ANALYZE)")


def _report(owner_url: str, seconds: float, tell: Tell) -> None:
    with _connect(owner_url) as connection:
        connection.execute("VACUUM (ANALYZE)")
        orders, lines, size = connection.execute(f"{TOTALS} FROM orders").fetchone() or (0, 0, "")
        for name, part in connection.execute(LARGEST).fetchall():
            tell(f"  {name:<20} {part:>10}")
    tell(f"{orders:,} orders, {lines:,} lines, {size}, {seconds / 60:.1f} minutes")


def _connect(owner_url: str) -> psycopg.Connection[Any]:
    """Binds values on this side, so that one step may be several statements."""
    url = owner_url.replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor)


@contextmanager
def _told(name: str, tell: Tell) -> Iterator[None]:
    began = monotonic()
    yield
    tell(f"{name}: {monotonic() - began:.1f} s")


SERIALS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND is_identity = 'YES'
   AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = table_name::regclass)
"""
