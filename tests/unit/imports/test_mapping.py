"""Columns are matched to fields by their headers."""

import pytest

from app.imports.errors import UnmatchedColumns
from app.imports.mapping import REASONS_HEADER, fingerprint, guess, judge

RETAIL = ("Row ID", "Order ID", "Order Date", "Ship Date", "Customer ID", "Customer Name", "City", "State",
          "Postal Code", "Region", "Product ID", "Product Name", "Sales", "Quantity", "Discount", "Profit")  # fmt: skip
SHOP = ("Name", "Email", "Created at", "Currency", "Lineitem quantity", "Lineitem name", "Lineitem price",
        "Lineitem sku", "Shipping Name", "Shipping Zip", "Shipping City", "Shipping Country", "Notes")  # fmt: skip


def named(headers: tuple[str, ...]) -> dict[str, str]:
    return {field: headers[column] for field, column in guess("orders", headers).items()}


def test_a_retail_export_is_matched() -> None:
    found = named(RETAIL)

    assert found == {
        "order_number": "Order ID",
        "placed_on": "Order Date",
        "shipped_on": "Ship Date",
        "customer_code": "Customer ID",
        "customer_name": "Customer Name",
        "city": "City",
        "region": "State",
        "postal_code": "Postal Code",
        "sales_region": "Region",
        "sku": "Product ID",
        "product_name": "Product Name",
        "line_total": "Sales",
        "quantity": "Quantity",
        "discount": "Discount",
    }


def test_a_web_shops_export_is_matched() -> None:
    found = named(SHOP)

    assert found["order_number"] == "Name"
    assert found["unit_price"] == "Lineitem price"
    assert (found["sku"], found["quantity"]) == ("Lineitem sku", "Lineitem quantity")
    assert (found["customer_name"], found["postal_code"]) == ("Shipping Name", "Shipping Zip")


def test_region_alone_is_the_buyers_region() -> None:
    assert named(("Order number", "SKU", "Quantity", "Region"))["region"] == "Region"


def test_a_field_that_an_order_needs_is_asked_for_by_name() -> None:
    with pytest.raises(UnmatchedColumns, match="SKU, Quantity"):
        judge("orders", {"order_number": 0}, ["Order ID", "Thing"])


def test_one_column_cannot_be_two_fields() -> None:
    mapping = {"order_number": 0, "sku": 1, "quantity": 2, "note": 1}

    with pytest.raises(UnmatchedColumns, match="matched more than once: Thing"):
        judge("orders", mapping, ["Order ID", "Thing", "Units"])


def test_the_file_of_rejected_rows_is_known_for_the_file_it_came_from() -> None:
    assert fingerprint(("order  id", "SKU")) == fingerprint(("Order ID", "sku", REASONS_HEADER))
    assert fingerprint(("Order ID", "SKU")) != fingerprint(("SKU", "Order ID"))
