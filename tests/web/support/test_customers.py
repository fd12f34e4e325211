"""The list of customers: found by name, literally, each on one page."""

import re

import pytest
from sqlalchemy import text

from tests.web.conftest import htmx

LIST = "/support/customers/"


def names(page):
    return re.findall(r'wb-clip--wide">([^<]+)<', page.text)


def test_customers_stand_by_name_with_a_link_to_their_orders(desk, orders):
    page = desk.get(LIST)

    assert names(page) == ["Ann Marlow", "Caspian Reed"]
    assert "/support/orders/?customer=" in page.text


@pytest.mark.parametrize(
    ("sought", "found"),
    [("marl", ["Ann Marlow"]), ("caspian.reed@EXAMPLE.com", ["Caspian Reed"]), ("%", []), ("_", []), ("'", [])],
)
def test_the_search_takes_every_sign_literally(desk, orders, sought, found):
    assert names(desk.get(LIST, query_string={"name": sought})) == found


def test_a_phone_number_finds_its_customer(desk, session, orders):
    session.execute(text("UPDATE customers SET phone = '(0171) 12 34 567' WHERE name = 'Ann Marlow'"))
    session.commit()

    assert names(desk.get(LIST, query_string={"name": "+49 171 1234567"})) == ["Ann Marlow"]


def test_every_customer_is_on_exactly_one_page(desk, session, house):
    session.execute(text("INSERT INTO customers (name) SELECT 'Customer ' || n % 60 FROM generate_series(1, 120) n"))
    session.commit()
    seen, address = [], LIST
    while address:
        page = desk.get(address)
        seen += re.findall(r"customer=(\d+)", page.text)
        following = re.search(r'href="([^"]+)" rel="next"', page.text)
        address = following[1].replace("&amp;", "&") if following else None

    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("query", ["after=garbage", "name=%00"])
def test_an_address_that_cannot_be_read_is_refused(desk, query):
    assert desk.get(f"{LIST}?{query}").status_code == 400


def test_whole_in_part_and_not_for_strangers(desk, client):
    assert desk.get(LIST).status_code == 200
    assert "<html" not in desk.get(LIST, headers=htmx()).text
    assert client.get(LIST).status_code == 302
