"""The demo company: the same every time, and with something to see in every state."""

import random

from sqlalchemy import text

from app.company import settings
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.workflows import verify_counts, verify_numbers, verify_purchasing, verify_rules, verify_stock
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


def made(session):
    rng = random.Random(1)
    set_up_company(session, COMPANY)
    goods = make_goods(session)
    stock_goods(session, goods, rng, actor=SYSTEM)
    place_orders(session, past_requests(goods, rng, count=40, now=clock.now()), actor=SYSTEM)
    place_orders(session, open_requests(goods, rng, count=60, now=clock.now()), actor=SYSTEM)
    return work_a_day(session, rng, actor=SYSTEM)


def test_the_demo_has_an_order_to_mend_and_slips_that_say_who_sends(session, bound):
    set_up_company(session, COMPANY)
    session.commit()

    make_demo(past=5, fresh=10, tell=lambda line: None)

    assert session.execute(text("SELECT count(*) FROM intake_exceptions")).scalar_one() == 1
    assert "Mill Lane" in settings.read(session).slip_sender


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


def test_the_demos_stock_has_a_past_and_something_runs_low(session, bound):
    set_up_company(session, COMPANY)
    session.commit()

    make_demo(past=1, fresh=10, tell=lambda line: None)

    days, alerts, kinds = session.execute(
        text(
            "SELECT (SELECT count(DISTINCT day) FROM stock_days), (SELECT count(*) FROM stock_alerts),"
            " (SELECT count(DISTINCT kind) FROM stock_rules)"
        )
    ).one()
    assert days > 25
    assert 5 < alerts < 150
    assert kinds == 3
    assert [sentence for check in verify_rules.CHECKS for sentence in check.find(session)] == []


def test_the_demo_shows_counts_in_every_state_and_their_books_agree(session, bound):
    set_up_company(session, COMPANY)
    session.commit()

    make_demo(past=2, fresh=8, tell=lambda line: None)

    states = session.execute(text("SELECT state FROM counts")).scalars()
    found = [sentence for check in (*verify_counts.CHECKS, *verify_stock.CHECKS) for sentence in check.find(session)]
    assert set(states) == {"posted", "awaiting_approval", "recount", "counting"}
    assert found == []


def test_the_demo_has_a_purchase_order_to_receive_by_number(session, bound):
    set_up_company(session, COMPANY)
    session.commit()

    make_demo(past=1, fresh=8, tell=lambda line: None)

    rows = session.execute(text(BY_NUMBER)).all()
    named = session.execute(text(NUMBERS)).scalars().all()
    checks = (*verify_numbers.CHECKS, *verify_purchasing.CHECKS)
    assert [(row.state, row.open) for row in rows] == [("partly_received", units) for units in (3, 6, 6, 6)]
    assert {row.name.rsplit(" ", 1)[0] for row in rows} == {"Climbing rope", "Gas stove"}
    assert len(named) == 3
    assert named == sorted(named)
    assert [sentence for check in checks for sentence in check.find(session)] == []
