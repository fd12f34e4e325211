"""A thread that keeps a lease alive while the work goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from app.kernel import deliveries, logs
from app.kernel.deliveries import Fenced, Held
from app.kernel.uow import unit_of_work

BEATS_PER_LEASE = 3

log = logs.logger(__name__)


@contextmanager
def heartbeat(held: Held, *, seconds: float) -> Iterator[None]:
    """Extends the lease to ``seconds`` from now, three times in that span, until the block ends or it is lost."""
    ended = Event()
    thread = Thread(target=_beat, args=(held, seconds, ended), name=f"heartbeat {held.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(held: Held, seconds: float, ended: Event) -> None:
    while not ended.wait(seconds / BEATS_PER_LEASE):
        try:
            with unit_of_work() as session:
                deliveries.extend(session, held, seconds=seconds)
        except Fenced:
            return
        except SQLAlchemyError as error:
            log.warning("heartbeat_missed", delivery_id=held.id, error=type(error).__name__)
