"""Once numbers are scanned at the dock, what comes next is a number, a label, a bin or another item, and no count."""

import re
from html import unescape

import pytest
from sqlalchemy import text

from tests.factories.buying import bought
from tests.factories.numbers import states
from tests.factories.shelves import make_bins
from tests.web.conftest import htmx
from tests.web.warehouse.dock import GTIN, fields, scan, scan_on


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


def test_a_count_in_the_scan_field_after_an_empty_box_is_asked_about(session, walter, url, shown):
    data = {"line": shown, "serials": "", "quantity": "5", "by": "numbers"}
    refused = walter.post(f"{url}/units", data=data, headers=htmx())

    asked = scan_on(walter, url, refused, "5")

    assert "“5” may be a count or a number" in asked.text
    assert states(session) == {}


def test_units_without_a_number_end_it(walter, url, shown, numbering):
    data = {"line": shown, "serials": "", "quantity": "1", "by": "units"}
    page = walter.post(f"{url}/units", data=data, headers=htmx())

    assert fields(page)["asks"] == ""


def test_a_count_of_goods_without_numbers_is_a_count(session, walter, url, number, numbering):
    page = scan_on(walter, url, numbering, "TEA-2")

    scan_on(walter, url, page, "2")

    assert bought(session, number, "TEA-2").received == 3


@pytest.mark.parametrize("code", ["(10)L1", "(17)271231", "(17)271231(10)L1"])
def test_a_label_without_a_number_counts_no_unit_and_keeps_what_it_says(session, walter, url, number, numbering, code):
    asked = scan_on(walter, url, numbering, code)

    assert "Now scan the number on this unit" in asked.text
    assert (list(states(session)), bought(session, number, "TEA-3").received) == (["100"], 1)
    said = fields(asked)
    assert said["asks"] == "serials"
    assert said["lot"] == ("L1" if "L1" in code else "")
    assert said["expires_on"] == ("2027-12-31" if "17" in code else "")


@pytest.mark.parametrize("asks", ["serials", ""])
@pytest.mark.parametrize("code", ["(10)L1(21)N-77", "(17)271231(21)N-77"])
def test_the_number_on_a_label_counts_before_its_lot_and_day(session, walter, url, number, numbering, code, asks):
    answer = scan_on(walter, url, numbering, code, asks=asks)

    assert "N-77 of TEA-3 in" in answer.text
    assert sorted(states(session)) == ["100", "N-77"]
    assert fields(answer)["asks"] == asks
    assert fields(answer)["lot"] == ("L1" if "L1" in code else "")
    assert bought(session, number, "TEA-3").received == 2
