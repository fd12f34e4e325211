"""Counting on a terminal: blind, bin by bin, with and without JavaScript."""

import re

import pytest
from sqlalchemy import text

from app.counting.tolerance import Rules
from tests.factories.counts import (
    ANN,
    counted,
    fill,
    in_bin,
    line_of,
    make_bins,
    place_of,
    planned,
    post_accepted,
    price,
    saw,
    state_of,
)
from tests.factories.house import read_house
from tests.web.conftest import htmx

BOOK, OTHER = 7351, 4242  # numbers that stand nowhere else


@pytest.fixture
def shelves(session, house):
    bins = make_bins(session, read_house(session), {"A-1": "A", "A-2": "A"})
    fill(session, read_house(session), bins, {("A-1", "TEA-1"): BOOK, ("A-1", "TEA-2"): OTHER})
    price(session)
    session.commit()
    return bins


@pytest.fixture
def count(session, house, shelves):
    """A count of both bins; (id, number)."""
    found = planned(session, read_house(session), list(shelves.values()))
    session.commit()
    return found, number_of(session, found)


def number_of(session, count_id: int) -> str:
    return str(session.execute(text("SELECT number FROM counts WHERE id = :id"), {"id": count_id}).scalar_one())


def url(count, part=""):
    return f"/warehouse/counts/{count[1]}{part}"


def test_the_list_names_what_waits_at_my_site(count, walter, wendy):
    assert count[1] in walter.get("/warehouse/counts/").text
    assert count[1] not in wendy.get("/warehouse/counts/").text


def test_the_station_shows_the_first_bin(count, walter):
    page = walter.get(url(count))

    assert page.status_code == 200
    assert "Scan what lies in A-1" in page.text
    assert "0 of 2 places" in page.text


def test_htmx_gets_the_station_alone(count, walter):
    part = walter.get(url(count), headers=htmx())

    assert "<html" not in part.text
    assert part.text.lstrip().startswith('<div class="wb-stage" id="station"')


def test_a_stranger_signs_in_first(count, client):
    assert client.get(url(count)).location.startswith("/account/login")


@pytest.mark.parametrize("part", ["/units", "/closings", "/restarts", "/submission", "/recounts"])
def test_another_sites_count_does_not_exist(session, count, shelves, wendy, part):
    place = place_of(session, count[0], shelves["A-1"])

    assert wendy.get(url(count)).status_code == 404
    assert wendy.post(url(count, part), data={"place": place, "code": "TEA-1"}).status_code == 404


def test_no_page_of_a_counter_holds_what_the_book_says(session, count, shelves, walter):
    """From the list to the recount, whole pages and parts, right entries and wrong ones."""
    first, second = (place_of(session, count[0], bin_id) for bin_id in shelves.values())
    seen = [
        walter.get("/warehouse/counts/"),
        walter.get(url(count)),
        walter.get(url(count), headers=htmx()),
        walter.post(url(count, "/units"), data={"place": first, "code": "TEA-1"}, headers=htmx()),
        walter.post(url(count, "/units"), data={"place": first, "code": "TEA-1", "quantity": "12"}, headers=htmx()),
        walter.post(url(count, "/units"), data={"place": first, "code": "NOTHING"}, headers=htmx()),
        walter.post(url(count, "/units"), data={"place": first, "code": "A-2"}, headers=htmx()),
        walter.post(url(count, "/units"), data={"place": first, "code": "TEA-1", "quantity": "x"}),
        walter.post(url(count, "/closings"), data={"place": first}, follow_redirects=True),
        walter.post(url(count, "/closings"), data={"place": second}, follow_redirects=True),
        walter.post(url(count, "/submission"), follow_redirects=True),
        walter.get(url(count)),
    ]

    assert state_of(session, count[0]) == "recount"
    for answer in seen:
        shown = re.sub(r"[,.\s]", "", answer.text)
        assert str(BOOK) not in shown
        assert str(OTHER) not in shown


