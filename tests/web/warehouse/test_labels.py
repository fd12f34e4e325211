"""Labels of what came in, of a SKU, a lot, a unit and bins: chosen, printed, and found again when they are scanned."""

import pytest
from sqlalchemy import text

from app.workflows.spread_receipts import Item
from tests.factories.buying import come, sent
from tests.factories.shelves import make_bins, make_lot
from tests.unit.documents.reading import text_of
from tests.unit.documents.test_labels import GTIN, scanned
from tests.web.conftest import htmx

FORM, PDF, LOOK_UP = "/warehouse/labels/new", "/warehouse/labels/labels.pdf", "/warehouse/look-up/"


@pytest.fixture
def goods(session, house, walter):
    """TEA-1 has a GTIN and lot L7; walter works at CMH1."""
    make_bins(session, house, "CMH1", "A-01", "A-02", zone="A")
    make_bins(session, house, "RNO1", "Z-01")
    session.execute(text("UPDATE skus SET gtin = :gtin WHERE code = 'TEA-1'"), {"gtin": GTIN})
    lot = make_lot(session, house, "TEA-1", "L7")
    session.execute(text("UPDATE lots SET expires_on = '2027-05-31' WHERE id = :id"), {"id": lot})
    session.commit()
    return walter


def printed(browser, **asked):
    answer = browser.get(PDF, query_string={"sheet": "roll", **asked})
    assert answer.mimetype == "application/pdf", answer.text
    return answer.data


def test_what_came_in_is_labelled_in_cartons_of_so_many(session, house, goods):
    number = sent(session, ("TEA-2", 10))
    receipt = come(session, number, Item(code="TEA-2", quantity=10)).receipt_id
    session.commit()

    dock = goods.get(f"/warehouse/receiving/{number}").text
    pages = text_of(printed(goods, receipt=receipt, per="4"))

    assert f"{FORM}?receipt={receipt}" in dock
    assert [next(word for word in page.split("\n") if "×" in word)[-3:] for page in pages] == ["× 4", "× 4", "× 2"]


def test_a_scanned_label_is_found_on_look_up_with_item_and_lot(goods):
    [code] = scanned(printed(goods, sku="TEA-1", lot="L7"))

    page = goods.get(LOOK_UP, query_string={"code": code}).text

    assert f"GTIN {GTIN}" in page
    assert "Labels of this lot" in page


def test_a_scanned_label_of_a_unit_is_found_on_look_up(session, house, goods):
    session.execute(
        text("INSERT INTO serials (sku_id, code, site_id) SELECT :sku, 'SN-1', :site"),
        {"sku": house.skus["TEA-1"], "site": house.sites["CMH1"]},
    )
    session.commit()
    [code] = scanned(printed(goods, sku="TEA-1", number="SN-1"))

    assert "Label of this unit" in goods.get(LOOK_UP, query_string={"code": code}).text


def test_a_scanned_bin_is_found_on_look_up(goods):
    [code] = scanned(printed(goods, site="CMH1", bin="A-02"))

    assert "Bin at CMH1" in goods.get(LOOK_UP, query_string={"code": code}).text


def test_a_zone_is_labelled_at_once(goods):
    assert len(text_of(printed(goods, site="CMH1", zone="A", copies="2"))) == 4


def test_the_form_shows_what_is_printed_and_is_a_part_for_htmx(goods):
    page = goods.get(FORM, query_string={"sku": "TEA-1", "lot": "L7"})

    assert "L7" in page.text
    assert 'name="lot" value="L7"' in page.text
    assert "<html" not in goods.get(FORM, query_string={"sku": "TEA-1"}, headers=htmx()).text


@pytest.mark.parametrize(
    "asked", [{"copies": "0"}, {"copies": "x"}, {"copies": "201"}, {"per": "-1"}, {"sheet": "wall"}]
)
def test_what_cannot_be_printed_is_said_at_the_field(goods, asked):
    answer = goods.get(PDF, query_string={"sheet": "roll", "sku": "TEA-1", **asked})

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.text


def test_too_many_labels_are_refused(session, house, goods):
    number = sent(session, ("TEA-2", 5_000))
    receipt = come(session, number, Item(code="TEA-2", quantity=5_000)).receipt_id
    session.commit()

    answer = goods.get(PDF, query_string={"sheet": "roll", "receipt": receipt, "per": "1"})

    assert answer.status_code == 422
    assert "5,000 labels: print at most 1,000" in answer.text


@pytest.mark.parametrize(
    "asked",
    [{}, {"sku": "NOPE"}, {"sku": "TEA-1", "lot": "NOPE"}, {"sku": "TEA-1", "number": "NOPE"}, {"receipt": "9"}]
    + [{"site": "CMH1", "bin": "NOPE"}, {"site": "RNO1", "bin": "Z-01"}],
)
def test_what_is_not_there_or_at_anothers_site_is_not_found(goods, asked):
    assert goods.get(FORM, query_string=asked).status_code == 404


def test_a_receipt_at_anothers_site_is_not_found(session, house, goods):
    number = sent(session, ("TEA-2", 1), site="RNO1")
    receipt = come(session, number, Item(code="TEA-2", quantity=1)).receipt_id
    session.commit()

    assert goods.get(FORM, query_string={"receipt": receipt}).status_code == 404


def test_a_stranger_signs_in_first(client):
    assert client.get(FORM).location.startswith("/account/login")
