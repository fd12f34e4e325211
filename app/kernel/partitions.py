"""Partitions of the append-only tables, made ahead of the ids that will fall into them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

TABLES = ("events", "stock_movements")


def ensure_ahead(session: Session) -> int:
    """Make what is missing, as the owner of the tables (a function of migration 0002); answers how many that were."""
    statement = text("SELECT ensure_partitions(:parent)")
    return sum(session.execute(statement, {"parent": table}).scalar_one() for table in TABLES)
