"""Payments and refunds by program."""

import pytest
from sqlalchemy import text

from tests.web.api.conftest import order_body


@pytest.fixture
def number(send):
    return send("post", "/orders", order_body()).json["number"]


def entry(amount, currency="USD", **changes):
    return {"amount": {"amount": amount, "currency": currency}, "method": "bank_transfer", **changes}


def test_a_payment_is_recorded(send, number):
    answer = send("post", f"/orders/{number}/payments", entry("5.00", reference="TX-1"), once="p1")

    assert answer.status_code == 201
    assert answer.json["paid"] == {"amount": "5.00", "currency": "USD"}
    assert answer.json["status"]["payment"] == "partly_paid"


def test_the_same_key_records_one_payment(send, session, number):
    first = send("post", f"/orders/{number}/payments", entry("5.00"), once="p1")
    second = send("post", f"/orders/{number}/payments", entry("5.00"), once="p1")

    assert second.data == first.data
    assert session.execute(text("SELECT count(*) FROM payment_entries")).scalar_one() == 1


def test_the_same_key_with_another_amount_is_refused(send, number):
    send("post", f"/orders/{number}/payments", entry("5.00"), once="p1")

    assert send("post", f"/orders/{number}/payments", entry("6.00"), once="p1").status_code == 422


def test_without_a_key_no_money_is_recorded(send, session, number):
    refused = send("post", f"/orders/{number}/payments", entry("5.00"))

    assert refused.status_code == 400
    assert session.execute(text("SELECT count(*) FROM payment_entries")).scalar_one() == 0


def test_a_refund_in_another_currency_is_refused(send, number):
    send("post", f"/orders/{number}/payments", entry("5.00"), once="p1")

    refused = send("post", f"/orders/{number}/refunds", entry("1.00", "EUR"), once="r1")

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "currency"


def test_more_than_was_paid_is_not_given_back(send, number):
    send("post", f"/orders/{number}/payments", entry("5.00"), once="p1")

    assert send("post", f"/orders/{number}/refunds", entry("5.01"), once="r1").status_code == 422


def test_the_second_refund_of_sixty_per_cent_is_refused(send, number):
    send("post", f"/orders/{number}/payments", entry("5.00"), once="p1")
    first = send("post", f"/orders/{number}/refunds", entry("3.00"), once="r1")

    second = send("post", f"/orders/{number}/refunds", entry("3.00"), once="r2")

    assert (first.status_code, second.status_code) == (201, 409)


def test_a_card_number_is_refused_as_reference(send, number):
    refused = send("post", f"/orders/{number}/payments", entry("5.00", reference="4111 1111 1111 1111"), once="p1")

    assert refused.status_code == 422
    assert "last four digits" in refused.json["detail"]


def test_an_unknown_order_takes_no_money(send, house):
    assert send("post", "/orders/W-1/payments", entry("5.00"), once="p1").status_code == 404
