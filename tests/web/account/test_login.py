"""Signing in and out."""

import re

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.staff import passwords, users
from tests.web.conftest import PASSWORD, htmx

WRONG = b"E-mail and password do not match."


def sign_in(client, email="sam@example.com", password=PASSWORD, **more):
    return client.post("/account/login", data={"email": email, "password": password, **more})


def cookie_of(client):
    found = client.get_cookie("sid")
    return found.value if found else ""


def test_the_login_page_opens_for_strangers(client):
    page = client.get("/account/login")

    assert page.status_code == 200
    assert b"Sign in" in page.data


def test_the_right_password_opens(client, cast):
    answer = sign_in(client)

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account/").status_code == 200


def test_signing_in_is_recorded(client, cast, session):
    sign_in(client)

    seen = session.execute(text("SELECT last_sign_in_at FROM users WHERE id = :id"), {"id": cast["sam"]}).scalar_one()
    event = session.execute(text("SELECT type, actor FROM events WHERE subject_type = 'users'")).one()
    assert seen is not None
    assert event == ("UserSignedIn", f"user:{cast['sam']}")


@pytest.mark.parametrize("email", ["sam@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(client, cast, email):
    answer = sign_in(client, email, "not the password")

    assert answer.status_code == 422
    assert WRONG in answer.data


def test_an_unknown_person_costs_as_much_hashing_as_a_known_one(client, cast, monkeypatch):
    verified = []
    verify = passwords._hasher.__class__.verify
    monkeypatch.setattr(
        passwords._hasher.__class__, "verify", lambda self, *given: verified.append(given) or verify(self, *given)
    )

    sign_in(client, "nobody@example.com", "not the password")

    assert len(verified) == 1


@pytest.mark.parametrize("email", ["sam@example.com", "nobody@example.com"])
def test_the_eleventh_wrong_password_is_too_many(client, cast, email):
    for _ in range(10):
        assert sign_in(client, email, "not the password").status_code == 422

    refused = sign_in(client, email, PASSWORD)

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert email.encode() not in refused.data


def test_tries_against_one_person_do_not_lock_out_another(client, cast):
    for _ in range(11):
        sign_in(client, "alice@example.com", "not the password")

    assert sign_in(client).status_code == 303


def test_a_disabled_person_gets_the_neutral_answer(client, cast, session):
    users.disable(session, [cast["sam"]], actor=SYSTEM)
    session.commit()

    answer = sign_in(client)

    assert answer.status_code == 422
    assert WRONG in answer.data


def test_disabling_somebody_ends_their_sessions_within_one_request(login, cast, session):
    sam = login("sam")
    assert sam.get("/account/").status_code == 200

    users.disable(session, [cast["sam"]], actor=SYSTEM)
    session.commit()

    assert sam.get("/account/").location.startswith("/account/login")


def test_a_role_that_was_taken_away_no_longer_opens_pages(login, cast, session):
    alice = login("alice")
    users.change_role(session, [cast["sam"]], "admin", actor=SYSTEM)
    users.change_role(session, [cast["alice"]], "support", actor=SYSTEM)
    session.commit()

    assert alice.get("/warehouse/").status_code in {403, 404}
    assert b"Support" in alice.get("/account/").data


def test_the_session_token_changes_at_sign_in_and_nothing_from_before_survives(client, cast):
    with client.session_transaction() as kept:
        kept["cart"] = "from before"
    before = cookie_of(client)

    sign_in(client)

    assert before
    assert cookie_of(client) not in {"", before}
    with client.session_transaction() as kept:
        assert "cart" not in kept


def test_signing_in_again_ends_the_session_from_before(client, cast, session):
    sign_in(client)
    first = cookie_of(client)
    sign_in(client, "alice@example.com")

    stale = client.application.test_client()
    stale.set_cookie("sid", first, domain="localhost")

    assert stale.get("/account/").status_code == 302


def test_a_session_that_was_given_from_outside_is_not_taken_over(client, cast):
    client.set_cookie("sid", "s.chosen-by-somebody-else", domain="localhost")

    sign_in(client)

    assert cookie_of(client) != "s.chosen-by-somebody-else"


def test_a_cookie_replayed_after_the_sign_out_opens_nothing(client, cast):
    sign_in(client)
    stolen = cookie_of(client)
    client.post("/account/logout")

    client.set_cookie("sid", stolen, domain="localhost")

    assert client.get("/account/").location.startswith("/account/login")


def test_signing_out_clears_what_the_browser_kept(client, cast):
    sign_in(client)
    assert client.get("/account/").headers["Cache-Control"] == "no-store"

    answer = client.post("/account/logout")

    assert answer.status_code == 303
    assert "cache" in answer.headers["Clear-Site-Data"]


def test_a_sign_out_by_htmx_loads_the_login_page_whole(login):
    answer = login("sam").post("/account/logout", headers=htmx())

    assert answer.headers["HX-Redirect"] == "/account/login"


@pytest.mark.parametrize("change", [lambda c: c[:-1] + ("A" if c[-1] != "A" else "B"), lambda c: c[:9], lambda c: "s."])
def test_a_damaged_cookie_is_a_stranger(login, change):
    sam = login("sam")
    sam.set_cookie("sid", change(cookie_of(sam)), domain="localhost")

    assert sam.get("/account/").location.startswith("/account/login")


@pytest.mark.parametrize("cookie", ["a.e30.bad", "a.", "nonsense", "a.%00", "s." + "x" * 3000])
def test_a_forged_cookie_is_a_stranger_and_never_an_error(client, cookie):
    client.set_cookie("sid", cookie, domain="localhost")

    assert client.get("/account/login").status_code == 200


def test_an_unsigned_stranger_cannot_become_somebody(client, cast):
    with client.session_transaction() as kept:
        kept["_user_id"] = str(cast["alice"])

    assert client.get("/account/").location.startswith("/account/login")


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https:evil", "\\\\evil", "/%09/evil", "/\\evil", "https://evil.example/", "/%2f/evil"],
)
def test_the_way_on_leads_nowhere_else(client, cast, address):
    assert sign_in(client, next=address).location == "/"


def test_the_way_on_leads_back_to_the_page_asked_for(client, cast):
    asked = client.get("/account/sessions/?x=1").location

    page = client.get(asked).text
    onward = re.search(r'name="next"[^>]*value="([^"]+)"', page)

    assert onward
    assert sign_in(client, next=onward[1]).location == "/account/sessions/?x=1"


def test_a_megabyte_of_password_is_refused_before_it_is_hashed(client, cast, monkeypatch):
    monkeypatch.setattr(passwords, "fits", lambda *_: pytest.fail("it was hashed"))

    assert sign_in(client, password="x" * 1_000_000).status_code == 400


def test_64_emoji_are_a_password(client, cast, session):
    users.set_password(session, cast["sam"], "🦊🐢🐙🍵🚚📦🌲🪵" * 8, actor=SYSTEM)
    session.commit()

    assert sign_in(client, password="🦊🐢🐙🍵🚚📦🌲🪵" * 8).status_code == 303


def test_an_idle_session_ends(login, session):
    sam = login("sam")
    session.execute(text("UPDATE user_sessions SET last_seen_at = now() - interval '61 minutes'"))
    session.commit()

    assert sam.get("/account/").status_code == 302


def test_a_session_ends_after_twelve_hours_even_if_it_is_busy(login, session):
    sam = login("sam")
    session.execute(text("UPDATE user_sessions SET expires_at = now() - interval '1 second'"))
    session.commit()

    assert sam.get("/account/").status_code == 302


def test_staying_signed_in_outlives_the_hour_and_the_browser_window(client, cast, session):
    answer = sign_in(client, keep="y")
    session.execute(text("UPDATE user_sessions SET last_seen_at = now() - interval '3 hours'"))
    session.commit()

    assert "Max-Age=43200" in answer.headers["Set-Cookie"]
    assert client.get("/account/").status_code == 200


def test_a_visit_is_noted(login, session):
    sam = login("sam")
    session.execute(text("UPDATE user_sessions SET last_seen_at = now() - interval '10 minutes'"))
    session.commit()

    sam.get("/account/")

    seen = session.execute(text("SELECT last_seen_at = now() FROM user_sessions")).scalar_one()
    assert seen is True


def test_tokens_are_not_kept_in_the_database(client, cast, session):
    sign_in(client)

    token = cookie_of(client).removeprefix("s.")
    stored = session.execute(text("SELECT token_hash, data::text FROM user_sessions")).one()
    assert token.encode() not in stored.token_hash
    assert token not in stored.data
