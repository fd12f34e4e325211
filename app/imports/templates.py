"""For each kind of file: its columns and a row or two as they should be, to be filled in."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.imports.fields import KINDS
from app.kernel.table_files import Cell, Figure

EXAMPLES: Mapping[str, Sequence[Mapping[str, Cell]]] = {
    "orders": (
        {
            "order_number": "1001",
            "placed_on": date(2026, 1, 15),
            "sku": "TEA-1",
            "quantity": 2,
            "unit_price": Figure("12.50"),
            "currency": "EUR",
            "customer_name": "Ana Example",
            "email": "ana@example.com",
            "street": "1 Mill Lane",
            "city": "Reno",
            "region": "Nevada",
            "postal_code": "89501",
            "country": "US",
        },
    ),
    "products": (
        {
            "sku": "TEA-1",
            "name": "Black tea, 100 g",
            "category": "Tea",
            "gtin": "4006381333931",
            "weight_g": 120,
            "tracking": "lot",
            "removal": "fefo",
            "removal_days": 30,
            "cost": Figure("4.20"),
            "is_active": True,
            "price": Figure("12.50"),
            "currency": "EUR",
        },
    ),
    "prices": ({"price_list": "standard", "sku": "TEA-1", "price": Figure("12.50"), "currency": "EUR"},),
    "stock": (
        {
            "sku": "TEA-1",
            "site": "RNO1",
            "quantity": 120,
            "bin": "A-01-1",
            "lot": "L2601",
            "expires_on": date(2027, 6, 30),
        },
        {"sku": "CUP-1", "site": "RNO1", "quantity": 40},
    ),
    "bins": (
        {
            "site": "RNO1",
            "code": "A-01-1",
            "zone": "A",
            "kind": "pick",
            "pick_sequence": 10,
            "capacity": 200,
            "one_sku": True,
            "one_lot": False,
            "is_active": True,
        },
    ),
    "counts": (
        {"sku": "TEA-1", "site": "RNO1", "bin": "A-01-1", "lot": "L2601", "counted": 118},
        {"sku": "CUP-1", "site": "RNO1", "counted": 40},
    ),
}


def template(kind: str) -> tuple[list[str], list[list[Cell]]]:
    """Headers and example rows. Every field has its column."""
    fields = KINDS[kind]
    return [one.label for one in fields], [[row.get(one.name) for one in fields] for row in EXAMPLES[kind]]
