"""A thread that keeps leases alive while the work goes on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from app.kernel import deliveries, logs
from app.kernel.deliveries import Held
from app.kernel.uow import unit_of_work

BEATS_PER_LEASE = 3

log = logs.logger(__name__)


@contextmanager
def heartbeat(held: Sequence[Held], *, seconds: float) -> Iterator[None]:
    """Extends the leases to ``seconds`` from now, three times in that span, until the block ends."""
    ended = Event()
    thread = Thread(target=_beat, args=(held, seconds, ended), name=f"heartbeat {held[0].id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(held: Sequence[Held], seconds: float, ended: Event) -> None:
    while not ended.wait(seconds / BEATS_PER_LEASE):
        try:
            with unit_of_work() as session:
                deliveries.extend(session, held, seconds=seconds)
        except SQLAlchemyError as error:
            log.warning("heartbeat_missed", delivery_ids=[each.id for each in held], error=type(error).__name__)
