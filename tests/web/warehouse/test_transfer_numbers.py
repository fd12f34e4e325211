"""Numbered units on a transfer at the terminal: scanned one by one at both ends, refused with the way out."""

import pytest
from sqlalchemy import text

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel.actor import SYSTEM
from tests.factories.shelves import lay, make_lot
from tests.factories.transfers import drafted, line_of, number_of, sent, sent_by_number
from tests.web.conftest import htmx

GTIN = "00012345678905"


@pytest.fixture
def units(session, house):
    """N-1 to N-3 of TEA-1 lie at CMH1; a number of TEA-2 is called N-1 too."""
    session.execute(text("UPDATE skus SET tracking = 'serial', gtin = :gtin WHERE code = 'TEA-1'"), {"gtin": GTIN})
    for sku, codes in (("TEA-1", ("N-1", "N-2", "N-3")), ("TEA-2", ("N-1",))):
        lay(session, house, sku, "CMH1", len(codes))
        named = [Numbered(sku_id=house.skus[sku], site_id=house.sites["CMH1"], code=code) for code in codes]
        serials.register(session, named, actor=SYSTEM)
    session.commit()


@pytest.fixture
def draft(session, units):
    made = drafted(session, ("TEA-1", 1))
    session.commit()
    return made


@pytest.fixture
def away(session, units):
    made = sent_by_number(session, "N-1", "N-2")
    session.commit()
    return made


@pytest.fixture
def url(session):
    return lambda id, part="": f"/warehouse/transfers/{number_of(session, id)}{part}"


def states(session):
    rows = session.execute(
        text("SELECT n.code, n.state FROM serials n JOIN skus s ON s.id = n.sku_id WHERE s.code = 'TEA-1'")
    )
    return {row.code: row.state for row in rows}


@pytest.mark.parametrize("scanned", ["N-2", f"(01){GTIN}(21)N-2"])
def test_scanning_a_number_or_its_label_names_the_unit(session, draft, walter, url, scanned):
    asked = walter.get(url(draft)).text
    answer = walter.post(url(draft, "/goods"), data={"code": scanned}, headers=htmx())

    assert "1 of 1 has no number yet" in asked
    assert "N-2 of TEA-1 added" in answer.text
    assert line_of(session, draft).asked == 1
    assert walter.post(url(draft, "/departure"), data={"expected_on": "2026-12-24"}).status_code in (303, 422)


def test_a_number_that_two_items_share_is_that_of_the_item_on_the_transfer(session, draft, walter, url):
    assert "N-1 of TEA-1 added" in walter.post(url(draft, "/goods"), data={"code": "N-1"}, headers=htmx()).text
    empty = drafted(session)
    session.commit()
    answer = walter.post(url(empty, "/goods"), data={"code": "N-1"}, headers=htmx())
    assert "TEA-1 and TEA-2 have a number N-1" in answer.text


def test_a_unit_on_the_transfer_comes_before_a_lot_that_is_called_like_it(session, house, draft, walter, url):
    lay(session, house, "TEA-4", "CMH1", 5, lot_id=lot_of(session, house, "TEA-4", "N-2"))
    session.commit()

    answer = walter.post(url(draft, "/goods"), data={"code": "N-2"}, headers=htmx())

    assert "N-2 of TEA-1 added" in answer.text


def test_an_arriving_unit_comes_before_a_lot_that_is_called_like_it(session, house, away, wendy, url):
    lay(session, house, "TEA-4", "RNO1", 5, lot_id=lot_of(session, house, "TEA-4", "N-2"))
    session.commit()

    answer = wendy.post(url(away, "/arrivals"), data={"code": "N-2"}, headers=htmx())

    assert "N-2 of TEA-1 arrived" in answer.text


def test_a_lot_comes_before_a_number_that_is_not_at_hand(session, house, away, walter, url):
    lay(session, house, "TEA-4", "CMH1", 5, lot_id=lot_of(session, house, "TEA-4", "N-2"))
    made = drafted(session, ("TEA-1", 1))
    session.commit()

    answer = walter.post(url(made, "/goods"), data={"code": "N-2"}, headers=htmx())

    assert "1 × TEA-4, lot N-2, added" in answer.text


