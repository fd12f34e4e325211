"""The exceptions queue and mending one of them."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, make_skus, order_request
from tests.web.conftest import htmx

URL = "/support/exceptions/"


@pytest.fixture
def house(session, bound):
    house = make_house(session)
    session.commit()
    return house


@pytest.fixture
def support(house, login):
    return login("support")


@pytest.fixture
def parked(session, house):
    def park(*lines, **changes):
        [placement] = place_orders(session, [order_request(*lines, **changes)], actor=SYSTEM)
        session.commit()
        return placement.exception_id

    return park


def state_of(session, id):
    session.expire_all()
    return session.execute(text("SELECT state FROM intake_exceptions WHERE id = :id"), {"id": id}).scalar_one()


def test_strangers_are_asked_to_sign_in(client, house):
    assert client.get(URL).status_code == 302


def test_an_empty_queue_says_that_nothing_waits(support):
    assert "Nothing waits" in support.get(URL).text
    assert support.get(f"{URL}count").text == ""


def test_the_queue_says_what_is_wrong_in_words(support, parked):
    parked(("STV-TITAN", 1), external_number="MP-77120418")

    page = support.get(URL)

    assert "MP-77120418" in page.text
    assert "there is no SKU “STV-TITAN”" in page.text
    assert support.get(f"{URL}count").text == "1"


def test_the_table_alone_is_sent_to_htmx(support, parked):
    parked(("STV-TITAN", 1))

    part = support.get(URL, headers=htmx())

    assert "<html" not in part.text
    assert 'id="exceptions"' in part.text


def test_markup_in_what_came_in_is_shown_as_text(support, parked):
    id = parked(("<script>alert(1)</script>", 1), external_number="<b>1</b>")

    for page in (support.get(URL), support.get(f"{URL}{id}")):
        assert "<script>alert" not in page.text
        assert "<b>1</b>" not in page.text


def test_naming_the_sku_places_the_order(support, session, parked):
    id = parked(("STV-TITAN", 2))

    answer = support.post(f"{URL}{id}/placement", data={"sku_0": "TEA-1", "remember": "y", **address()})

    assert (answer.status_code, answer.location) == (303, URL)
    assert state_of(session, id) == "resolved"
    assert session.execute(text("SELECT alias FROM sku_aliases")).scalar_one() == "STV-TITAN"


def test_correcting_the_address_places_the_order(support, session, parked):
    contact = replace(order_request(("TEA-1", 1)).contact, city="Nowhere", region="", postal_code="00000")
    id = parked(("TEA-1", 1), contact=contact)

    support.post(f"{URL}{id}/placement", data=address())

    assert state_of(session, id) == "resolved"


def test_what_is_still_wrong_is_said_and_what_was_typed_is_kept(support, session, parked):
    id = parked(("A-1", 1), ("B-1", 1))

    answer = support.post(f"{URL}{id}/placement", data={"sku_0": "TEA-1", "sku_1": "NOPE", **address()})

    assert answer.status_code == 422
    assert "there is no SKU “NOPE”" in answer.text
    assert 'value="NOPE"' in answer.text
    assert state_of(session, id) == "open"


def test_one_that_is_settled_cannot_be_settled_again(support, parked):
    id = parked(("STV-TITAN", 2))
    support.post(f"{URL}{id}/set-aside")

    assert support.post(f"{URL}{id}/set-aside").status_code == 409
    assert "Set aside" in support.get(f"{URL}{id}").text


def test_all_can_be_tried_again(support, session, parked):
    ids = [parked(("LATE-1", 1)) for _ in range(3)]
    make_skus(session, ["LATE-1"])
    session.commit()

    answer = support.post(f"{URL}retry")

    assert answer.status_code == 303
    assert {state_of(session, id) for id in ids} == {"resolved"}


def address():
    return {
        "name": "Caspian Reed",
        "street": "14 Linden Street",
        "city": "Columbus",
        "region": "OH",
        "postal_code": "43215",
        "country": "us",
    }
