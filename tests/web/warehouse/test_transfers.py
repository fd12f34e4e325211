"""Transfers at the terminal: each end does its part, a scan counts once, and what is refused says what to do."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from tests.factories.floor import level, placed
from tests.factories.transfers import arrive, drafted, line_of, number_of, sent, transfer
from tests.web.conftest import htmx


@pytest.fixture
def draft(session, house):
    made = drafted(session, ("TEA-1", 3))
    session.commit()
    return made


@pytest.fixture
def away(session, house):
    made = sent(session, ("TEA-1", 3), ("TEA-2", 2))
    session.commit()
    return made


@pytest.fixture
def url(session):
    return lambda id, part="": f"/warehouse/transfers/{number_of(session, id)}{part}"


def test_a_transfer_is_written_by_scanning(session, house, walter):
    data = {"from_site": "CMH1", "to_site": "RNO1", "expected_on": transfer_day()}

    made = walter.post("/warehouse/transfers/", data=data)

    assert made.status_code == 303
    scanned = walter.post(f"{made.location}/goods", data={"code": "tea-1", "client_scan_id": "s-1"}, headers=htmx())
    assert 'data-state="ok"' in scanned.text
    assert "1 × TEA-1 added" in scanned.text


def transfer_day(days=4):
    return (clock.now().date() + timedelta(days=days)).isoformat()


def test_nothing_leaves_another_persons_site(house, walter):
    data = {"from_site": "RNO1", "to_site": "CMH1", "expected_on": transfer_day()}

    assert walter.post("/warehouse/transfers/", data=data).status_code == 404


@pytest.mark.parametrize("changes", [{"to_site": "CMH1"}, {"expected_on": "2099-01-01"}, {"expected_on": ""}])
def test_a_way_that_cannot_be_is_refused_in_the_form(house, walter, changes):
    data = {"from_site": "CMH1", "to_site": "RNO1", "expected_on": transfer_day(), **changes}

    answer = walter.post("/warehouse/transfers/", data=data)

    assert answer.status_code == 422
    assert "Not saved yet" in answer.text


def test_htmx_gets_the_station_alone(draft, walter, url):
    part = walter.get(url(draft), headers=htmx())

    assert "<html" not in part.text
    assert part.text.lstrip().startswith('<div class="wb-stage" id="station"')


def test_a_stranger_signs_in_first(draft, client, url):
    assert client.get(url(draft)).location.startswith("/account/login")


def test_without_javascript_a_scan_leads_back_to_the_transfer(session, draft, walter, url):
    answer = walter.post(url(draft, "/goods"), data={"code": "TEA-1"})

    assert (answer.status_code, answer.location) == (303, url(draft))
    assert line_of(session, draft).asked == 4


def test_the_same_scan_sent_twice_counts_once(session, draft, walter, url):
    for _ in range(2):
        walter.post(url(draft, "/goods"), data={"code": "TEA-1", "client_scan_id": "s-1"})

    assert line_of(session, draft).asked == 4


def test_goods_can_be_taken_off_again(session, draft, walter, url):
    walter.post(url(draft, "/goods"), data={"code": "TEA-1", "quantity": 2, "is_back": "1"})

    assert line_of(session, draft).asked == 1


def test_an_unknown_code_is_refused_at_the_scanner(draft, walter, url):
    answer = walter.post(url(draft, "/goods"), data={"code": "NOPE"}, headers=htmx())

    assert answer.status_code == 422
    assert "“NOPE” is not one of our items" in answer.text


def test_a_draft_is_sent_on_the_day_that_is_typed(session, draft, walter, url):
    answer = walter.post(url(draft, "/departure"), data={"expected_on": transfer_day(6)})

    assert answer.status_code == 303
    assert (transfer(session, draft).state, transfer(session, draft).expected_on.isoformat()) == (
        "sent",
        transfer_day(6),
    )


def test_promised_goods_do_not_leave_and_the_reason_stands_at_the_station(session, draft, walter, url):
    placed(session, ("TEA-1", 8))
    session.commit()

    answer = walter.post(url(draft, "/departure"), data={"expected_on": transfer_day()})

    assert answer.status_code == 422
    assert "only 1 are promised to nobody" in answer.text


def test_the_other_end_receives_and_the_start_does_not(session, away, walter, wendy, url):
    taken = wendy.post(url(away, "/arrivals"), data={"code": "TEA-1", "client_scan_id": "s-1"}, headers=htmx())

    assert (taken.status_code, line_of(session, away).arrived) == (200, 1)
    assert walter.post(url(away, "/arrivals"), data={"code": "TEA-1"}).status_code == 403
    assert wendy.post(url(away, "/cancellation")).status_code == 403


def test_a_transfer_between_other_sites_does_not_exist(session, draft, login, url):
    session.execute(text("UPDATE transfers SET to_site_id = (SELECT id FROM sites WHERE code = 'EWR1')"))
    session.commit()

    assert login("wendy").get(url(draft)).status_code == 404


def test_one_too_many_is_refused_and_booked_as_found_by_a_button(session, away, wendy, url):
    refused = wendy.post(url(away, "/arrivals"), data={"code": "TEA-1", "quantity": 4}, headers=htmx())
    taken = wendy.post(url(away, "/arrivals"), data={"code": "TEA-1", "quantity": 4, "found": "1"})

    assert refused.status_code == 422
    assert "Book as found" in refused.text
    assert taken.status_code == 303
    assert (line_of(session, away).arrived, line_of(session, away).found) == (3, 1)


def test_an_item_that_nobody_knows_is_set_aside(away, wendy, url):
    answer = wendy.post(url(away, "/arrivals"), data={"code": "NOPE"}, headers=htmx())

    assert answer.status_code == 422
    assert "“NOPE” is not one of our items or numbers: set it aside" in answer.text


def test_what_is_missing_is_written_off_with_a_reason(session, away, wendy, url):
    form = wendy.get(url(away, "/losses/new?sku=TEA-2"))
    without = wendy.post(url(away, "/losses"), data={"code": "TEA-2", "quantity": 2})
    answer = wendy.post(url(away, "/losses"), data={"code": "TEA-2", "quantity": 2, "reason": "carrier"})

    assert 'value="2"' in form.text
    assert without.status_code == 422
    assert (answer.status_code, line_of(session, away, "TEA-2").lost) == (303, 2)


def test_more_cannot_be_lost_than_is_on_its_way(session, away, wendy, url):
    answer = wendy.post(url(away, "/losses"), data={"code": "TEA-2", "quantity": 3, "reason": "carrier"})

    assert answer.status_code == 422
    assert "only 2 of 2 are still on their way" in answer.text


def test_what_came_back_is_stock_of_its_first_site(session, away, walter, url):
    answer = walter.post(url(away, "/cancellation"))

    assert answer.status_code == 303
    assert (transfer(session, away).state, level(session, "TEA-1", "CMH1").on_hand) == ("cancelled", 9)


def test_either_end_may_change_the_day(session, away, wendy, url):
    wendy.post(url(away, "/day"), data={"expected_on": transfer_day(9)})
    nonsense = wendy.post(url(away, "/day"), data={"expected_on": "tomorrow"})

    assert transfer(session, away).expected_on.isoformat() == transfer_day(9)
    assert nonsense.status_code == 422


def test_the_lists_say_what_is_to_do_at_each_end(session, away, walter, wendy):
    number = number_of(session, away)

    assert number in wendy.get("/warehouse/transfers/").text
    assert "Nothing is on its way to you" in walter.get("/warehouse/transfers/").text
    assert number in walter.get("/warehouse/transfers/?view=gone").text
    assert "<html" not in walter.get("/warehouse/transfers/", headers=htmx()).text


def test_what_is_over_leads_to_putting_away(session, away, wendy, url):
    arrive(session, away, "TEA-1", 3)
    arrive(session, away, "TEA-2", 2)
    session.commit()

    page = wendy.get(url(away)).text

    assert "Put it away" in page
    assert "All arrived" in page


@pytest.mark.parametrize("data", [{}, {"code": "x" * 500}, {"code": "a\x00b"}, {"code": "TEA-1", "quantity": "1e3"}])
def test_nonsense_is_refused_and_nothing_is_counted(session, away, wendy, url, data):
    assert wendy.post(url(away, "/arrivals"), data=data).status_code == 422
    assert line_of(session, away).arrived == 0


def test_units_that_were_refused_stay_to_be_mended(draft, away, url, walter, wendy):
    asked = walter.post(url(draft, "/goods"), data={"code": "TEA-1", "quantity": "99999999"})
    arrived = wendy.post(url(away, "/arrivals"), data={"code": "TEA-1", "quantity": "77"})

    assert 'value="99999999"' in asked.text
    assert 'value="77"' in arrived.text
