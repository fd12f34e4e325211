"""Figures and dates are read strictly; a refusal says what to write."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from app.imports.dates import learn_order, read
from app.imports.figures import Unreadable, basis_points, minor, number, quantity


@pytest.mark.parametrize("text", ["0", "-1", "1e3", "1.5", "NaN", "Infinity", "2147483648", "٣", "1_000", "+1", "0x1"])
def test_a_quantity_is_a_whole_number_in_ascii_digits(text: str) -> None:
    with pytest.raises(Unreadable):
        quantity(text)


@pytest.mark.parametrize("text", ["1e400", "NaN", "Infinity", "-1", "1_000", "٣", "12 EUR", "", "1" * 16, "--1"])
def test_an_amount_has_digits_and_one_point(text: str) -> None:
    with pytest.raises(Unreadable):
        number(text)


@pytest.mark.parametrize(("text", "suggestion"), [("1.249,00", "1249.00"), ("1,249.00", "1249.00"), ("1,249", "1249")])
def test_thousands_separators_are_refused_with_the_figure_that_was_meant(text: str, suggestion: str) -> None:
    with pytest.raises(Unreadable, match=f"write it as {suggestion}"):
        number(text)


def test_a_decimal_comma_is_read_where_the_file_uses_it() -> None:
    assert number("12,50", decimal_comma=True) == Fraction("12.5")


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("957.5775", "USD", 95_758),
        ("0.005", "USD", 1),
        ("0.0049999999", "USD", 0),
        ("2.675", "USD", 268),
        ("100.5", "JPY", 101),
        ("1.0005", "KWD", 1_001),
    ],
)
def test_halves_go_up_to_the_currencys_smallest_unit(text: str, currency: str, expected: int) -> None:
    assert minor(number(text), currency) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("0", 0), ("0.2", 2_000), ("20%", 2_000), ("12.5 %", 1_250), ("1", 10_000)]
)
def test_a_discount_is_a_share_or_a_percentage_with_its_sign(text: str, expected: int) -> None:
    assert basis_points(text) == expected


def test_a_bare_number_over_one_is_no_discount() -> None:
    with pytest.raises(Unreadable, match="20%"):
        basis_points("20")


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2019-11-30", "day", date(2019, 11, 30)),
        ("11/8/2018", "month", date(2018, 11, 8)),
        ("11/8/2018", "day", date(2018, 8, 11)),
        ("8.11.2018", "month", date(2018, 11, 8)),
        ("8-Nov-2018", "month", date(2018, 11, 8)),
        ("November 8, 2018", "day", date(2018, 11, 8)),
        ("2018-11-08T10:30:00Z", "day", datetime(2018, 11, 8, 10, 30, tzinfo=UTC)),
        ("11/8/2018 01:05 pm", "month", datetime(2018, 11, 8, 13, 5)),
    ],
)
def test_dates_are_read_in_the_ways_that_files_write_them(text: str, order: str, expected: date) -> None:
    assert read(text, order) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["2026-02-30", "13/13/2018", "8/11/18", "yesterday", "2018-11-08 25:00", "٨/١١/٢٠١٨", "43412"]
)
def test_what_is_no_day_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text, "day")


def test_the_order_of_day_and_month_is_learnt_from_the_whole_column() -> None:
    assert learn_order(["1/2/2018", "3/14/2018"]) == "month"
    assert learn_order(["1/2/2018", "14/3/2018"]) == "day"
    assert learn_order(["1/2/2018", "2018-03-14"]) is None
