"""When an order will arrive later than was told, its customer is told once, with the new day and what is waited for."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.orders.events import PromiseMoved
from app.workflows.notify import Notifier
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.factories.supply import bring, coming


@pytest.fixture(autouse=True)
def _queues():
    deliveries.wire({"notifications.send": "notifications"})
    yield
    deliveries.wire({})


@pytest.fixture
def notifier():
    return Notifier("https://orders.example", "no-reply@orders.example")


@pytest.fixture
def house(session, time_machine):
    time_machine.move_to(datetime(2026, 11, 25, 15, tzinfo=UTC), tick=False)
    return make_house(session)


@pytest.fixture
def order(session, house):
    return place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)[0].order_id


def slip(session, house, day):
    bring(session, coming(house, 71, 9, day))


def moved(session):
    rows = session.execute(text("SELECT payload FROM events WHERE type = 'PromiseMoved' ORDER BY id"))
    return [PromiseMoved(**row.payload) for row in rows]


def mails(session):
    return session.execute(text("SELECT subject, text_body, html_body FROM messages WHERE kind = 'later'")).all()


def test_the_mail_names_the_new_day_and_what_is_waited_for(session, house, order, notifier):
    slip(session, house, "2026-12-03")
    slip(session, house, "2026-12-08")

    notifier.on_promise_moved(session, moved(session))

    [mail] = mails(session)
    assert mail.subject.endswith("will arrive later")
    assert "Monday 14 December 2026" in mail.text_body
    assert "2 x Tea TEA-1" in mail.text_body
    assert "<strong>Monday 14 December 2026</strong>" in mail.html_body


def test_told_twice_it_is_one_mail(session, house, order, notifier):
    slip(session, house, "2026-12-03")
    slip(session, house, "2026-12-08")
    for _ in range(2):
        notifier.on_promise_moved(session, moved(session))

    assert len(mails(session)) == 1


def test_a_promise_that_moved_again_before_anybody_wrote_is_not_told(session, house, order, notifier):
    for day in ("2026-12-03", "2026-12-08", "2026-12-15"):
        slip(session, house, day)

    notifier.on_promise_moved(session, moved(session))

    [mail] = mails(session)
    assert "Monday 21 December 2026" in mail.text_body


def test_an_order_that_names_no_address_gets_no_mail(session, house, order, notifier):
    session.execute(text("UPDATE order_contacts SET email = NULL"))
    slip(session, house, "2026-12-03")
    slip(session, house, "2026-12-08")

    notifier.on_promise_moved(session, moved(session))

    assert mails(session) == []
