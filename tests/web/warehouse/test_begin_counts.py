"""A count begins where a bin or an item was just looked up: by the people of the floor, at their own sites."""

import pytest
from sqlalchemy import text

from app.counting import plans
from app.counting.plans import CountDefaults
from app.counting.tolerance import Rules
from app.workflows import count_looked_up
from tests.factories.counts import counted, fill, make_bins, planned, price, state_of
from tests.factories.house import make_house
from tests.web.conftest import htmx

LOOK_UP, URL = "/warehouse/look-up/", "/warehouse/look-up/counts"


@pytest.fixture
def house(session, bound, cast):
    return make_house(session)


@pytest.fixture
def bins(session, house):
    """A-1 and B-1 at CMH1 hold 10 and 7 of TEA-1; Z-1 lies at RNO1."""
    found = make_bins(session, house, {"A-1": "A", "B-1": "B"}) | make_bins(session, house, {"Z-1": ""}, site="RNO1")
    fill(session, house, found, {("A-1", "TEA-1"): 10, ("B-1", "TEA-1"): 7})
    price(session)
    session.commit()
    return found


@pytest.fixture
def walter(login, bins):
    return login("walter")


@pytest.fixture
def begin(house, bins):
    """What the button of a bin or SKU does."""

    def pressed(browser, code, /, *, headers=None, **more):
        named = {"bin_id": bins[code]} if code in bins else {"sku_id": house.skus[code]}
        data = {"code": code, "site_id": house.sites["CMH1"], **named, **more}
        return browser.post(URL, data=data, headers=headers)

    return pressed


def counts(session):
    return session.execute(text("SELECT * FROM counts")).all()


def places(session):
    rows = session.execute(text("SELECT b.code FROM count_places p LEFT JOIN bins b ON b.id = p.bin_id ORDER BY 1"))
    return list(rows.scalars())


@pytest.mark.parametrize("who", ["walter", "admin"])
def test_the_bin_that_was_looked_up_is_counted(session, begin, login, cast, who):
    browser = login(who)
    page = browser.get(LOOK_UP, query_string={"code": "a-1"}).text

    answer = begin(browser, "A-1")

    [count] = counts(session)
    assert "Count this bin" in page
    assert (answer.status_code, answer.location) == (303, f"/warehouse/counts/{count.number}")
    assert (count.cause, count.created_by) == ("hand", f"user:{cast['alice' if who == 'admin' else who]}")
    assert places(session) == ["A-1"]


def test_of_an_item_every_place_at_that_site_is_counted(session, begin, walter):
    page = walter.get(LOOK_UP, query_string={"code": "TEA-1"}).text

    begin(walter, "TEA-1")

    assert "Count it at CMH1" in page
    assert "Count it at RNO1" not in page
    assert places(session) == ["A-1", "B-1"]


def test_of_a_bin_and_an_item_of_one_code_the_one_whose_button_it_is_is_counted(session, house, begin, walter):
    other = make_bins(session, house, {"TEA-1": "A"})["TEA-1"]
    session.commit()
    page = walter.get(LOOK_UP, query_string={"code": "TEA-1"}).text

    begin(walter, "TEA-1")
    of_the_item = places(session)
    begin(walter, "TEA-1", sku_id="", bin_id=other)

    assert f'name="bin_id" value="{other}"' in page
    assert f'name="sku_id" value="{house.skus["TEA-1"]}"' in page
    assert of_the_item == ["A-1", "B-1"]
    assert places(session) == ["A-1", "B-1", "TEA-1"]


def test_the_station_that_it_leads_to_says_nothing_of_the_book(begin, walter):
    station = walter.get(begin(walter, "A-1").location).text

    assert "A-1" in station
    assert "TEA-1" not in station


@pytest.fixture
def under_way(session, house, bins):
    """The number of a count of these bins."""

    def of(*codes):
        planned(session, house, [bins[code] for code in codes])
        session.commit()
        return counts(session)[0].number

    return of


@pytest.mark.parametrize("code", ["A-1", "TEA-1"])
def test_what_is_being_counted_leads_to_its_count(session, begin, walter, under_way, code):
    number = under_way("A-1", "B-1")

    page = walter.get(LOOK_UP, query_string={"code": code}).text

    assert f'href="/warehouse/counts/{number}"' in page
    assert "<form method" not in page
    assert begin(walter, code).status_code == 422
    assert len(counts(session)) == 1


def test_of_an_item_that_is_counted_in_part_the_rest_is_counted(session, begin, walter, under_way):
    number = under_way("A-1")
    page = walter.get(LOOK_UP, query_string={"code": "TEA-1"}).text

    begin(walter, "TEA-1")
    after = walter.get(LOOK_UP, query_string={"code": "TEA-1"}).text

    assert f"Being counted: {number}" in page
    assert "Count its other place at CMH1" in page
    assert places(session) == ["A-1", "B-1"]
    assert len(counts(session)) == after.count("Being counted:") == 2
    assert "Count its other" not in after


def test_an_item_that_lies_nowhere_leads_to_the_count_that_looks_for_it(session, house, begin, walter):
    session.execute(text("UPDATE bin_stock SET quantity = 0"))
    number = begin(walter, "TEA-1").location.rpartition("/")[2]

    page = walter.get(LOOK_UP, query_string={"code": "TEA-1"}).text

    assert places(session) == [None]
    assert f"Being counted: {number}" in page
    assert "<form method" not in page


