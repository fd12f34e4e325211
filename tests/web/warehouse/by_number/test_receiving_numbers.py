"""The dock takes in what is known by number: number by number, in the same act."""

import re

import pytest

from tests.factories.buying import bought
from tests.factories.numbers import states
from tests.web.conftest import htmx
from tests.web.warehouse.dock import GTIN, fields, scan


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
    walter.post(f"{url}/units", data={"line": shown, "serials": "", "quantity": "3", "by": "units"})

    assert (states(session), bought(session, number, "TEA-3").received) == ({}, 3)


def buttons(page):
    """What the form of the item that is shown is sent by, in the order of the page: Enter in a field is the first."""
    return [
        (dict(re.findall(r'(\w+)="([^"]*)"', tag)), word.strip())
        for tag, word in re.findall(r"<button([^>]*)>(?:<svg.*?</svg>)?([^<]*)</button>", page, re.S)
        if re.search(r'name="by"', tag)
    ]


def test_enter_in_a_field_is_the_button_for_numbers(walter, url, shown):
    numbers, units = buttons(walter.get(f"{url}?line={shown}").text)

    assert (numbers[1], numbers[0]["value"]) == ("Take these in", "numbers")
    assert (units[1], units[0]["value"]) == ("Take in without numbers", "units")
    assert (units[0]["form"], units[0]["type"]) == ("take-in", "submit")


@pytest.mark.parametrize("by", [{"by": "numbers"}, {}])
@pytest.mark.parametrize("how", [{}, {"headers": htmx()}])
def test_no_unit_comes_in_by_an_empty_box(session, walter, url, number, shown, by, how):
    data = {"line": shown, "serials": " ", "quantity": "5", "bin": "", **by}
    answer = walter.post(f"{url}/units", data=data, **how)

    assert answer.status_code == 422
    box = answer.text.split('id="serials"')[1]
    assert "no number is written here: scan or type one for each unit" in box.split("</form>")[0]
    assert fields(answer)["asks"] == ""
    assert bought(session, number, "TEA-3").received == 0


def test_what_is_said_to_have_no_number_gets_none_from_the_box(session, walter, url, number, shown):
    asked = scan(walter, url, "12", line=shown)
    assert "12</textarea>" in asked.text

    walter.post(f"{url}/units", data={"line": shown, "serials": "12", "quantity": "4", "by": "units"})

    assert (states(session), bought(session, number, "TEA-3").received) == ({}, 4)


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
