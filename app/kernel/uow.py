"""The only place that commits."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

T = TypeVar("T")

RETRIED = frozenset({"40001", "40P01"})
TRIES = 5

_factory: Callable[[], Session] | None = None
_open: ContextVar[bool] = ContextVar("unit_of_work_open", default=False)


def bind(engine: Engine | Connection, **options: Any) -> None:
    """Say which database the units of work of this process speak to."""
    global _factory
    _factory = lambda: Session(engine, expire_on_commit=False, autoflush=False, **options)  # noqa: E731


def unbind() -> None:
    """Forget the database, as before ``bind``."""
    global _factory
    _factory = None


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction: commits at the end of the block, rolls back on any exception. Nesting raises."""
    if _open.get():
        raise RuntimeError("a unit of work is already open: pass its session on")
    if _factory is None:
        raise RuntimeError("no database: call bootstrap.start() first")
    token = _open.set(True)
    session = _factory()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        _open.reset(token)


def is_open() -> bool:
    """Whether this thread is inside a unit of work: then nothing may call out."""
    return _open.get()


def run(work: Callable[[Session], T]) -> T:
    """A unit of work that is repeated, whole, when PostgreSQL reports a deadlock or a serialisation failure."""
    for attempt in range(1, TRIES + 1):
        try:
            with unit_of_work() as session:
                return work(session)
        except (DBAPIError, OperationalError) as error:
            if attempt == TRIES or sqlstate(error) not in RETRIED:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311
    raise AssertionError("unreachable")


def sqlstate(error: DBAPIError) -> str | None:
    """The five-character code that PostgreSQL gave, or None when the connection itself broke."""
    return getattr(error.orig, "sqlstate", None)
