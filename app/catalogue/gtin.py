"""GTINs: 8, 12, 13 or 14 digits, of which the last one checks the others."""

from app.kernel.errors import Invalid

LENGTHS = (8, 12, 13, 14)


def checked(gtin: str, *, field: str = "gtin") -> str | None:
    """The digits, or None for nothing. Raises Invalid."""
    digits = gtin.replace(" ", "").replace("-", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) in LENGTHS):
        raise Invalid([(field, f"{gtin[:20]!r} is no GTIN: write 8, 12, 13 or 14 digits")])
    if _check_digit(digits[:-1]) != int(digits[-1]):
        raise Invalid([(field, f"{digits}: the check digit is wrong, so one of the digits is; scan it again")])
    return digits


def is_gtin(code: str) -> bool:
    """Whether it looks like one to the last digit."""
    return code.isascii() and code.isdigit() and len(code) in LENGTHS and _check_digit(code[:-1]) == int(code[-1])


def _check_digit(body: str) -> int:
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return -weighted % 10
