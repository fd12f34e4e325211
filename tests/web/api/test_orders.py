"""Placing, reading, listing and cancelling orders by program."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.web.api.conftest import order_body


def orders(session):
    return session.execute(text("SELECT count(*) FROM orders")).scalar_one()


def test_an_order_is_placed(send, session):
    answer = send("post", "/orders", order_body())

    assert answer.status_code == 201
    assert answer.json["status"] == "confirmed"
    assert answer.json["tracking_url"].startswith("http://localhost:8000/track/")
    assert orders(session) == 1


def test_a_placed_order_can_be_read(send):
    placed = send("post", "/orders", order_body(shipping={"amount": "4.90", "currency": "USD"})).json

    read = send("get", f"/orders/{placed['number']}").json

    assert read["status"] == {"order": "confirmed", "payment": "unpaid", "fulfilment": "allocated"}
    assert read["goods"] == {"amount": "20.00", "currency": "USD"}
    assert read["shipping"] == {"amount": "4.90", "currency": "USD"}
    assert [(line["sku"], line["ordered"], line["allocated"]) for line in read["lines"]] == [("TEA-1", 2, 2)]


def test_prices_of_the_body_are_kept(send):
    lines = [{"sku": "TEA-1", "quantity": 3, "unit_price": {"amount": "2.50", "currency": "USD"}}]

    placed = send("post", "/orders", order_body(lines=lines)).json

    assert send("get", f"/orders/{placed['number']}").json["goods"]["amount"] == "7.50"


def test_the_same_key_and_body_get_the_same_answer_and_one_order(send, session):
    first = send("post", "/orders", order_body(external_number=None), once="k1")
    second = send("post", "/orders", order_body(external_number=None), once="k1")

    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert orders(session) == 1


def test_the_same_key_with_another_body_is_refused(send, session):
    send("post", "/orders", order_body(external_number=None), once="k1")

    refused = send("post", "/orders", order_body(external_number=None, note="other"), once="k1")

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "Idempotency-Key"
    assert orders(session) == 1


def test_the_order_of_the_fields_does_not_make_another_body(send, session):
    body = order_body(external_number=None)
    send("post", "/orders", body, once="k1")

    again = send("post", "/orders", dict(reversed(body.items())), once="k1")

    assert again.status_code == 201
    assert orders(session) == 1


def test_the_same_external_number_is_the_same_order(send, session):
    first = send("post", "/orders", order_body())
    second = send("post", "/orders", order_body())

    assert second.json["number"] == first.json["number"]
    assert orders(session) == 1


def test_two_keys_may_use_the_same_idempotency_key(send, session, client):
    other = api_keys.create(session, "other", ["orders:write"], actor=SYSTEM).text
    send("post", "/orders", order_body(external_number="S-1"), once="k1")

    answer = client.post(
        "/api/v1/orders",
        json=order_body(external_number="S-2"),
        headers={"Authorization": f"Bearer {other}", "Idempotency-Key": "k1"},
    )

    assert answer.status_code == 201
    assert orders(session) == 2


def test_without_key_and_external_number_a_repetition_could_not_be_told(send, session):
    refused = send("post", "/orders", order_body(external_number=None))

    assert refused.status_code == 400
    assert "Idempotency-Key" in refused.json["detail"]
    assert orders(session) == 0


def test_an_unknown_sku_is_kept_for_mending_with_every_reason(send, session):
    lines = [{"sku": "NOPE", "quantity": 1}, {"sku": "NADA", "quantity": 1}]

    parked = send("post", "/orders", order_body(lines=lines))

    assert parked.status_code == 202
    assert [reason["field"] for reason in parked.json["reasons"]] == ["lines.0.sku", "lines.1.sku"]
    assert parked.json["url"].endswith(str(parked.json["exception_id"]))
    assert orders(session) == 0


def test_a_channel_that_forbids_waiting_refuses_with_every_shortage(send, session):
    lines = [{"sku": "TEA-1", "quantity": 21}, {"sku": "TEA-3", "quantity": 1}]

    refused = send("post", "/orders", order_body(channel="store", lines=lines))

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["lines.0.quantity", "lines.1.quantity"]
    assert orders(session) == 0


def test_a_refused_order_does_not_use_up_its_key(send, session):
    send("post", "/orders", order_body(channel="store", lines=[{"sku": "TEA-3", "quantity": 1}]), once="k1")

    again = send("post", "/orders", order_body(channel="store"), once="k1")

    assert again.status_code == 201


def test_an_unknown_channel_is_named(send):
    refused = send("post", "/orders", order_body(channel="moon"))

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "channel"


def test_orders_are_listed_oldest_first_and_each_once(send):
    for number in range(5):
        send("post", "/orders", order_body(external_number=f"S-{number}"))

    first = send("get", "/orders?limit=2").json
    second = send("get", first["next"].removeprefix("http://localhost:8000/api/v1")).json
    third = send("get", second["next"].removeprefix("http://localhost:8000/api/v1")).json

    listed = [order["external_number"] for page in (first, second, third) for order in page["orders"]]
    assert listed == [f"S-{number}" for number in range(5)]
    assert third["next"] is None


def test_an_order_is_found_by_the_channels_number(send):
    send("post", "/orders", order_body(external_number="S-1"))
    send("post", "/orders", order_body(external_number="S-2"))

    found = send("get", "/orders?external_number=S-2").json["orders"]

    assert [order["external_number"] for order in found] == ["S-2"]


@pytest.mark.parametrize(
    "query",
    [
        "after=garbage",
        "after=%00",
        "limit=0",
        "limit=101",
        "limit=1e1",
        "limit=٥",
        "sort=id;drop",
        "status=%27",
        "external_number=%00",
    ],
)
def test_an_address_that_cannot_be_read_is_refused(send, query):
    assert send("get", f"/orders?{query}").status_code == 400


def test_an_order_is_cancelled_whole(send):
    number = send("post", "/orders", order_body()).json["number"]

    cancelled = send("post", f"/orders/{number}/cancellation", {"reason": "customer"}, once="c1")

    assert (cancelled.status_code, cancelled.json["cancelled_units"]) == (200, 2)
    assert cancelled.json["status"]["order"] == "cancelled"


def test_a_repeated_cancellation_gets_the_same_answer(send):
    number = send("post", "/orders", order_body()).json["number"]
    body = {"reason": "customer", "lines": [{"sku": "TEA-1", "quantity": 1}]}

    first = send("post", f"/orders/{number}/cancellation", body, once="c1")
    second = send("post", f"/orders/{number}/cancellation", body, once="c1")

    assert second.data == first.data
    assert send("get", f"/orders/{number}").json["lines"][0]["cancelled"] == 1


def test_more_than_is_left_cannot_be_cancelled(send):
    number = send("post", "/orders", order_body()).json["number"]
    body = {"reason": "customer", "lines": [{"sku": "TEA-1", "quantity": 3}]}

    refused = send("post", f"/orders/{number}/cancellation", body, once="c1")

    assert refused.status_code == 422
    assert refused.json["errors"][0]["message"] == "TEA-1: 2 of 3 units can still be cancelled"


def test_one_sku_on_two_lines_is_cancelled_across_them(send):
    lines = [{"sku": "TEA-1", "quantity": 2}, {"sku": "TEA-1", "quantity": 2}]
    number = send("post", "/orders", order_body(lines=lines)).json["number"]
    body = {"reason": "customer", "lines": [{"sku": "TEA-1", "quantity": 3}]}

    send("post", f"/orders/{number}/cancellation", body, once="c1")

    assert [line["cancelled"] for line in send("get", f"/orders/{number}").json["lines"]] == [2, 1]


def test_nothing_is_cancelled_twice(send):
    number = send("post", "/orders", order_body()).json["number"]
    send("post", f"/orders/{number}/cancellation", {"reason": "customer"}, once="c1")

    again = send("post", f"/orders/{number}/cancellation", {"reason": "customer"}, once="c2")

    assert again.status_code == 409
