"""One poisoned member of a batch fails alone."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.kernel.errors import DomainError
from app.kernel.uow import RETRIED, sqlstate

A = TypeVar("A")
B = TypeVar("B")


def bisect(
    session: Session, items: Sequence[A], work: Callable[[Sequence[A]], Sequence[B]]
) -> list[B | DomainError | DBAPIError]:
    """Run ``work`` on all items under a savepoint; where that fails, on halves, down to the one that is to blame.

    Answers one result or one error per item, in order. A broken connection, a deadlock or a serialisation failure is
    nobody's fault: it is raised, and the whole batch may be run again.
    """
    try:
        with session.begin_nested():
            return list(work(items))
    except (DomainError, DBAPIError) as error:
        if is_nobodys_fault(error):
            raise
        if len(items) == 1:
            return [error]
    middle = len(items) // 2
    return [*bisect(session, items[:middle], work), *bisect(session, items[middle:], work)]


def is_nobodys_fault(error: Exception) -> bool:
    """A broken connection, a deadlock, a serialisation failure: no member of the batch is to blame."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or sqlstate(error) is None or sqlstate(error) in RETRIED
