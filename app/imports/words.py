"""What an import's codes and counts are called, on the page and at the terminal."""

from collections.abc import Mapping
from typing import Any

from app.kernel.money import Money

KINDS = {
    "orders": "Orders",
    "products": "Products",
    "prices": "Prices",
    "stock": "Opening stock",
    "bins": "Bins",
    "counts": "Stock count",
}

REPAIRS = {
    "name_chosen": "product with several names: the most frequent one was taken",
    "postal_code_decimal": "postal code with a decimal point: the point was removed",
    "postal_code_missing": "postal code missing: the place is found by its city",
    "postal_code_zero": "postal code without its leading zero: put back",
    "rounding": "amount with more decimals than the currency has: rounded half up",
    "spaces": "non-breaking or repeated spaces: made plain",
}

ORDERS = (
    ("orders", "Orders taken in"),
    ("history", "Of these, history"),
    ("lines", "Lines"),
    ("units", "Units"),
    ("products", "Products created"),
    ("known", "Already imported, left alone"),
    ("parked", "In the exceptions queue"),
)
RUN = {
    "orders": ORDERS,
    "products": (("new", "Products added"), ("changed", "Products brought up to date"), ("same", "As before")),
    "prices": (("new", "Prices added"), ("changed", "Prices changed"), ("same", "As before")),
    "stock": (("new", "Rows received"), ("units", "Units"), ("same", "Already imported, left alone")),
    "bins": (("new", "Bins added"), ("changed", "Bins brought up to date"), ("same", "As before")),
    "counts": (
        ("changed", "Places put right"),
        ("more", "Units more"),
        ("fewer", "Units fewer"),
        ("same", "As before"),
    ),
}
REFUSED = ("refused", "Left out while taking in")


def results(kind: str, tally: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What came of the run, as labelled figures; net totals by currency."""
    counted = [(label, f"{tally[name]:,}") for name, label in (*RUN[kind], REFUSED) if name in tally]
    net = [(f"Net total, {currency}", Money(minor, currency).amount(",")) for currency, minor in _net(tally)]
    return counted + net


def _net(tally: Mapping[str, Any]) -> list[tuple[str, int]]:
    return sorted(tally.get("net", {}).items())
