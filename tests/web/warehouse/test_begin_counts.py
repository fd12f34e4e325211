"""A count begins where a bin or an item was just looked up: by the people of the floor, at their own sites."""

import pytest
from sqlalchemy import text

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


def begin(browser, house, codes, *, site="CMH1", headers=None, **more):
    data = {"code": codes, "site_id": str(house.sites[site]), "codes": codes, **more}
    return browser.post(URL, data=data, headers=headers)


def counts(session):
    return session.execute(text("SELECT * FROM counts")).all()


def places(session):
    rows = session.execute(text("SELECT b.code FROM count_places p LEFT JOIN bins b ON b.id = p.bin_id ORDER BY 1"))
    return list(rows.scalars())


@pytest.mark.parametrize("who", ["walter", "admin"])
def test_the_bin_that_was_looked_up_is_counted(session, house, bins, login, cast, who):
    browser = login(who)
    page = browser.get(LOOK_UP, query_string={"code": "a-1"}).text

    answer = begin(browser, house, "A-1")

    [count] = counts(session)
    assert "Count this bin" in page
    assert (answer.status_code, answer.location) == (303, f"/warehouse/counts/{count.number}")
    assert (count.cause, count.created_by) == ("hand", f"user:{cast['alice' if who == 'admin' else who]}")
    assert places(session) == ["A-1"]


def test_of_an_item_every_place_at_that_site_is_counted(session, house, walter):
    page = walter.get(LOOK_UP, query_string={"code": "TEA-1"}).text

    begin(walter, house, "TEA-1")

    assert "Count it at CMH1" in page
    assert "Count it at RNO1" not in page
    assert places(session) == ["A-1", "B-1"]


def test_the_station_that_it_leads_to_says_nothing_of_the_book(session, house, walter):
    station = walter.get(begin(walter, house, "A-1").location).text

    assert "A-1" in station
    assert "TEA-1" not in station


@pytest.mark.parametrize("code", ["A-1", "TEA-1"])
def test_what_is_being_counted_leads_to_its_count(session, house, bins, walter, code):
    planned(session, house, [bins["A-1"]])
    session.commit()
    [count] = counts(session)

    page = walter.get(LOOK_UP, query_string={"code": code}).text

    assert f'href="/warehouse/counts/{count.number}"' in page
    assert "<form method" not in page
    assert begin(walter, house, code).status_code == 422
    assert len(counts(session)) == 1


def test_a_refusal_stays_on_the_page_of_what_was_looked_up(session, house, bins, walter):
    planned(session, house, [bins["A-1"]])
    session.commit()

    whole, part = begin(walter, house, "A-1"), begin(walter, house, "A-1", headers=htmx())

    assert "No count was begun:" in whole.text
    assert "being counted already: A-1 (C-" in whole.text
    assert "Bin at CMH1" in part.text
    assert "<html" not in part.text


def test_pressed_twice_one_count_begins(session, house, walter):
    found = {begin(walter, house, "A-1", once="the-same-button").location for _ in range(2)}

    assert len(found) == len(counts(session)) == 1


def test_a_closed_bin_is_not_offered(session, house, walter):
    session.execute(text("UPDATE bins SET is_active = false WHERE code = 'A-1'"))
    session.commit()

    assert "Count this bin" not in walter.get(LOOK_UP, query_string={"code": "A-1"}).text
    assert begin(walter, house, "A-1").status_code == 422


@pytest.mark.parametrize(
    "data", [{}, {"codes": ""}, {"codes": "NOPE"}, {"site_id": "x", "codes": "A-1"}, {"site_id": "", "codes": "A-1"}]
)
def test_a_count_of_nothing_is_refused_with_a_page(session, house, walter, data):
    values = {"site_id": str(house.sites["CMH1"]), **data} if data else {}

    assert walter.post(URL, data=values).status_code in (400, 422)
    assert counts(session) == []


@pytest.mark.parametrize("site", ["RNO1", "none"])
def test_another_sites_count_is_not_begun(session, house, walter, site):
    site_id = house.sites.get(site, 999_999)

    answer = walter.post(URL, data={"code": "Z-1", "site_id": str(site_id), "codes": "Z-1"})

    assert answer.status_code == 404
    assert counts(session) == []


def test_support_is_refused_and_a_stranger_signs_in(session, house, login, client, bins):
    assert begin(login("support"), house, "A-1").status_code == 403
    assert begin(client, house, "A-1").location.startswith("/account/login")
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


def test_who_counted_what_they_began_does_not_count_it_again(session, house, bins, walter, cast):
    number = begin(walter, house, "A-1").location.rpartition("/")[2]
    place = session.execute(text("SELECT id FROM count_places")).scalar_one()
    url = f"/warehouse/counts/{number}"
    walter.post(f"{url}/units", data={"code": "TEA-1", "quantity": "3", "place": place})
    walter.post(f"{url}/closings", data={"place": place})
    walter.post(f"{url}/submission")
    line = session.execute(text("SELECT id FROM count_lines")).scalar_one()

    answer = walter.post(f"{url}/recounts", data={"code": "TEA-1", "quantity": "3", "line": line})

    [count] = counts(session)
    assert (count.state, answer.status_code) == ("recount", 422)
    assert session.execute(text("SELECT recounted FROM count_lines")).scalar_one() is None


def test_the_office_sees_who_began_it(session, house, login, walter):
    number = begin(walter, house, "A-1").location.rpartition("/")[2]

    assert "Walter Warehouse" in login("admin").get(f"/admin/counts/{number}").text
