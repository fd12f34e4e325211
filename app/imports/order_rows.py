"""A row of an order file: one order line, with the order's own facts repeated on each."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from app.imports import countries, figures, postal_codes
from app.imports.figures import Unreadable
from app.imports.reading import Row
from app.imports.rows import Cells, Plan, ReadRow

EARLIEST = 1970


def read(row: Row, plan: Plan) -> ReadRow:
    cells = Cells(row, plan)
    number = cells.text("order_number", required=True)
    values = {
        "order_number": number,
        **_line(cells, plan),
        **_days(cells, plan),
        **_customer(cells),
        **_address(cells, plan),
        **{name: cells.text(name) for name in ("sales_region", "payment_method", "note")},
    }
    return cells.finish(number, values)


def _line(cells: Cells, plan: Plan) -> dict[str, Any]:
    categories = [cells.text(name) for name in ("category", "sub_category")]
    currency = cells.text("currency").upper() or plan.currency
    quantity = cells.quantity("quantity")
    discount = cells.basis_points("discount")
    return {
        "sku": cells.text("sku", required=True),
        "quantity": quantity,
        "product_name": cells.text("product_name"),
        "category": " / ".join(part for part in categories if part),
        "currency": currency,
        "total_minor": _total(cells, currency, quantity, discount),
        "discount_bp": discount,
    }


def _total(cells: Cells, currency: str, quantity: int, discount_bp: int) -> int | None:
    """The line's total after discount; from the unit price before discount where the file has no total."""
    total, unit = cells.number("line_total"), cells.number("unit_price")
    name, amount = ("line_total", total) if total is not None else ("unit_price", unit)
    if amount is None:
        return None
    if total is None:
        amount = amount * quantity * Fraction(10_000 - discount_bp, 10_000)
    try:
        minor = figures.minor(amount, currency)
        exact = amount * 10 ** figures.exponent(currency)
    except Unreadable as error:
        cells.refuse("currency", str(error))
        return None
    if exact != minor:
        cells.repair("rounding", name, _decimal(exact, currency), _decimal(Fraction(minor), currency))
    return minor


def _decimal(minor: Fraction, currency: str) -> str:
    """At most eight decimals: enough to see why a half went up."""
    major = minor / 10 ** figures.exponent(currency)
    scaled = round(major * 10**8)
    whole, rest = divmod(scaled, 10**8)
    return f"{whole}.{rest:08d}".rstrip("0").rstrip(".")


def _days(cells: Cells, plan: Plan) -> dict[str, Any]:
    placed, shipped = cells.day("placed_on"), cells.day("shipped_on")
    if placed and not EARLIEST <= placed.year <= plan.today.year + 1:
        cells.refuse("placed_on", f"must be a date between {EARLIEST} and now")
    elif placed and _day(placed) > plan.today:
        cells.refuse("placed_on", f"lies in the future: today is {plan.today}")
    elif placed and shipped and _day(shipped) < _day(placed):
        cells.refuse("shipped_on", f"must not be earlier than the order's date {_day(placed)}")
    return {
        "placed_on": placed.isoformat() if placed else None,
        "shipped_on": shipped.isoformat() if shipped else None,
    }


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _customer(cells: Cells) -> dict[str, Any]:
    names = ("customer_code", "customer_name", "segment", "email", "phone")
    return {name: cells.text(name) for name in names}


def _address(cells: Cells, plan: Plan) -> dict[str, Any]:
    street, city, region = cells.text("street"), cells.text("city"), cells.text("region")
    named = cells.text("country")
    country = countries.code(named) if named else plan.country
    if country is None:
        cells.refuse("country", "is no country we know: write its name in English or its two-letter code")
    raw = cells.text("postal_code")
    mended = postal_codes.mend(raw, country=country or "", region=region)
    if mended.kind and (raw or city):
        cells.repair(mended.kind, "postal_code", raw, mended.code or f"none, found by {city}")
    return {
        "street": street,
        "city": city,
        "region": region,
        "postal_code": mended.code,
        "country": country if named and country else "",
    }