def test_a_refusal_stays_on_the_page_of_what_was_looked_up_and_says_what_can_be_done(begin, walter, under_way):
    number = under_way("A-1")

    whole, part = begin(walter, "A-1"), begin(walter, "A-1", headers=htmx())

    assert "No count was begun:" in whole.text
    assert f"being counted already, in {number}: open that count" in whole.text
    assert "Bin at CMH1" in part.text
    assert "<html" not in part.text


def test_an_item_in_more_places_than_a_count_has_is_counted_bin_by_bin(session, begin, walter, monkeypatch):
    monkeypatch.setattr(count_looked_up, "MOST_BY_HAND", 1)

    answer = begin(walter, "TEA-1")

    assert "it lies in 2 places, more than one count has: look one of its bins up" in answer.text
    assert counts(session) == []


def test_pressed_twice_one_count_begins(session, begin, walter):
    found = {begin(walter, "A-1", once="the-same-button").location for _ in range(2)}

    assert len(found) == len(counts(session)) == 1


def test_a_closed_bin_is_not_offered(session, begin, walter):
    session.execute(text("UPDATE bins SET is_active = false WHERE code = 'A-1'"))
    session.commit()

    assert "Count this bin" not in walter.get(LOOK_UP, query_string={"code": "A-1"}).text
    assert "look it up again" in begin(walter, "A-1").text
    assert counts(session) == []


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"bin_id": ""},
        {"bin_id": "999999"},
        {"sku_id": "999999"},
        {"bin_id": "x"},
        {"site_id": "x", "bin_id": "1"},
        {"site_id": "", "bin_id": "1"},
    ],
)
def test_a_count_of_nothing_is_refused_with_a_page(session, house, walter, data):
    values = {"site_id": str(house.sites["CMH1"]), **data} if data else {}

    assert walter.post(URL, data=values).status_code in (400, 422)
    assert counts(session) == []


@pytest.mark.parametrize(("who", "site"), [("walter", "RNO1"), ("walter", "none"), ("admin", "none")])
@pytest.mark.parametrize("named", ["bin_id", "sku_id"])
def test_a_count_at_no_site_of_theirs_is_not_begun(session, house, bins, login, who, site, named):
    ids = {"bin_id": bins["Z-1"], "sku_id": house.skus["TEA-1"]}
    data = {"site_id": str(house.sites.get(site, 999_999)), named: str(ids[named])}

    answer = login(who).post(URL, data=data)

    assert answer.status_code == 404
    assert counts(session) == []


@pytest.mark.parametrize("who", ["walter", "admin"])
def test_at_a_site_that_is_closed_no_count_is_begun(session, begin, login, who):
    session.execute(text("UPDATE sites SET is_active = false WHERE code = 'CMH1'"))
    session.commit()

    assert begin(login(who), "A-1").status_code == 404
    assert counts(session) == []


def test_support_is_refused_and_a_stranger_signs_in(session, begin, login, client):
    assert begin(login("support"), "A-1").status_code == 403
    assert begin(client, "A-1").location.startswith("/account/login")
    assert counts(session) == []


def test_whoever_began_it_decides_nothing_about_it(session, house, bins, walter):
    """Approving, sending back and calling it off stay with administrators; so does planning by zone."""
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 8})
    session.commit()
    number = session.execute(text("SELECT number FROM counts WHERE id = :id"), {"id": count_id}).scalar_one()

    acts = [f"/admin/counts/{number}/{act}" for act in ("approval", "rejection", "cancellation")]
    answers = [walter.post(url, data={"reason": "so"}) for url in (*acts, "/admin/counts/", "/admin/counts/plan")]

    assert {answer.status_code for answer in answers} == {403}
    assert state_of(session, count_id) == "recount"


def count_all(browser, session, number, units):
    """So many of TEA-1 at the one place, handed in."""
    place = session.execute(text("SELECT id FROM count_places")).scalar_one()
    url = f"/warehouse/counts/{number}"
    browser.post(f"{url}/units", data={"code": "TEA-1", "quantity": units, "place": place})
    browser.post(f"{url}/closings", data={"place": place})
    browser.post(f"{url}/submission")


def test_who_counted_what_they_began_does_not_count_it_again(session, begin, walter):
    number = begin(walter, "A-1").location.rpartition("/")[2]
    count_all(walter, session, number, "3")
    line = session.execute(text("SELECT id FROM count_lines")).scalar_one()

    again = {"code": "TEA-1", "quantity": "3", "line": line}
    answer = walter.post(f"/warehouse/counts/{number}/recounts", data=again)

    [count] = counts(session)
    assert (count.state, answer.status_code) == ("recount", 422)
    assert session.execute(text("SELECT recounted FROM count_lines")).scalar_one() is None


@pytest.mark.parametrize(
    ("counter", "units", "state"),
    [("walter", "9", "recount"), ("walter", "10", "submitted"), ("alice", "9", "submitted")],
)
def test_within_the_tolerance_what_its_beginner_counted_is_looked_at_again(
    session, begin, walter, login, counter, units, state
):
    plans.change_defaults(session, CountDefaults(rules=Rules(tolerance_units=2, approval_minor=10_000)))
    session.commit()
    number = begin(walter, "A-1").location.rpartition("/")[2]

    count_all(walter if counter == "walter" else login(counter), session, number, units)

    assert counts(session)[0].state == state


def test_the_office_sees_who_began_it(begin, login, walter):
    number = begin(walter, "A-1").location.rpartition("/")[2]

    assert "Walter Warehouse" in login("admin").get(f"/admin/counts/{number}").text
