"""One order's page: what it tells, and that it tells it safely."""

from datetime import UTC, datetime

from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.orders.values import Delivered
from app.workflows.place_orders import place_orders
from tests.factories.house import order_request
from tests.web.conftest import htmx


def test_the_page_tells_the_order(desk, number):
    page = desk.get(f"/support/orders/{number}")

    assert page.status_code == 200
    for words in (
        number,
        "Caspian Reed",
        "caspian.reed@example.com",
        "Tea TEA-1",
        "Order received from Web shop",
        "#EXT-1",
    ):
        assert words in page.text


def test_the_order_can_be_loaded_in_part(desk, number):
    part = desk.get(f"/support/orders/{number}", headers=htmx())

    assert "<html" not in part.text
    assert part.text.lstrip().startswith('<div class="wb-stack" id="order"')


def test_a_stranger_is_asked_to_sign_in(client, number):
    assert client.get(f"/support/orders/{number}").headers["Location"].startswith("/account/login")


def test_an_unknown_order_is_not_found(desk, house):
    assert desk.get("/support/orders/W-999999").status_code == 404


def test_the_routing_decision_is_explained(desk, number):
    page = desk.get(f"/support/orders/{number}")

    assert "Routed to two sites" in page.text
    assert "CMH1 Columbus" in page.text


def test_the_timeline_is_filtered_by_kind(desk, number):
    decisions = desk.get(f"/support/orders/{number}/timeline?kind=decision")

    assert "Routed to two sites" in decisions.text
    assert "Order received" not in decisions.text


def test_the_timeline_says_nothing_while_nothing_happens(desk, number):
    first = desk.get(f"/support/orders/{number}/timeline", headers=htmx()).text
    stamp = first.split("seen=")[1].split('"')[0]

    again = desk.get(f"/support/orders/{number}/timeline?seen={stamp}", headers=htmx())

    assert again.status_code == 204


def test_markup_in_notes_and_names_is_text(desk, session, house):
    contact = order_request(("TEA-1", 1)).contact
    strange = type(contact)(**{**vars(contact), "name": '"><img src=x onerror=alert(1)>', "street": "{{7*7}}"})
    [placed] = place_orders(session, [order_request(("TEA-1", 1), contact=strange, note="<b>bold</b>")], actor=SYSTEM)
    session.commit()

    page = desk.get(f"/support/orders/{placed.number}").text

    assert "<img src=x" not in page
    assert "<b>bold</b>" not in page
    assert "{{7*7}}" in page


def test_head_and_options_change_nothing_and_other_methods_are_refused(desk, number, one):
    url = f"/support/orders/{number}/holds"

    answers = [desk.open(url, method=method).status_code for method in ("HEAD", "GET", "PUT", "DELETE")]

    assert answers == [405] * 4
    assert one("SELECT count(*) FROM holds") == 0


def test_a_history_order_was_paid_elsewhere(desk, session):
    history = Delivered(shipped_at=datetime(2025, 3, 1, tzinfo=UTC), delivered_at=datetime(2025, 3, 4, tzinfo=UTC))
    [placed] = place_orders(session, [order_request(("TEA-1", 1), history=history)], actor=SYSTEM)
    session.commit()

    page = desk.get(f"/support/orders/{placed.number}").text

    assert "Not recorded" in page
    assert "What was paid stands in the former system" in page
    assert "btn-primary" not in page.partition('id="money"')[0]


def test_a_promise_is_shown_where_one_was_made(desk, session, number):
    pages = ("/support/orders/", f"/support/orders/{number}")
    promise = text("UPDATE orders SET promised_at = CAST(:moment AS timestamptz)")
    session.execute(promise, {"moment": None})
    session.commit()
    without = [desk.get(page).text for page in pages]
    session.execute(promise, {"moment": "2030-06-03 12:00Z"})
    session.commit()

    assert ["Promised" in page for page in without] == [False, False]
    assert ["3 Jun 2030" in desk.get(page).text for page in pages] == [True, True]
