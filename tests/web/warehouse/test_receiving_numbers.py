"""The dock takes in what is known by number: number by number, in the same act."""

import re
from html import unescape

import pytest
from sqlalchemy import text

from tests.factories.buying import add_supplier, bought, sent
from tests.factories.numbers import keep_by_number, states
from tests.factories.shelves import make_bins
from tests.web.conftest import htmx

GTIN = "00012345678905"


@pytest.fixture
def number(session, house):
    keep_by_number(session, "TEA-3")
    session.execute(text("UPDATE skus SET gtin = :gtin WHERE code = 'TEA-3'"), {"gtin": GTIN})
    add_supplier(session)
    made = sent(session, ("TEA-3", 5), ("TEA-2", 4))
    session.commit()
    return made


@pytest.fixture
def url(number):
    return f"/warehouse/receiving/{number}"


@pytest.fixture
def shown(session, number):
    return str(bought(session, number, "TEA-3").id)


def scan(browser, url, code, **data):
    return browser.post(f"{url}/units", data={"code": code, **data}, headers=htmx())


@pytest.mark.parametrize("code", [f"(01){GTIN}(21)N-1", f"]C101{GTIN}21N-1", "(21)N-1"])
def test_a_label_brings_its_unit_in(session, walter, url, number, code):
    answer = scan(walter, url, code)

    assert "N-1 of TEA-3 in" in answer.text
    assert (states(session), bought(session, number, "TEA-3").received) == ({"N-1": ("in_stock", "CMH1")}, 1)


def test_a_plain_number_is_that_of_the_item_that_is_shown(session, walter, url, number, shown):
    answer = scan(walter, url, "N-1", line=shown)

    assert "N-1 of TEA-3 in" in answer.text
    assert (states(session), bought(session, number, "TEA-3").received) == ({"N-1": ("in_stock", "CMH1")}, 1)


def test_an_unknown_code_is_asked_about_where_no_item_is_shown(session, walter, url, number, shown):
    asked = scan(walter, url, "N-1")

    assert "Is “N-1” the number of a unit?" in asked.text
    assert f'name="line" value="{shown}"' in asked.text
    assert 'name="asks" value="serials"' in asked.text
    assert (states(session), bought(session, number, "TEA-3").received) == ({}, 0)


@pytest.mark.parametrize("code", ["12", "000", "123456"])
def test_a_short_number_in_the_scan_field_may_be_meant_as_units_and_is_asked_about(session, walter, url, shown, code):
    asked = scan(walter, url, code, line=shown)

    assert asked.status_code == 422
    assert f"“{code}” may be a count or a number" in asked.text
    assert f"{code}</textarea>" in asked.text
    assert states(session) == {}


@pytest.mark.parametrize("code", ["12", "(21)12"])
def test_a_short_number_that_was_asked_for_or_stands_on_a_label_counts(session, walter, url, shown, code):
    asks = {} if code.startswith("(") else {"asks": "serials"}

    scan(walter, url, code, line=shown, **asks)

    assert list(states(session)) == ["12"]


def test_a_short_number_that_is_typed_as_one_counts(session, walter, url, shown):
    scan(walter, url, "", line=shown, serials="12")

    assert list(states(session)) == ["12"]


def test_the_item_alone_waits_for_the_number_on_it(session, walter, url, number, shown):
    asked = scan(walter, url, GTIN)
    assert "Now scan the number on this unit" in asked.text
    assert bought(session, number, "TEA-3").received == 0

    answer = scan(walter, url, "123456", line=shown, asks="serials")
    assert "123456 of TEA-3 in" in answer.text


def test_without_javascript_the_number_is_asked_for_too(walter, url, shown):
    answer = walter.post(f"{url}/units", data={"code": "TEA-3"})

    assert f"line={shown}" in answer.location
    page = walter.get(answer.location).text
    assert "Scan the number on each unit" in page
    assert 'name="asks" value="serials"' in page


def test_without_javascript_an_unknown_code_is_asked_about_too(session, walter, url):
    answer = walter.post(f"{url}/units", data={"code": "N-1"})

    assert "Is “N-1” the number of a unit?" in answer.text
    assert states(session) == {}


def test_numbers_are_typed_and_counted_together(session, walter, url, number, shown):
    data = {"line": shown, "serials": "N-1\r\nN-2\r\n", "quantity": "5"}

    walter.post(f"{url}/units", data=data)

    assert (len(states(session)), bought(session, number, "TEA-3").received) == (2, 2)


def test_units_without_a_number_come_in_as_many_as_are_typed(session, walter, url, number, shown):
    walter.post(f"{url}/units", data={"line": shown, "serials": "", "quantity": "3"})

    assert (states(session), bought(session, number, "TEA-3").received) == ({}, 3)


def test_a_number_that_is_known_is_refused_at_its_field_and_kept_to_be_put_right(session, walter, url, number, shown):
    scan(walter, url, "(21)N-1")

    answer = scan(walter, url, "", line=shown, serials="N-2\r\nN-1")

    assert answer.status_code == 422
    assert "N-1 is in stock already: two units cannot share a number" in answer.text
    assert "N-2\nN-1</textarea>" in answer.text
    assert bought(session, number, "TEA-3").received == 1


