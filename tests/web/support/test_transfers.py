"""Transfers at the desk: which are open, and one with its proof."""

import pytest

from tests.factories.house import make_house
from tests.factories.transfers import arrive, lose, number_of, sent
from tests.web.conftest import htmx

URL = "/support/transfers/"


@pytest.fixture
def number(session, bound):
    make_house(session, {("TEA-1", "CMH1"): 20, ("TEA-2", "CMH1"): 20})
    away = sent(session, ("TEA-1", 8), ("TEA-2", 2))
    arrive(session, away, "TEA-1", 5)
    lose(session, away, "TEA-1", 1, "stolen")
    session.commit()
    return number_of(session, away)


@pytest.fixture
def support(login, number):
    return login("support")


def test_the_list_shows_what_is_open_with_its_sums(support, number):
    page = support.get(URL).text

    assert number in page
    assert "Partly arrived" in page


def test_each_view_says_what_it_is_empty_of(support):
    assert "Nothing is late" in support.get(f"{URL}?view=late").text
    assert "No transfer was closed with a loss" in support.get(f"{URL}?view=loss").text


def test_one_transfer_proves_that_no_unit_vanished(support, number):
    page = support.get(f"{URL}{number.lower()}").text

    assert "8 = 8" in page
    assert "lost on the way: stolen" in page


def test_the_pages_come_in_part_and_for_no_stranger(support, number, client):
    assert "<html" not in support.get(URL, headers=htmx()).text
    assert "<html" not in support.get(f"{URL}{number}", headers=htmx()).text
    assert client.get(URL).location.startswith("/account/login")


def test_a_transfer_that_is_not_there_is_not_found(support):
    assert support.get(f"{URL}T-0").status_code == 404
