"""What a broken statement says about the database: away, busy, or our own mistake."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.kernel.uow import RETRIED, sqlstate

GONE = frozenset({"57P01", "57P02", "57P03", "53300", "08000", "08003", "08006"})
BUSY = RETRIED | {"55P03"}  # deadlock, serialisation failure, and a lock that was not waited for


def is_busy(error: SQLAlchemyError) -> bool:
    """Somebody else holds the row, or was chosen to go first: the same request may succeed in a moment."""
    return state_of(error) in BUSY


def is_away(error: SQLAlchemyError) -> bool:
    """The server is gone, or has no connection for us."""
    state = state_of(error)
    return state in GONE or (state is None and isinstance(error, OperationalError | InterfaceError | PoolTimeout))


def state_of(error: SQLAlchemyError) -> str | None:
    return sqlstate(error) if isinstance(error, DBAPIError) else None
