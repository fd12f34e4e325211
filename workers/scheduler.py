"""Turns the schedule into deliveries. Any number may run: a moment belongs to whoever claims it first.

python -m workers.scheduler
"""

from collections.abc import Sequence
from datetime import datetime
from threading import Event

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.config import Config
from app.kernel import clock, deliveries, logs, uow
from app.kernel.deliveries import Delivery
from workers import process
from workers.schedule import TASKS, Task

log = logs.logger(__name__)

CLAIM = text(
    "INSERT INTO cron_ticks (name, scheduled_at)"
    " SELECT name, at FROM unnest(CAST(:names AS text[]), CAST(:moments AS timestamptz[])) AS given (name, at)"
    " ON CONFLICT DO NOTHING RETURNING name"
)


def main() -> None:
    config = process.start()
    run(config, stop=process.stop_event())


def run(config: Config, *, stop: Event) -> None:
    while not stop.is_set():
        try:
            uow.run(lambda session: tick(session, TASKS, now=clock.now()))
        except SQLAlchemyError as error:
            log.warning("scheduler_without_database", error=type(error).__name__)
        stop.wait(config.poll_seconds)


def tick(session: Session, tasks: Sequence[Task], *, now: datetime) -> list[str]:
    """Claim the latest moment of each task and leave a delivery for it, in one transaction; answers the claimed."""
    moments = {task.effect: task.latest(now) for task in tasks}
    claimed = session.execute(CLAIM, {"names": list(moments), "moments": list(moments.values())}).scalars().all()
    deliveries.add(session, [Delivery(handler=name, ids={"at": moments[name].isoformat()}) for name in claimed])
    return sorted(claimed)


if __name__ == "__main__":
    main()
