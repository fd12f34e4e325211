"""The receiving dock."""

import pytest
from sqlalchemy import text

from app.web.warehouse import receiving_scans
from tests.factories.buying import add_supplier, bought, buying, come, sent
from tests.factories.floor import level
from tests.web.conftest import htmx


@pytest.fixture
def number(session, house):
    add_supplier(session)
    made = sent(session, ("TEA-3", 10), ("TEA-2", 4))
    session.commit()
    return made


@pytest.fixture
def url(number):
    return f"/warehouse/receiving/{number}"


def scan(browser, url, code, **data):
    return browser.post(f"{url}/units", data={"code": code, **data}, headers=htmx())


def line_id(session, number, sku="TEA-3") -> str:
    return str(bought(session, number, sku).id)


def track(session, sku="TEA-3", removal="fefo"):
    session.execute(
        text("UPDATE skus SET tracking = 'lot', removal = :removal WHERE code = :sku"), {"sku": sku, "removal": removal}
    )
    session.commit()


def test_the_list_shows_what_my_site_waits_for(walter, wendy, number):
    assert number in walter.get("/warehouse/receiving/").text
    assert "Nothing is awaited" in wendy.get("/warehouse/receiving/").text
    assert "<html" not in walter.get("/warehouse/receiving/", headers=htmx()).text


def test_what_is_overdue_comes_first_and_is_called_late(session, walter, number):
    later = sent(session, ("TEA-4", 1))
    session.execute(text("UPDATE purchase_order_lines SET expected_on = current_date - 2 WHERE sku_code = 'TEA-4'"))
    session.commit()

    page = walter.get("/warehouse/receiving/").text

    assert page.index(later) < page.index(number)
    assert "Late" in page


@pytest.mark.parametrize("place", ["/warehouse/receiving/?code={}", "/warehouse/work/?code={}"])
def test_a_scanned_number_leads_to_the_order(walter, number, place):
    assert walter.get(place.format(number)).location.endswith(f"/warehouse/receiving/{number}")


def test_a_number_that_nobody_knows_is_said_to_be_so(walter, number):
    assert "No order or shipment is called" in walter.get("/warehouse/receiving/?code=DN-1").text


def test_a_stranger_signs_in_first(url, client):
    assert client.get(url).location.startswith("/account/login")


def test_another_sites_delivery_does_not_exist(url, wendy):
    assert wendy.get(url).status_code == 404
    assert scan(wendy, url, "TEA-3").status_code == 404
    assert wendy.post(f"{url}/undoings", data={"receipt_id": "1"}).status_code == 404


def test_each_scan_counts_one(session, number, url, walter):
    first, second = scan(walter, url, "TEA-3", client_scan_id="a"), scan(walter, url, "tea-3", client_scan_id="b")

    assert 'data-state="ok"' in first.text
    assert "1 × TEA-3 in" in second.text
    assert "2 of 10" in second.text
    assert level(session, "TEA-3", "CMH1").on_hand == 2


def test_a_scan_that_comes_twice_counts_once(session, number, url, walter):
    scan(walter, url, "TEA-3", client_scan_id="a")
    again = scan(walter, url, "TEA-3", client_scan_id="a")

    assert "was counted before" in again.text
    assert bought(session, number, "TEA-3").received == 1


def test_a_scan_that_meets_a_deadlock_is_repeated_and_counts_once(session, number, url, walter, monkeypatch):
    receive, tries = receiving_scans.receive, []

    def receive_at_last(own, arrivals, *, actor):
        tries.append(receive(own, arrivals, actor=actor))
        if len(tries) == 1:
            own.execute(text("DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = 'deadlock_detected'; END $$"))
        return tries[-1]

    monkeypatch.setattr(receiving_scans, "receive", receive_at_last)

    answer = scan(walter, url, "TEA-3")

    assert (answer.status_code, len(tries)) == (200, 2)
    assert "1 of 10" in answer.text
    assert level(session, "TEA-3", "CMH1").on_hand == 1


def test_without_javascript_a_scan_leads_back_to_the_station(session, number, url, walter):
    answer = walter.post(f"{url}/units", data={"code": "TEA-3"})

    assert (answer.status_code, answer.location) == (303, f"{url}?line={line_id(session, number)}")
    assert "9 to come" in walter.get(answer.location).text


def test_a_number_counts_so_many_more_of_the_item_before(session, number, url, walter):
    answer = scan(walter, url, "6", line=line_id(session, number))

    assert "6 × TEA-3 in" in answer.text


def test_the_button_takes_in_what_was_typed(session, number, url, walter):
    data = {"line": line_id(session, number), "quantity": "4", "condition": "quality_hold"}

    answer = walter.post(f"{url}/units", data=data, headers=htmx())

    assert "4 × TEA-3 in, to be checked first" in answer.text
    assert level(session, "TEA-3", "CMH1").unavailable == 4


def test_a_wrong_item_stops_and_counts_nothing(session, number, url, walter):
    other, unknown = scan(walter, url, "TEA-1"), scan(walter, url, "<b>SAND</b>")

    assert other.status_code == unknown.status_code == 422
    assert "Wrong item: set it aside" in other.text
    assert "is not on PO-" in other.text
    assert "&lt;b&gt;SAND&lt;/b&gt;" in unknown.text
    assert "<b>SAND" not in unknown.text
    assert buying(session, number).state == "sent"


