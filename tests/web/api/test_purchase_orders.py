"""Purchase orders by program: one effect per key, every refusal with its remedy, pages by position."""

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.factories.buying import add_supplier, bought, buying, come, drafted, incoming, sent
from tests.factories.floor import level
from tests.factories.numbers import keep_by_number, states

DAY = (clock.now() + timedelta(days=20)).date().isoformat()


@pytest.fixture
def house(session, house):
    add_supplier(session)
    return house


def body(**changes):
    cost = {"amount": "4.00", "currency": "USD"}
    lines = [{"sku": "TEA-1", "quantity": 10, "unit_cost": cost}, {"sku": "TEA-2", "quantity": 4, "unit_cost": cost}]
    return {"supplier": "LEAF", "site": "CMH1", "lines": lines, **changes}


def act(send, number, what, body=None, once="k"):
    return send("post", f"/purchase-orders/{number}/{what}", body or {}, once=once)


def test_a_purchase_order_is_written_and_sent(send, session):
    answer = send("post", "/purchase-orders", body(send=True, expected_on=DAY), once="k")

    assert answer.status_code == 201, answer.text
    assert (answer.json["state"], answer.json["expected_on"], answer.json["ordered"]) == ("sent", DAY, 14)
    assert answer.json["total"] == {"amount": "56.00", "currency": "USD"}
    assert incoming(session)["TEA-1"][0] == 10


def test_without_send_it_is_a_draft_that_can_be_sent_later(send, session):
    number = send("post", "/purchase-orders", body(), once="k").json["number"]
    drafted_state = buying(session, number).state

    answer = act(send, number, "sending")

    assert (drafted_state, answer.json["state"]) == ("draft", "sent")


def test_the_same_key_and_body_write_one_order(send):
    first = send("post", "/purchase-orders", body(), once="k")
    second = send("post", "/purchase-orders", body(), once="k")

    assert second.json == first.json
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(send("get", "/purchase-orders").json["purchase_orders"]) == 1


def test_it_needs_a_key(send):
    assert send("post", "/purchase-orders", body()).status_code == 400


def test_every_line_that_cannot_be_is_named(send):
    lines = [{"sku": "NOPE", "quantity": 1}, {"sku": "TEA-1", "quantity": 1}]

    answer = send("post", "/purchase-orders", body(lines=lines), once="k")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["lines.0.sku", "lines.1.unit_cost"]


def test_a_cost_in_another_currency_is_refused(send):
    lines = [{"sku": "TEA-1", "quantity": 1, "unit_cost": {"amount": "4.00", "currency": "EUR"}}]

    answer = send("post", "/purchase-orders", body(lines=lines), once="k")

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "lines.0.unit_cost")


def test_one_is_read_with_its_counters(send, session):
    number = sent(session, ("TEA-1", 10))
    come(session, number, ("TEA-1", 4))

    answer = send("get", f"/purchase-orders/{number}").json

    [line] = answer["lines"]
    assert (answer["state"], line["received"], line["open"]) == ("partly_received", 4, 6)


def test_they_are_listed_by_position(send, session):
    numbers = [drafted(session, ("TEA-1", 1)) for _ in range(3)]

    first = send("get", "/purchase-orders?limit=2&supplier=LEAF").json
    second = send("get", first["next"].partition("/api/v1")[2]).json

    assert [one["number"] for one in first["purchase_orders"] + second["purchase_orders"]] == numbers
    assert second["next"] is None


def test_they_are_listed_by_state(send, session):
    drafted(session, ("TEA-1", 1))
    number = sent(session, ("TEA-1", 1))

    listed = send("get", "/purchase-orders?state=sent").json["purchase_orders"]

    assert [one["number"] for one in listed] == [number]
    assert send("get", "/purchase-orders?state=lost").status_code == 400


def test_goods_are_put_off(send, session):
    number = sent(session, ("TEA-1", 10), ("TEA-2", 4))

    answer = act(send, number, "dates", {"dates": [{"position": 2, "expected_on": DAY}]})

    assert answer.status_code == 200
    assert incoming(session)["TEA-2"][1].isoformat() == DAY


