"""What belongs to people, or opens a door, sent in by every way and by every way to fail: none of it is in the log."""

import io
import json
from urllib.parse import quote

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.uow import unit_of_work
from app.staff import api_keys
from tests.factories.work import work_off
from tests.web.api.conftest import order_body
from tests.web.conftest import PASSWORD
from tests.web.shell.conftest import build  # noqa: F401

PERSON = {
    "name": "Quillon Xanthopoulos",
    "email": "quillon.canary@zebra.example",
    "phone": "+1 614 555 0187",
    "street": "88 Wyvern Crescent",
    "city": "Columbus",
    "region": "OH",
    "postal_code": "43215",
    "country": "US",
}
NOTE, CARD, FILE = "leave it with the tortoise keeper", "4242 4242 4242 4242", "quillon-secret-list.csv"
WRONG_PASSWORD, FORGED_KEY = "tortoise-hunter-77", "wb_deadbeef_" + "A1b2C3d4" * 4
CANARIES = {name: PERSON[name] for name in ("name", "email", "phone", "street")} | {
    "surname": "Xanthopoulos",
    "note": NOTE,
    "card": CARD,
    "file": FILE,
    "wrong password": WRONG_PASSWORD,
    "forged key": FORGED_KEY,
}


@pytest.fixture
def key(session, house) -> str:
    return api_keys.create(session, "shop", ["orders:read", "orders:write", "payments:write"], actor=SYSTEM).text


def leaked(log: str, **more: str) -> list[str]:
    lines = [json.loads(line) for line in log.splitlines()]
    assert any(line["event"] == "request" for line in lines), "nothing was logged, so nothing was tried"
    return [name for name, words in {**CANARIES, **more}.items() if words in log or json.dumps(words)[1:-1] in log]


def test_the_api_tells_the_log_nothing_about_people_and_keys(client, house, wired, key, logged):
    good, bad = {"Authorization": f"Bearer {key}"}, {"Authorization": f"Bearer {FORGED_KEY}"}
    body = order_body(contact=PERSON, note=f"{NOTE} {CARD}", external_number=None)
    bodies = [
        body,
        {**body, "currency": NOTE},
        {**body, PERSON["name"]: 1},
        {**body, "contact": {**PERSON, "country": NOTE}},
    ]

    for number, sent in enumerate(bodies):
        once = {"Idempotency-Key": f"canary-{number}-{PERSON['email']}"}
        answers = [client.post("/api/v1/orders", json=sent, headers={**who, **once}) for who in (good, bad)]
        assert [answer.status_code for answer in answers] == [422 if number else 201, 401]
    client.get(f"/api/v1/orders?external_number={quote(PERSON['name'])}&status={quote(NOTE)}", headers=good)
    client.post("/api/v1/orders", data='{"name": "' + PERSON["name"], headers=good, content_type="application/json")
    client.get(f"/api/v1/orders/{quote(PERSON['name'])}", headers=good)

    assert leaked(logged(), key=key) == []


def test_forms_and_pages_tell_the_log_nothing_about_people_and_keys(client, world, wired, logged):
    order, desk = f"/support/orders/{world.ids.waiting_number}", world.admin
    line = {"lines-0-sku": "TEA-1", "lines-0-quantity": "1", "channel": "phone", "payment_method": ""}

    assert desk.post("/support/orders/new", data={**PERSON, **line, "note": f"{NOTE} {CARD}"}).status_code == 303
    assert desk.post("/support/orders/new", data={**PERSON, **line, "country": NOTE}).status_code == 422
    assert desk.post(f"{order}/notes", data={"body": f"{NOTE} {CARD}"}).status_code == 303
    assert (
        desk.post(f"{order}/payments", data={"amount": NOTE, "reference": CARD, "currency": "USD"}).status_code == 422
    )
    desk.post(f"{order}/address", data={**PERSON, "seen": NOTE})
    desk.get(f"/support/orders/?q={quote(PERSON['email'])}&customer={quote(PERSON['name'])}&status={quote(NOTE)}")
    desk.get(f"/support/orders/{quote(PERSON['name'])}")
    table = f'Order ID,SKU,Quantity,Customer Name\n{NOTE},{CARD},x,"{PERSON["name"]}"\n'.encode()
    upload = {"kind": "orders", "channel": "csv", "file": (io.BytesIO(table), FILE)}
    assert desk.post("/support/imports/", data=upload, content_type="multipart/form-data").status_code == 303
    client.post("/account/login", data={"email": PERSON["email"], "password": WRONG_PASSWORD})
    client.post("/account/login", data={"email": "alice@example.com", "password": PASSWORD})
    client.post("/account/password-reset/", data={"email": PERSON["email"]})
    client.get(f"/account/password-reset/{FORGED_KEY}")
    client.post("/track/", data={"number": PERSON["name"], "email": PERSON["email"]})
    client.get(f"/track/{world.ids.tracking_key}", headers={"Referer": PERSON["name"], "User-Agent": PERSON["name"]})
    client.get(f"/nowhere/{quote(PERSON['name'])}?{PERSON['email']}", headers={"X-Request-Id": PERSON["name"]})
    cookie = client.get_cookie("sid")

    assert cookie is not None
    assert leaked(logged(), password=PASSWORD, tracking=world.ids.tracking_key, cookie=cookie.value[2:]) == []


def test_effects_tell_the_log_nothing_about_people(client, house, wired, key, logged):
    body = order_body(contact=PERSON, note=NOTE)
    placed = client.post("/api/v1/orders", json=body, headers={"Authorization": f"Bearer {key}"})

    work_off("notifications.confirm_order", "notifications.send")

    assert placed.status_code == 201
    with unit_of_work() as session:
        assert PERSON["email"] in session.scalars(text("SELECT recipient FROM messages")).all()
    assert leaked(logged(), tracking=placed.json["tracking_url"].rpartition("/")[2]) == []


def broken_by_a_name():
    return {}[PERSON["name"]]


def broken_while_refusing():
    try:
        int(f"{NOTE} {CARD}")
    except ValueError as error:
        raise LookupError(PERSON["street"]) from error


def broken_by_the_database():
    row = {"email": PERSON["email"], "name": PERSON["name"], "role": NOTE, "hash": PERSON["phone"]}
    with unit_of_work() as session:
        session.execute(
            text("INSERT INTO users (email, name, role, password_hash) VALUES (:email, :name, :role, :hash)"), row
        )


@pytest.mark.parametrize("view", [broken_by_a_name, broken_while_refusing, broken_by_the_database])
def test_a_crash_tells_the_log_where_but_not_about_whom(build, logged, view):  # noqa: F811
    app = build()
    app.testing = False
    app.add_url_rule("/broken", "broken", view)

    answer = app.test_client().get("/broken")

    log = logged()
    assert answer.status_code == 500
    assert f"in {view.__name__}" in log
    assert leaked(log) == []
