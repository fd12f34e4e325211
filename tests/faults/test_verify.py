"""``verify`` finds each kind of damage, names the row, and says nothing about a healthy database."""

import random
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import time_machine
from psycopg.errors import RestrictViolation
from sqlalchemy import text

from app.inventory import heads
from app.inventory.post import Movement, post
from app.kernel import clock, uow
from app.kernel.actor import SYSTEM
from app.kernel.crypto import keyring
from app.kernel.money import Money
from app.payments.ledger import Entry
from app.workflows import verify_decisions
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.demo.days import work_a_day
from app.workflows.demo.goods import make_goods, stock_goods
from app.workflows.demo.requests import open_requests, past_requests
from app.workflows.place_orders import place_orders
from app.workflows.record_payments import record_payments
from app.workflows.set_up_company import set_up_company
from app.workflows.sign_chains import PURPOSE
from app.workflows.verify import Finding, counts, see_one_moment, verify
from tests.factories.house import COMPANY, House, make_house, order_request
from tests.faults.plant import plant

KEYS = keyring("k" * 32)


@pytest.fixture
def books(database, database_engine):
    """Orders, promises, money, lots and a signed head, made by the public verbs."""
    with uow.unit_of_work() as session:
        house = make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 5, ("TEA-2", "RNO1"): 5})
        put_two_lots(session, house)
    with uow.unit_of_work() as session:
        placed = place_orders(
            session,
            [order_request(("TEA-1", 2), ("TEA-2", 7)), order_request(("TEA-1", 3)), order_request(("TEA-5", 1))],
            actor=SYSTEM,
        )
    with uow.unit_of_work() as session:
        pay(session, placed[1].order_id)
        line = session.execute(text("SELECT id FROM order_lines WHERE order_id = :id"), {"id": placed[1].order_id})
        cancelled = Cancellation(
            order_id=placed[1].order_id, order_line_id=line.scalar_one(), quantity=1, reason="fraud"
        )
        cancel_orders(session, [cancelled], actor=SYSTEM)
        lost = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=-6, reason="lost")
        adjust_stock(session, [lost], actor=SYSTEM)
    sign(KEYS)
    return database


def put_two_lots(session, house: House) -> None:
    sku, site = house.skus["TEA-4"], house.sites["CMH1"]
    rows = session.execute(
        text("INSERT INTO lots (sku_id, code) VALUES (:sku, 'L1'), (:sku, 'L2') RETURNING id"), {"sku": sku}
    ).scalars()
    moved = [
        Movement(sku_id=sku, site_id=site, reason="opening", reference=("adjustment", 0), on_hand=units, lot_id=lot)
        for lot, units in zip(rows, (5, 3), strict=True)
    ]
    post(session, moved, actor=SYSTEM)


def pay(session, order_id: int) -> None:
    paid = Entry(order_id=order_id, kind="payment", amount=Money(5000, "USD"), method="cash")
    back = Entry(order_id=order_id, kind="refund", amount=Money(1000, "USD"), method="cash")
    record_payments(session, [paid], actor=SYSTEM)
    record_payments(session, [back], actor=SYSTEM)


def sign(keys) -> None:
    with uow.unit_of_work() as session:
        heads.take(session, keys.derive(PURPOSE)[0], as_of=clock.now() + timedelta(microseconds=1))


def findings(keys=KEYS) -> list[Finding]:
    with uow.unit_of_work() as session:
        see_one_moment(session)
        return list(verify(session, keys))


def test_a_healthy_database_has_no_findings(books):
    assert findings() == []


def test_an_empty_database_has_no_findings(database_engine):
    assert findings() == []


def test_a_company_with_work_in_every_state_has_no_findings(session):
    rng = random.Random(7)
    set_up_company(session, COMPANY)
    goods = make_goods(session)
    stock_goods(session, goods, rng, actor=SYSTEM)
    place_orders(session, past_requests(goods, rng, count=10, now=clock.now()), actor=SYSTEM)
    place_orders(session, open_requests(goods, rng, count=60, now=clock.now()), actor=SYSTEM)
    work_a_day(session, rng, actor=SYSTEM)

    assert list(verify(session, KEYS)) == []


def test_what_was_looked_at_is_counted(books):
    with uow.unit_of_work() as session:
        looked_at = counts(session)

    assert looked_at["orders"] == 3
    assert looked_at["movements"] > 5
    assert looked_at["signed heads"] == 1


