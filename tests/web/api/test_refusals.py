"""Whatever is sent, the answer is a problem that names the field and the remedy, and nothing is half done."""

import json

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.staff import api_keys
from tests.web.api.conftest import order_body


def line(**changes):
    return [{"sku": "TEA-1", "quantity": 1, **changes}]


def money(amount, currency="USD"):
    return {"amount": amount, "currency": currency}


def raw(send, body, **options):
    return send("post", "/orders", data=body, content_type="application/json", **options)


def is_problem(answer):
    return answer.mimetype == "application/problem+json" and answer.json["status"] == answer.status_code


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 1000001, 2**31, "1", "٣", None, True, "NaN"])
def test_a_quantity_is_a_whole_number_within_bounds(send, quantity):
    refused = send("post", "/orders", order_body(lines=line(quantity=quantity)))

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["lines.0.quantity"]
    assert is_problem(refused)


@pytest.mark.parametrize("written", ["1e3", "NaN", "Infinity", "1.0"])
def test_a_quantity_has_no_exponent_and_is_a_number(send, written):
    body = json.dumps(order_body(lines=line(quantity=12345))).replace("12345", written)

    refused = raw(send, body)

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "lines.0.quantity"


@pytest.mark.parametrize(
    "amount",
    [
        "0.005",
        "1.2345",
        "1e2",
        "NaN",
        "Infinity",
        "-1.00",
        "+1",
        "1,000.00",
        "1_000",
        "١٢",
        "",
        " 1",
        "01.00",
        "9" * 400,
    ],
)
def test_an_amount_is_plain_decimal_text_that_fits_the_currency(send, amount):
    refused = send("post", "/orders", order_body(lines=line(total=money(amount))))

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"].startswith("lines.0.total")


@pytest.mark.parametrize("amount", [12.34, 12, None, ["1"], {}])
def test_an_amount_is_text(send, amount):
    refused = send("post", "/orders", order_body(lines=line(total=money(amount))))

    assert refused.json["errors"][0]["field"] == "lines.0.total.amount"


@pytest.mark.parametrize(
    ("change", "field", "remedy"),
    [
        ({"lines": line(total=money("1,00"))}, "lines.0.total.amount", 'such as "12.34"'),
        ({"currency": "usd"}, "currency", "three capital letters"),
        ({"contact": {**order_body()["contact"], "country": "USA"}}, "contact.country", "two capital letters"),
        ({"contact": {**order_body()["contact"], "name": "Ann\nBcc: x"}}, "contact.name", "remove it"),
    ],
)
def test_a_form_that_is_not_accepted_is_explained_in_words(send, change, field, remedy):
    [error] = send("post", "/orders", order_body(**change)).json["errors"]

    assert error["field"] == field
    assert remedy in error["message"]
    assert "^" not in error["message"]


def test_yen_have_no_decimals(send):
    refused = send("post", "/orders", order_body(currency="JPY", lines=line(total=money("100.00", "JPY"))))

    assert refused.status_code == 422
    assert "JPY has no decimals" in refused.json["errors"][0]["message"]


def test_four_decimals_are_refused_with_the_reason(send):
    refused = send("post", "/orders", order_body(lines=line(total=money("281.3725"))))

    assert "has 4 decimals, but USD has 2 decimals" in refused.json["errors"][0]["message"]


def test_one_order_has_one_currency(send):
    refused = send("post", "/orders", order_body(lines=line(total=money("1.00", "EUR"))))

    assert refused.status_code == 422
    assert "this is in EUR" in refused.json["errors"][0]["message"]


def test_a_line_too_large_for_the_ledger_is_refused(send):
    refused = send("post", "/orders", order_body(lines=line(quantity=1_000_000, unit_price=money("9999999999.99"))))

    assert refused.status_code == 422
    assert refused.json["errors"][0]["code"] == "line_total"


@pytest.mark.parametrize("field", ["price", "status", "role", "total_minor", "id", "is_history"])
def test_a_field_that_we_do_not_know_is_refused_by_name(send, session, field):
    refused = send("post", "/orders", order_body(**{field: 0}))

    assert refused.status_code == 422
    assert refused.json["errors"][0] == {
        "field": field,
        "code": "extra_forbidden",
        "message": "is not a field of this request: remove it",
    }
    assert session.execute(text("SELECT count(*) FROM orders")).scalar_one() == 0


@pytest.mark.parametrize(
    "when",
    [
        "2026-02-30T10:00:00Z",
        "9999-12-31T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2026-01-01",
        "2026-01-01T10:00:00",
        5,
    ],
)
def test_a_moment_exists_is_near_and_has_an_offset(send, when):
    refused = send("post", "/orders", order_body(placed_at=when))

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "placed_at"


