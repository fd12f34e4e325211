"""A row becomes values; every fault is told at once and every repair is listed."""

import re
from datetime import date

import pytest

from app.imports import order_rows
from app.imports.mapping import guess
from app.imports.reading import Row
from app.imports.rows import Plan, ReadRow

HEADERS = ("Order ID", "Order Date", "Ship Date", "Customer Name", "City", "State", "Postal Code", "Country",
           "Product ID", "Product Name", "Sales", "Quantity", "Discount")  # fmt: skip
GOOD = ("A-1", "2019-11-08", "2019-11-11", "Zoë “Zed” Ölçer", "Keene", "New Hampshire", "03431", "United States",
        "SKU-1", "Desk lamp", "261.96", "2", "0.2")  # fmt: skip


def read(**changed: str) -> ReadRow:
    plan = Plan(headers=HEADERS, mapping=guess("orders", HEADERS), currency="USD", country="US", today=date(2020, 1, 1))
    names = dict(zip(HEADERS, GOOD, strict=True)) | {name.replace("_", " "): value for name, value in changed.items()}
    return order_rows.read(Row(line=7, cells=tuple(names.values())), plan)


def repairs(row: ReadRow) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.field, one.before, one.after) for one in row.repairs]


def test_a_clean_row_needs_no_repair() -> None:
    row = read()

    assert row.values["total_minor"] == 26_196
    assert row.values["discount_bp"] == 2_000
    assert row.values["customer_name"] == "Zoë “Zed” Ölçer"
    assert (row.key, row.reasons, row.repairs) == ("A-1", (), ())


@pytest.mark.parametrize(
    ("state", "code", "mended"),
    [
        ("Connecticut", "6824", "06824"),
        ("NJ", "7090", "07090"),
        ("Puerto Rico", "901", "00901"),
        ("Vermont", "5401-1234", "05401-1234"),
        ("", "6824", "06824"),
    ],
)
def test_a_lost_leading_zero_is_put_back_by_state(state: str, code: str, mended: str) -> None:
    row = read(State=state, Postal_Code=code)

    assert row.values["postal_code"] == mended
    assert repairs(row) == [("postal_code_zero", "Postal Code", code, mended)]


def test_a_short_code_of_another_state_is_left_for_a_person() -> None:
    row = read(State="California", Postal_Code="9003")

    assert (row.values["postal_code"], row.repairs) == ("9003", ())


def test_a_short_code_of_another_country_is_no_mistake() -> None:
    row = read(Country="Norway", State="", Postal_Code="0150")

    assert (row.values["country"], row.values["postal_code"], row.repairs) == ("NO", "0150", ())


def test_a_missing_postal_code_stays_missing_and_is_listed() -> None:
    row = read(City="Burlington", State="Vermont", Postal_Code="")

    assert row.values["postal_code"] == ""
    assert repairs(row) == [("postal_code_missing", "Postal Code", "", "none, found by Burlington")]


def test_a_total_is_rounded_half_up_and_listed() -> None:
    row = read(Sales="957.5750")

    assert row.values["total_minor"] == 95_758
    assert repairs(row) == [("rounding", "Sales", "957.575", "957.58")]


def test_odd_spaces_are_mended_and_listed() -> None:
    row = read(Product_Name="Desk\u00a0lamp  – “tall”")

    assert row.values["product_name"] == "Desk lamp – “tall”"
    assert repairs(row) == [("spaces", "Product Name", "Desk\u00a0lamp  – “tall”", "Desk lamp – “tall”")]


def test_direction_marks_and_joiners_are_text() -> None:
    name = "\u202eabc" + "\u200d" * 10

    assert read(Customer_Name=name).values["customer_name"] == name


def test_every_fault_of_a_row_is_told_at_once() -> None:
    row = read(Order_ID=" ", Sales="1.249,00", Quantity="-2", Order_Date="31/11/2019", Country="Atlantis")

    assert [(one.column, one.found) for one in row.reasons] == [
        ("Order ID", " "),
        ("Quantity", "-2"),
        ("Sales", "1.249,00"),
        ("Order Date", "31/11/2019"),
        ("Country", "Atlantis"),
    ]
    assert row.values == {}


def test_a_row_that_is_left_out_counts_no_repairs() -> None:
    assert read(Quantity="0", Sales="1.005").repairs == ()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"Order_Date": "2020-01-02"}, "lies in the future"),
        ({"Order_Date": "9999-01-01"}, "between 1970 and now"),
        ({"Ship_Date": "2019-11-07"}, "must not be earlier"),
        ({"Product_ID": "A\x07B"}, "control character U\\+0007"),
        ({"Product_Name": "\ud800"}, "control character U\\+D800"),
        ({"Product_Name": "x" * 1_001}, "longer than 1,000 characters"),
        ({"Quantity": ""}, "must not be empty"),
    ],
)
def test_impossible_values_are_refused(changed: dict[str, str], message: str) -> None:
    row = read(**changed)

    assert len(row.reasons) == 1
    assert re.search(message, row.reasons[0].message)


def test_an_apostrophe_before_a_formula_is_taken_off_again() -> None:
    assert read(Product_Name="'=1+1").values["product_name"] == "=1+1"


def test_a_row_with_too_few_cells_is_left_out() -> None:
    plan = Plan(headers=HEADERS, mapping=guess("orders", HEADERS), currency="USD", country="US", today=date(2020, 1, 1))

    row = order_rows.read(Row(line=3, cells=("A-1", "2019-11-08")), plan)

    assert row.reasons[0].message == "the row has 2 columns, the header has 13"
    assert row.key == "A-1"


def test_a_unit_price_gives_the_total_after_the_discount() -> None:
    headers = ("Order ID", "SKU", "Quantity", "Unit price", "Discount")
    plan = Plan(headers=headers, mapping=guess("orders", headers), currency="USD", country="", today=date(2020, 1, 1))

    row = order_rows.read(Row(line=2, cells=("A-1", "S", "3", "10.00", "20%")), plan)

    assert row.values["total_minor"] == 2_400
