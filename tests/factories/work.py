"""What workers would do, done here and now."""

from sqlalchemy import text

from app.kernel.uow import unit_of_work
from workers.carrying import carry_out

ROUNDS, LEASE_SECONDS = 100, 60.0


def work_off(*handlers: str) -> None:
    """Carry out all that is due for these effects, until nothing is left."""
    for _ in range(ROUNDS):
        todo = [(handler, ids) for handler in handlers if (ids := _due(handler))]
        if not todo:
            return
        for handler, ids in todo:
            carry_out(handler, ids, lease_seconds=LEASE_SECONDS)
    raise AssertionError(f"{handlers} make new work without end")


def _due(handler: str) -> list[int]:
    with unit_of_work() as session:
        rows = session.execute(
            text("SELECT id FROM deliveries WHERE handler = :handler AND state = 'ready' ORDER BY id LIMIT 100"),
            {"handler": handler},
        )
        return list(rows.scalars())
