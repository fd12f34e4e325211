"""Whatever names the page to go on to: a browser is never sent to another site."""

from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.web.addresses import safe_next
from tests.web.conftest import PASSWORD, htmx

ELSEWHERE = (
    *(
        "//evil.example",
        "https:evil",
        "\\\\evil",
        "/%09/evil",
        "/%5cevil.example",
        "/%2f%2fevil.example",
        "/\t/evil.example",
    ),
    *(
        "https://evil.example/",
        "javascript:alert(1)",
        "///evil.example",
        "/\\evil.example",
        "evil.example",
        "/%252f/evil",
    ),
    *("http://localhost@evil.example/", "http:///evil.example", "/\r\nLocation: https://evil.example", "/\0/evil"),
)


def is_ours(location: str) -> bool:
    parts = urlsplit(location)
    return not (parts.scheme or parts.netloc) and location.startswith("/") and location[1:2] not in ("/", "\\")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_nowhere_else(client, cast, target):
    answer = client.post("/account/login", data={"email": "sam@example.com", "password": PASSWORD, "next": target})

    assert (answer.status_code, is_ours(answer.location)) == (303, True)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_whoever_is_signed_in_is_led_nowhere_else(login, target):
    answer = login("sam").get("/account/login", query_string={"next": target})

    assert answer.status_code == 400 if "\0" in target else is_ours(answer.location)


@pytest.mark.parametrize("target", [one for one in ELSEWHERE if one.isprintable()])
def test_what_a_browser_says_about_where_it_came_from_leads_nowhere_else(client, target):
    back = client.post("/account/theme", data={"theme": "dark"}, headers={"Referer": target})
    on = client.get("/account/", headers=htmx(**{"HX-Current-URL": target}))

    assert is_ours(back.location)
    assert is_ours(on.headers["HX-Redirect"])
    assert "evil" not in on.headers["HX-Redirect"] + back.location


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.text("/\\.:%@?#evil0259fc\t\r\n\0 ", max_size=16))
def test_no_text_is_a_way_out(target):
    assert is_ours(safe_next(target))
