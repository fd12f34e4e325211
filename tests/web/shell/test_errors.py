"""Every refusal, as a page and as a fragment; never a stack trace."""

import pytest
from flask import abort
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Outrun, ProviderError, StaleState
from app.kernel.signing import LinkExpired
from app.kernel.uow import unit_of_work
from app.web.ways_on import ways_on
from tests.web.conftest import htmx


class Deadlock(Exception):
    """As psycopg tells it."""

    sqlstate = "40P01"


RAISED = {
    "deadlock": (OperationalError("UPDATE", {}, Deadlock("process 7 waits")), 409, "Try again"),
    "missing": (NotFound("There is no order W-1."), 404, "There is no order W-1."),
    "stale": (StaleState("It is shipped already."), 409, "Not as things stand"),
    "outrun": (Outrun("Somebody shipped it first."), 409, "Somebody was faster"),
    "forbidden": (Forbidden("Only for admins."), 403, "Only for admins."),
    "rule": (DomainError("2 left, 3 asked."), 422, "2 left, 3 asked."),
    "invalid": (Invalid([("quantity", "write 1 to 9"), ("sku", "is unknown")]), 422, "sku: is unknown"),
    "provider": (ProviderError("The carrier did not answer"), 502, "The carrier did not answer"),
    "expired": (LinkExpired("this link ended"), 410, "This link ended"),
    "away": (OperationalError("SELECT", {}, Exception("connection refused on 10.0.0.1")), 503, "Nothing was lost"),
}


@pytest.fixture
def shop(build):
    app = build()
    for name, (error, _, _) in RAISED.items():
        app.add_url_rule(f"/raise/{name}", name, _raiser(error), methods=["GET", "POST"])
    app.add_url_rule("/raise/crash", "crash", _raiser(ZeroDivisionError("secret detail")))
    app.add_url_rule("/raise/abort", "abort", lambda: abort(404, "No such card."))
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def _raiser(error):
    def view():
        raise error

    return view


@pytest.mark.parametrize("name", RAISED)
def test_a_refusal_is_a_whole_page_without_htmx(shop, name):
    _, status, words = RAISED[name]

    page = shop.get(f"/raise/{name}")

    assert page.status_code == status
    assert "<html" in page.text
    assert words in page.text


@pytest.mark.parametrize("name", RAISED)
def test_a_refusal_by_htmx_goes_to_the_messages(shop, name):
    _, status, words = RAISED[name]

    part = shop.post(f"/raise/{name}", headers=htmx())

    assert part.status_code == status
    assert part.headers["HX-Retarget"] == "#messages"
    assert "<html" not in part.text
    assert words in part.text


def test_a_database_that_is_away_says_when_to_come_back_and_nothing_about_itself(shop):
    page = shop.get("/raise/away")

    assert page.headers["Retry-After"] == "5"
    assert "10.0.0.1" not in page.text


def test_a_crash_shows_its_number_and_no_detail(shop):
    shop.application.testing = False

    page = shop.get("/raise/crash")

    assert page.status_code == 500
    assert "secret detail" not in page.text
    assert "Traceback" not in page.text
    assert page.headers["X-Request-Id"] in page.text


def test_our_own_sentence_is_shown(shop):
    assert "No such card." in shop.get("/raise/abort").text


def test_werkzeugs_sentence_is_not(shop):
    page = shop.get("/nowhere").text

    assert "The address may be mistyped" in page
    assert "entered the URL manually" not in page


def test_a_refusal_is_written_to_the_audit_with_the_pattern_of_the_route(login, session, cast):
    assert login("sam").get("/admin/sales/?mail=anna@example.com").status_code in {403, 404}

    login("sam").post("/admin/users/", data={})

    entries = session.execute(text("SELECT actor, action, rule, request_id FROM audit_entries ORDER BY id")).all()
    assert all(entry.actor == f"user:{cast['sam']}" for entry in entries)
    assert all("anna@example.com" not in entry.rule and len(entry.request_id) == 26 for entry in entries)