def test_the_barcode_of_another_item_is_asked_about_before_it_counts_as_a_number(session, walter, url, shown):
    asked = scan(walter, url, "4006381333931", line=shown)
    assert "looks like the barcode of an item" in asked.text
    assert states(session) == {}

    scan(walter, url, "", line=shown, serials="4006381333931")
    assert list(states(session)) == ["4006381333931"]


def test_a_number_for_goods_without_numbers_is_a_wrong_item(session, walter, url, number):
    answer = scan(walter, url, "N-1", line=str(bought(session, number, "TEA-2").id))

    assert "none of our items" in answer.text


def test_what_came_in_is_shown_with_its_numbers(session, walter, url, number):
    scan(walter, url, "(21)N-1")

    assert 'wb-tag wb-code">' in walter.get(url).text
    assert "N-1" in walter.get(url).text


def fields(page):
    """What the scan field of a page sends along."""
    form = page.text.split('id="scan"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def scan_on(browser, url, page, code, **data):
    """The next scan of a station as it stands."""
    sent = {**fields(page), "client_scan_id": code, **data}
    return browser.post(f"{url}/units", data={**sent, "code": code}, headers=htmx())


@pytest.fixture
def numbering(walter, url):
    """The station after somebody said that what is scanned are numbers: the item was scanned, then a short number."""
    return scan_on(walter, url, scan(walter, url, GTIN), "100")


def test_once_it_is_said_that_numbers_are_scanned_all_of_the_line_are_numbers(session, walter, url, numbering):
    page = numbering
    for code in ("101", "102", "N-3"):
        page = scan_on(walter, url, page, code)
        assert f"{code} of TEA-3 in" in page.text

    assert sorted(states(session)) == ["100", "101", "102", "N-3"]


def test_a_short_number_that_is_typed_as_one_says_it_of_the_next_ones_too(session, walter, url, shown):
    asked = scan(walter, url, "100", line=shown)
    typed = walter.post(f"{url}/units", data={"line": shown, "serials": "100", "quantity": "1"}, headers=htmx())

    scan_on(walter, url, typed, "101")

    assert (asked.status_code, sorted(states(session))) == (422, ["100", "101"])


def test_without_javascript_the_next_ones_are_numbers_too(session, walter, url, shown):
    page = walter.get(url)
    for code in ("TEA-3", "100", "101"):
        sent = {**fields(page), "client_scan_id": code, "code": code}
        page = walter.get(walter.post(f"{url}/units", data=sent).location)

    assert sorted(states(session)) == ["100", "101"]


def test_a_number_that_is_refused_changes_nothing_about_the_next(session, walter, url, numbering):
    refused = scan_on(walter, url, numbering, "100", client_scan_id="again")

    scan_on(walter, url, refused, "101")

    assert (refused.status_code, sorted(states(session))) == (422, ["100", "101"])


def test_a_bin_is_a_bin_while_numbers_are_scanned(session, house, walter, url, numbering):
    make_bins(session, house, "CMH1", "D-1")
    session.commit()

    bin_ = scan_on(walter, url, numbering, "D-1")
    scan_on(walter, url, bin_, "101")

    assert "Into bin D-1" in bin_.text
    assert session.execute(text("SELECT code FROM serials WHERE bin_id IS NOT NULL")).scalars().all() == ["101"]


@pytest.mark.parametrize("asks", ["serials", ""])
def test_enter_alone_counts_no_unit_that_is_known_by_number(session, walter, url, number, numbering, asks):
    answer = scan_on(walter, url, numbering, "", asks=asks)

    assert "Now scan the number on this unit" in answer.text
    assert (fields(answer)["asks"], bought(session, number, "TEA-3").received) == (asks, 1)


@pytest.mark.parametrize("condition", ["damaged", "good"])
def test_the_condition_of_what_comes_next_may_be_chosen_between_numbers(walter, url, numbering, condition):
    choice = numbering.text.split('aria-label="Condition')[1].split("</nav>")[0]
    [link] = re.findall(rf'href="([^"]*condition={condition}[^"]*)"', choice)

    assert fields(walter.get(unescape(link)))["asks"] == "serials"


def test_numbers_are_asked_about_again_when_somebody_says_so(session, walter, url, numbering):
    [link] = re.findall(r'href="([^"]*)"[^>]*>Ask again', numbering.text)

    asked = scan_on(walter, url, walter.get(unescape(link)), "101")

    assert "“101” may be a count or a number" in asked.text
    assert list(states(session)) == ["100"]


def test_units_without_a_number_end_it(walter, url, shown, numbering):
    page = walter.post(f"{url}/units", data={"line": shown, "serials": "", "quantity": "1"}, headers=htmx())

    assert fields(page)["asks"] == ""


def test_a_count_of_goods_without_numbers_is_a_count(session, walter, url, number, numbering):
    page = scan_on(walter, url, numbering, "TEA-2")

    scan_on(walter, url, page, "2")

    assert bought(session, number, "TEA-2").received == 3
