"""The customer's page: what it tells, what it never tells, and to whom."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.cancel_orders import Cancellation, cancel_orders
from tests.web.conftest import htmx
from tests.web.tracking.conftest import PERSONAL


@pytest.fixture
def url(placed):
    return f"/track/{placed.tracking_key}"


def test_the_link_opens_the_order_without_signing_in(client, url, placed):
    page = client.get(url)

    assert page.status_code == 200
    assert placed.number in page.text
    assert "Columbus" in page.text


def test_no_personal_data_but_the_city_is_on_the_page(client, url, ship):
    ship()

    page = client.get(url)

    assert [word for word in PERSONAL if word in page.text] == []


def test_each_part_stands_on_its_own(client, url, ship):
    ship()

    page = client.get(url).text

    assert "Your order comes in two parts" in page
    assert "Part 1 of 2" in page
    assert "On its way" in page
    assert "JD0146" in page
    assert "We do not have this yet" in page


def test_cancelled_units_are_told(client, session, url, placed):
    line = session.execute(text("SELECT id FROM order_lines WHERE sku_code = 'TEA-3'")).scalar_one()
    cancel_orders(
        session, [Cancellation(order_id=placed.order_id, order_line_id=line, reason="customer")], actor=SYSTEM
    )
    session.commit()

    assert "Will not come" in client.get(url).text


def test_the_page_is_polled_in_part_until_it_is_over(client, session, url):
    running = client.get(url, headers=htmx())
    session.execute(text("UPDATE orders SET status = 'cancelled'"))
    session.commit()
    over = client.get(url, headers=htmx())

    assert (running.status_code, over.status_code) == (200, 286)
    assert "<html" not in running.text


def test_search_engines_and_other_sites_do_not_learn_the_address(client, url):
    page = client.get(url)

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex' in page.text


@pytest.mark.parametrize("key", ["x", "A" * 32, "../etc/passwd", "' OR 1=1--", "A" * 500])
def test_a_link_that_is_not_ours_is_not_found(client, house, key):
    assert client.get(f"/track/{key}").status_code == 404


def test_guessing_is_slowed_down(client, house):
    statuses = [client.get(f"/track/{number:032d}").status_code for number in range(70)]

    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_whoever_has_the_link_may_look_often(client, url):
    assert {client.get(url).status_code for _ in range(70)} == {200}


def test_staff_see_the_customers_page_not_the_desk(house, placed, login, url):
    page = login("support").get(url)

    assert page.status_code == 200
    assert "wb-rail" not in page.text


def test_keys_are_long_enough_not_to_be_guessed(placed):
    assert len(placed.tracking_key) * 6 >= 128