def test_markup_in_a_refusal_is_shown_as_text(build):
    app = build()
    app.add_url_rule("/raise/markup", "markup", _raiser(NotFound("There is no <script>alert(1)</script>.")))

    assert "<script>alert" not in app.test_client().get("/raise/markup").text


def test_a_stranger_sees_no_navigation_on_the_error_page(client):
    assert "wb-rail" not in client.get("/nowhere").text


def test_a_signed_in_person_keeps_it(login):
    assert "wb-rail" in login("sam").get("/nowhere").text


def test_a_session_that_cannot_be_read_is_503(login, monkeypatch):
    sam = login("sam")

    def fail(*_):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("app.staff.sessions.find", fail)

    page = sam.get("/account/")

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"


def test_only_who_was_outrun_is_told_that_somebody_was_faster(shop):
    assert "was faster" not in shop.get("/raise/stale").text


ONWARD = {
    ("walter", "POST", "/warehouse/transfers/T-1/departure"): ["/warehouse/transfers/T-1", "/warehouse/transfers/"],
    ("walter", "GET", "/warehouse/transfers/T-1/losses/new"): ["/warehouse/transfers/T-1", "/warehouse/transfers/"],
    ("walter", "GET", "/warehouse/picks/999.pdf"): ["/warehouse/picks/"],
    ("sam", "POST", "/support/orders/W-1/hold"): ["/support/orders/W-1", "/support/orders/"],
    ("sam", "GET", "/support/orders/W-1"): ["/support/orders/"],
    ("sam", "GET", "/warehouse/transfers/T-1"): [],
    ("alice", "POST", "/admin/sites/CMH1/bins/A-1"): ["/admin/sites/CMH1/bins/A-1", "/admin/sites/"],
    ("", "GET", "/nowhere"): [],
    ("", "GET", "/track/nothing"): ["/track/"],
    ("", "GET", "/track" + "/a" * 4_000): [],
}


@pytest.mark.parametrize(("who", "method", "path"), ONWARD)
def test_a_refusal_leads_on_to_the_thing_or_its_list(app, who, method, path):
    role = {"walter": "warehouse", "sam": "support", "alice": "admin"}.get(who, "")

    with app.test_request_context(path, method=method):
        found = [way.url for way in ways_on(409, role)]

    assert found == ONWARD[who, method, path]


def test_a_list_that_was_asked_for_what_cannot_be_is_offered_without_it(login):
    page = login("sam").get("/support/orders/?view=NOPE").text

    assert 'href="/support/orders/"' in page.partition("wb-refusal")[2]


def test_what_is_gone_leads_to_the_list_alone(login):
    page = login("walter").get("/warehouse/transfers/T-999999")

    assert page.status_code == 404
    assert 'href="/warehouse/transfers/"' in page.text.partition("wb-refusal")[2]


def test_a_form_that_is_too_old_leads_back_to_its_page(csrf, login):
    form = "http://localhost/support/orders/?state=open"

    page = login("sam").post("/support/orders/bulk/releases", headers={"Referer": form, "Origin": "http://localhost"})

    assert page.status_code == 400
    assert 'href="/support/orders/?state=open"' in page.text


def test_a_page_that_broke_can_be_tried_again_and_asks_the_database_nothing(shop):
    page = shop.get("/raise/away?view=all")

    assert 'href="/raise/away?view=all"' in page.text
    assert "Try again" in page.text


def test_the_unit_of_work_is_closed_after_a_refusal(shop):
    shop.get("/raise/stale")

    with unit_of_work() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


def test_a_number_that_no_row_can_have_is_not_found(login):
    assert login("sam").post("/account/sessions/99999999999999999999/revocation").status_code == 404


@pytest.mark.parametrize("path", ["/account/login?next=%00", "/account/%00"])
def test_a_nul_in_the_address_is_refused(client, path):
    assert client.get(path).status_code == 400


def test_a_nul_in_a_field_is_no_crash(client, cast):
    answer = client.post("/account/login", data={"email": "sam\0@example.com", "password": "x"})

    assert answer.status_code == 422


def test_an_endless_address_is_refused(client):
    assert client.get("/account/login?" + "status=a&" * 2_000).status_code == 414
