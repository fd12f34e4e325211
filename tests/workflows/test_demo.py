"""The demo company: the same every time, and with something to see in every state."""

import random

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.company import settings
from app.kernel import clock, uow
from app.kernel.actor import SYSTEM
from app.kernel.db import open_engine
from app.workflows import (
    verify_counts,
    verify_lots,
    verify_numbers,
    verify_purchasing,
    verify_rules,
    verify_stock,
    verify_transfers,
)
from app.workflows.demo.days import work_a_day
from app.workflows.demo.goods import make_goods, stock_goods
from app.workflows.demo.make import make_demo
from app.workflows.demo.past_stock import live_a_quarter
from app.workflows.demo.requests import open_requests, past_requests
from app.workflows.place_orders import place_orders
from app.workflows.set_up_company import set_up_company
from tests.factories.house import COMPANY

UNITS = """
SELECT s.code, t.code, l.on_hand FROM stock_levels l JOIN skus s ON s.id = l.sku_id JOIN sites t ON t.id = l.site_id
 ORDER BY 1, 2
"""

BY_NUMBER = """
SELECT o.state, l.ordered - l.received AS open, l.name FROM purchase_order_lines l
  JOIN purchase_orders o ON o.id = l.purchase_order_id JOIN skus s ON s.id = l.sku_id
 WHERE s.tracking = 'serial' ORDER BY l.position
"""
NUMBERS = """
SELECT n.code FROM serial_moves m JOIN serials n ON n.id = m.serial_id WHERE m.reference_type = 'receipt_line'
 ORDER BY m.id
"""
MODULES = verify_counts, verify_lots, verify_numbers, verify_purchasing, verify_rules, verify_stock, verify_transfers


@pytest.fixture(scope="module")
def demo(servers):
    """A session that reads the demo company, furnished once for the tests that only look at it."""
    engine = open_engine(servers.clone("demo").url, pool_size=5, application_name="tests")
    uow.bind(engine)
    uow.run(lambda session: set_up_company(session, COMPANY))
    make_demo(past=5, fresh=20, tell=lambda line: None)
    uow.unbind()
    with Session(engine) as session:
        yield session
    engine.dispose()
    servers.drop("demo")


def made(session):
    rng = random.Random(1)
    set_up_company(session, COMPANY)
    goods = make_goods(session)
    stock_goods(session, goods, rng, actor=SYSTEM)
    place_orders(session, past_requests(goods, rng, count=40, now=clock.now()), actor=SYSTEM)
    place_orders(session, open_requests(goods, rng, count=60, now=clock.now()), actor=SYSTEM)
    return work_a_day(session, rng, actor=SYSTEM)


def test_the_books_of_the_demo_agree(demo):
    assert [sentence for module in MODULES for check in module.CHECKS for sentence in check.find(demo)] == []


def test_the_demo_has_an_order_to_mend_and_slips_that_say_who_sends(demo):
    assert demo.execute(text("SELECT count(*) FROM intake_exceptions")).scalar_one() == 1
    assert "Mill Lane" in settings.read(demo).slip_sender


def lived(session):
    """Units by SKU and site after a quarter, taken back again; the ids that were given are not given twice."""
    with session.begin_nested() as once:
        goods = make_goods(session)
        stock_goods(session, goods, random.Random(1), actor=SYSTEM)
        live_a_quarter(session, random.Random(1), until=clock.now(), actor=SYSTEM)
        found = session.execute(text(UNITS)).all()
        once.rollback()
    return found


def test_the_stock_of_the_demo_is_the_same_whatever_ids_its_goods_get(session):
    set_up_company(session, COMPANY)

    assert lived(session) == lived(session)


def test_the_demo_shows_an_order_in_every_state(session):
    assert made(session) == 60

    states = set(session.execute(text("SELECT status FROM orders WHERE NOT is_history")).scalars())
    assert states >= {"received", "confirmed", "in_process", "shipped", "delivered", "cancelled"}
    work = set(session.execute(text("SELECT fulfilment_status FROM orders WHERE NOT is_history")).scalars())
    assert work >= {"backordered", "allocated", "released", "picking", "picked", "packed", "shipped", "delivered"}


def test_the_demos_stock_has_a_past_and_something_runs_low(demo):
    days, alerts, kinds = demo.execute(
        text(
            "SELECT (SELECT count(DISTINCT day) FROM stock_days), (SELECT count(*) FROM stock_alerts),"
            " (SELECT count(DISTINCT kind) FROM stock_rules)"
        )
    ).one()

    assert days > 25
    assert 5 < alerts < 150
    assert kinds == 3


def test_the_demo_shows_counts_in_every_state(demo):
    states = demo.execute(text("SELECT state FROM counts")).scalars()

    assert set(states) == {"posted", "awaiting_approval", "recount", "counting"}


def test_the_demo_has_shelves_and_transfers_in_every_state(demo):
    states = demo.execute(text("SELECT DISTINCT state FROM transfers")).scalars()
    kinds = demo.execute(text("SELECT kind, sum(quantity) FROM bins JOIN bin_stock ON bin_id = bins.id GROUP BY 1"))
    numbered = demo.execute(text("SELECT count(*) FROM serials WHERE state = 'in_transit'")).scalar_one()

    assert set(states) == {"draft", "sent", "partly_arrived", "arrived", "closed_with_loss"}
    assert {row.kind for row in kinds if row.sum} >= {"pick", "bulk"}
    assert numbered > 0


def test_the_demo_has_a_purchase_order_to_receive_by_number(demo):
    rows = demo.execute(text(BY_NUMBER)).all()
    named = demo.execute(text(NUMBERS)).scalars().all()

    assert [(row.state, row.open) for row in rows] == [("partly_received", units) for units in (3, 6, 6, 6)]
    assert {row.name.rsplit(" ", 1)[0] for row in rows} == {"Climbing rope", "Gas stove"}
    assert len(named) == 3
    assert named == sorted(named)
