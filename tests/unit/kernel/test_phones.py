"""Phone numbers are told by their last digits."""

import pytest

from app.kernel.phones import ending


@pytest.mark.parametrize(
    ("sought", "last"),
    [
        ("+49 171 1234567", "711234567"),
        ("0171/1234567", "711234567"),
        ("(614) 555-0199", "145550199"),
        ("614.555.0199", "145550199"),
        ("555-0199", "5550199"),
        ("+1 (202) 555-0147 ", "025550147"),
    ],
)
def test_a_number_is_its_last_nine_digits_or_the_seven_that_there_are(sought, last):
    assert ending(sought) == last[::-1]


@pytest.mark.parametrize(
    "sought",
    [
        "",
        "550199",
        "W-1005550199",
        "555-0199 x",
        "++5550199",
        "- 5550199",
        "\u0665\u0665\u0665\u0660\u0661\u0669\u0669",
    ],
)
def test_what_is_no_number_has_no_ending(sought):
    assert ending(sought) == ""