def test_a_scan_counts_one_unit(session, count, shelves, walter):
    place = place_of(session, count[0], shelves["A-1"])

    data = {"place": place, "code": "tea-1", "client_scan_id": "s1"}
    answers = [walter.post(url(count, "/units"), data=data, headers=htmx()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert 'data-state="ok"' in answers[0].text
    assert line_of(session, count[0], "TEA-1").counted == 1


def test_without_javascript_a_scan_leads_back_to_the_same_bin(session, count, shelves, walter):
    place = place_of(session, count[0], shelves["A-1"])

    answer = walter.post(url(count, "/units"), data={"place": place, "code": "TEA-1"})

    assert answer.status_code == 303
    assert answer.location.endswith(f"?at={place}")


def test_the_code_of_a_bin_leads_to_that_bin_and_counts_nothing(session, count, shelves, walter):
    first, second = (place_of(session, count[0], bin_id) for bin_id in shelves.values())

    answer = walter.post(url(count, "/units"), data={"place": first, "code": "a-2"})

    assert answer.location.endswith(f"?at={second}")
    assert session.execute(text("SELECT count(*) FROM count_lines")).scalar_one() == 0


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"code": "NOTHING"}, "is nothing of ours"),
        ({"code": "TEA-1", "quantity": "-1"}, "-1"),
        ({"code": "TEA-1", "quantity": "1e3"}, "not a whole number"),
        ({"code": "TEA-1", "quantity": "3", "lot": "L9"}, "has no lot"),
        ({"code": "TEA-1", "quantity": "3", "condition": "eaten"}, "Not a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_on_the_station(session, count, shelves, walter, sent, words):
    place = place_of(session, count[0], shelves["A-1"])

    answer = walter.post(url(count, "/units"), data={"place": place, **sent}, headers=htmx())

    assert answer.status_code == 422
    assert words in answer.text
    assert 'data-state="error"' in answer.text


def test_a_bin_that_is_empty_is_done_with_one_button(session, count, shelves, walter):
    place = place_of(session, count[0], shelves["A-2"])

    page = walter.get(url(count, f"?at={place}"))
    answer = walter.post(url(count, "/closings"), data={"place": place}, follow_redirects=True)

    assert "The bin is empty" in page.text
    assert "1 of 2 places" in answer.text


def test_what_somebody_else_counts_can_be_taken_over_from_the_start(session, count, shelves, walter):
    saw(session, count[0], shelves["A-1"], "TEA-1", 3, by=ANN)
    session.commit()
    place = place_of(session, count[0], shelves["A-1"])

    page = walter.get(url(count))
    answer = walter.post(url(count, "/restarts"), data={"place": place}, follow_redirects=True)

    assert "With somebody else" in page.text
    assert "Scan what lies in A-1" in answer.text


@pytest.fixture
def recount(session, house, shelves):
    """ANN found two units too few of TEA-1."""
    seen = {"TEA-1": BOOK - 2, "TEA-2": OTHER}
    found = counted(session, read_house(session), shelves["A-1"], seen, rules=Rules(approval_minor=10**6))
    session.commit()
    return found, number_of(session, found)


def test_a_recount_names_the_item_and_neither_the_book_nor_the_first_count(recount, walter):
    shown = walter.get(url(recount)).text

    assert "Scan each TEA-1" in shown
    assert "TEA-2" not in shown
    assert str(BOOK) not in shown.replace(",", "")
    assert str(BOOK - 2) not in shown.replace(",", "")


def test_a_recount_is_typed_handed_in_and_posted(session, house, shelves, recount, walter):
    line = line_of(session, recount[0], "TEA-1")

    walter.post(url(recount, "/recounts"), data={"line": line.id, "quantity": str(BOOK - 1)})
    answer = walter.post(url(recount, "/submission"))
    post_accepted(session, recount[0])

    assert answer.status_code == 303
    assert state_of(session, recount[0]) == "posted"
    assert in_bin(session, read_house(session), shelves["A-1"], "TEA-1") == BOOK - 1


def test_whoever_counted_is_told_that_somebody_else_must(session, count, shelves, walter):
    for bin_id in shelves.values():
        walter.post(url(count, "/closings"), data={"place": place_of(session, count[0], bin_id)})
    walter.post(url(count, "/submission"))
    line = line_of(session, count[0], "TEA-1")

    page = walter.get(url(count))
    answer = walter.post(url(count, "/recounts"), data={"line": line.id, "quantity": "1"}, headers=htmx())

    assert "The rest is for others" in page.text
    assert answer.status_code == 422
    assert line_of(session, count[0], "TEA-1").recounted is None


def test_the_wrong_item_is_refused_in_a_recount(session, recount, walter):
    line = line_of(session, recount[0], "TEA-1")

    answer = walter.post(url(recount, "/recounts"), data={"line": line.id, "code": "TEA-2"}, headers=htmx())

    assert answer.status_code == 422
    assert "not the item asked for" in answer.text


def test_a_count_is_not_handed_in_half_done(count, walter):
    answer = walter.post(url(count, "/submission"))

    assert answer.status_code == 422
    assert 'id="station"' in answer.text
    assert "not counted yet: count the rest" in answer.text
