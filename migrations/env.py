"""Runs migrations as the owner of the tables, one process at a time."""

from time import sleep
from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

from app.config import Config
from app.models import metadata

LOCK = 7_316_001  # any number that nothing else locks


def url() -> str:
    """Given by app.schema; from the environment when a developer calls ``alembic`` itself."""
    given: Any = context.config.attributes.get("url")
    return str(given) if given else Config.from_environment().owner_database_url


def run(connection: Connection) -> None:
    _wait_for_turn(connection)
    context.configure(
        connection=connection, target_metadata=metadata, compare_server_default=False, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()


def _wait_for_turn(connection: Connection) -> None:
    """By asking again: a statement that waits is a transaction whose end an index that is built concurrently awaits."""
    while not _take_turn(connection):
        sleep(0.2)


def _take_turn(connection: Connection) -> bool:
    is_mine = connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK})
    connection.commit()
    return bool(is_mine)


engine = create_engine(url(), poolclass=pool.NullPool, connect_args={"options": "-c timezone=UTC -c lock_timeout=20s"})
with engine.connect() as connection:
    run(connection)
