"""Any code, looked up: what it is, where it lies, what is promised."""

import pytest
from sqlalchemy import text

from tests.factories.floor import order, released
from tests.factories.shelves import lay, make_bins, make_lot
from tests.factories.transfers import drafted, number_of
from tests.web.conftest import htmx

URL = "/warehouse/look-up/"


@pytest.fixture
def found(session, house, walter):
    bins = make_bins(session, house, "CMH1", "A-01", capacity=40, zone="A")
    lay(session, house, "TEA-1", "CMH1", 4, bin_id=bins["A-01"], lot_id=make_lot(session, house, "TEA-1", "L7"))
    session.execute(text("UPDATE skus SET gtin = '4006381333931' WHERE code = 'TEA-1'"))
    session.execute(
        text("INSERT INTO serials (sku_id, code, site_id) SELECT :sku, 'SN-1', :site"),
        {"sku": house.skus["TEA-2"], "site": house.sites["CMH1"]},
    )
    session.commit()
    return lambda code: walter.get(URL, query_string={"code": code}).text


def test_a_bin_shows_what_lies_in_it(found):
    page = found("a-01")

    assert "Bin at CMH1" in page
    assert "4 of 40" in page
    assert "L7" in page


@pytest.mark.parametrize("code", ["TEA-1", "tea-1", "4006381333931", "04006381333931"])
def test_goods_show_where_they_lie_and_what_is_promised(session, house, found, code):
    released(session, ("TEA-1", 2))
    session.commit()

    page = found(code)

    assert "GTIN 4006381333931" in page
    assert "2 to 1 order" in page
    assert "A-01" in page


def test_a_lot_shows_where_it_lies(found):
    page = found("L7")

    assert "Lot" in page
    assert "A-01" in page


def test_a_serial_number_shows_where_the_unit_is(found):
    assert "In stock" in found("SN-1")


def test_an_order_shows_its_work_here(session, house, found):
    one = released(session, ("TEA-2", 1))
    session.commit()
    number = order(session, one.order_id).number

    assert f"{number}-1" in found(number.lower())
    assert f"{number}-1" in found(f"{number}-1")


def test_a_transfer_is_led_to(session, house, found):
    number = number_of(session, drafted(session, ("TEA-1", 1)))
    session.commit()

    assert f"/warehouse/transfers/{number}" in found(number)


def test_an_unknown_code_is_shown_large_with_what_to_do(found):
    assert "Nothing here is called “NOPE”" in found("NOPE")


def test_another_sites_goods_are_not_shown(session, house, found, wendy):
    page = wendy.get(URL, query_string={"code": "A-01"}).text

    assert "Nothing here is called" in page
    assert "None has ever been here" in wendy.get(URL, query_string={"code": "TEA-1"}).text


@pytest.mark.parametrize("code", ["", "%", "'", "x" * 300, "٣", "​"])
def test_nonsense_is_answered(found, code):
    assert "wb-scan" in found(code)


def test_the_page_comes_whole_in_part_and_for_no_stranger(walter, client):
    assert "Scan any code" in walter.get(URL).text
    assert "<html" not in walter.get(URL, headers=htmx()).text
    assert client.get(URL).location.startswith("/account/login")