def test_some_units_or_all_are_cancelled(send, session):
    number = sent(session, ("TEA-1", 10))

    some = act(send, number, "cancellation", {"lines": [{"position": 1, "quantity": 4}]}, once="a").json
    rest = act(send, number, "cancellation", once="b").json

    assert (some["lines"][0]["open"], rest["state"]) == (6, "cancelled")


def test_a_receipt_counts_once_for_its_key(send, session):
    number = sent(session, ("TEA-3", 10))
    items = {"items": [{"code": "TEA-3", "quantity": 4}, {"code": "tea-3", "quantity": 1, "condition": "damaged"}]}

    first = act(send, number, "receipts", items)
    second = act(send, number, "receipts", items)

    assert first.status_code == 201, first.text
    assert (first.json["state"], first.json["units"]) == ("partly_received", 5)
    assert second.json == first.json
    assert level(session, "TEA-3", "CMH1").on_hand == 5


def test_two_keys_may_receive_under_the_same_word_on_two_orders(send, session):
    numbers = [sent(session, ("TEA-3", 10)) for _ in range(2)]

    for number in numbers:
        act(send, number, "receipts", {"items": [{"code": "TEA-3", "quantity": 4}]}, once="same")

    assert [bought(session, number, "TEA-3").received for number in numbers] == [4, 4]


def test_too_many_are_refused_unless_a_reason_is_given(send, session):
    number = sent(session, ("TEA-3", 10))
    items = [{"code": "TEA-3", "quantity": 11}]

    refused = act(send, number, "receipts", {"items": items}, once="a")
    accepted = act(send, number, "receipts", {"items": items, "over_reason": "free"}, once="b")

    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "quantity")
    assert (accepted.status_code, accepted.json["state"]) == (201, "received")


def test_a_state_that_is_gone_is_a_conflict(send, session):
    number = drafted(session, ("TEA-1", 10))

    answer = act(send, number, "receipts", {"items": [{"code": "TEA-1", "quantity": 1}]})

    assert answer.status_code == 409
    assert "send it first" in answer.json["detail"]


def test_a_key_without_the_scope_is_refused(client, session, house):
    key = api_keys.create(session, "reader", ("purchase_orders:read",), actor=SYSTEM).text
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "k"}

    assert client.get("/api/v1/purchase-orders", headers=headers).status_code == 200
    assert client.post("/api/v1/purchase-orders", json=body(), headers=headers).status_code == 403


def test_what_does_not_exist_is_not_found(send):
    assert send("get", "/purchase-orders/PO-1").status_code == 404
    assert act(send, "PO-1", "sending").status_code == 404


def test_answers_have_the_fields_that_are_described(send, session, client):
    schemas = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    number = sent(session, ("TEA-3", 10))
    received = act(send, number, "receipts", {"items": [{"code": "TEA-3", "quantity": 1}]}).json
    read, listed = send("get", f"/purchase-orders/{number}").json, send("get", "/purchase-orders").json

    for answer, name in [(received, "ReceiptAnswer"), (read, "PurchaseOrderAnswer"), (listed, "PurchaseOrderList")]:
        assert set(answer) == set(schemas[name]["properties"])


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_that_nobody_means_are_refused_at_their_field(send, house, session, day):
    number = sent(session, ("TEA-1", 10))
    session.commit()
    item = {"code": "TEA-1", "quantity": 1, "lot": "L1", "expires_on": day}

    answers = [
        send("post", "/purchase-orders", body(send=True, expected_on=day), once="a"),
        act(send, number, "receipts", {"items": [item]}, once="b"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert ["expected_on" in answers[0].text, "expires_on" in answers[1].text] == [True, True]


def test_units_come_in_with_their_numbers(session, send, house):
    keep_by_number(session, "TEA-3")
    number = sent(session, ("TEA-3", 4))
    session.commit()

    item = {"code": "TEA-3", "quantity": 2, "serials": ["N-1", "N-2"]}
    answer = act(send, number, "receipts", {"items": [item]}, once="a")
    again = act(send, number, "receipts", {"items": [{**item, "quantity": 1, "serials": ["N-2"]}]}, once="b")

    assert (answer.status_code, states(session)) == (201, dict.fromkeys(("N-1", "N-2"), ("in_stock", "CMH1")))
    assert (again.status_code, again.json["errors"][0]["field"]) == (422, "serials")
