"""People: roles and sites, passwords that are shown once, and the last admin who cannot go."""

import re

import pytest
from sqlalchemy import text

from tests.web.conftest import htmx

NEW = {"name": "Nora New", "email": "nora@example.com", "role": "warehouse", "sites": ["RNO1"]}


def shown_secret(page: str) -> str:
    return re.search(r'data-copy="([^"]+)"', page)[1]


@pytest.fixture
def admin(login):
    return login("admin")


def test_the_list_names_everybody(admin):
    page = admin.get("/admin/users/").text

    assert "Alice Admin" in page
    assert "RNO1" in page


def test_htmx_gets_the_table_alone(admin):
    assert "<html" not in admin.get("/admin/users/", headers=htmx()).text


def test_a_new_person_can_sign_in_with_the_password_that_is_shown_once(admin, client, session):
    answer = admin.post("/admin/users/", data=NEW)

    password = shown_secret(answer.text)
    assert answer.status_code == 200
    assert client.post("/account/login", data={"email": NEW["email"], "password": password}).status_code == 303
    assert password not in admin.get("/admin/users/").text


def test_a_warehouse_person_gets_the_sites_that_were_ticked(admin, session):
    admin.post("/admin/users/", data=NEW)

    statement = text(
        "SELECT t.code FROM user_sites p JOIN users u ON u.id = p.user_id JOIN sites t ON t.id = p.site_id"
        " WHERE u.email = 'nora@example.com'"
    )
    assert session.scalars(statement).all() == ["RNO1"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "no address"), ("email", "SAM@example.com"), ("name", " "), ("role", "god"), ("sites", "MOON")],
)
def test_what_makes_no_sense_is_refused_at_its_field(admin, session, field, value):
    before = session.scalar(text("SELECT count(*) FROM users"))

    answer = admin.post("/admin/users/", data={**NEW, field: value})

    assert answer.status_code == 422
    assert session.scalar(text("SELECT count(*) FROM users")) == before


def test_a_role_change_counts_from_the_next_click(admin, login, cast):
    sam = login("support")

    answer = admin.post(f"/admin/users/{cast['sam']}", data={"role": "warehouse", "sites": ["RNO1"]})

    assert answer.status_code == 303
    assert sam.get("/support/orders/").status_code == 403


def test_a_promoted_warehouse_person_loses_the_site_scope(admin, session, cast):
    admin.post(f"/admin/users/{cast['wendy']}", data={"role": "support", "sites": ["RNO1"]})

    assert session.scalar(text("SELECT count(*) FROM user_sites WHERE user_id = :id"), {"id": cast["wendy"]}) == 0


@pytest.mark.parametrize("act", ["", "/disabling"])
def test_the_last_admin_cannot_go(admin, session, cast, act):
    answer = admin.post(f"/admin/users/{cast['alice']}{act}", data={"role": "support"})

    assert answer.status_code == 422
    assert "last admin" in answer.text
    assert session.execute(text("SELECT role, is_active FROM users WHERE id = :id"), {"id": cast["alice"]}).one() == (
        "admin",
        True,
    )


def test_a_closed_person_is_out_at_once_and_can_be_let_in_again(admin, login, client, cast):
    sam = login("support")

    assert admin.post(f"/admin/users/{cast['sam']}/disabling").status_code == 303
    assert sam.get("/support/orders/").location.startswith("/account/login")
    assert admin.post(f"/admin/users/{cast['sam']}/enabling").status_code == 303
    assert "Sam Support" in admin.get("/admin/users/").text


def test_a_new_password_ends_the_old_sessions(admin, login, client, cast):
    sam = login("support")

    password = shown_secret(admin.post(f"/admin/users/{cast['sam']}/password").text)

    assert sam.get("/support/orders/").location.startswith("/account/login")
    assert client.post("/account/login", data={"email": "sam@example.com", "password": password}).status_code == 303


def test_the_page_of_a_person_shows_what_is_set(admin, cast):
    page = admin.get(f"/admin/users/{cast['wendy']}").text

    assert re.search(r'<input[^>]*checked[^>]*value="RNO1"', page)
    assert not re.search(r'<input[^>]*checked[^>]*value="CMH1"', page)


def test_strangers_and_support_are_turned_away(client, login, cast):
    assert client.post("/admin/users/", data=NEW).location.startswith("/account/login")
    assert login("support").post(f"/admin/users/{cast['sam']}", data={"role": "admin"}).status_code == 403
