"""Rows go in without indexes, keys and triggers, which come back at the end, built from sorted rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

TABLES = (
    "order_contacts", "order_lines", "order_notes", "orders", "fulfilment_orders", "fulfilment_lines", "parcels",
    "parcel_lines", "payment_entries", "routing_decisions", "stock_movements", "events", "event_positions",
)  # fmt: skip


@contextmanager
def bare(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Foreign keys go first and come back last; what refers to a table that is filled goes with it."""
    keys = connection.execute(FOREIGN_KEYS, {"tables": list(TABLES)}).fetchall()
    constraints = connection.execute(CONSTRAINTS, {"tables": list(TABLES)}).fetchall()
    indexes = connection.execute(INDEXES, {"tables": list(TABLES)}).fetchall()
    for table, name, _ in (*keys, *constraints):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        connection.execute(definition)
    for table, name, definition in (*constraints, *keys):
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype = 'f' AND conparentid = 0
   AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[]))
"""

CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype IN ('p', 'u') AND conrelid = ANY(%(tables)s::regclass[])
"""

INDEXES = """
SELECT i.indexrelid::regclass::text, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') FROM pg_index i
 WHERE i.indrelid = ANY(%(tables)s::regclass[])
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
"""
