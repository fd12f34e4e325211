"""Kits on the pages: what goes into one, how many there are, and how orders and parcels show them."""

import re

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.load_slips import load_slips
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, make_skus, order_request
from tests.factories.kits import make_kit


@pytest.fixture
def admin(login, session, bound):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 5, ("TEA-2", "RNO1"): 2})
    make_kit(session)
    make_skus(session, ["BOX-1"], minor=900)
    session.commit()
    return login("admin")


@pytest.fixture
def placed(admin, session):
    [one] = place_orders(session, [order_request(("TEA-3", 1), ("SET-1", 2))], actor=SYSTEM)
    session.commit()
    return one


def contents(session, code: str) -> dict[str, int]:
    rows = session.execute(
        text(
            "SELECT s.code, c.quantity FROM kit_components c JOIN skus s ON s.id = c.component_sku_id"
            " JOIN skus k ON k.id = c.kit_sku_id WHERE k.code = :code"
        ),
        {"code": code},
    )
    return {row.code: row.quantity for row in rows}


def rows(*parts: tuple[str, str]) -> dict[str, str]:
    return {
        f"{name}-{n}": value
        for n, pair in enumerate(parts, 1)
        for name, value in zip(("part", "units"), pair, strict=True)
    }


def test_a_product_becomes_a_kit(admin, session):
    done = admin.post("/admin/products/BOX-1/contents", data=rows(("TEA-1", "2"), ("TEA-4", ""), ("", "")))

    assert done.status_code == 303
    assert contents(session, "BOX-1") == {"TEA-1": 2, "TEA-4": 1}
    page = admin.get("/admin/products/BOX-1").text
    assert 'value="TEA-4"' in page


def test_rows_that_are_emptied_are_gone_and_a_kit_of_nothing_is_a_product_again(admin, session):
    admin.post("/admin/products/SET-1/contents", data=rows(("TEA-1", "1"), ("", "")))
    assert contents(session, "SET-1") == {"TEA-1": 1}

    admin.post("/admin/products/SET-1/contents", data=rows(("", ""), ("", "")))
    assert contents(session, "SET-1") == {}


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (("TEA-1", "0"), "Row 1: "),
        (("TEA-1", "1e3"), "Row 1: "),
        (("", "2"), "Row 1: write which SKU"),
        (("NO-1", "2"), "there is no SKU “NO-1”"),
        (("SET-1", "2"), "SET-1 is a kit: write its components"),
    ],
)
def test_what_cannot_go_into_a_kit_is_told_and_what_was_typed_stays(admin, session, part, why):
    refused = admin.post("/admin/products/BOX-1/contents", data=rows(part, ("TEA-2", "3")))

    assert refused.status_code == 422
    assert why in refused.text
    assert 'value="TEA-2"' in refused.text
    assert re.search(r'is-invalid" id="part-1"', refused.text)
    assert not re.search(r'is-invalid" id="part-2"', refused.text)
    assert contents(session, "BOX-1") == {}


def test_the_same_part_twice_is_refused(admin):
    refused = admin.post("/admin/products/BOX-1/contents", data=rows(("TEA-1", "1"), ("TEA-1", "2")))

    assert "Row 2: TEA-1 stands above already" in refused.text


def test_the_list_of_stock_counts_kits(admin):
    page = admin.get("/support/skus/").text

    row = re.search(r">SET-1</a>.*?</tr>", page, re.DOTALL)[0]
    assert re.findall(r"wb-end\">(?:<b>)?([\d,]+)", row) == ["0", "0", "3", "0"]


def test_the_page_of_a_kit_explains_how_many_there_are(admin):
    page = admin.get("/support/skus/SET-1").text

    assert "Why 3 can be sold" in page
    assert re.search(r"TEA-2</span> is the scarcest part", page)
    assert "Count or adjust" not in page
    assert "Part of kits" in admin.get("/support/skus/TEA-1").text


def test_stock_of_a_kit_is_refused_with_the_remedy(admin):
    refused = admin.post("/support/skus/SET-1/adjustments", data={"site": "CMH1", "kind": "found", "quantity": "1"})

    assert refused.status_code == 422
    assert "a kit has no stock of its own: enter its components" in refused.text


def test_an_order_shows_the_parts_below_their_kit(admin, placed):
    page = admin.get(f"/support/orders/{placed.number}").text

    lines = re.search(r'id="lines".*?</table>', page, re.DOTALL)[0]
    assert [lines.index(name) for name in ("TEA-3", "SET-1", "TEA-1", "TEA-2")] == sorted(
        lines.index(name) for name in ("TEA-3", "SET-1", "TEA-1", "TEA-2")
    )
    assert "50.00" in re.search(r'class="wb-kit">.*?</tr>', lines, re.DOTALL)[0]


def test_orders_are_found_by_the_kit_that_they_asked_for(admin, placed):
    for address in ("/support/orders/?view=all&sku=SET-1", "/support/orders/?view=all&q=SET-1"):
        assert placed.number in admin.get(address).text


def test_the_buyer_sees_the_parts_below_their_kit(admin, placed):
    page = admin.get(f"/track/{placed.tracking_key}").text

    assert re.search(r'class="wb-kit">Tea SET-1</li><li class="wb-kit__part">2 × Tea TEA-1', page)


def test_a_kit_is_cancelled_by_the_number_of_kits(admin, session, placed):
    form = admin.get(f"/support/orders/{placed.number}/cancellation/new").text
    assert 'name="kit-2"' in form
    assert "of 2 kits" in form

    done = admin.post(
        f"/support/orders/{placed.number}/cancellation", data={"kit-2": "1", "reason": "customer", "once": "k"}
    )

    assert done.status_code == 303
    cancelled = text("SELECT sku_code, cancelled FROM order_lines WHERE cancelled > 0 ORDER BY 1")
    assert [tuple(row) for row in session.execute(cancelled)] == [("TEA-1", 1), ("TEA-2", 2)]


def test_a_packing_slip_names_the_kit(admin, session, placed):
    [work_id] = session.execute(
        text("SELECT id FROM fulfilment_orders WHERE order_id = :id"), {"id": placed.order_id}
    ).scalars()

    [loaded] = load_slips(session, [work_id])

    assert [(line.sku, line.kit) for line in loaded.slip.lines] == [
        ("TEA-1", ("SET-1", "Tea SET-1")),
        ("TEA-2", ("SET-1", "Tea SET-1")),
    ]
