"""Several receivers at one purchase order at once, on real processes: all count, never more than may come."""

import random

import pytest
from sqlalchemy import text

from app.kernel import uow
from app.workflows.verify_purchasing import CHECKS, wrong_states
from tests.concurrency import dock_tasks
from tests.concurrency.crew import work_together
from tests.factories.buying import add_supplier, bought, come, sent
from tests.factories.floor import level
from tests.factories.house import make_house

pytestmark = pytest.mark.race


@pytest.fixture
def house(database_engine):
    uow.run(lambda session: make_house(session))
    uow.run(lambda session: add_supplier(session, over_percent=10))


def run(jobs, database) -> list[str]:
    random.shuffle(jobs)
    return work_together(_call, database.url, jobs)


def _call(task: str, *arguments: object) -> str:
    return str(getattr(dock_tasks, task)(*arguments))


def read(look):
    return uow.run(look)


def findings() -> list[str]:
    def look(session):
        return [sentence for check in CHECKS for sentence in check.find(session)] + list(wrong_states(session))

    return uow.run(look)


def test_receivers_all_count_each_scan_once_and_never_pass_the_tolerance_together(database, house):
    number = read(lambda session: sent(session, ("TEA-1", 20)))

    answers = run([("take_in", number, f"scan-{place % 40}", "TEA-1", 1) for place in range(60)], database)

    assert answers.count("done") >= 22
    assert all("no more may come in" in answer for answer in answers if answer != "done")
    assert read(lambda session: bought(session, number).received) == 22
    assert read(lambda session: level(session, "TEA-1", "CMH1").on_hand) == 22
    assert findings() == []


def test_deliveries_of_the_same_goods_in_any_order_do_not_lock_each_other_out(database, house):
    numbers = [read(lambda session: sent(session, ("TEA-1", 40), ("TEA-2", 40))) for _ in range(2)]
    ways = (("TEA-1", "TEA-2"), ("TEA-2", "TEA-1"))
    jobs = [("take_in_both", numbers[place % 2], f"s-{place}", ways[place // 2 % 2]) for place in range(32)]

    assert set(run(jobs, database)) == {"done"}
    assert read(lambda session: level(session, "TEA-2", "CMH1").on_hand) == 32
    assert findings() == []


def test_one_new_lot_that_many_bring_is_one_lot(database, house):
    read(lambda session: session.execute(text("UPDATE skus SET tracking = 'lot' WHERE code = 'TEA-1'")) and None)
    numbers = [read(lambda session: sent(session, ("TEA-1", 20))) for _ in range(4)]

    answers = run([("take_in_lot", numbers[place % 4], f"s-{place}", "TEA-1", "L-1") for place in range(16)], database)

    assert set(answers) == {"done"}
    assert read(lambda session: session.execute(text("SELECT count(*) FROM lots")).scalar()) == 1
    assert findings() == []


def test_receiving_taking_back_and_giving_up_at_once_leave_the_books_in_order(database, house):
    number = read(lambda session: sent(session, ("TEA-1", 30)))
    receipts = [read(lambda session: come(session, number, ("TEA-1", 2)).receipt_id) for _ in range(5)]
    jobs = [("take_back", id) for id in receipts * 2] + [("give_up", number)]
    jobs += [("take_in", number, f"scan-{place}", "TEA-1", 1) for place in range(12)]

    answers = run(jobs, database)

    undone = read(lambda session: session.execute(text("SELECT count(*) FROM receipts WHERE undoes_id > 0")).scalar())
    assert undone == 5
    assert any(answer != "done" for answer in answers)
    assert findings() == []
