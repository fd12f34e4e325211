"""Several people do the same thing to the same goods at the same moment, on real processes."""

import random

import pytest
from sqlalchemy import text

from app.kernel import uow
from tests.concurrency import floor_tasks
from tests.concurrency.crew import work_together
from tests.factories.floor import packed, pick_all, placed, released, works
from tests.factories.house import make_house

pytestmark = pytest.mark.race

BALANCED = """
SELECT s.id FROM stock_levels s
  LEFT JOIN (SELECT stock_level_id AS id, sum(quantity) AS promised FROM allocations GROUP BY 1) a USING (id)
  LEFT JOIN (SELECT stock_level_id AS id, sum(on_hand) AS on_hand, sum(allocated) AS allocated
               FROM stock_movements GROUP BY 1) m USING (id)
 WHERE s.allocated <> coalesce(a.promised, 0) OR s.on_hand <> coalesce(m.on_hand, 0)
    OR s.allocated <> coalesce(m.allocated, 0)
"""


def scalar(statement: str, **values: object):
    return uow.run(lambda session: session.execute(text(statement), values).scalar())


def rows(statement: str):
    return uow.run(lambda session: session.execute(text(statement)).all())


def run(task, jobs, database):
    return work_together(_call, database.url, [(task, *job) for job in jobs])


def _call(task: str, *arguments: object) -> str:
    return str(getattr(floor_tasks, task)(*arguments))


def test_many_hands_that_ship_one_parcel_ship_it_once(database, database_engine):
    uow.run(lambda session: make_house(session, {("TEA-1", "CMH1"): 9}))
    parcel_id = uow.run(lambda session: packed(session, ("TEA-1", 2)))

    answers = run("ship", [(parcel_id,)] * 12, database)

    assert set(answers) == {"done"}
    assert scalar("SELECT count(*) FROM stock_movements WHERE reason = 'ship'") == 1
    assert scalar("SELECT count(*) FROM events WHERE type = 'ParcelShipped'") == 1


def test_a_unit_is_shipped_or_cancelled_but_never_both(database, database_engine):
    uow.run(lambda session: make_house(session, {("TEA-1", "CMH1"): 100}))
    parcels = [uow.run(lambda session: packed(session, ("TEA-1", 1), ("TEA-1", 2))) for _ in range(8)]
    open_orders = [uow.run(lambda session: placed(session, ("TEA-1", 3))) for _ in range(8)]
    lines = rows("SELECT order_id, id FROM order_lines")

    jobs: list[tuple[object, ...]] = [("ship", id) for id in parcels]
    jobs += [("cancel", row.order_id, row.id) for row in lines]
    random.shuffle(jobs)
    work_together(_call, database.url, jobs)

    assert scalar("SELECT count(*) FROM order_lines WHERE shipped + cancelled > ordered") == 0
    assert scalar("SELECT sum(cancelled) FROM order_lines WHERE order_id = ANY(:ids)", ids=open_orders) == 24
    assert scalar("SELECT sum(shipped) FROM order_lines") == 24
    assert rows(BALANCED) == []


def test_many_terminals_pick_no_more_than_is_asked(database, database_engine):
    uow.run(lambda session: make_house(session, {("TEA-1", "CMH1"): 100}))
    one = uow.run(lambda session: released(session, ("TEA-1", 5)))

    answers = run("pick_one", [(one.id, "TEA-1", f"terminal-{number // 2}") for number in range(24)], database)

    assert scalar("SELECT picked FROM fulfilment_lines") == 5
    assert scalar("SELECT picked FROM order_lines") == 5
    assert scalar("SELECT count(*) FROM scans") == 5
    assert any("5 of 5 are picked" in answer for answer in answers)


def test_two_pickers_at_one_empty_shelf_leave_the_books_in_order(database, database_engine):
    uow.run(lambda session: make_house(session, {("TEA-1", "CMH1"): 40, ("TEA-1", "RNO1"): 7}))
    found = [uow.run(lambda session: released(session, ("TEA-1", 3))) for _ in range(8)]
    kept = uow.run(lambda session: pick_all(session, found[0]))

    run("empty_shelf", [(one.id, f"e-{one.id}") for one in found[1:]] * 2, database)

    assert rows(BALANCED) == []
    assert scalar("SELECT sum(allocated) FROM order_lines") == 3 + 7
    assert scalar("SELECT picked FROM order_lines WHERE order_id = :id", id=kept.order_id) == 3
    assert uow.run(lambda session: works(session, kept.order_id))[0].state == "picked"