def test_too_many_are_refused_and_only_an_administrator_may_give_a_reason(session, number, url, walter, login):
    data = {"line": line_id(session, number), "quantity": "12"}
    alice = login("alice")

    refused = walter.post(f"{url}/units", data=data, headers=htmx())
    forbidden = walter.post(f"{url}/units", data={**data, "over_reason": "free"}, headers=htmx())
    asked = alice.post(f"{url}/units", data=data, headers=htmx())
    accepted = alice.post(f"{url}/units", data={**data, "over_reason": "free"}, headers=htmx())

    assert "at most 10 more may come in" in refused.text
    assert "over_reason" not in refused.text
    assert forbidden.status_code == 403
    assert "You may let more in" in asked.text
    assert "12 × TEA-3 in" in accepted.text


def test_a_tracked_item_asks_for_its_lot_and_its_day(session, number, url, walter):
    track(session)
    line = line_id(session, number)

    asked = scan(walter, url, "TEA-3")
    lot = scan(walter, url, "L-77", line=line, asks="lot", quantity="1")
    dated = walter.post(
        f"{url}/units", data={"line": line, "quantity": "1", "lot": "L-77", "expires_on": "2031-05-01"}, headers=htmx()
    )
    again = scan(walter, url, "TEA-3", line=line, lot="L-77", expires_on="2031-05-01")

    assert "scan or type the lot" in asked.text
    assert 'name="asks" value="lot"' in asked.text
    assert "write the day on which it expires" in lot.text
    assert 'value="L-77"' in lot.text
    assert "1 × TEA-3 in" in dated.text
    assert "2 of 10" in again.text


def test_a_cartons_label_says_item_lot_and_day_at_once(session, number, url, walter):
    session.execute(text("UPDATE skus SET gtin = '4006381333931' WHERE code = 'TEA-3'"))
    track(session)

    counted = scan(walter, url, "(01)04006381333931(17)310501(10)L-77")
    more = scan(walter, url, "(10)L-78(17)310601", line=line_id(session, number), quantity="3")

    lots = session.execute(text("SELECT code, expires_on::text FROM lots ORDER BY code")).all()
    assert "1 × TEA-3 in" in counted.text
    assert "3 × TEA-3 in" in more.text
    assert [tuple(each) for each in lots] == [("L-77", "2031-05-01"), ("L-78", "2031-06-01")]


def test_the_lot_of_one_item_is_not_taken_for_another(session, number, url, walter):
    track(session, "TEA-3", "fifo")
    track(session, "TEA-2", "fifo")

    answer = scan(walter, url, "TEA-2", line=line_id(session, number), lot="L-77")

    assert "TEA-2 is tracked by lot" in answer.text


def test_goods_go_into_the_bin_that_was_scanned(session, number, url, walter):
    session.execute(text("INSERT INTO bins (site_id, code) SELECT id, 'A-01' FROM sites WHERE code = 'CMH1'"))
    session.commit()

    chosen = scan(walter, url, "A-01")
    scan(walter, url, "TEA-3", bin="A-01")
    unknown = scan(walter, url, "TEA-3", bin="A-99")

    lies = "SELECT b.code FROM bin_stock p JOIN bins b ON b.id = p.bin_id JOIN skus k ON k.id = p.sku_id"
    assert "Into bin A-01" in chosen.text
    assert session.execute(text(f"{lies} WHERE k.code = 'TEA-3' AND p.quantity > 0")).scalar_one() == "A-01"
    assert unknown.status_code == 422
    assert "there is no bin A-99" in unknown.text


def test_a_condition_that_was_chosen_holds_for_scans_and_is_said(session, number, url, walter):
    page = walter.get(f"{url}?condition=damaged").text
    counted = scan(walter, url, "TEA-3", condition="damaged")

    assert "as “damaged”" in page
    assert "1 × TEA-3 in, damaged" in counted.text
    assert bought(session, number, "TEA-3").rejected == 1
    assert walter.get(f"{url}?condition=shiny").status_code == 200
    assert scan(walter, url, "TEA-3", condition="shiny").status_code == 422


def test_a_receipt_is_taken_back(session, number, url, walter):
    got = come(session, number, ("TEA-3", 4))
    session.commit()

    answer = walter.post(f"{url}/undoings", data={"receipt_id": str(got.receipt_id)})

    assert (answer.status_code, answer.location) == (303, url)
    assert bought(session, number, "TEA-3").received == 0
    assert "Taken back" in walter.get(url).text


@pytest.mark.parametrize("receipt", ["0", "x", "", "9" * 30])
def test_a_receipt_that_does_not_exist_changes_nothing(url, walter, receipt):
    assert walter.post(f"{url}/undoings", data={"receipt_id": receipt}).status_code in (303, 404)


def test_nothing_scanned_is_said_to_be_nothing(url, walter):
    answer = scan(walter, url, "")

    assert answer.status_code == 422
    assert "nothing was scanned" in answer.text


def test_an_order_that_is_all_in_says_so(session, number, url, walter):
    come(session, number, ("TEA-3", 10), ("TEA-2", 4))
    session.commit()

    assert "All of it is in" in walter.get(url).text
