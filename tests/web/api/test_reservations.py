"""Holding units for carts by program."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.factories.carts import held, run_out
from tests.factories.kits import make_kit
from tests.web.api import conftest
from tests.web.api.conftest import order_body
from tests.web.api.test_fuzz import ODD, ODD_TEXT, exchanged, paths

SCOPES = (*conftest.SCOPES, "reservations:read", "reservations:write")


@pytest.fixture
def key(session, house) -> str:
    return api_keys.create(session, "shop", SCOPES, actor=SYSTEM).text


def cart(*lines, **changes):
    asked = [{"sku": sku, "quantity": units} for sku, units in lines]
    return {"channel": "web", "owner": "cart-1", "lines": asked, **changes}


@pytest.fixture
def token(send) -> str:
    return send("post", "/reservations", cart(("TEA-1", 2)), once="k").json["token"]


def test_a_cart_is_held_and_read_again(send, session):
    made = send("post", "/reservations", cart(("TEA-1", 2), ("TEA-2", 1)), once="k")

    assert made.status_code == 201
    assert made.json["state"] == "held"
    assert made.json["lines"] == [
        {"sku": "TEA-1", "site": "CMH1", "quantity": 2},
        {"sku": "TEA-2", "site": "RNO1", "quantity": 1},
    ]
    assert send("get", f"/reservations/{made.json['token']}").json == made.json


def test_the_same_key_holds_once(send, session):
    first = send("post", "/reservations", cart(("TEA-1", 2)), once="k")
    again = send("post", "/reservations", cart(("TEA-1", 2)), once="k")
    other = send("post", "/reservations", cart(("TEA-1", 3)), once="k")

    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 422
    assert held(session) == {("cart-1", "TEA-1", "CMH1"): 2}


def test_without_a_key_nothing_is_held(send):
    assert send("post", "/reservations", cart(("TEA-1", 2))).status_code == 400


def test_every_line_that_is_short_is_told_and_the_key_may_be_used_again(send, session):
    refused = send("post", "/reservations", cart(("TEA-1", 21), ("TEA-2", 1), ("TEA-3", 1)), once="k")

    assert refused.status_code == 422
    assert [(error["field"], error["message"]) for error in refused.json["errors"]] == [
        ("lines.0.quantity", "TEA-1: 20 left, 21 asked"),
        ("lines.2.quantity", "TEA-3: 0 left, 1 asked"),
    ]
    assert send("post", "/reservations", cart(("TEA-1", 20)), once="k").status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (cart(("NO-1", 1)), "lines.0.sku"),
        (cart(("TEA-1", 1), channel="moon"), "channel"),
        (cart(("TEA-1", 0)), "lines.0.quantity"),
        (cart(), "lines"),
        (cart(("TEA-1", 1), owner=""), "owner"),
        (cart(("TEA-1", 1), kind="wish"), "kind"),
        (cart(("TEA-1", 1), minutes=0), "minutes"),
    ],
)
def test_what_cannot_be_held_is_named(send, body, field):
    refused = send("post", "/reservations", body, once="k")

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]


def test_a_changed_cart_holds_the_new_whole(send, session, token):
    changed = send("put", f"/reservations/{token}", {"lines": [{"sku": "TEA-2", "quantity": 5}]})

    assert changed.status_code == 200
    assert changed.json["token"] == token
    assert held(session) == {("cart-1", "TEA-2", "RNO1"): 5}


def test_a_change_that_is_short_changes_nothing(send, session, token):
    refused = send("put", f"/reservations/{token}", {"lines": [{"sku": "TEA-2", "quantity": 50}]})

    assert refused.status_code == 422
    assert held(session) == {("cart-1", "TEA-1", "CMH1"): 2}


def test_more_time_is_given_once_and_a_repetition_gets_the_same_answer(send, token):
    first = send("post", f"/reservations/{token}/extension", once="e")
    again = send("post", f"/reservations/{token}/extension", once="e")
    second = send("post", f"/reservations/{token}/extension", once="f")

    assert first.json["was_extended"] is True
    assert again.json == first.json
    assert second.status_code == 409


def test_what_is_given_up_is_free(send, session, token):
    gone = send("delete", f"/reservations/{token}")

    assert gone.status_code == 204
    assert held(session) == {}
    again, read = send("delete", f"/reservations/{token}"), send("get", f"/reservations/{token}")
    assert (again.status_code, again.json["detail"].partition(":")[0]) == (404, "this cart was given up")
    assert (read.status_code, read.json["state"], read.json["lines"], read.json["order"]) == (200, "released", [], None)


def test_a_cart_that_was_ordered_answers_with_its_order(send, token):
    order = send("post", "/orders", order_body(reservation=token), once="o-1").json["number"]

    read, changed = send("get", f"/reservations/{token}"), send("delete", f"/reservations/{token}")

    assert (read.json["state"], read.json["order"], read.json["lines"]) == ("ordered", order, [])
    assert read.json["ended_at"]
    assert (changed.status_code, changed.json["detail"]) == (
        404,
        f"this cart was ordered as {order}: look at that order",
    )


@pytest.mark.parametrize("token", ["none", "a%20b", "x" * 300])
@pytest.mark.parametrize(("method", "rest"), [("get", ""), ("delete", ""), ("post", "/extension")])
def test_a_token_that_is_none_of_ours_is_not_found(send, token, method, rest):
    assert send(method, f"/reservations/{token}{rest}", once="k").status_code == 404


def test_an_order_uses_what_its_cart_holds(send, session, token):
    placed = send("post", "/orders", order_body(reservation=token))

    assert placed.status_code == 201
    reasons = session.execute(text("SELECT reason FROM stock_movements WHERE allocated > 0")).scalars().all()
    assert reasons == ["convert"]
    assert held(session) == {}


@pytest.mark.parametrize("token", [5, "a b", "\x00", "x" * 65])
def test_what_is_no_token_is_refused(send, token):
    refused = send("post", "/orders", order_body(reservation=token))

    assert [error["field"] for error in refused.json["errors"]] == ["reservation"]


def test_all_reservations_are_listed_page_by_page(send, session):
    for number in range(3):
        send("post", "/reservations", cart(("TEA-1", 1), owner=f"cart-{number}"), once=f"k{number}")

    first = send("get", "/reservations?limit=2&channel=web").json
    rest = send("get", first["next"].split("/api/v1", 1)[1]).json

    owners = [one["owner"] for one in [*first["reservations"], *rest["reservations"]]]
    assert owners == ["cart-0", "cart-1", "cart-2"]
    assert rest["next"] is None
    assert [one["owner"] for one in send("get", "/reservations?owner=cart-1").json["reservations"]] == ["cart-1"]


def test_what_has_run_out_says_so_while_it_stands(send, session, token):
    run_out(session)

    assert send("get", f"/reservations/{token}").json["state"] == "expired"
    assert len(send("get", "/reservations?state=expired").json["reservations"]) == 1
    assert send("get", "/reservations?state=held").json["reservations"] == []


def test_a_kit_is_held_as_its_components(send, session):
    make_kit(session)

    made = send("post", "/reservations", cart(("SET-1", 3)), once="k")
    refused = send("post", "/reservations", cart(("SET-1", 8), ("TEA-1", 1), owner="cart-2"), once="l")

    assert [(line["sku"], line["quantity"]) for line in made.json["lines"]] == [("TEA-1", 3), ("TEA-2", 6)]
    assert [error["message"] for error in refused.json["errors"]] == ["SET-1: 7 left, 8 asked"]


def test_an_order_of_a_kit_uses_the_components_that_its_cart_holds(send, session):
    make_kit(session)
    token = send("post", "/reservations", cart(("SET-1", 7)), once="k").json["token"]

    lines = [{"sku": "SET-1", "quantity": 7}]
    number = send("post", "/orders", order_body(lines=lines, reservation=token)).json["number"]

    shown = send("get", f"/orders/{number}").json["lines"]
    assert [(line["sku"], line["allocated"], line["kit"]["sku"]) for line in shown] == [
        ("TEA-1", 7, "SET-1"),
        ("TEA-2", 14, "SET-1"),
    ]


def test_kits_are_cancelled_as_kits(send, session):
    make_kit(session)
    number = send("post", "/orders", order_body(lines=[{"sku": "SET-1", "quantity": 3}])).json["number"]

    part = {"reason": "customer", "lines": [{"sku": "TEA-2", "quantity": 2}]}
    refused = send("post", f"/orders/{number}/cancellation", part, once="c1")
    two = {"reason": "customer", "lines": [{"sku": "SET-1", "quantity": 2}]}
    cancelled = send("post", f"/orders/{number}/cancellation", two, once="c2")
    rest = send("post", f"/orders/{number}/cancellation", {"reason": "customer"}, once="c3")

    assert "it is cancelled with the kit" in refused.json["errors"][0]["message"]
    assert cancelled.json["cancelled_units"] == 6
    assert rest.json["cancelled_units"] == 3
    assert rest.json["status"]["order"] == "cancelled"


@pytest.mark.parametrize("scope", ["reservations:read", "orders:write"])
def test_a_key_without_the_scope_holds_nothing(send, session, client, scope):
    key = api_keys.create(session, "reader", [scope], actor=SYSTEM).text

    refused = send("post", "/reservations", cart(("TEA-1", 1)), once="k", headers={"Authorization": f"Bearer {key}"})

    assert refused.status_code == 403


FULL = cart(("TEA-1", 1), kind="cart", minutes=5)
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SOME
@given(body=st.builds(exchanged, st.just(FULL), st.sampled_from(list(paths(FULL))), ODD), address=ODD_TEXT)
def test_nothing_that_is_sent_makes_it_stumble(send, body, address):
    where = f"/reservations/{address.replace('/', '')}"
    content = {"data": json.dumps(body), "content_type": "application/json"}

    sent = [send("post", "/reservations", once="k", **content), send("put", where, **content)]
    sent += [send("get", "/reservations", query_string={"after": address, "owner": address}), send("delete", where)]

    assert [answer.status_code for answer in sent if answer.status_code >= 500] == []
