"""The pack station."""

import pytest

from tests.factories.floor import line, order, pick_all, released, works
from tests.web.conftest import htmx


@pytest.fixture
def one(session, house):
    made = pick_all(session, released(session, ("TEA-1", 2), ("TEA-2", 1)))
    session.commit()
    return made


@pytest.fixture
def url(session, one):
    return f"/warehouse/packing/{order(session, one.order_id).number}-1"


def check(browser, url, code, **data):
    return browser.post(f"{url}/checks", data={"code": code, **data}, headers=htmx())


def test_the_station_shows_what_to_scan(url, walter):
    page = walter.get(url)

    assert page.status_code == 200
    assert "2 left, scan next" in page.text
    assert "3 items still to verify" in page.text


def test_htmx_gets_the_station_alone(url, walter):
    part = walter.get(url, headers=htmx())

    assert "<html" not in part.text
    assert part.text.lstrip().startswith('<div class="wb-stage" id="station"')


def test_a_stranger_signs_in_first(url, client):
    assert client.get(url).location.startswith("/account/login")


def test_another_sites_box_does_not_exist(url, wendy):
    assert wendy.get(url).status_code == 404
    assert check(wendy, url, "TEA-1").status_code == 404
    assert wendy.post(f"{url}/parcels").status_code == 404


def test_a_right_item_is_verified(url, walter):
    answer = check(walter, url, "TEA-1")

    assert answer.status_code == 200
    assert 'data-state="ok"' in answer.text
    assert "1 left, scan next" in answer.text


def test_without_javascript_a_scan_leads_back_to_the_station(url, walter):
    answer = walter.post(f"{url}/checks", data={"code": "TEA-1"})

    assert (answer.status_code, answer.location) == (303, url)
    assert "1 left, scan next" in walter.get(url).text


def test_a_wrong_item_stops_the_station_until_it_is_out(url, walter):
    wrong = check(walter, url, "TEA-3")
    stopped = check(walter, url, "TEA-1")
    again = walter.get(url)
    out = walter.post(f"{url}/acknowledgements", headers=htmx())

    assert 'data-state="error"' in wrong.text
    assert "Wrong item: take it out" in wrong.text
    assert stopped.status_code == 422
    assert "Wrong item: take it out" in stopped.text
    assert "TEA-3" in stopped.text
    assert "Somebody was faster" not in stopped.text
    assert "Wrong item: take it out" in again.text
    assert "Go on: scan the next item" in out.text
    assert check(walter, url, "TEA-1").status_code == 200


@pytest.mark.parametrize("said", ["WB:OK", "ok", ""])
def test_a_command_card_or_enter_says_that_the_item_is_out(url, walter, said):
    check(walter, url, "TEA-3")

    answer = check(walter, url, said)

    assert "Wrong item" not in answer.text


def test_one_too_many_is_said_to_be_one_too_many(url, walter):
    check(walter, url, "TEA-2", client_scan_id="a")

    answer = check(walter, url, "TEA-2", client_scan_id="b")

    assert "One too many" in answer.text


def test_the_server_refuses_to_close_an_unverified_box(session, one, url, walter):
    answer = walter.post(f"{url}/parcels")

    assert answer.status_code == 422
    assert "nothing is verified yet" in answer.text
    assert works(session, one.order_id)[0].state == "picked"


def test_a_verified_box_becomes_a_parcel_and_leads_to_the_carrier(session, one, url, walter):
    check(walter, url, "TEA-1", client_scan_id="a", quantity="2")
    check(walter, url, "TEA-2", client_scan_id="b")

    answer = walter.post(f"{url}/parcels", data={"weight_g": "1250"})

    assert answer.status_code == 303
    assert answer.location.startswith("/warehouse/shipments/")
    assert works(session, one.order_id)[0].state == "packed"


def test_a_second_press_makes_no_second_parcel(url, walter):
    check(walter, url, "TEA-1", client_scan_id="a", quantity="2")
    check(walter, url, "TEA-2", client_scan_id="b")

    answers = [walter.post(f"{url}/parcels") for _ in range(2)]

    assert answers[0].location == answers[1].location


def test_a_part_may_go_into_a_box_of_its_own(session, one, url, walter):
    check(walter, url, "TEA-1", quantity="2")

    answer = walter.post(f"{url}/parcels", data={"rest": "1"})

    assert (answer.status_code, answer.location) == (303, url)
    assert line(session, one.order_id).packed == 2


def test_a_box_can_be_emptied(url, walter):
    check(walter, url, "TEA-1", quantity="2")

    answer = walter.post(f"{url}/emptyings", headers=htmx())

    assert "3 items still to verify" in answer.text


def test_the_list_shows_what_is_picked(session, one, walter):
    page = walter.get("/warehouse/packing/")

    assert order(session, one.order_id).number in page.text
    assert "<html" not in walter.get("/warehouse/packing/", headers=htmx()).text


def test_an_empty_list_says_that_all_is_packed(walter):
    assert "All packed" in walter.get("/warehouse/packing/").text


@pytest.mark.parametrize("code", ["W-1-1", "%07", "x" * 300, "W-100001-99999999999999999999"])
def test_work_that_does_not_exist_is_not_found(walter, code):
    assert walter.get(f"/warehouse/packing/{code}").status_code == 404


def test_nothing_that_was_scanned_is_read_as_markup(url, walter):
    answer = check(walter, url, "<script>alert(1)</script>")

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_customer_is_not_named(url, walter):
    page = walter.get(url).text

    assert "Columbus" in page
    assert "Caspian" not in page
