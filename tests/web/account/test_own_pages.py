"""Profile, password, sessions and theme: page, partial, without JavaScript, stranger."""

import pytest
from sqlalchemy import text

from tests.web.account.test_login import sign_in
from tests.web.conftest import PASSWORD, htmx

PAGES = ("/account/", "/account/password/", "/account/sessions/", "/account/totp/")


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_open_whole(login, path):
    page = login("sam").get(path)

    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert "HX-Request" in page.headers["Vary"]


@pytest.mark.parametrize("path", ["/account/", "/account/password/", "/account/sessions/"])
def test_htmx_gets_the_part(login, path):
    part = login("sam").get(path, headers=htmx())

    assert part.text.lstrip().startswith("<section")


def test_a_history_restore_gets_the_whole_page(login):
    page = login("sam").get("/account/", headers=htmx(**{"HX-History-Restore-Request": "true"}))

    assert "<html" in page.text


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_sign_in_and_back(client, path):
    assert client.get(path).location == f"/account/login?next={path}"


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_by_htmx_loads_the_login_page_whole(client, path):
    headers = htmx(**{"HX-Current-URL": "http://localhost/account/?a=1"})

    answer = client.get(path, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/account/login?next=/account/?a%3D1"


def test_a_profile_is_saved_without_javascript(login, session, cast):
    sam = login("sam")

    answer = sam.post("/account/", data={"name": "Sam S.", "time_zone": "Asia/Kolkata", "has_shortcuts": "y"})

    assert answer.status_code == 303
    assert "Sam S." in sam.get("/account/").text
    row = session.execute(text("SELECT name, time_zone, role FROM users WHERE id = :id"), {"id": cast["sam"]}).one()
    assert row == ("Sam S.", "Asia/Kolkata", "support")


def test_times_are_shown_in_the_persons_own_zone(login):
    sam = login("sam")
    sam.post("/account/", data={"name": "Sam", "time_zone": "Asia/Kolkata"})

    assert " IST" in sam.get("/account/").text


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 101])
def test_a_bad_name_is_refused_at_its_field(login, name):
    answer = login("sam").post("/account/", data={"name": name, "time_zone": ""})

    assert answer.status_code == 422
    assert "name-error" in answer.text


def test_fields_that_no_form_has_are_ignored(login, session, cast):
    login("sam").post("/account/", data={"name": "Sam", "time_zone": "", "role": "admin", "is_active": ""})

    row = session.execute(text("SELECT role, is_active FROM users WHERE id = :id"), {"id": cast["sam"]}).one()
    assert row == ("support", True)


def test_markup_in_a_name_is_shown_as_text(login):
    sam = login("sam")
    sam.post("/account/", data={"name": '<script>1</script>"><img onerror=x>', "time_zone": ""})

    page = sam.get("/account/").text

    assert "<script>1" not in page
    assert "&lt;script&gt;1" in page


def change_password(browser, current=PASSWORD, password="a long walk by the sea", again=None):
    return browser.post(
        "/account/password/", data={"current": current, "password": password, "again": again or password}
    )


def test_a_new_password_signs_the_other_browsers_out(login, client):
    here, there = login("sam"), login("sam")

    assert change_password(here).status_code == 303

    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert sign_in(client, password="a long walk by the sea").status_code == 303


def test_the_present_password_is_asked_for(login):
    answer = change_password(login("sam"), current="wrong")

    assert answer.status_code == 422
    assert "current-error" in answer.text


def test_the_list_shows_where_somebody_is_signed_in(login):
    here = login("sam")
    login("sam")
    login("alice")

    page = here.get("/account/sessions/").text

    assert page.count("Chrome on Linux") == 2
    assert page.count("This browser") == 1


def test_another_browser_is_signed_out_from_the_list(login, session):
    there, here = login("sam"), login("sam")
    first = session.execute(text("SELECT min(id) FROM user_sessions")).scalar_one()

    answer = here.post(f"/account/sessions/{first}/revocation")

    assert answer.status_code == 303
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_by_htmx_the_list_comes_back_with_a_toast(login, session):
    login("sam")
    here = login("sam")
    first = session.execute(text("SELECT min(id) FROM user_sessions")).scalar_one()

    answer = here.post(f"/account/sessions/{first}/revocation", headers=htmx())

    assert answer.text.lstrip().startswith('<section class="wb-panel" id="sessions"')
    assert "That browser is signed out." in answer.headers["HX-Trigger"]


def test_somebody_elses_session_is_not_there(login, session):
    alice, sam = login("alice"), login("sam")
    first = session.execute(text("SELECT min(id) FROM user_sessions")).scalar_one()

    assert sam.post(f"/account/sessions/{first}/revocation").status_code == 404
    assert alice.get("/account/").status_code == 200


def test_all_other_browsers_are_signed_out_at_once(login):
    there, here = login("sam"), login("sam")

    here.post("/account/sessions/revocation")

    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_the_theme_is_kept_for_the_person(login):
    here, there = login("sam"), login("sam")

    here.post("/account/theme", data={"theme": "dark"})

    assert 'data-bs-theme="dark"' in there.get("/account/").text


def test_the_theme_is_kept_for_a_stranger(client):
    client.post("/account/theme", data={"theme": "dark"})

    assert 'data-bs-theme="dark"' in client.get("/account/login").text


def test_an_unknown_theme_is_the_devices_own(client):
    client.post("/account/theme", data={"theme": "pink"})

    page = client.get("/account/login", headers={"Sec-CH-Prefers-Color-Scheme": "dark"}).text

    assert 'data-bs-theme="dark" data-auto-theme' in page


def test_choosing_a_theme_leads_back_to_the_page(client):
    answer = client.post(
        "/account/theme", data={"theme": "dark"}, headers={"Referer": "http://localhost/account/login?a=1"}
    )

    assert answer.location == "/account/login?a=1"
