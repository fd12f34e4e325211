"""Sending a mail of an order once more."""

import pytest

from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.notifications import outbox
from app.notifications.values import Letter


@pytest.fixture(autouse=True)
def mails_are_known():
    deliveries.wire({"notifications.send": "notifications"})
    yield
    deliveries.wire({})


@pytest.fixture
def message(session, number, one):
    letter = Letter(
        kind="confirmation",
        cause="order:1",
        recipient="caspian.reed@example.com",
        sender="Northwold <orders@example.com>",
        subject="Your order",
        text="Thank you",
        html="",
        order_id=one("SELECT id FROM orders WHERE number = :n", n=number),
    )
    [message_id] = outbox.post(session, [letter], actor=SYSTEM)
    session.commit()
    return message_id


def test_a_mail_stands_on_the_timeline_and_goes_out_again(desk, number, message, one):
    page = desk.get(f"/support/orders/{number}").text
    answer = desk.post(f"/support/orders/{number}/messages/{message}/copies")

    assert "Mail “Your order”" in page
    assert answer.status_code == 303
    assert one("SELECT count(*) FROM messages") == 2


def test_pressed_twice_it_is_sent_once_more(desk, number, message, one):
    for _ in range(2):
        desk.post(f"/support/orders/{number}/messages/{message}/copies")

    assert one("SELECT count(*) FROM messages") == 2


def test_a_mail_of_another_order_is_not_found(desk, orders, message, one):
    assert desk.post(f"/support/orders/{orders[1]}/messages/{message}/copies").status_code == 404
    assert one("SELECT count(*) FROM messages") == 1


def test_a_stranger_sends_nothing(client, number, message, one):
    assert client.post(f"/support/orders/{number}/messages/{message}/copies").status_code == 302
    assert one("SELECT count(*) FROM messages") == 1
