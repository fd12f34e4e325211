"""A site's goods are promised to orders or sent to another site, never both; and each arrival counts once."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import uow
from app.kernel.crypto import keyring
from app.workflows.verify import see_one_moment, verify
from tests.concurrency import transfer_tasks
from tests.concurrency.crew import CREW, work_together
from tests.factories.house import make_house
from tests.factories.transfers import line_of, sent

pytestmark = pytest.mark.race


def stocked(engine, units):
    with Session(engine, autoflush=False) as session:
        make_house(session, {("TEA-1", "CMH1"): units})
        session.commit()


def clean() -> bool:
    with uow.unit_of_work() as session:
        see_one_moment(session)
        return list(verify(session, keyring("k" * 32))) == []


def test_transfers_and_orders_share_the_same_units_once(database, database_engine):
    stocked(database_engine, 60)
    jobs = [("sell", "TEA-1", 10), ("send", "TEA-1", 10)] * CREW

    results = work_together(transfer_tasks.sell_or_send, database.url, jobs)

    sold, gone = (sum(counts) for counts in zip(*results, strict=True))
    with database_engine.connect() as connection:
        level = connection.execute(text("SELECT on_hand, allocated FROM stock_levels ORDER BY on_hand DESC")).first()
    assert sold + gone == 60
    assert min(sold, gone) > 0
    assert (level.on_hand, level.allocated) == (60 - gone, sold)
    assert clean()


def test_terminals_that_scan_the_same_delivery_count_each_scan_once(database, database_engine):
    stocked(database_engine, 40)
    with Session(database_engine, autoflush=False) as session:
        transfer_id = sent(session, ("TEA-1", 30))
        session.commit()
    scans = [f"scan-{number}" for number in range(20)]

    work_together(transfer_tasks.receive_one, database.url, [(transfer_id, "TEA-1", scans)] * CREW)

    with Session(database_engine) as session:
        line = line_of(session, transfer_id)
    assert (line.arrived, line.in_transit) == (20, 10)
    assert clean()
