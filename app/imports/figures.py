"""Strict reading of figures; each refusal is a sentence that says what to write instead."""

import re
from fractions import Fraction

from app.kernel import money
from app.kernel.errors import Invalid

WHOLE = re.compile(r"[0-9]{1,10}")
PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,30})?")
GROUPED = re.compile(r"-?[0-9]{1,3}(?:(?P<group>[.,' ])[0-9]{3})(?:(?P=group)[0-9]{3})*(?:[.,](?P<cents>[0-9]{1,4}))?")
LARGEST_QUANTITY = 2**31 - 1


class Unreadable(ValueError):
    """``str()`` is the reason that stands beside the row."""


def quantity(text: str) -> int:
    """Whole units, 1 or more, in ASCII digits."""
    if text.startswith("-") and WHOLE.fullmatch(text[1:]):
        raise Unreadable("must be 1 or more: leave returns and empty rows out")
    if not WHOLE.fullmatch(text):
        raise Unreadable("must be a whole number such as 3, in the digits 0 to 9")
    if not 1 <= int(text) <= LARGEST_QUANTITY:
        raise Unreadable(f"must be between 1 and {LARGEST_QUANTITY}")
    return int(text)


def whole(text: str, *, most: int) -> int:
    """0 or more, in ASCII digits."""
    if not WHOLE.fullmatch(text):
        raise Unreadable("must be a whole number such as 3, in the digits 0 to 9")
    if int(text) > most:
        raise Unreadable(f"must be between 0 and {most:,}")
    return int(text)


def number(text: str, *, decimal_comma: bool = False) -> Fraction:
    """0 or more, with any number of decimals; no exponent, no thousands separator, no currency sign."""
    plain = text.replace(",", ".") if decimal_comma and text.count(",") == 1 and "." not in text else text
    if PLAIN.fullmatch(plain):
        return Fraction(plain)
    if plain.startswith("-") and PLAIN.fullmatch(plain[1:]):
        raise Unreadable("must be 0 or more")
    suggestion = _ungrouped(text)
    raise Unreadable(f"write it as {suggestion}" if suggestion else "must be an amount such as 1428.15")


def exact_minor(amount: Fraction, currency: str) -> int:
    """Minor units; a price has no more decimals than its currency."""
    if (amount * 10 ** exponent(currency)).denominator != 1:
        raise Unreadable(f"has more decimals than {currency} has: round it")
    return minor(amount, currency)


def minor(amount: Fraction, currency: str) -> int:
    """Minor units, rounded half up."""
    scaled: Fraction = amount * 10 ** exponent(currency)
    rounded: int = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    if rounded > money.LARGEST:
        raise Unreadable(f"must not be more than {money.Money(money.LARGEST, currency)}")
    return rounded


def exponent(currency: str) -> int:
    try:
        return int(money.exponent(currency))
    except Invalid as error:
        raise Unreadable("must be a currency code of three capitals such as EUR") from error


def basis_points(text: str, *, decimal_comma: bool = False) -> int:
    """A share as 0.2 or 20 %, as basis points, rounded half up."""
    is_percent = text.endswith("%")
    share = number(text.rstrip("% "), decimal_comma=decimal_comma) / (100 if is_percent else 1)
    if share > 1:
        raise Unreadable("must be a share up to 1, such as 0.2, or a percentage with its sign, such as 20%")
    return int(share * 10_000 + Fraction(1, 2))


def _ungrouped(text: str) -> str | None:
    match = GROUPED.fullmatch(text)
    if match is None:
        return None
    whole = text[: match.start("cents") - 1] if match["cents"] else text
    digits = "".join(character for character in whole if character.isdigit())
    return f"{digits}.{match['cents']}" if match["cents"] else digits
