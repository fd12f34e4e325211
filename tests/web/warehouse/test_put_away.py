"""Putting away and moving at the terminal: the bin is said with the reason, and its rules hold."""

import pytest
from sqlalchemy import text

from tests.factories.floor import placed
from tests.factories.house import House
from tests.factories.shelves import lay, lying, make_bins, make_lot
from tests.web.conftest import htmx

STATION = "/warehouse/put-away/CMH1"
MOVES = "/warehouse/moves/CMH1"


@pytest.fixture
def shelved(session, house) -> House:
    make_bins(session, house, "CMH1", "A-01", "A-02", capacity=5, zone="A")
    make_bins(session, house, "CMH1", "R-01", kind="bulk")
    session.commit()
    return house


def carry(**values):
    return {"sku": "TEA-1", "quantity": 2, "code": "A-01", "suggested": "A-01", **values}


def test_what_waits_is_listed_with_a_way_to_its_station(shelved, walter):
    page = walter.get("/warehouse/put-away/")

    assert "TEA-1" in page.text
    assert "TEA-3" not in page.text
    assert "<html" not in walter.get("/warehouse/put-away/", headers=htmx()).text


def test_a_site_without_bins_has_nothing_to_put_away(house, wendy):
    assert "Everything is put away" in wendy.get("/warehouse/put-away/").text


def test_a_scanned_item_leads_to_its_bin_with_the_reason(shelved, walter):
    answer = walter.post(f"{STATION}/items", data={"code": "tea-4"}, follow_redirects=True)

    assert "Put it into A-01" in answer.text
    assert "An empty bin for picking; 0 of 5 units are taken" in answer.text


def test_what_does_not_wait_is_said_so(shelved, walter):
    answer = walter.post(f"{STATION}/items", data={"code": "TEA-3"}, headers=htmx())

    assert answer.status_code == 422
    assert "Nothing of “TEA-3” waits here" in answer.text


def test_of_several_lots_the_person_chooses(session, shelved, walter):
    for code in ("L1", "L2"):
        lay(session, shelved, "TEA-5", "CMH1", 2, lot_id=make_lot(session, shelved, "TEA-5", code))
    session.commit()

    answer = walter.post(f"{STATION}/items", data={"code": "TEA-5"}, headers=htmx())

    assert "Which of these is it?" in answer.text
    assert "lot=L2" in answer.text


def test_the_scanned_bin_gets_the_goods(session, shelved, walter):
    answer = walter.post(f"{STATION}/carries", data=carry(client_scan_id="s-1"), headers=htmx())

    assert 'data-state="ok"' in answer.text
    assert lying(session, "TEA-1", "CMH1")["A-01", "", "good"] == 2


def test_without_javascript_one_comes_back_to_the_station(session, shelved, walter):
    answer = walter.post(f"{STATION}/carries", data=carry())

    assert (answer.status_code, answer.location) == (303, STATION)


def test_what_a_bin_has_no_room_for_stays_in_the_hand(shelved, walter):
    station = walter.get(f"{STATION}?sku=TEA-2").text

    plain = walter.post(f"{STATION}/carries", data=carry(sku="TEA-2", quantity=5, asked=9))
    live = walter.post(
        f"{STATION}/carries", data=carry(quantity=5, asked=9, code="A-02", override="nearer"), headers=htmx()
    )

    assert "R-01" in station
    assert (plain.status_code, plain.location) == (303, f"{STATION}?sku=TEA-2&quantity=4")
    assert "4 more in your hand" in live.text


def test_the_same_scan_sent_twice_moves_once(session, shelved, walter):
    for _ in range(2):
        walter.post(f"{STATION}/carries", data=carry(client_scan_id="s-1"))

    assert lying(session, "TEA-1", "CMH1")["A-01", "", "good"] == 2