EXPECTED = {
    "changed_balance": {
        "stock balances": ["stock of TEA-1 at CMH1 says on hand 4,"],
        "bins against on hand": ["TEA-1 at CMH1: 4 on hand, but bins and lots hold 3"],
    },
    "deleted_last_movement": {
        "stock chains": ["stock of TEA-1 at CMH1 counts", "the signed head of"],
        "stock balances": ["stock of TEA-1 at CMH1 says"],
        "bins and lots": ["TEA-1 at CMH1, no bin, no lot, good:"],
    },
    "movement_and_balance": {"stock chains": ["(number 1 of TEA-1 at CMH1) was changed: its hash does not fit"]},
    "rewritten_chain": {"stock chains": ["no longer fits: movements before that time were changed or cut"]},
    "cut_tail": {"stock chains": ["no longer fits: movements before that time were changed or cut"]},
    "stored_status": {"statuses": ["order W-100001 says delivered, "]},
    "swapped_lots": {
        "bins and lots": [
            "TEA-4 at CMH1, no bin, lot L1, good: 3 units are written there, the movements sum to 5",
            "TEA-4 at CMH1, no bin, lot L2, good: 5 units are written there, the movements sum to 3",
        ]
    },
    "forgotten_promise": {
        "promises by stock level": ["allocated, but order lines are promised"],
        "promises by order line": ["order W-100001, line"],
        "work against promises": ["order W-100001, line"],
    },
    "invented_payment": {"money ledger": ["says 5100 paid and 1000 refunded"]},
    "deleted_event": {"event sequences": ["numbered up to"]},
    "cheaper_line": {"order totals": ["order W-100001 says"]},
    "line_of_nothing": {
        "references": [
            "order W-100001 names an SKU that is not there or not its own: 999",
            "order W-100001 names at work an SKU that",
        ]
    },
    "forgotten_pick": {"stages of work": ["part 1 says picking; its units make it"]},
    "another_decision": {"routing decisions": ["order W-100001, decision 1 (placed) is not what its inputs make"]},
    "enlarged_work": {
        "work against order lines": ["order W-100001, line"],
        "work against promises": ["order W-100001, line"],
    },
}


@pytest.mark.parametrize("fault", EXPECTED)
def test_each_kind_of_damage_is_named(books, fault):
    plant(books.owner_url, fault)

    told = findings()

    assert {each.check for each in told} >= set(EXPECTED[fault])
    for check, phrases in EXPECTED[fault].items():
        sentences = [each.sentence for each in told if each.check == check]
        assert all(any(phrase in sentence for sentence in sentences) for phrase in phrases), sentences


@pytest.mark.parametrize(
    "fault", ["movement_and_balance", "rewritten_chain", "cut_tail", "swapped_lots", "stored_status"]
)
def test_damage_that_keeps_every_sum_is_found_by_its_own_check_alone(books, fault):
    plant(books.owner_url, fault)

    assert {each.check for each in findings()} <= {*EXPECTED[fault], *UNAVOIDABLE.get(fault, ())}


# Cutting a tail leaves the promise that it had posted.
UNAVOIDABLE = {"cut_tail": ("promises by stock level",)}


def test_of_many_decisions_another_part_is_decided_again_each_day(books, monkeypatch):
    plant(books.owner_url, "another_decision")
    monkeypatch.setattr(verify_decisions, "MOST", 1)
    days = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3, 4)]

    found = [[each.check for each in _at(day)] for day in days]

    assert sum(map(len, found)) == 1
    assert ["routing decisions"] in found


def _at(day: datetime) -> list[Finding]:
    with time_machine.travel(day):
        return findings()


@pytest.mark.parametrize("table", ["channels", "zones", "sites", "skus", "stock_levels"])
def test_nobody_removes_what_orders_refer_to(books, table):
    with psycopg.connect(books.owner_url.replace("+psycopg", "")) as connection, pytest.raises(RestrictViolation):
        connection.execute(f"DELETE FROM {table}")


def test_a_head_signed_with_a_strange_key_is_named(books):
    sign(keyring("x" * 32))

    assert [each.sentence.split(" UTC ")[1] for each in findings()] == ["was not signed with a key of ours"]


def test_a_head_signed_with_a_former_key_still_counts(books):
    assert findings(keyring("n" * 32, ["k" * 32])) == []


def test_movements_after_the_head_do_not_disturb_it(books):
    with uow.unit_of_work() as session:
        found = Adjustment(sku_id=1, site_id=1, on_hand=3, reason="found")
        adjust_stock(session, [found], actor=SYSTEM)

    assert findings() == []
