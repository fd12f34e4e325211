"""One relay at a time: an advisory lock on a connection of its own, which also listens for hints."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

import psycopg
from sqlalchemy import Engine, NullPool, create_engine, text

from app.kernel.deliveries import CHANNEL

LOCK = 7_230_551


@dataclass(frozen=True)
class Leader:
    connection: "psycopg.Connection[object]"

    def wait(self, seconds: float) -> None:
        """Until something due was written, or the time is up. Raises psycopg.Error when the lock may be lost."""
        for _ in self.connection.notifies(timeout=seconds, stop_after=1):
            pass


@contextmanager
def leadership(url: str, *, stop: Event, poll_seconds: float) -> Iterator[Leader | None]:
    """Waits until the lock is ours; None when asked to stop before. ``url`` must not lead to a transaction pooler."""
    engine = _engine(url)
    with engine.connect() as connection:
        while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar_one():
            if stop.wait(poll_seconds):
                yield None
                return
        connection.execute(text(f"LISTEN {CHANNEL}"))
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        yield Leader(raw)


def _engine(url: str) -> Engine:
    return create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"application_name": "waybill relay", "connect_timeout": 5, "keepalives_idle": 10},
    )
