"""What people type is read strictly and refused in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import text
from app.kernel.errors import Invalid


def test_a_line_is_trimmed_and_composed():
    assert text.line("  Jose\u0301\tMüller \n", field="name") == "José Müller"


@pytest.mark.parametrize("typed", ["a\nb", "a\r\nb", "a\rb", "a\u2028b", "a\x85b", "a\x0bb"])
def test_line_breaks_do_not_fit_in_one_line(typed):
    with pytest.raises(Invalid, match="subject: this field takes one line"):
        text.line(typed, field="subject")


@pytest.mark.parametrize("read", [text.line, text.block])
@pytest.mark.parametrize(("typed", "why"), [("a\0b", r"U\+0000"), ("a\x1bb", r"U\+001B"), ("a\ud800b", "damaged")])
def test_signs_that_are_no_text_are_refused(read, typed, why):
    with pytest.raises(Invalid, match=f"note: .*{why}"):
        read(typed, field="note")


def test_too_long_is_refused_with_both_lengths():
    with pytest.raises(Invalid, match="has 201 characters: shorten it to 200"):
        text.line("x" * 201, field="name")


def test_a_needed_field_may_not_be_blank():
    with pytest.raises(Invalid, match="name: this field is needed"):
        text.line(" \u00a0 ", field="name", required=True)


def test_a_block_keeps_its_lines_and_tabs():
    assert text.block(" one\r\ntwo\rthree\tfour ", field="note") == "one\ntwo\nthree\tfour"


@given(st.text())
def test_whatever_is_accepted_is_one_clean_line(typed):
    try:
        read = text.line(typed, field="name")
    except Invalid:
        return
    assert len(read.splitlines()) <= 1
    assert "\0" not in read
    assert text.line(read, field="name") == read


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plain", "plain"),
        ("Müller", "Müller"),
        ("invoice\u202egnp.exe", "\u2068invoice\u202egnp.exe\u2069"),
        ("שלום", "\u2068שלום\u2069"),
        ("x\u2069\u202ey", "\u2068x\u202ey\u2069"),
        ("a" + "\u200d" * 10 + "b", "a\u200db"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_names_cannot_turn_or_push_what_stands_beside_them(typed, shown):
    assert text.isolated(typed) == shown


@pytest.mark.parametrize(("typed", "units"), [("1", 1), (" 12 ", 12), ("007", 7), ("1000000", 1_000_000)])
def test_plain_digits_are_a_quantity(typed, units):
    assert text.quantity(typed) == units


@pytest.mark.parametrize(
    "typed",
    ["", "1e3", "1.5", "1,5", "NaN", "Infinity", "1_000", "٣", "५", "²", "+1", "--1", "0x1", "1 0", "1\n", "9" * 19],
)
def test_what_is_not_plain_digits_is_no_quantity(typed):
    with pytest.raises(Invalid, match="quantity: .*write digits only"):
        text.quantity(typed)


@pytest.mark.parametrize("typed", ["0", "-1", "1000001", "2147483648", "-0"])
def test_a_quantity_out_of_bounds_is_refused_with_the_bounds(typed):
    with pytest.raises(Invalid, match="write 1 to 1,000,000"):
        text.quantity(typed)


def test_an_adjustment_may_be_negative():
    assert text.whole_number("-5", field="delta", least=-10, most=10) == -5


def test_a_date_is_read():
    assert text.calendar_date(" 2024-02-29 ", field="from") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("typed", "why"),
    [("2026-02-30", "no day of the calendar"), ("9999-12-31", "out of range"), ("1066-10-14", "out of range"),
     ("24.11.2026", "year-month-day"), ("2026-1-1", "year-month-day"), ("20261124", "year-month-day"),
     ("2026-W48-2", "year-month-day"),
     ("٢٠٢٦-11-24", "year-month-day"), ("2026-11-24T00:00", "year-month-day"), ("", "year-month-day"),
     ("2026-13-01", "no day")],
)  # fmt: skip
def test_what_is_no_date_is_refused_in_words(typed, why):
    with pytest.raises(Invalid, match=f"from: .*{why}"):
        text.calendar_date(typed, field="from")


def test_a_time_zone_must_exist():
    assert text.time_zone("Europe/Berlin").key == "Europe/Berlin"
    with pytest.raises(Invalid, match="'Mars/Phobos' is no time zone"):
        text.time_zone("Mars/Phobos")


@pytest.mark.parametrize("typed", ["../../etc/passwd", "", "europe/berlin "])
def test_a_path_is_no_time_zone(typed):
    with pytest.raises(Invalid):
        text.time_zone(typed)


def test_a_choice_is_one_of_the_words_exactly():
    assert text.choice("placed", {"placed", "total"}, field="sort") == "placed"
    with pytest.raises(Invalid, match="sort: '__class__' is not known here: write one of placed, total"):
        text.choice("__class__", {"placed", "total"}, field="sort")


@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", "3782-822463-10005", "6011000990139424"])
def test_card_numbers_are_masked(number):
    assert text.mask_cards(f"paid with {number}!") == "paid with [card]!"


@pytest.mark.parametrize("number", ["4242424242424243", "123456789012", "1" * 20, "100042"])
def test_other_numbers_are_left(number):
    assert text.mask_cards(number) == number
