"""Parcels on their way."""

import pytest

from app.kernel.actor import SYSTEM
from app.orders.holds import Stop
from app.workflows.hold_orders import hold_orders
from tests.factories.floor import level, movements, order, order_of_parcel, packed, shipped, works
from tests.web.conftest import htmx

LABEL = {"carrier": "Alpine Post", "tracking_number": "JD0146 0021 7788"}


@pytest.fixture
def parcel_id(session, house):
    made = packed(session, ("TEA-1", 2))
    session.commit()
    return made


def url(parcel_id, part=""):
    return f"/warehouse/shipments/{parcel_id}{part}"


def test_a_packed_parcel_asks_for_its_carrier_and_number(parcel_id, walter):
    page = walter.get(url(parcel_id))

    assert page.status_code == 200
    assert 'name="tracking_number"' in page.text
    assert "<html" not in walter.get(url(parcel_id), headers=htmx()).text


def test_a_stranger_signs_in_first(parcel_id, client):
    assert client.get(url(parcel_id)).location.startswith("/account/login")


def test_another_sites_parcel_does_not_exist(session, parcel_id, wendy):
    assert wendy.get(url(parcel_id)).status_code == 404
    assert wendy.post(url(parcel_id, "/departure"), data=LABEL).status_code == 404
    assert wendy.post(url(parcel_id, "/opening")).status_code == 404
    assert wendy.post("/warehouse/shipments/arrivals", data={"selected": parcel_id}).status_code == 404
    assert level(session, "TEA-1", "CMH1").on_hand == 9


def test_handing_over_takes_the_stock_and_leads_back(session, parcel_id, walter):
    answer = walter.post(url(parcel_id, "/departure"), data=LABEL)

    assert (answer.status_code, answer.location) == (303, url(parcel_id))
    assert level(session, "TEA-1", "CMH1").on_hand == 7
    assert "JD0146 0021 7788" in walter.get(url(parcel_id)).text


def test_a_second_press_changes_nothing(session, parcel_id, walter):
    answers = [walter.post(url(parcel_id, "/departure"), data=LABEL) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(movements(session, "ship")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tracking_number", "javascript:alert(1)"),
        ("tracking_number", ""),
        ("tracking_number", "https://evil.example"),
        ("carrier", ""),
        ("carrier", "x" * 200),
        ("carrier", "a\x00b"),
    ],
)
def test_a_bad_label_is_refused_at_its_field(session, parcel_id, walter, field, value):
    answer = walter.post(url(parcel_id, "/departure"), data={**LABEL, field: value})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert movements(session, "ship") == []


def test_a_held_order_does_not_leave(session, parcel_id, walter):
    hold_orders(session, [Stop(order_id=order_of_parcel(session, parcel_id), reason="other")], actor=SYSTEM)
    session.commit()

    answer = walter.post(url(parcel_id, "/departure"), data=LABEL)

    assert answer.status_code == 422
    assert "is on hold" in answer.text


def test_the_last_carrier_is_offered_again(session, house, walter):
    shipped(session, ("TEA-1", 1))
    parcel_id = packed(session, ("TEA-1", 1))
    session.commit()

    assert 'value="Alpine Post"' in walter.get(url(parcel_id)).text


def test_a_parcel_can_be_opened_again(session, parcel_id, walter):
    answer = walter.post(url(parcel_id, "/opening"))

    assert answer.location.startswith("/warehouse/packing/")
    assert works(session, order_of_parcel(session, parcel_id))[0].state == "picked"
    assert walter.get(url(parcel_id)).status_code == 404


def test_parcels_arrive(session, house, walter):
    parcel_id = shipped(session, ("TEA-1", 2))
    session.commit()

    answer = walter.post("/warehouse/shipments/arrivals", data={"selected": parcel_id})

    assert answer.status_code == 303
    assert order(session, order_of_parcel(session, parcel_id)).status == "delivered"


def test_a_parcel_that_has_not_left_does_not_arrive(parcel_id, walter):
    assert walter.post("/warehouse/shipments/arrivals", data={"selected": parcel_id}).status_code == 409


@pytest.mark.parametrize(("view", "make"), [("packed", packed), ("shipped", shipped)])
def test_each_stage_has_its_list(session, house, walter, view, make):
    parcel_id = make(session, ("TEA-1", 1))
    session.commit()

    page = walter.get("/warehouse/shipments/", query_string={"view": view})

    assert f'id="parcel-{parcel_id}"' in page.text
    assert "<html" not in walter.get("/warehouse/shipments/", headers=htmx()).text


def test_empty_lists_say_what_comes_there(walter):
    for view, said in (
        ("packed", "No parcel waits"),
        ("shipped", "Nothing is on the way"),
        ("delivered", "Nothing was"),
    ):
        assert said in walter.get("/warehouse/shipments/", query_string={"view": view}).text


def test_a_list_that_does_not_exist_leads_to_the_first(walter):
    assert walter.get("/warehouse/shipments/", query_string={"view": "x"}).status_code == 302
    assert walter.get("/warehouse/queue/", query_string={"view": "x"}).status_code == 302
