"""Money that came in or went back: what the ledger takes, and what the order's payment status says then."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, StaleState
from app.kernel.money import Money
from app.orders.values import RequestedLine
from app.payments.ledger import CardNumber, Entry
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.place_orders import place_orders
from app.workflows.record_payments import RefundTooLarge, WrongCurrency, record_payments
from tests.factories.house import make_house, order_request


@pytest.fixture
def order_id(session):
    make_house(session, {("TEA-1", "CMH1"): 5})
    return place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)[0].order_id


def total(session, order_id):
    return session.execute(text("SELECT total_minor FROM orders WHERE id = :id"), {"id": order_id}).scalar_one()


def payment_status(session, order_id):
    return session.execute(text("SELECT payment_status FROM orders WHERE id = :id"), {"id": order_id}).scalar_one()


def payment(order_id, minor, **changes):
    values = {"order_id": order_id, "kind": "payment", "amount": Money(minor, "USD"), "method": "bank_transfer"}
    return Entry(**{**values, **changes})


def refund(order_id, minor, **changes):
    return payment(order_id, minor, kind="refund", **changes)


def test_paying_the_total_makes_the_order_paid(session, order_id):
    record_payments(session, [payment(order_id, total(session, order_id), reference="TX-1")], actor=SYSTEM)

    assert payment_status(session, order_id) == "paid"


def test_two_parts_in_one_batch_are_two_entries_and_one_balance(session, order_id):
    whole = total(session, order_id)

    ids = record_payments(session, [payment(order_id, 500), payment(order_id, whole - 500)], actor=SYSTEM)

    assert len(set(ids)) == 2
    assert payment_status(session, order_id) == "paid"


def test_giving_a_part_back_shows(session, order_id):
    record_payments(session, [payment(order_id, total(session, order_id))], actor=SYSTEM)

    record_payments(session, [refund(order_id, 500)], actor=SYSTEM)

    assert payment_status(session, order_id) == "partly_refunded"


def test_more_than_was_paid_cannot_be_given_back(session, order_id):
    record_payments(session, [payment(order_id, 1000)], actor=SYSTEM)

    with pytest.raises(RefundTooLarge, match=r"USD 10\.01 is more than the USD 10\.00"):
        record_payments(session, [refund(order_id, 1001)], actor=SYSTEM)


def test_money_cannot_be_given_back_twice_even_in_one_batch(session, order_id):
    record_payments(session, [payment(order_id, 1000)], actor=SYSTEM)

    with pytest.raises(StaleState, match=r"USD 4\.00 can still be given back"):
        record_payments(session, [refund(order_id, 600), refund(order_id, 600)], actor=SYSTEM)


def test_another_currency_is_refused(session, order_id):
    with pytest.raises(WrongCurrency, match="the order is in USD, not in EUR"):
        record_payments(session, [payment(order_id, 100, amount=Money(100, "EUR"))], actor=SYSTEM)


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_and_less_cannot_be_recorded(session, order_id, minor):
    with pytest.raises(DomainError, match="write more than zero"):
        record_payments(session, [payment(order_id, minor)], actor=SYSTEM)


@pytest.mark.parametrize("reference", ["4111111111111111", "4111-1111-1111-1111"])
def test_a_card_number_is_not_kept(session, order_id, reference):
    with pytest.raises(CardNumber, match="last four digits"):
        record_payments(session, [payment(order_id, 100, reference=reference)], actor=SYSTEM)


@pytest.mark.parametrize("reference", ["Caspian Reed", "Reed", "reed@example.com", "a\nb1"])
def test_a_name_does_not_get_into_the_ledger(session, order_id, reference):
    with pytest.raises(DomainError, match="a reference is the payment's number"):
        record_payments(session, [payment(order_id, 100, reference=reference)], actor=SYSTEM)


def test_a_failed_batch_leaves_nothing(session, order_id):
    entries = "SELECT count(*) FROM payment_entries"

    with pytest.raises(WrongCurrency), session.begin_nested():
        record_payments(session, [payment(order_id, 100), payment(order_id, 1, amount=Money(1, "EUR"))], actor=SYSTEM)

    assert session.execute(text(entries)).scalar_one() == 0


def test_of_two_refunds_of_sixty_per_cent_at_once_one_wins(database_engine):
    with uow.unit_of_work() as session:
        make_house(session, {("TEA-1", "CMH1"): 5})
        [placed] = place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)
        record_payments(session, [payment(placed.order_id, 1000)], actor=SYSTEM)

    def give_back(_):
        try:
            with uow.unit_of_work() as session:
                record_payments(session, [refund(placed.order_id, 600)], actor=SYSTEM)
        except StaleState:
            return "refused"
        return "given"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(give_back, range(2)))

    with uow.unit_of_work() as session:
        refunded = session.execute(text("SELECT refunded_minor FROM orders")).scalar_one()
    assert outcomes == ["given", "refused"]
    assert refunded == 600


def cancel(session, order_id, quantity):
    line_id = session.execute(text("SELECT id FROM order_lines WHERE order_id = :id"), {"id": order_id}).scalar_one()
    one = Cancellation(order_id=order_id, order_line_id=line_id, reason="customer", quantity=quantity)
    cancel_orders(session, [one], actor=SYSTEM)


def test_cancelled_units_are_not_owed(session, order_id):
    cancel(session, order_id, 1)

    record_payments(session, [payment(order_id, total(session, order_id) // 2)], actor=SYSTEM)

    assert payment_status(session, order_id) == "paid"


def test_cancelling_what_is_paid_leaves_money_to_give_back(session, order_id):
    whole = total(session, order_id)
    record_payments(session, [payment(order_id, whole)], actor=SYSTEM)

    cancel(session, order_id, 1)
    overpaid = payment_status(session, order_id)
    record_payments(session, [refund(order_id, whole // 2)], actor=SYSTEM)

    assert (overpaid, payment_status(session, order_id)) == ("overpaid", "paid")


def test_a_cancelled_order_keeps_no_delivery_charge(session, order_id):
    [placed] = place_orders(session, [order_request(("TEA-1", 2), shipping_minor=700)], actor=SYSTEM)
    record_payments(session, [payment(placed.order_id, total(session, placed.order_id))], actor=SYSTEM)

    cancel(session, placed.order_id, 2)

    assert payment_status(session, placed.order_id) == "overpaid"


def test_the_remainder_of_a_price_that_does_not_divide_stays_with_the_units_that_are_kept(session, order_id):
    lines = (RequestedLine(sku="TEA-1", quantity=3, total_minor=1000),)
    [placed] = place_orders(session, [replace(order_request(), lines=lines)], actor=SYSTEM)
    cancel(session, placed.order_id, 1)
    cancel(session, placed.order_id, 1)

    record_payments(session, [payment(placed.order_id, 334)], actor=SYSTEM)

    assert payment_status(session, placed.order_id) == "paid"
