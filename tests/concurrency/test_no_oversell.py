"""Units are sold once, whoever asks, however many ask at the same time."""

import random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import uow
from app.kernel.crypto import keyring
from app.workflows.verify import see_one_moment, verify
from tests import agreement
from tests.concurrency import tasks
from tests.concurrency.crew import CREW, HANDS, work_together
from tests.factories.house import make_house

pytestmark = pytest.mark.race

SECONDS = 20.0


def prepared(engine, stock, *, skus=5):
    with Session(engine, autoflush=False) as session:
        make_house(session, stock, skus=skus)
        session.commit()


def promised(engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT coalesce(sum(allocated), 0) FROM stock_levels")).scalar_one()


def test_fifty_buyers_of_the_last_unit_get_one(database, database_engine):
    prepared(database_engine, {("TEA-1", "CMH1"): 1})

    sold = work_together(tasks.buy_one, database.url, [("TEA-1", 1)] * 50)

    assert sum(sold) == promised(database_engine) == 1


def test_the_code_alone_never_oversells(database, database_engine, servers):
    prepared(database_engine, {("TEA-1", "CMH1"): 40})
    drop_checks(servers, database)

    sold = work_together(tasks.buy_one, database.url, [("TEA-1", 25)] * CREW)

    assert sum(sold) == promised(database_engine) == 40


def test_the_check_alone_never_oversells(database, database_engine):
    prepared(database_engine, {("TEA-1", "CMH1"): 40})
    agreement.look_away(database.owner_url)  # a chain without a lock cannot be one

    sold = work_together(tasks.buy_one_without_lock, database.url, [("TEA-1", 25)] * CREW)

    assert sum(sold) == promised(database_engine) == 40


@pytest.mark.parametrize("batch", [1, 50])
def test_placing_and_cancelling_in_opposite_order_leaves_every_balance_right(database, database_engine, batch):
    seed = random.randrange(1_000_000)
    print(f"SEED={seed}")
    prepared(database_engine, {(f"TEA-{number}", "CMH1"): 100 for number in range(1, 51)}, skus=50)

    placed = work_together(
        tasks.place_and_cancel, database.url, [(seed + number * HANDS, SECONDS, 50, batch) for number in range(CREW)]
    )

    assert sum(placed) >= CREW * HANDS * batch
    with uow.unit_of_work() as session:
        see_one_moment(session)
        assert list(verify(session, keyring("k" * 32))) == []


def wrong_levels(engine) -> list[object]:
    """Levels whose balance is not the sum of their movements, or not what is promised to lines."""
    with engine.connect() as connection:
        return list(
            connection.execute(
                text(
                    "SELECT l.id FROM stock_levels l"
                    " LEFT JOIN (SELECT stock_level_id, sum(on_hand) AS on_hand, sum(allocated) AS allocated,"
                    " count(*) AS moves FROM stock_movements GROUP BY 1) m ON m.stock_level_id = l.id"
                    " LEFT JOIN (SELECT stock_level_id, sum(quantity) AS quantity FROM allocations GROUP BY 1) a"
                    " ON a.stock_level_id = l.id"
                    " WHERE l.on_hand <> coalesce(m.on_hand, 0) OR l.allocated <> coalesce(m.allocated, 0)"
                    " OR l.sequence <> coalesce(m.moves, 0) OR l.allocated <> coalesce(a.quantity, 0)"
                )
            ).scalars()
        )


def drop_checks(servers, database) -> None:
    with servers.postgres.connect(database.name) as connection:
        connection.execute("ALTER TABLE stock_levels DROP CONSTRAINT ck_stock_levels_promises")
