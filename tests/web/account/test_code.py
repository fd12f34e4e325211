"""The second factor."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.crypto import keyring
from app.staff import totp
from tests.web.account.test_login import sign_in
from tests.web.conftest import PASSWORD


@pytest.fixture
def secret(app, cast, session):
    """Sam's, confirmed with the code of the half minute before."""
    keys = keyring(app.config["SECRET_KEY"])
    secret = totp.begin(session, cast["sam"], keys=keys)
    totp.confirm(session, cast["sam"], code_of(secret, -1), keys=keys, actor=SYSTEM)
    session.commit()
    return secret


def code_of(secret, step=0):
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()) + 30 * step)


def test_the_password_alone_opens_nothing(client, secret):
    answer = sign_in(client)

    assert answer.location == "/account/code"
    assert client.get("/account/").status_code == 302


def test_password_and_code_open(client, secret):
    sign_in(client, next="/account/sessions/")

    answer = client.post("/account/code", data={"code": code_of(secret)})

    assert (answer.status_code, answer.location) == (303, "/account/sessions/")
    assert client.get("/account/").status_code == 200


def test_a_code_opens_once(client, secret):
    code = code_of(secret)
    sign_in(client)
    client.post("/account/code", data={"code": code})
    other = client.application.test_client()
    sign_in(other)

    assert other.post("/account/code", data={"code": code}).status_code == 422
    assert other.get("/account/").status_code == 302


def test_an_older_code_than_the_last_one_is_refused(client, secret):
    sign_in(client)
    client.post("/account/code", data={"code": code_of(secret)})
    other = client.application.test_client()
    sign_in(other)

    assert other.post("/account/code", data={"code": code_of(secret, -1)}).status_code == 422


@pytest.mark.parametrize("code", ["000000", "", "12345", "abcdef", "１２３４５６", "9" * 5000])
def test_a_wrong_code_is_refused(client, secret, code):
    sign_in(client)

    assert client.post("/account/code", data={"code": code}).status_code == 422


def test_the_sixth_wrong_code_is_too_many(client, secret):
    sign_in(client)
    for _ in range(5):
        client.post("/account/code", data={"code": "000000"})

    assert client.post("/account/code", data={"code": code_of(secret)}).status_code == 429


def test_the_code_page_is_closed_without_a_password(client, secret):
    assert client.get("/account/code").location == "/account/login"
    assert client.post("/account/code", data={"code": code_of(secret)}).location == "/account/login"


def test_five_minutes_after_the_password_it_is_asked_for_again(client, secret, time_machine):
    sign_in(client)

    time_machine.move_to(clock.now() + timedelta(seconds=301))

    assert client.post("/account/code", data={"code": code_of(secret)}).location == "/account/login"


def test_setting_up_shows_a_key_and_needs_a_code_from_it(login, session, cast):
    sam = login("sam")
    sam.post("/account/totp/secret")
    page = sam.get("/account/totp/").text
    secret = page.partition('wb-break">')[2].partition("<")[0]

    assert sam.post("/account/totp/", data={"code": "000000"}).status_code == 422
    assert sam.post("/account/totp/", data={"code": code_of(secret)}).status_code == 303
    assert "In use" in sam.get("/account/totp/").text
    assert secret not in sam.get("/account/totp/").text


def test_a_second_factor_in_use_is_not_replaced(login, secret):
    assert login("sam").post("/account/totp/secret").status_code == 409


def test_removing_it_needs_the_password(login, secret):
    sam = login("sam")

    assert sam.post("/account/totp/removal", data={"current": "wrong"}).status_code == 422
    assert sam.post("/account/totp/removal", data={"current": PASSWORD}).status_code == 303
    assert "Not in use" in sam.get("/account/totp/").text


def test_the_secret_is_stored_encrypted(session, secret):
    stored = session.execute(text("SELECT totp_secret FROM users WHERE totp_secret IS NOT NULL")).scalar_one()
    assert secret not in stored
