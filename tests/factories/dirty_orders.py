"""A made-up order history as dirty as real ones, with sums known from how it was made, not from reading it."""

import csv
import io
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

HEADERS = (
    "Row ID", "Order ID", "Order Date", "Ship Date", "Ship Mode", "Customer ID", "Customer Name", "Segment", "Country",
    "City", "State", "Postal Code", "Region", "Product ID", "Category", "Sub-Category", "Product Name", "Sales",
    "Quantity", "Discount", "Profit",
)  # fmt: skip
HISTORY_UNTIL = date(2025, 11, 30)
FIRST_DAY, LAST_DAY = date(2023, 1, 3), date(2025, 12, 30)
CENT = Decimal("0.01")

# City, state, the true postal code, region. The first four lose their zero in a spreadsheet; the fifth has no code.
PLACES = (
    ("Hartford", "Connecticut", "06103", "East"),
    ("Trenton", "New Jersey", "08608", "East"),
    ("Portland", "Maine", "04101", "East"),
    ("Concord", "New Hampshire", "03301", "East"),
    ("Burlington", "Vermont", "", "East"),
    ("Columbus", "Ohio", "43215", "East"),
    ("Austin", "Texas", "78701", "Central"),
    ("Chicago", "Illinois", "60614", "Central"),
    ("Miami", "Florida", "33130", "South"),
    ("Seattle", "Washington", "98101", "West"),
    ("Reno", "Nevada", "89502", "West"),
)
CUSTOMERS = (
    "Zoë Ångström",
    "Jürgen “Jo” Ölçer",
    "Ana María Peña",
    "D’Arcy O’Neil",
    "Bo Li",
    "Émile Façade",
    "Sam Reed",
)
NAMES = ("Desk lamp", "Notebook, “ruled”", "Café table, 3¾ feet", "Stapler", "Höhenverstellbarer Stuhl", "Pen, 0.5 mm")
TWO_NAMES = ("TST-0001", "TST-0002")


@dataclass
class Facts:
    """What must come out. Money in cents, each line rounded half up."""

    orders: int = 0
    lines: int = 0
    units: int = 0
    net: int = 0
    new_orders: int = 0
    new_lines: int = 0
    new_units: int = 0
    customers: int = 0
    products: int = 0
    regions: Counter[str] = field(default_factory=Counter)
    by_sku: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    chosen_names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DirtyFile:
    content: bytes
    facts: Facts
    rows: list[dict[str, str]]


def dirty_orders(seed: int = 20251124, orders: int = 90) -> DirtyFile:
    """A BOM, curly quotes, accents, odd spaces, spoilt codes, two names, doubled lines, four decimals; unsorted."""
    chance, facts = random.Random(seed), Facts()
    rows = [row for number in range(1, orders + 1) for row in _order(chance, number)]
    rows += _twins()
    chance.shuffle(rows)
    for number, row in enumerate(rows, start=1):
        row["Row ID"] = str(number)
    _count(rows, facts)
    return DirtyFile(written(rows), facts, rows)


def written(rows: list[dict[str, str]], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADERS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def _order(chance: random.Random, number: int) -> list[dict[str, str]]:
    day = FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days + 1))
    if number % 6 == 0:
        day = HISTORY_UNTIL + timedelta(days=number // 6 % 15)  # one on the last day of history itself
    head = _head(chance, number, day)
    lines = [_line(chance, head) for _ in range(chance.randint(1, 4))]
    if number % 20 == 0:
        lines.append(dict(_line(chance, head), **{name: lines[0][name] for name in ("Product ID", "Product Name")}))
    return lines


def _head(chance: random.Random, number: int, day: date) -> dict[str, str]:
    city, state, code, region = PLACES[number % len(PLACES)]
    customer = number % len(CUSTOMERS)
    shipped = day + timedelta(days=chance.randrange(1, 8))
    return {
        "Order ID": f"WB-{day.year}-{100000 + number}",
        "Order Date": f"{day.month}/{day.day}/{day.year}",
        "Ship Date": f"{shipped.month}/{shipped.day}/{shipped.year}",
        "Ship Mode": "Standard Class",
        "Customer ID": f"CU-{customer:05}",
        "Customer Name": CUSTOMERS[customer],
        "Segment": chance.choice(("Consumer", "Corporate")),
        "Country": "United States",
        "City": city,
        "State": state,
        "Postal Code": code.lstrip("0"),
        "Region": region,
    }


def _line(chance: random.Random, head: dict[str, str]) -> dict[str, str]:
    product = chance.randrange(1, 25)
    sku = f"TST-{product:04}"
    name = NAMES[product % len(NAMES)]
    if sku in TWO_NAMES and chance.random() < 0.4:
        name = f"{name} (new model)"
    if product % 7 == 0:
        name = f"{name}\u00a0{product}  pack"
    discount = chance.choice(("0", "0", "0.2", "0.15", "0.32"))
    sales = Decimal(chance.randrange(1_000, 9_000_000)) / 10_000
    return head | {
        "Product ID": sku,
        "Category": "Office",
        "Sub-Category": "Supplies",
        "Product Name": name,
        "Sales": str(sales.normalize() if chance.random() < 0.7 else sales.quantize(CENT)),
        "Quantity": str(chance.randint(1, 14)),
        "Discount": discount,
        "Profit": "0",
    }


def _twins() -> list[dict[str, str]]:
    """One order with two lines that are alike to the cent, and both real."""
    chance = random.Random(7)
    line = _line(chance, _head(chance, 999_999, date(2024, 4, 23))) | {"Sales": "281.37", "Quantity": "3"}
    return [dict(line), dict(line)]


def _count(rows: list[dict[str, str]], facts: Facts) -> None:
    new: set[str] = set()
    for row in rows:
        _count_row(row, facts, new)
    facts.orders = len({row["Order ID"] for row in rows})
    facts.customers = len({row["Customer ID"] for row in rows})
    facts.products = len({row["Product ID"] for row in rows})
    facts.new_orders = len(new)
    _count_names(rows, facts)


def _count_row(row: dict[str, str], facts: Facts, new: set[str]) -> None:
    exact = Decimal(row["Sales"])
    cents = int(exact.quantize(CENT, ROUND_HALF_UP) * 100)
    facts.lines += 1
    facts.units += int(row["Quantity"])
    facts.net += cents
    facts.regions[row["Region"]] += cents
    facts.by_sku[row["Product ID"]] += cents
    month, day, year = map(int, row["Order Date"].split("/"))
    if date(year, month, day) > HISTORY_UNTIL:
        new.add(row["Order ID"])
        facts.new_lines += 1
        facts.new_units += int(row["Quantity"])
    facts.repairs["rounding"] += exact * 100 != cents
    facts.repairs["spaces"] += "\u00a0" in row["Product Name"]
    facts.repairs["postal_code_zero"] += len(row["Postal Code"]) == 4
    facts.repairs["postal_code_missing"] += row["Postal Code"] == ""


def _count_names(rows: list[dict[str, str]], facts: Facts) -> None:
    names: dict[str, Counter[str]] = {}
    for row in rows:
        names.setdefault(row["Product ID"], Counter())[" ".join(row["Product Name"].split())] += 1
    for sku, counted in names.items():
        facts.chosen_names[sku] = counted.most_common(1)[0][0]  # of equals, the first met
        facts.repairs["name_chosen"] += len(counted) - 1


def opening_stock(skus: dict[str, int], site: str) -> bytes:
    lines: list[Any] = ["SKU,Site,Quantity", *(f"{sku},{site},{units}" for sku, units in sorted(skus.items()))]
    return "\n".join(lines).encode()
