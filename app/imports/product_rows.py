"""A row of a product file: one SKU, new or changed. What is not said is None, and stays as it is."""

import re
from typing import Any

from app.imports import figures
from app.imports.figures import Unreadable
from app.imports.reading import Row
from app.imports.rows import Cells, Plan, ReadRow

GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
HEAVIEST_G = 10**9
LONGEST_DAYS = 3_650
TRACKING = {"none": "Not tracked", "lot": "By lot", "serial": "By serial number"}
REMOVAL = {"fifo": "First in, first out", "lifo": "Last in, first out", "fefo": "First expired", "closest": "Closest"}


def read(row: Row, plan: Plan) -> ReadRow:
    cells = Cells(row, plan)
    sku = cells.text("sku", required=True)
    categories = [cells.text(name) for name in ("category", "sub_category")]
    currency = cells.text("currency").upper() or plan.currency
    values = {
        "sku": sku,
        "name": cells.text("name") or None,
        "category": " / ".join(part for part in categories if part) or None,
        "gtin": _gtin(cells),
        "weight_g": _weight(cells),
        "tax_class": cells.text("tax_class") or None,
        "tracking": cells.choice("tracking", TRACKING),
        "removal": cells.choice("removal", REMOVAL),
        "removal_days": cells.whole("removal_days", most=LONGEST_DAYS),
        "cost_minor": _amount(cells, "cost", plan.home_currency or plan.currency),
        "is_active": cells.flag("is_active"),
        "currency": currency,
        "price_minor": _amount(cells, "price", currency),
    }
    return cells.finish(sku, values)


def _gtin(cells: Cells) -> str | None:
    gtin = cells.text("gtin")
    if not gtin:
        return None
    if not GTIN.fullmatch(gtin) or not _check_digit_fits(gtin):
        cells.refuse("gtin", "is no GTIN: 8, 12, 13 or 14 digits, the last of which is a check digit")
    return gtin


def _check_digit_fits(gtin: str) -> bool:
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(gtin)))
    return weighted % 10 == 0


def _weight(cells: Cells) -> int | None:
    weight: Any = cells.number("weight_g")
    if weight is None:
        return None
    if weight.denominator != 1 or weight > HEAVIEST_G:
        cells.refuse("weight_g", f"must be whole grams, at most {HEAVIEST_G:,}")
    return int(weight)


def _amount(cells: Cells, name: str, currency: str) -> int | None:
    amount = cells.number(name)
    if amount is None:
        return None
    try:
        figures.exponent(currency)
    except Unreadable as error:
        cells.refuse("currency", str(error))
        return None
    try:
        return figures.minor(amount, currency)
    except Unreadable as error:
        cells.refuse(name, str(error))
        return None
