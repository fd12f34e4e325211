"""Opening stock from a file: received once, wakes what waits, can be taken back."""

import pytest
from sqlalchemy import text

from app.imports import exports, lifecycle
from app.kernel.errors import StaleState
from app.workflows.fill_backorders import fill_backorders
from app.workflows.place_orders import place_orders
from app.workflows.undo_import import ask_for_undo, undo_import
from tests.factories.house import make_house, order_request
from tests.factories.imports import ACTOR, taken_in
from tests.factories.kits import make_kit

FILE = b"SKU;Site;Quantity\nTEA-1;CMH1;12\nTEA-1;CMH1;3\nTEA-2;RNO1;7\n"


@pytest.fixture
def house(session):
    return make_house(session)


def on_hand(session):
    rows = session.execute(
        text(
            "SELECT s.code, t.code AS site, l.on_hand FROM stock_levels l JOIN skus s ON s.id = l.sku_id"
            " JOIN sites t ON t.id = l.site_id WHERE l.on_hand > 0"
        )
    )
    return {(row.code, row.site): row.on_hand for row in rows}


def test_rows_are_received_and_equal_ones_add_up(session, house, tmp_path):
    done = taken_in(session, tmp_path, FILE, kind="stock")

    assert on_hand(session) == {("TEA-1", "CMH1"): 15, ("TEA-2", "RNO1"): 7}
    assert done.tally["run"] == {"new": 3, "changed": 0, "same": 0, "units": 22, "refused": 0}


def test_each_movement_names_the_import(session, house, tmp_path):
    done = taken_in(session, tmp_path, FILE, kind="stock")

    rows = session.execute(text("SELECT DISTINCT reason, reference_type, reference_id FROM stock_movements")).all()
    assert [tuple(row) for row in rows] == [("opening", "import", done.id)]


def test_the_same_file_again_receives_nothing(session, house, tmp_path):
    taken_in(session, tmp_path, FILE, kind="stock")

    again = taken_in(session, tmp_path, FILE, kind="stock")

    assert again.tally["run"] == {"new": 0, "changed": 0, "same": 3, "refused": 0}
    assert again.tally["check"]["same"] == 3
    assert on_hand(session) == {("TEA-1", "CMH1"): 15, ("TEA-2", "RNO1"): 7}


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_of_expiry_that_nobody_means_is_left_out(session, house, tmp_path, day):
    file = f"SKU;Site;Quantity;Lot;Use by\nTEA-1;CMH1;1;L1;{day}\n".encode()

    done = taken_in(session, tmp_path, file, kind="stock")

    [row] = exports.rejected(session, done.id, most=10)
    assert f"{day} is out of range" in exports.sentence(row.reasons)
    assert on_hand(session) == {}


def test_rows_of_unknown_things_are_left_out_with_the_reason(session, house, tmp_path):
    done = taken_in(session, tmp_path, FILE + b"TEA-99;CMH1;1\nTEA-1;MARS;1\nTEA-1;CMH1;1e3\n", kind="stock")

    reasons = [exports.sentence(row.reasons) for row in exports.rejected(session, done.id, most=10)]
    assert reasons == [
        "SKU: there is no SKU “TEA-99”: import the product first",
        "Site: there is no site “MARS”: add it on the admin page",
        "Quantity: must be a whole number such as 3, in the digits 0 to 9",
    ]
    assert sum(on_hand(session).values()) == 22


def test_opening_stock_goes_to_orders_that_wait(session, house, tmp_path):
    place_orders(session, [order_request(("TEA-1", 5))], actor=ACTOR)

    taken_in(session, tmp_path, FILE, kind="stock")
    fill_backorders(session, [house.skus["TEA-1"]], actor=ACTOR)

    line = session.execute(text("SELECT allocated, backordered FROM order_lines")).one()
    assert tuple(line) == (5, 0)


def test_an_untouched_import_is_taken_back_by_movements(session, house, tmp_path):
    done = taken_in(session, tmp_path, FILE, kind="stock")

    ask_for_undo(session, done.id)
    undo_import(session, done.id, actor=ACTOR)

    assert on_hand(session) == {}
    assert lifecycle.get(session, done.id).state == "undone"
    assert session.execute(text("SELECT sum(on_hand), count(*) FROM stock_movements")).one() == (0, 5)


def test_after_an_undo_the_file_may_come_again(session, house, tmp_path):
    done = taken_in(session, tmp_path, FILE, kind="stock")
    ask_for_undo(session, done.id)
    undo_import(session, done.id, actor=ACTOR)

    again = taken_in(session, tmp_path, FILE, kind="stock")

    assert again.tally["run"]["units"] == 22


def test_stock_that_is_promised_is_not_taken_back(session, house, tmp_path):
    done = taken_in(session, tmp_path, FILE, kind="stock")
    place_orders(session, [order_request(("TEA-1", 5))], actor=ACTOR)

    with pytest.raises(StaleState, match="TEA-1 at CMH1 have been promised, moved or have gone"):
        ask_for_undo(session, done.id)


def test_products_are_added_and_brought_up_to_date(session, house, tmp_path):
    content = b"SKU,Name,EAN,Weight,Price\nTEA-1,Tea one,4006381333931,300,12.50\nNEW-1,New one,,,3\n"

    done = taken_in(session, tmp_path, content, kind="products")

    assert done.tally["run"] == {"new": 1, "changed": 1, "same": 0, "refused": 0}
    row = session.execute(
        text(
            "SELECT s.name, s.gtin, s.weight_g, p.minor FROM skus s JOIN prices p ON p.sku_id = s.id"
            " WHERE s.code = 'TEA-1'"
        )
    ).one()
    assert tuple(row) == ("Tea one", "4006381333931", 300, 1250)


def test_a_barcode_names_one_product(session, house, tmp_path):
    content = b"SKU,Name,EAN\nA,One,4006381333931\nB,Two,4006381333931\nC,Three,4006381333932\n"

    done = taken_in(session, tmp_path, content, kind="products")

    reasons = [exports.sentence(row.reasons) for row in exports.rejected(session, done.id, most=10)]
    assert reasons == [
        "GTIN: belongs to A: a GTIN names one SKU",
        "EAN: is no GTIN: 8, 12, 13 or 14 digits, the last of which is a check digit",
    ]


def test_products_cannot_be_taken_back(session, house, tmp_path):
    done = taken_in(session, tmp_path, b"SKU,Name\nA,One\n", kind="products")

    with pytest.raises(StaleState, match="products are not taken back"):
        ask_for_undo(session, done.id)


def test_a_kit_in_the_file_is_refused_alone(session, house, tmp_path):
    make_kit(session)

    done = taken_in(session, tmp_path, b"SKU;Site;Quantity\nTEA-1;CMH1;12\nSET-1;CMH1;3\n", kind="stock")

    assert on_hand(session) == {("TEA-1", "CMH1"): 12}
    assert done.tally["check"]["rejected_rows"] == 1
