"""Counting statements where they run: in PostgreSQL, whoever sent them and by which way."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.servers import Database, Servers

FORGET = """
SELECT pg_stat_statements_reset(0, oid, 0) FROM pg_database WHERE datname = %s
"""
RAN = """
SELECT query, calls FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid
 WHERE datname = %s AND toplevel AND query NOT LIKE '%%next_please'
"""
NEXT = text("SELECT pg_backend_pid() AS next_please")


@contextmanager
def counted_statements(servers: Servers, database: Database, session: Session) -> Iterator[list[str]]:
    """Filled at the end of the block, each statement as often as it ran; what triggers run is not counted."""
    counted: list[str] = []
    session.execute(NEXT)
    with servers.postgres.connect() as connection:
        connection.execute(FORGET, [database.name])
        yield counted
        session.execute(NEXT)  # PostgreSQL counts a statement when the next one begins
        for query, calls in connection.execute(RAN, [database.name]):
            counted.extend([query] * calls)