@pytest.mark.parametrize("scanned", ["L7", "(10)L7"])
def test_an_arriving_lot_is_that_of_the_item_on_the_transfer(session, house, wendy, url, scanned):
    lay(session, house, "TEA-4", "CMH1", 5, lot_id=lot_of(session, house, "TEA-4", "L7"))
    away = sent(session, ("TEA-4", 5), lot="L7")
    lay(session, house, "TEA-3", "RNO1", 5, lot_id=lot_of(session, house, "TEA-3", "L7"))
    session.commit()

    answer = wendy.post(url(away, "/arrivals"), data={"code": scanned}, headers=htmx())

    assert "1 × TEA-4, lot L7, arrived" in answer.text


def test_a_lot_that_two_items_here_share_is_that_of_the_item_on_the_draft(session, house, walter, url):
    for sku in ("TEA-3", "TEA-4"):
        lay(session, house, sku, "CMH1", 5, lot_id=lot_of(session, house, sku, "L7"))
    made = drafted(session, ("TEA-4", 1), lot="L7")
    session.commit()

    answer = walter.post(url(made, "/goods"), data={"code": "L7"}, headers=htmx())

    assert "1 × TEA-4, lot L7, added" in answer.text


def lot_of(session, house, sku, code):
    session.execute(text("UPDATE skus SET tracking = 'lot' WHERE code = :sku"), {"sku": sku})
    return make_lot(session, house, sku, code)


def test_an_item_without_its_number_waits_for_it(draft, walter, url):
    answer = walter.post(url(draft, "/goods"), data={"code": "TEA-1"}, headers=htmx())

    assert "now scan the number on it" in answer.text
    refused = walter.post(url(draft, "/departure"), data={"expected_on": walter_day(answer.text)})
    assert "2 of 2 units have no number yet" in refused.text


def walter_day(page):
    return page.split('id="leaves" name="expected_on" value="')[1][:10]


def test_a_named_unit_is_taken_off_by_a_tap(session, draft, walter, url):
    walter.post(url(draft, "/goods"), data={"code": "N-2"})
    walter.post(url(draft, "/goods"), data={"code": "TEA-1", "serials": "N-2", "is_back": "1"})

    assert line_of(session, draft).asked == 0


def test_numbers_arrive_by_scan_and_typed(session, away, wendy, url):
    wendy.post(url(away, "/arrivals"), data={"code": "N-2"})
    wendy.post(url(away, "/arrivals"), data={"code": "TEA-1", "serials": "N-1\r\n"})

    assert states(session) == {"N-1": "in_stock", "N-2": "in_stock", "N-3": "in_stock"}


def test_typed_numbers_that_are_refused_stay_in_their_field(away, wendy, url):
    answer = wendy.post(url(away, "/arrivals"), data={"code": "TEA-1", "serials": "N-1\r\nN-3"}, headers=htmx())

    assert answer.status_code == 422
    assert "N-1\nN-3</textarea>" in answer.text
    assert "N-3 was not sent: it lies where this came from" in answer.text
    assert "Book as found" not in answer.text


def test_a_number_that_nobody_knows_can_be_booked_as_found(session, away, wendy, url):
    refused = wendy.post(url(away, "/arrivals"), data={"code": "N-9"}, headers=htmx())
    assert "Book as found" in refused.text

    wendy.post(url(away, "/arrivals"), data={"code": "N-9", "found": "1"})
    assert states(session)["N-9"] == "in_stock"


def test_the_barcode_of_somebody_elses_item_is_no_number(away, wendy, url):
    answer = wendy.post(url(away, "/arrivals"), data={"code": "4006381333931"}, headers=htmx())

    assert "is not one of our items or numbers" in answer.text
    assert "Book as found" not in answer.text


def test_lost_units_are_ticked_by_number(session, away, wendy, url):
    page = wendy.get(url(away, "/losses/new?sku=TEA-1")).text
    assert 'name="numbers" value="N-2"' in page

    refused = wendy.post(url(away, "/losses"), data={"code": "TEA-1", "reason": "stolen"})
    wendy.post(url(away, "/losses"), data={"code": "TEA-1", "reason": "stolen", "numbers": ["N-2"]})

    assert refused.status_code == 422
    assert states(session) == {"N-1": "in_transit", "N-2": "lost", "N-3": "in_stock"}


def test_the_way_of_a_unit_names_its_transfer(session, away, login):
    number_id = session.execute(text("SELECT min(id) FROM serials WHERE code = 'N-1'")).scalar_one()

    page = login("support").get(f"/support/serials/{number_id}").text

    assert number_of(session, away) in page
    assert "On the way" in page
