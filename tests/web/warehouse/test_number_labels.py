"""Labels of the numbers that a receipt named: one for each, in their order, and no others."""

import pytest
from sqlalchemy import text

from app.kernel import gs1
from app.kernel.actor import SYSTEM
from app.workflows.spread_receipts import Item
from app.workflows.undo_receipts import take_back
from tests.factories.buying import bought, come, sent
from tests.factories.numbers import keep_by_number
from tests.unit.documents.reading import text_of
from tests.unit.documents.test_labels import GTIN, scanned
from tests.web.warehouse.test_labels import FORM, printed


def numbered(*numbers, quantity=None, sku="TEA-3"):
    return Item(code=sku, quantity=quantity or len(numbers), serials=numbers)


@pytest.fixture
def number(session, house):
    """A purchase order of TEA-3, known by number, and TEA-2, which is not."""
    keep_by_number(session, "TEA-3")
    return sent(session, ("TEA-3", 9), ("TEA-2", 4))


@pytest.fixture
def receipt(session, number):
    """Two numbers and one unit without came in, and goods that have none."""
    got = come(session, number, numbered("N-9", "N-1", quantity=2), numbered(quantity=1), ("TEA-2", 4))
    session.commit()
    return got.receipt_id


def numbers_on(pdf):
    return [next(line for line in page.split("\n") if line.startswith("No. "))[4:] for page in text_of(pdf)]


def test_each_number_has_its_label_in_the_order_in_which_they_were_named(session, walter, number, receipt):
    come(session, number, numbered("N-5"))
    session.commit()

    assert numbers_on(printed(walter, receipt=receipt, of="numbers")) == ["N-9", "N-1"]


def test_a_label_is_read_as_its_unit(session, walter, number, receipt):
    session.execute(text("UPDATE skus SET gtin = :gtin WHERE code = 'TEA-3'"), {"gtin": GTIN})
    session.commit()

    pdf = printed(walter, receipt=receipt, of="numbers")

    [code] = scanned(pdf, 1)
    assert gs1.read(code) == gs1.Label(gtin=f"0{GTIN}", serial="N-1")


def test_the_form_lists_them_and_prints_the_same(walter, receipt):
    page = walter.get(FORM, query_string={"receipt": receipt, "of": "numbers"}).text

    assert page.index("N-9") < page.index("N-1")
    assert 'name="of" value="numbers"' in page
    assert "TEA-2" not in page


def test_all_receipts_of_a_line_are_labelled_together(session, walter, number, receipt):
    come(session, number, numbered("N-5"))
    session.commit()

    pdf = printed(walter, line=bought(session, number, "TEA-3").id, of="numbers")

    assert numbers_on(pdf) == ["N-9", "N-1", "N-5"]


def test_what_was_taken_back_is_not_labelled(session, walter, number, receipt):
    second = come(session, number, numbered("N-5")).receipt_id
    take_back(session, number, receipt, actor=SYSTEM)
    session.commit()

    assert walter.get(FORM, query_string={"receipt": receipt, "of": "numbers"}).status_code == 404
    line = bought(session, number, "TEA-3").id
    assert numbers_on(printed(walter, line=line, of="numbers")) == ["N-5"]
    assert numbers_on(printed(walter, receipt=second, of="numbers")) == ["N-5"]


def test_the_dock_offers_them_after_a_line_is_received(session, walter, number):
    url, line = f"/warehouse/receiving/{number}", bought(session, number, "TEA-3").id
    session.commit()
    before = walter.get(url).text

    walter.post(f"{url}/units", data={"line": line, "serials": "N-9\nN-1"})
    after = walter.get(url).text

    receipt = session.execute(text("SELECT max(id) FROM receipts")).scalar_one()
    assert "of=numbers" not in before
    assert f"{FORM}?receipt={receipt}&amp;of=numbers" in after
    assert f"{FORM}?line={line}&amp;of=numbers" in after


def test_the_dock_offers_no_labels_of_numbers_that_were_taken_back(session, walter, number, receipt):
    url = f"/warehouse/receiving/{number}"
    assert "of=numbers" in walter.get(url).text

    take_back(session, number, receipt, actor=SYSTEM)
    session.commit()

    assert "of=numbers" not in walter.get(url).text


def test_a_receipt_without_numbers_offers_none(session, walter, login, number):
    receipt = come(session, number, ("TEA-2", 4)).receipt_id
    session.commit()

    assert "of=numbers" not in walter.get(f"/warehouse/receiving/{number}").text
    assert "of=numbers" not in login("admin").get(f"/admin/purchase-orders/{number}").text
    assert walter.get(FORM, query_string={"receipt": receipt, "of": "numbers"}).status_code == 404


def test_the_purchase_order_offers_them_beside_each_receipt(session, login, number, receipt):
    offered = f"{FORM}?receipt={receipt}&amp;of=numbers"
    page = login("admin").get(f"/admin/purchase-orders/{number}").text
    assert (page.count(offered), page.count(f"/receipts/{receipt}/undoing")) == (1, 1)

    take_back(session, number, receipt, actor=SYSTEM)
    session.commit()

    assert offered not in login("admin").get(f"/admin/purchase-orders/{number}").text


def test_numbers_at_anothers_site_are_not_found(session, house, walter, number):
    away = sent(session, ("TEA-3", 1), site="RNO1")
    receipt = come(session, away, numbered("N-7")).receipt_id
    session.commit()

    for asked in ({"receipt": receipt}, {"line": bought(session, away, "TEA-3").id}, {}):
        assert walter.get(FORM, query_string={**asked, "of": "numbers"}).status_code == 404