def test_another_bin_is_asked_for_its_reason_and_then_taken(session, shelved, walter):
    asked = walter.post(f"{STATION}/carries", data=carry(code="a-02"), headers=htmx())
    taken = walter.post(f"{STATION}/carries", data=carry(code="A-02", override="blocked"))

    assert asked.status_code == 422
    assert "A-01 was suggested, not A-02: say why" in asked.text
    assert "A supervisor said so" in asked.text
    assert taken.status_code == 303
    assert session.execute(text("SELECT override FROM bin_moves")).scalar_one() == "blocked"


def test_more_than_fits_is_refused_with_the_way_out(session, shelved, walter):
    answer = walter.post(f"{STATION}/carries", data=carry(quantity=6), headers=htmx())

    assert answer.status_code == 422
    assert "A-01 has room for 5 more" in answer.text
    assert ("A-01", "", "good") not in lying(session, "TEA-1", "CMH1")


def test_an_unknown_bin_is_no_reason_to_override(shelved, walter):
    answer = walter.post(f"{STATION}/carries", data=carry(code="NOPE"), headers=htmx())

    assert answer.status_code == 422
    assert "there is no bin “NOPE” at this site" in answer.text
    assert "A supervisor said so" not in answer.text


def test_another_persons_site_does_not_exist(shelved, wendy, client):
    assert wendy.get(STATION).status_code == 404
    assert wendy.post(f"{STATION}/carries", data=carry()).status_code == 404
    assert client.get(STATION).location.startswith("/account/login")


@pytest.mark.parametrize(
    "address", ["?sku=NOPE", "?sku=TEA-1&lot=NOPE", "?sku=TEA-1&quantity=0", "?sku=TEA-1&quantity=x"]
)
def test_an_address_of_nothing_shows_a_station_all_the_same(shelved, walter, address):
    assert walter.get(STATION + address).status_code == 200


def test_goods_move_from_bin_to_bin_in_three_scans(session, shelved, walter):
    walter.post(f"{STATION}/carries", data=carry())
    bin_first = walter.post(f"{MOVES}/items", data={"code": "a-01"})
    item = walter.post(f"{MOVES}/items", data={"code": "TEA-1", "from_bin": "A-01"})
    station = walter.get(item.location)
    answer = walter.post(f"{MOVES}/carries", data=carry(code="A-02", from_bin="A-01", suggested="", quantity=1))

    assert "bin=A-01" in bin_first.location
    assert "Scan the bin that it goes into" in station.text
    assert answer.status_code == 303
    assert lying(session, "TEA-1", "CMH1")["A-02", "", "good"] == 1


def test_what_does_not_lie_in_a_bin_cannot_be_taken_from_it(shelved, walter):
    item = walter.post(f"{MOVES}/items", data={"code": "TEA-1", "from_bin": "A-01"}, headers=htmx())
    unknown = walter.post(f"{MOVES}/items", data={"code": "NOPE"}, headers=htmx())

    assert (item.status_code, unknown.status_code) == (422, 422)
    assert "nothing of “TEA-1” lies in A-01" in item.text
    assert "there is no bin “NOPE” at CMH1" in unknown.text


def test_a_picking_bin_that_orders_empty_wants_refilling_from_bulk(session, shelved, walter):
    walter.post(f"{STATION}/carries", data=carry(quantity=2))
    walter.post(f"{STATION}/carries", data=carry(quantity=7, code="R-01", suggested=""))
    placed(session, ("TEA-1", 6))
    session.commit()

    page = walter.get("/warehouse/moves/")

    assert ">4</b>" in page.text
    assert "R-01" in page.text
    assert "bin=R-01" in page.text


def test_a_bin_that_is_empty_says_so(shelved, walter):
    assert "A-01 is empty" in walter.get(f"{MOVES}?bin=A-01").text


def test_what_no_page_would_send_is_refused_at_the_station(shelved, walter):
    names = ("sku", "lot", "from_bin", "condition", "client_scan_id", "suggested")
    sent = [carry(**{name: nasty}) for name in names for nasty in ("\0abc", "x" * 5_000, "a\nb")]

    answers = [walter.post(f"{STATION}/carries", data=data) for data in sent]

    assert all(one.status_code == 303 or (one.status_code == 422 and 'id="station"' in one.text) for one in answers)
