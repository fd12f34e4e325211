"""Carton labels, in the forms that scanners and people send."""

from datetime import date

import pytest

from app.kernel import gs1
from app.kernel.errors import Invalid
from app.kernel.gs1 import Label

TODAY = date(2026, 11, 25)
WHOLE = Label(gtin="04012345678901", lot="AB-12", expires_on=date(2027, 3, 31), serial="S9")


@pytest.mark.parametrize(
    "scanned",
    [
        "(01)04012345678901(17)270331(10)AB-12(21)S9",
        "(01) 04012345678901 (17) 270331 (10) AB-12 (21) S9 ",
        "]C1010401234567890117270331" + "10AB-12\x1d21S9",
        "]d2010401234567890117270331" + "10AB-12\u241d21S9",
        "010401234567890117270331" + "10AB-12\x1d21S9",
        "01040123456789011727033110AB-12\x1d21S9\r\n",
        "\x1d010401234567890110AB-12\x1d1727033121S9",
    ],
)
def test_a_label_says_item_lot_day_and_number(scanned: str) -> None:
    assert gs1.read(scanned, today=TODAY) == WHOLE


def test_other_elements_are_passed_over() -> None:
    read = gs1.read("(01)04012345678901(11)260101(30)12(10)L7", today=TODAY)

    assert read == Label(gtin="04012345678901", lot="L7")


@pytest.mark.parametrize(
    "scanned",
    ["TEA-1", "4012345678901", "04012345678901", "", "(", "()", "(01", "0104", "(99)x", "]C1", "]C199abc", "01" * 40],
)
def test_what_is_no_label_is_left_to_others(scanned: str) -> None:
    assert gs1.read(scanned, today=TODAY) is None


@pytest.mark.parametrize(
    ("digits", "day"),
    [("270200", date(2027, 2, 28)), ("760101", date(2076, 1, 1)), ("770101", date(1977, 1, 1))],
)
def test_day_zero_is_the_last_of_its_month_and_a_year_is_the_nearest(digits: str, day: date) -> None:
    read = gs1.read(f"(17){digits}(10)A", today=TODAY)

    assert read is not None
    assert read.expires_on == day


@pytest.mark.parametrize("digits", ["271301", "270230", "27033", "2703311", "abcdef", "٢٧٠٣٣١"])
def test_a_day_that_is_none_is_refused(digits: str) -> None:
    with pytest.raises(Invalid, match="no date"):
        gs1.read(f"(17){digits}(10)A", today=TODAY)


def test_a_gtin_that_is_too_short_is_refused() -> None:
    with pytest.raises(Invalid, match="not 14 digits"):
        gs1.read("(01)4012345678901(10)A", today=TODAY)
