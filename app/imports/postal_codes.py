"""Postal codes that spreadsheets spoil: leading zeros lost, a decimal point won."""

import re
from dataclasses import dataclass

# The states whose codes begin with 0; a spreadsheet drops it. Puerto Rico and the Virgin Islands begin with 00.
ZERO_STATES = {
    "CT": "connecticut",
    "MA": "massachusetts",
    "ME": "maine",
    "NH": "new hampshire",
    "NJ": "new jersey",
    "PR": "puerto rico",
    "RI": "rhode island",
    "VI": "virgin islands",
    "VT": "vermont",
}
DECIMAL = re.compile(r"([0-9]{3,6})\.0+")
SHORT = re.compile(r"([0-9]{3,4})(-[0-9]{4})?")


@dataclass(frozen=True)
class Mended:
    """``kind`` is empty where nothing was mended."""

    code: str
    kind: str = ""


def mend(code: str, *, country: str, region: str) -> Mended:
    """The code with what a spreadsheet took from it; a code that is short for another reason stays as it is."""
    if not code:
        return Mended("", "postal_code_missing")
    decimal = DECIMAL.fullmatch(code)
    whole = decimal[1] if decimal else code
    short = SHORT.fullmatch(whole)
    if country == "US" and short and _begins_with_zero(region):
        return Mended(f"{short[1]:0>5}{short[2] or ''}", "postal_code_zero")
    return Mended(whole, "postal_code_decimal" if decimal else "")


def _begins_with_zero(region: str) -> bool:
    return not region or region.upper() in ZERO_STATES or region.casefold() in ZERO_STATES.values()
