"""Units that are still to come are promised once, whoever pegs them, while supply and orders move."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.inventory.incoming import Expected, expect
from app.kernel import clock, uow
from app.kernel.actor import SYSTEM
from app.kernel.crypto import keyring
from app.workflows.place_orders import place_orders
from app.workflows.verify import see_one_moment, verify
from tests.concurrency import pegging_tasks as tasks
from tests.concurrency.crew import CREW, work_together
from tests.factories.house import make_house, order_request

pytestmark = pytest.mark.race

NOBODY_BOUGHT = "dated supply of purchase orders"  # here the lines of purchase orders are made up


@pytest.fixture
def house(database_engine):
    return uow.run(make_house)


def test_the_last_units_to_come_are_pegged_once_by_four_that_peg_at_once(house, database, database_engine):
    sku_id, site_id = house.skus["TEA-1"], house.sites["CMH1"]
    soon = clock.now().date() + timedelta(days=7)
    uow.run(lambda session: place_orders(session, [order_request(("TEA-1", 3))] * 4, actor=SYSTEM))
    for source_id in (1, 2):
        one = Expected(
            sku_id=sku_id, site_id=site_id, source="purchase", source_id=source_id, quantity=4, expected_on=soon
        )
        uow.run(lambda session, one=one: expect(session, [one], actor=SYSTEM))

    work_together(tasks.peg, database.url, [(sku_id,)] * CREW * 2)

    assert pegged() == (8, 8)
    assert findings() == []


def test_promises_hold_together_while_supply_moves_and_orders_come_and_go(house, database, database_engine):
    seed = random.randrange(1_000_000)
    print(f"SEED={seed}")
    sku_id, site_id = house.skus["TEA-1"], house.sites["CMH1"]
    jobs = [
        *((_order, seed + at, "TEA-1") for at in range(2)),
        *((_announce, seed + at, sku_id, site_id) for at in range(1)),
        (_receive, seed, sku_id, site_id),
    ]

    done = work_together(_call, database.url, jobs)

    assert all(done)
    assert findings() == []
    tasks.peg(sku_id)
    assert findings() == []


def _call(task, *arguments):
    return task(*arguments)


_order, _announce, _receive = tasks.order_and_cancel, tasks.announce_and_peg, tasks.receive_and_fill


def pegged() -> tuple[int, int]:
    with uow.unit_of_work() as session:
        return tuple(
            session.execute(
                text("SELECT (SELECT sum(pegged) FROM incoming)::int, (SELECT sum(quantity) FROM pegs)::int")
            ).one()
        )


def findings() -> list[str]:
    with uow.unit_of_work() as session:
        see_one_moment(session)
        told = [found for found in verify(session, keyring("k" * 32)) if found.check != NOBODY_BOUGHT]
        return [found.sentence for found in told]
