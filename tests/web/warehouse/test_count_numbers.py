"""Counting by number at the terminal, without a word of the book; what was found is told to who decides."""

import pytest
from sqlalchemy import text

from app.workflows.settle_counts import submit
from tests.factories.counts import ANN, STRICT, done, fill, line_of, make_bins, place_of, planned, price, saw
from tests.factories.numbers import keep_by_number, register
from tests.web.conftest import htmx


@pytest.fixture
def bins(session, house):
    found = make_bins(session, house, {"A-1": "A", "A-2": "A"})
    keep_by_number(session, "TEA-4")
    fill(session, house, found, {("A-1", "TEA-4"): 3, ("A-2", "TEA-4"): 1})
    register(session, house, "N-1", "N-2", "N-3", sku="TEA-4", bin_id=found["A-1"])
    register(session, house, "N-4", sku="TEA-4", bin_id=found["A-2"])
    price(session)
    session.commit()
    return found


@pytest.fixture
def count(session, house, bins):
    made = planned(session, house, [bins["A-1"]], rules=STRICT)
    session.commit()
    return made


@pytest.fixture
def station(session, bins, count):
    number = session.execute(text("SELECT number FROM counts WHERE id = :id"), {"id": count}).scalar_one()
    return f"/warehouse/counts/{number}", str(place_of(session, count, bins["A-1"]))


def scan(browser, station, code, **data):
    url, place = station
    return browser.post(f"{url}/units", data={"code": code, "place": place, **data}, headers=htmx())


def test_numbers_are_counted_one_by_one_and_the_book_is_not_told(session, walter, station, count):
    answer = scan(walter, station, "N-1")

    assert "TEA-4: 1" in answer.text
    assert "N-1 is not there" in answer.text
    assert "N-2" not in answer.text
    assert line_of(session, count, "TEA-4").counted == 1
    assert "N-1 is counted already" in scan(walter, station, "N-1").text


def test_the_item_alone_asks_for_the_number(walter, station):
    assert "TEA-4 is known by number: scan the number on each unit" in scan(walter, station, "TEA-4").text


def test_several_are_typed_and_one_is_taken_back_without_javascript(session, walter, station, count):
    url, place = station
    data = {"code": "TEA-4", "place": place, "serials": "N-1\r\nN-2\r\nX-9"}
    assert walter.post(f"{url}/units", data=data).status_code == 303

    walter.post(f"{url}/units", data={"code": "TEA-4", "place": place, "serials": "X-9", "is_back": "1"})

    assert line_of(session, count, "TEA-4").counted == 2


def test_typed_numbers_that_are_refused_stay_in_their_field(walter, station):
    scan(walter, station, "N-1")

    answer = scan(walter, station, "TEA-4", serials="N-2\r\nN-1")

    assert answer.status_code == 422
    assert "N-2\nN-1</textarea>" in answer.text


def test_units_without_a_number_are_typed_beside_those_that_were_scanned(session, walter, station, count):
    scan(walter, station, "N-1")

    answer = scan(walter, station, "TEA-4", quantity="2")

    assert "TEA-4: 3" in answer.text
    assert line_of(session, count, "TEA-4").counted == 3


def test_who_decides_sees_each_number_and_where_it_lay(session, house, bins, login, count):
    for number in ("N-1", "N-4", "N-9"):
        saw(session, count, bins["A-1"], "TEA-4", 1, is_more=True, serial=number)
    done(session, count, bins["A-1"])
    submit(session, [count], actor=ANN)
    session.commit()
    number = session.execute(text("SELECT number FROM counts WHERE id = :id"), {"id": count}).scalar_one()

    page = login("admin").get(f"/admin/counts/{number}").text

    assert "Not seen:" in page
    assert "at CMH1, bin A-2 by the books" in page
    assert "not in the books" in page


def test_the_second_person_scans_numbers_too(session, bins, walter, station, count):
    saw(session, count, bins["A-1"], "TEA-4", 1, is_more=True, serial="N-1")
    done(session, count, bins["A-1"])
    submit(session, [count], actor=ANN)
    session.commit()
    url, line = station[0], str(line_of(session, count, "TEA-4").id)

    for number in ("N-1", "N-2"):
        walter.post(f"{url}/recounts", data={"code": number, "line": line})
    page = walter.get(f"{url}?at={line}").text
    walter.post(f"{url}/recounts", data={"quantity": "1", "line": line})

    assert "N-2 is not there" in page
    assert "N-3" not in page
    assert line_of(session, count, "TEA-4").recounted == 3
