"""Headers, origins, tokens, hosts and proxies."""

import re

import pytest
from sqlalchemy import text

from tests.web.conftest import PASSWORD, htmx

FORM = {"email": "nobody@example.com", "password": "x"}


def token_of(browser, path="/account/login"):
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found
    return found[1]


def test_pages_run_no_foreign_and_no_inline_code(client):
    policy = client.get("/account/login").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_pages_are_not_framed_sniffed_or_told_about(client):
    headers = client.get("/account/login").headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_refusals_carry_the_same_headers(client):
    assert "script-src 'self'" in client.get("/nowhere").headers["Content-Security-Policy"]


def test_the_cookie_is_kept_from_scripts_and_other_sites(client, cast):
    answer = client.post("/account/login", data={"email": "sam@example.com", "password": PASSWORD})

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_behind_https_the_cookie_is_bound_to_this_host(build, cast):
    browser = build(base_url="https://shop.example").test_client()

    page = browser.get("/account/login", base_url="https://shop.example")

    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sid=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]


def test_a_form_without_a_token_is_refused(client, csrf):
    assert client.post("/account/login", data=FORM).status_code == 400


def test_a_token_of_another_session_is_refused(client, app, csrf):
    foreign = token_of(app.test_client())

    assert client.post("/account/login", data={**FORM, "csrf_token": foreign}).status_code == 400


def test_a_form_with_its_token_is_read(client, csrf):
    assert client.post("/account/login", data={**FORM, "csrf_token": token_of(client)}).status_code == 422


def test_htmx_sends_the_token_in_a_header(client, csrf):
    headers = htmx(**{"X-CSRFToken": token_of(client)})

    assert client.post("/account/login", data=FORM, headers=headers).status_code == 422


def test_by_htmx_a_missing_token_is_told_and_nothing_is_swapped(client, csrf):
    answer = client.post("/account/login", data=FORM, headers=htmx())

    assert answer.status_code == 400
    assert answer.headers["HX-Retarget"] == "#messages"


def test_the_token_outlives_the_hour(client, csrf, time_machine):
    time_machine.move_to("2026-11-24T10:00:00Z")
    token = token_of(client)

    time_machine.move_to("2026-11-24T15:00:00Z")

    assert client.post("/account/login", data={**FORM, "csrf_token": token}).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_a_form_from_another_site_is_refused(client, headers):
    assert client.post("/account/login", data=FORM, headers=headers).status_code == 400


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}]
)
def test_our_own_forms_are_read(client, headers):
    assert client.post("/account/login", data=FORM, headers=headers).status_code == 422


def test_another_name_in_host_is_refused(client):
    assert client.get("/account/login", headers={"Host": "evil.example"}).status_code == 400


def test_a_named_host_is_answered(build):
    browser = build(trusted_hosts=("waybill.lan",)).test_client()

    assert browser.get("/account/login", headers={"Host": "waybill.lan:8000"}).status_code == 200


def test_forwarded_headers_are_ignored_without_a_proxy(client, cast, session):
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    answer = client.get("/account/", headers=forged)

    assert answer.location == "/account/login?next=/account/"
    assert "Strict-Transport-Security" not in answer.headers


def test_one_proxy_of_ours_is_believed_and_no_further_one(build, cast, session):
    browser = build(proxies=1).test_client()
    browser.application.config["WTF_CSRF_ENABLED"] = False
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}

    browser.post("/account/login", data={"email": "sam@example.com", "password": PASSWORD}, headers=headers)

    assert session.execute(text("SELECT address FROM user_sessions")).scalar_one() == "203.0.113.7"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused(client, method):
    assert client.open("/account/login", method=method).status_code == 405


def test_a_method_in_a_header_is_ignored(login):
    sam = login("sam")

    sam.get("/account/logout", headers={"X-HTTP-Method-Override": "POST"})

    assert sam.get("/account/").status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_asking_about_an_act_does_not_do_it(login, method):
    sam = login("sam")

    sam.open("/account/logout", method=method)

    assert sam.get("/account/").status_code == 200


def test_a_body_that_is_too_large_is_refused(client):
    assert client.post("/account/login", data={"email": "x" * 5_000_000}).status_code == 413


def test_a_forged_htmx_header_gets_the_same_checks(client):
    assert client.get("/account/", headers=htmx()).status_code == 401


def test_an_odd_request_id_is_not_passed_on(client):
    given = client.get("/healthz", headers={"X-Request-Id": "abc-12345"}).headers["X-Request-Id"]
    odd = client.get("/healthz", headers={"X-Request-Id": "a b<script>"}).headers["X-Request-Id"]

    assert given == "abc-12345"
    assert "script" not in odd
    assert len(odd) == 26