@pytest.mark.parametrize("name", ["a\x00b", "a\nb", "a\r\nBcc: x", "\x1b[31m", "a\u2028b", "x" * 201])
def test_a_name_is_one_printable_line(send, name):
    refused = send("post", "/orders", order_body(contact={**order_body()["contact"], "name": name}))

    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "contact.name"


def test_half_a_character_is_refused(send):
    refused = raw(send, json.dumps(order_body(note="half")).replace("half", "\\ud800"))

    assert refused.status_code == 422
    assert refused.json["errors"][0]["code"] == "unicode"


@pytest.mark.parametrize(
    "name", ["\u202egnp.exe", "a" + "\u200d" * 10 + "b", "<script>alert(1)</script>", "{{7*7}}", "' OR 1=1--"]
)
def test_strange_names_are_kept_as_they_are(send, session, name):
    answer = send("post", "/orders", order_body(contact={**order_body()["contact"], "name": name}))

    assert answer.status_code == 201
    assert session.execute(text("SELECT name FROM order_contacts")).scalar_one() == name


def test_every_failure_is_told_at_once(send):
    refused = send("post", "/orders", order_body(currency="usd", lines=[*line(quantity=0), *line(sku="")]))

    fields = {error["field"] for error in refused.json["errors"]}
    assert {"currency", "lines.0.quantity", "lines.1.sku"} <= fields


@pytest.mark.parametrize(
    "body", ["", "{", "nul", '{"a":1}{', b"\xff\xfe", "[" * 100_000, '{"quantity":' + "9" * 5000 + "}"]
)
def test_what_is_no_json_is_refused(send, body):
    refused = raw(send, body)

    assert refused.status_code == 400
    assert is_problem(refused)


@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null", "true"])
def test_json_that_is_no_object_is_refused(send, body):
    assert raw(send, body).status_code == 422


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"]
)
def test_another_media_type_is_not_read(send, kind):
    refused = send("post", "/orders", data="{}", content_type=kind)

    assert refused.status_code == 415
    assert is_problem(refused)


def test_a_body_over_one_megabyte_is_refused(send):
    refused = raw(send, json.dumps(order_body(note="x" * 1_000_001)))

    assert refused.status_code == 413
    assert is_problem(refused)


@pytest.mark.parametrize("sent", ["", " ", "x" * 256, "a b", "ключ"])
def test_an_idempotency_key_that_cannot_be_kept_is_refused(send, sent):
    refused = send("post", "/orders", order_body(), headers={"Idempotency-Key": sent.encode().decode("latin-1")})

    assert refused.status_code == 400


@pytest.mark.parametrize(
    "path", ["/nothing", "/orders/", "/orders/W-1/nothing", "/orders/%27", "/orders/" + "x" * 300, "/orders/W-1"]
)
def test_what_is_not_there_is_a_problem_too(send, path):
    refused = send("get", path)

    assert refused.status_code == 404
    assert is_problem(refused)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_another_method_is_refused(send, method):
    refused = send(method, "/orders", headers={"X-HTTP-Method-Override": "POST"})

    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]
    assert is_problem(refused)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic x", "Bearer wb_0000_nope", "Bearer \x80"])
def test_without_a_key_nothing_is_answered(client, house, header):
    refused = client.get("/api/v1/orders", headers={"Authorization": header})

    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert is_problem(refused)


def test_a_revoked_key_is_worth_nothing(client, session, house):
    key = api_keys.create(session, "old", ["orders:read"], actor=SYSTEM)
    api_keys.revoke(session, [key.id], actor=SYSTEM)

    refused = client.get("/api/v1/orders", headers={"Authorization": f"Bearer {key.text}"})

    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/orders"),
        ("POST", "/orders/W-1/cancellation"),
        ("POST", "/orders/W-1/payments"),
        ("POST", "/orders/W-1/refunds"),
    ],
)
def test_a_key_that_may_only_read_may_not_write(client, session, house, method, path):
    key = api_keys.create(session, "reader", ["orders:read"], actor=SYSTEM).text

    refused = client.open(f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {key}"}, json={})

    assert refused.status_code == 403
    assert "lacks the scope" in refused.json["detail"]


def test_a_key_that_may_only_write_may_not_read(client, session, house):
    key = api_keys.create(session, "writer", ["orders:write"], actor=SYSTEM).text

    refused = client.get("/api/v1/orders", headers={"Authorization": f"Bearer {key}"})

    assert refused.status_code == 403
