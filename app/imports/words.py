"""What an import's codes and counts are called, on the page and at the terminal."""

from collections.abc import Mapping
from typing import Any

from app.kernel.money import Money

KINDS = {"orders": "Orders", "stock": "Opening stock", "products": "Products"}

REPAIRS = {
    "name_chosen": "product with several names: the most frequent one was taken",
    "postal_code_decimal": "postal code with a decimal point: the point was removed",
    "postal_code_missing": "postal code missing: the place is found by its city",
    "postal_code_zero": "postal code without its leading zero: put back",
    "rounding": "amount with more decimals than the currency has: rounded half up",
    "spaces": "non-breaking or repeated spaces: made plain",
}

RUN = (
    ("orders", "Orders taken in"),
    ("history", "Of these, history"),
    ("created", "Products added"),
    ("changed", "Products brought up to date"),
    ("lines", "Lines"),
    ("units", "Units"),
    ("products", "Products created"),
    ("known", "Already imported, left alone"),
    ("parked", "In the exceptions queue"),
    ("refused", "Left out while taking in"),
)


def results(tally: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What came of the run, as labelled figures; net totals by currency."""
    counted = [(label, f"{tally[name]:,}") for name, label in RUN if name in tally]
    net = [(f"Net total, {currency}", Money(minor, currency).amount(",")) for currency, minor in _net(tally)]
    return counted + net


def _net(tally: Mapping[str, Any]) -> list[tuple[str, int]]:
    return sorted(tally.get("net", {}).items())
