"""What PostgreSQL's planner is told where its statistics cannot help it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session


@contextmanager
def hash_joins(session: Session) -> Iterator[None]:
    """For statements that join whole tables: of rows that came just now there are no statistics, so it takes them for
    one, and nests loops for minutes."""
    session.execute(text("SET LOCAL enable_nestloop = off"))
    yield  # after an error there is nothing to put back: the rollback does it
    session.execute(text("SET LOCAL enable_nestloop = on"))
