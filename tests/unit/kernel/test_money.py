"""Money: exact, one currency at a time, strict about what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.kernel.money import MixedCurrencies, Money, exponent, parse, round_half_up, total, zero

AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("currency", "places"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("IRR", 2), ("IQD", 3), ("CLF", 4)]
)
def test_a_currency_has_the_minor_units_of_iso_4217(currency, places):
    assert exponent(currency) == places


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XX1", "ZZZ"])
def test_a_code_that_is_no_currency_is_refused_by_name(code):
    with pytest.raises(Invalid, match="no ISO 4217 currency"):
        Money(1, code)


def test_fractions_of_a_minor_unit_cannot_be_held():
    with pytest.raises(TypeError, match=r"1\.5"):
        Money(1.5, "EUR")


def test_sums_and_differences_stay_in_their_currency():
    assert Money(250, "EUR") + Money(50, "EUR") - Money(1, "EUR") == Money(299, "EUR")


def test_a_line_of_three_units_costs_three_times_as_much():
    assert 3 * Money(1999, "USD") == Money(5997, "USD")


def test_money_is_not_multiplied_by_a_fraction():
    with pytest.raises(TypeError, match=r"1\.2"):
        Money(100, "EUR") * 1.2


@pytest.mark.parametrize("act", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b])
def test_two_currencies_never_meet(act):
    with pytest.raises(MixedCurrencies, match=r"EUR 1\.00 and JPY 100"):
        act(Money(100, "EUR"), Money(100, "JPY"))


def test_amounts_are_compared_in_one_currency():
    assert Money(1, "EUR") < Money(2, "EUR") <= Money(2, "EUR")
    assert Money(3, "EUR") > Money(2, "EUR") >= Money(2, "EUR")


def test_the_sum_of_nothing_has_a_currency():
    assert total([], "JPY") == zero("JPY")


def test_money_meets_no_bare_numbers():
    with pytest.raises(TypeError, match="money only"):
        Money(100, "EUR") + 100


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (Money(42815, "EUR"), "EUR 428.15"),
        (Money(-2490, "EUR"), "EUR -24.90"),
        (Money(229720107, "USD"), "USD 2,297,201.07"),
        (Money(500, "JPY"), "JPY 500"),
        (Money(5, "KWD"), "KWD 0.005"),
        (Money(0, "EUR"), "EUR 0.00"),
    ],
)
def test_people_read_the_currency_before_the_amount(money, shown):
    assert str(money) == shown


def test_the_figure_alone_has_no_thousands_separator_for_files():
    assert Money(229720107, "USD").amount() == "2297201.07"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("428.15", "EUR", 42815), ("0", "EUR", 0), ("7.5", "EUR", 750), ("500", "JPY", 500), ("1.005", "KWD", 1005)],
)
def test_plain_decimal_text_is_read_exactly(text, currency, minor):
    assert parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    ["", " ", "NaN", "Infinity", "-Infinity", "1e3", "1E400", "1_000", "1,000.00", "٣", "1٫5",
     "+5", "5.", ".5", "1.5.1",
     "0x10", "1 000", "5\n", "EUR 5", "1" * 16, "½", "1.0000" + "0" * 40],
)  # fmt: skip
def test_what_is_not_a_plain_amount_is_refused(text):
    with pytest.raises(Invalid, match="price: .*write digits and a point"):
        parse(text, "EUR", field="price")


@pytest.mark.parametrize(
    ("text", "currency"), [("0.005", "EUR"), ("100.0", "JPY"), ("1.0005", "KWD"), ("1.000", "USD")]
)
def test_more_decimals_than_the_currency_has_are_refused(text, currency):
    with pytest.raises(Invalid, match=f"decimals, but {currency} has"):
        parse(text, currency)


def test_a_negative_amount_is_refused_unless_asked_for():
    with pytest.raises(Invalid, match="is negative"):
        parse("-1.00", "EUR")
    assert parse("-1.00", "EUR", negative=True) == Money(-100, "EUR")


def test_an_amount_beyond_what_is_kept_is_refused():
    with pytest.raises(Invalid, match="more than we keep"):
        parse("999999999999999.99", "EUR")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("281.3700", 28137),
        ("0.005", 1),
        ("0.0049999", 0),
        ("2.675", 268),
        ("-2.675", -268),
        ("-0.004", 0),
        ("15.552", 1555),
    ],
)
def test_importers_round_half_up_away_from_zero(text, minor):
    assert round_half_up(text, "USD") == Money(minor, "USD")


def test_a_share_in_basis_points_is_rounded_half_up():
    assert Money(1999, "USD").share(825) == Money(165, "USD")
    assert Money(-1000, "USD").share(5) == Money(-1, "USD")


def test_ten_cents_over_three_parts_give_the_cent_to_the_first():
    assert Money(10, "EUR").allocate([1, 1, 1]) == [Money(4, "EUR"), Money(3, "EUR"), Money(3, "EUR")]


def test_weights_of_nothing_count_as_equal():
    assert Money(5, "EUR").allocate([0, 0]) == [Money(3, "EUR"), Money(2, "EUR")]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_impossible_weights_are_a_programming_mistake(weights):
    with pytest.raises(ValueError, match="weights"):
        Money(5, "EUR").allocate(weights)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_always_sum_to_the_whole(minor, weights):
    assert total(Money(minor, "EUR").allocate(weights), "EUR") == Money(minor, "EUR")


@given(AMOUNTS, WEIGHTS.filter(any))
def test_no_part_is_a_whole_unit_away_from_its_exact_share(minor, weights):
    for part, weight in zip(Money(minor, "EUR").allocate(weights), weights, strict=True):
        assert abs(part.minor * sum(weights) - minor * weight) < sum(weights)


@given(AMOUNTS, WEIGHTS)
def test_giving_back_splits_exactly_like_taking(minor, weights):
    assert Money(-minor, "EUR").allocate(weights) == [-part for part in Money(minor, "EUR").allocate(weights)]


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_is_written_is_read_back(minor, currency):
    assert parse(Money(minor, currency).amount(), currency, negative=True) == Money(minor, currency)
