"""Keys for programs: shown once, then never again; revoked at once."""

import re

import pytest

from tests.web.conftest import htmx

NEW = {"name": "Web shop", "scopes": ["orders:read", "orders:write"], "expires_on": ""}


@pytest.fixture
def admin(login):
    return login("admin")


def make(admin, **changes) -> str:
    page = admin.post("/admin/api-keys/", data={**NEW, **changes}).text
    return re.search(r'data-copy="([^"]+)"', page)[1]


def asked_with(client, key: str) -> int:
    return client.get("/api/v1/orders", headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_key_is_shown_once_and_opens_the_api(admin, client):
    key = make(admin)

    assert asked_with(client, key) == 200
    page = admin.get("/admin/api-keys/").text
    assert "Web shop" in page
    assert key not in page


def test_a_revoked_key_opens_nothing(admin, client, session):
    key = make(admin)
    key_id = re.search(r"/admin/api-keys/(\d+)/revocation", admin.get("/admin/api-keys/").text)[1]

    assert admin.post(f"/admin/api-keys/{key_id}/revocation").status_code == 303
    assert asked_with(client, key) == 401


def test_a_key_ends_on_its_last_day(admin, client):
    assert asked_with(client, make(admin, expires_on="2020-01-01")) == 401


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("scopes", []), ("scopes", ["god:mode"]), ("expires_on", "2026-02-30")]
)
def test_what_makes_no_sense_is_refused(admin, field, value):
    answer = admin.post("/admin/api-keys/", data={**NEW, field: value})

    assert answer.status_code == 422
    assert "data-copy" not in answer.text


def test_htmx_gets_the_form_alone(admin):
    assert "<html" not in admin.get("/admin/api-keys/new", headers=htmx()).text


def test_strangers_and_support_are_turned_away(client, login):
    assert client.post("/admin/api-keys/", data=NEW).location.startswith("/account/login")
    assert login("support").post("/admin/api-keys/", data=NEW).status_code == 403
