"""Money: integer minor units and an ISO 4217 currency; no float, and no Decimal outside adapters."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from babel.numbers import get_currency_precision, is_currency

from app.kernel.errors import DomainError, Invalid

# Where CLDR shows whole units only, ISO 4217 (and every bank file) still counts minor units.
ISO_EXPONENTS = {
    **dict.fromkeys(["AFN", "ALL", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SOS", "SYP", "YER"], 2),
    "IQD": 3,
}
DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,15})(?:\.(?P<fraction>[0-9]{1,30}))?")
LARGEST = 10**15


class MixedCurrencies(DomainError):
    """Two currencies met in one sum or comparison."""


@dataclass(frozen=True)
class Money:
    """``minor`` counts the currency's smallest unit (cents; whole yen); it may be negative."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {self.minor!r}")
        exponent(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        if type(count) is not int:
            raise TypeError(f"money is multiplied by whole numbers only, not by {count!r}: use share()")
        return Money(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """For people, the currency first: ``EUR 1,428.15``, ``JPY -500``."""
        return f"{self.currency} {self.amount(',')}"

    def amount(self, thousands: str = "") -> str:
        """The figure alone, with as many decimals as the currency has: ``1428.15``."""
        places = exponent(self.currency)
        whole, fraction = divmod(abs(self.minor), 10**places)
        sign = "-" if self.minor < 0 else ""
        decimals = f".{fraction:0{places}d}" if places else ""
        return f"{sign}{f'{whole:,}'.replace(',', thousands)}{decimals}"

    def share(self, basis_points: int) -> "Money":
        """A part in basis points (825 = 8.25 %), rounded half up, away from zero."""
        return Money(_divided_half_up(self.minor * basis_points, 10_000), self.currency)

    def allocate(self, weights: Sequence[int]) -> "list[Money]":
        """Split by weights so that the parts sum to the whole: largest remainder, ties to the earlier part.

        Weights are non-negative ints, at least one of them; if all are 0 they count as equal.
        """
        if not weights or min(weights) < 0:
            raise ValueError(f"weights must be one or more non-negative whole numbers, not {list(weights)!r}")
        shares = _largest_remainder(abs(self.minor), weights if any(weights) else [1] * len(weights))
        sign = -1 if self.minor < 0 else 1
        return [Money(sign * share, self.currency) for share in shares]

    def _same(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            raise TypeError(f"money meets money only, not {other!r}")
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self} and {other} are different currencies: keep a sum for each")
        return other


@cache
def exponent(currency: str) -> int:
    """How many decimals the currency has (EUR 2, JPY 0, KWD 3). Raises Invalid for an unknown code."""
    if not is_currency(currency):
        raise Invalid([("currency", f"{currency!r} is no ISO 4217 currency code: write three capitals such as EUR")])
    return ISO_EXPONENTS.get(currency, get_currency_precision(currency))


def zero(currency: str) -> Money:
    return Money(0, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; the currency is named so that the sum of nothing has one too."""
    return sum(amounts, zero(currency))


def parse(text: str, currency: str, *, field: str = "amount", negative: bool = False) -> Money:
    """Strict reading of what a person or a caller typed: ``1428.15``. Raises Invalid with a sentence for the field.

    ASCII digits and one point only: no exponent, NaN, underscore, thousands separator or surplus decimals.
    """
    match = _matched(text, field)
    fraction = match["fraction"] or ""
    places = exponent(currency)
    if len(fraction) > places:
        allowed = f"{places} decimals" if places else "no decimals"
        raise Invalid([(field, f"{text!r} has {len(fraction)} decimals, but {currency} has {allowed}")])
    if match["sign"] and not negative:
        raise Invalid([(field, f"{text!r} is negative: write an amount of 0 or more")])
    return round_half_up(text, currency, field=field)


def round_half_up(text: str, currency: str, *, field: str = "amount") -> Money:
    """For importers: as ``parse``, but with up to 30 decimals and a sign; halves go away from zero."""
    match = _matched(text, field)
    fraction = match["fraction"] or ""
    digits = int(match["whole"] + fraction) * 10 ** exponent(currency)
    minor = _divided_half_up(digits, 10 ** len(fraction))
    if minor > LARGEST:
        raise Invalid([(field, f"{text!r} is more than we keep: the largest amount is {Money(LARGEST, currency)}")])
    return Money(-minor if match["sign"] else minor, currency)


def _matched(text: str, field: str) -> re.Match[str]:
    match = DECIMAL.fullmatch(text)
    if match is None:
        raise Invalid([(field, f"{text[:40]!r} is not an amount: write digits and a point, such as 1428.15")])
    return match


def _divided_half_up(numerator: int, denominator: int) -> int:
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -magnitude if numerator < 0 else magnitude


def _largest_remainder(whole: int, weights: Sequence[int]) -> list[int]:
    weight = sum(weights)
    shares = [whole * each // weight for each in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(whole * weights[place] % weight), place))
    for place in by_remainder[: whole - sum(shares)]:
        shares[place] += 1
    return shares
