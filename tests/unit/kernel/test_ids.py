"""Tokens nobody guesses, request ids that sort."""

import re
from datetime import UTC, datetime

import pytest
import time_machine

from app.kernel import ids


def test_a_public_token_is_url_safe_and_carries_at_least_128_bits():
    token = ids.public_token()

    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", token)


def test_no_two_public_tokens_are_equal():
    assert len({ids.public_token() for _ in range(1000)}) == 1000


def test_request_ids_sort_by_the_time_they_were_made():
    made = []
    for second in range(5):
        with time_machine.travel(datetime(2026, 11, 24, 12, 0, second, tzinfo=UTC), tick=False):
            made.append(ids.request_id())

    assert made == sorted(made)
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", each) for each in made)


def test_a_harmless_id_of_the_proxy_is_kept():
    assert ids.accepted_request_id("proxy-0a1b2c3d") == "proxy-0a1b2c3d"


@pytest.mark.parametrize(
    "given", [None, "", "short", "x" * 65, "line\nbreak", "with space1", "accénted-id", '"}{"a":1}']
)
def test_an_id_that_could_do_harm_is_replaced(given):
    assert re.fullmatch(r"[0-9A-Z]{26}", ids.accepted_request_id(given))
