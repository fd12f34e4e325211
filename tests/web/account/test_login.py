"""Signing in and out."""

import pytest

from tests.web.conftest import PASSWORD, htmx


def sign_in(client, email="sam@example.com", password=PASSWORD, **more):
    return client.post("/account/login", data={"email": email, "password": password, **more})


def test_the_login_page_opens_for_strangers(client):
    page = client.get("/account/login")

    assert page.status_code == 200
    assert b"Sign in" in page.data


def test_the_right_password_opens(client, cast):
    answer = sign_in(client)

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account/").status_code == 200
