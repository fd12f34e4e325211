"""Files of products, prices, bins, stock in bins and counts: judged row by row, taken in, taken back."""

import pytest
from sqlalchemy import text

from app.imports import exports, lifecycle
from app.inventory.moves import Move, move
from app.kernel.errors import StaleState
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.place_orders import place_orders
from app.workflows.undo_import import ask_for_undo, undo_import
from tests.factories.house import make_house, order_request
from tests.factories.imports import ACTOR, checked, taken_in

BINS = b"Site,Bin,Zone,Kind,Pick sequence,Capacity,One SKU only\nCMH1,A-1,A,pick,10,200,yes\nCMH1,B-1,,bulk,,,\n"
LOTS = b"SKU,Name,Tracking,Removal,Removal days\nTEA-1,,lot,fefo,30\n"
STOCK = (
    b"SKU,Site,Quantity,Bin,Lot,Expires on\nTEA-1,CMH1,12,A-1,L1,2027-06-30\n"
    b"TEA-1,CMH1,3,A-1,L1,\nTEA-1,CMH1,5,B-1,L2,2027-03-31\nTEA-2,RNO1,7,,,\n"
)


@pytest.fixture
def house(session):
    return make_house(session)


@pytest.fixture
def shelves(session, house, tmp_path):
    taken_in(session, tmp_path, LOTS, kind="products")
    return taken_in(session, tmp_path, BINS, kind="bins")


@pytest.fixture
def stocked(session, shelves, tmp_path):
    return taken_in(session, tmp_path, STOCK, kind="stock")


def places(session):
    rows = session.execute(text(PLACES)).all()
    return {(row.sku, row.site, row.bin or "", row.lot or ""): row.quantity for row in rows}


def reasons(session, row):
    return [exports.sentence(one.reasons) for one in exports.rejected(session, row.id, most=20)]


def results(session, row):
    rows = session.execute(
        text("SELECT line, result, said FROM import_rows WHERE import_id = :id ORDER BY line"), {"id": row.id}
    )
    return [tuple(one) for one in rows]


def count_of(*rows: str) -> bytes:
    return "\n".join(("SKU,Site,Bin,Lot,Counted", *rows)).encode()


def test_products_keep_what_the_file_does_not_say(session, house, tmp_path):
    content = b"SKU,Category,Unit cost,Removal,Tracking\nTEA-1,Tea,4.20,fefo,By lot\n"
    before = session.execute(text("SELECT name, tax_class FROM skus WHERE code = 'TEA-1'")).one()

    taken_in(session, tmp_path, content, kind="products")

    row = session.execute(text("SELECT * FROM skus WHERE code = 'TEA-1'")).one()
    assert (row.name, row.tax_class) == tuple(before)
    assert (row.category, row.cost_minor, row.removal, row.tracking) == ("Tea", 420, "fefo", "lot")


def test_the_dry_run_tells_new_changed_and_same_apart_and_says_what_would_change(session, house, tmp_path):
    content = b"SKU,Name,Weight\nTEA-1,Renamed,300\nNEW-1,New,\nTEA-2,,\nNEW-2,,\n"

    row = checked(session, tmp_path, content, kind="products")

    counts = {name: row.tally["check"][name] for name in ("new", "changed", "same", "rejected_rows")}
    assert counts == {"new": 1, "changed": 1, "same": 1, "rejected_rows": 1}
    assert results(session, row)[:3] == [(2, "changed", "Name, Weight in grams"), (3, "new", ""), (4, "same", "")]
    assert reasons(session, row) == ["Name: must not be empty for a new SKU"]
    assert session.execute(text("SELECT count(*) FROM skus WHERE code LIKE 'NEW%'")).scalar_one() == 0


def test_of_two_rows_about_one_sku_the_last_counts(session, house, tmp_path):
    row = taken_in(session, tmp_path, b"SKU,Name\nA,First\nA,Second\n", kind="products")

    assert results(session, row) == [(2, "replaced", "line 3 counts"), (3, "new", "")]
    assert session.execute(text("SELECT name FROM skus WHERE code = 'A'")).scalar_one() == "Second"


def test_tracking_does_not_change_under_stock(session, stocked, tmp_path):
    row = checked(session, tmp_path, b"SKU,Tracking\nTEA-1,none\nTEA-1,weekly\n", kind="products")

    first, second = reasons(session, row)
    assert "cannot change while units are on hand" in first
    assert second == "Tracking: must be one of none, lot, serial"


def test_prices_are_set_by_list_and_keep_the_decimals_of_its_currency(session, house, tmp_path):
    content = (
        b"Price list,SKU,Price\nstandard,TEA-1,12.50\nstandard,TEA-2,0.005\nnone,TEA-1,1\nstandard,X,1\n"
        b"standard,TEA-3,1e400\nstandard,TEA-3,NaN\nstandard,TEA-4,\n"
    )

    row = taken_in(session, tmp_path, content, kind="prices")

    assert reasons(session, row) == [
        "Unit price, net: has more decimals than USD has: round it",
        "Price list: is not known: the lists are standard",
        "SKU: there is no SKU “X”: import the product first",
        "Price: must be an amount such as 1428.15",
        "Price: must be an amount such as 1428.15",
        "Price: must not be empty",
    ]
    minor = session.execute(text("SELECT p.minor FROM prices p JOIN skus s ON s.id = p.sku_id WHERE s.code = 'TEA-1'"))
    assert minor.scalar_one() == 1250


def test_the_same_prices_again_change_nothing(session, house, tmp_path):
    taken_in(session, tmp_path, b"Price list,SKU,Price\nstandard,TEA-1,12.50\n", kind="prices")

    again = taken_in(session, tmp_path, b"Price list,SKU,Price\nstandard,TEA-1,12.5\n", kind="prices")

    assert again.tally["run"] == {"new": 0, "changed": 0, "same": 1, "refused": 0}


def test_bins_are_added_and_brought_up_to_date(session, shelves, tmp_path):
    again = taken_in(session, tmp_path, b"Site,Bin,Kind,Zone\nCMH1,B-1,pick,Z\nCMH1,A-1,,\nMARS,A,,\n", kind="bins")

    rows = session.execute(text("SELECT code, zone, kind, pick_sequence, capacity, one_sku FROM bins ORDER BY code"))
    assert [tuple(row) for row in rows] == [("A-1", "A", "pick", 10, 200, True), ("B-1", "Z", "pick", 0, None, False)]
    assert again.tally["run"] == {"new": 0, "changed": 1, "same": 1, "refused": 0}
    assert reasons(session, again) == ["Site: there is no site “MARS”: add it on the admin page"]


def test_a_bin_in_which_units_lie_is_not_closed(session, stocked, tmp_path):
    row = checked(session, tmp_path, b"Site,Bin,In use\nCMH1,A-1,no\n", kind="bins")

    assert reasons(session, row) == ["In use: 15 units lie in it: move them first"]


def test_stock_goes_to_the_bins_and_lots_that_the_rows_name(session, stocked):
    assert places(session) == {
        ("TEA-1", "CMH1", "A-1", "L1"): 15,
        ("TEA-1", "CMH1", "B-1", "L2"): 5,
        ("TEA-2", "RNO1", "", ""): 7,
    }
    rows = session.execute(text("SELECT code, expires_on::text, remove_on::text FROM lots ORDER BY code")).all()
    assert [tuple(row) for row in rows] == [("L1", "2027-06-30", "2027-05-31"), ("L2", "2027-03-31", "2027-03-01")]
    assert [row[1:] for row in results(session, stocked)][0] == ("new", "12 units")


def test_rows_that_name_no_place_are_left_out_with_every_reason(session, stocked, tmp_path):
    content = (
        b"SKU,Site,Quantity,Bin,Lot,Expires on\nTEA-1,CMH1,1,Z-9,L1,\nTEA-1,CMH1,1,A-1,,\nTEA-2,CMH1,1,A-1,L1,\n"
        b"TEA-1,CMH1,1,A-1,L1,2028-01-01\nTEA-1,CMH1,1,A-1,L1,30/02/2027\nX,MARS,1,,,\n"
    )

    row = checked(session, tmp_path, content, kind="stock")

    assert reasons(session, row) == [
        "Bin: there is no bin “Z-9” at this site: import the bins first",
        "Lot: must not be empty: this SKU is tracked by lot",
        "Lot: this SKU is not tracked by lot: change that first, or leave it empty",
        "Expires on: lot L1 expires on 2027-06-30: give other units their own lot",
        "Expires on: is no day of the calendar: 2027-02 has no day 30",
        "SKU: there is no SKU “X”: import the product first; Site: there is no site “MARS”: add it on the admin page",
    ]


def test_rows_that_were_rejected_keep_their_reasons_when_the_others_are_taken_back(session, house, tmp_path):
    done = taken_in(session, tmp_path, b"SKU;Site;Quantity\nTEA-1;CMH1;12\nX;CMH1;3\n", kind="stock")

    ask_for_undo(session, done.id)
    undo_import(session, done.id, actor=ACTOR)

    assert reasons(session, done) == ["SKU: there is no SKU “X”: import the product first"]


def test_units_that_came_to_a_place_are_taken_back_from_it(session, stocked):
    ask_for_undo(session, stocked.id)
    undo_import(session, stocked.id, actor=ACTOR)

    assert places(session) == {}
    assert lifecycle.get(session, stocked.id).tally["undo"] == {"units": 27}


def test_units_that_were_moved_since_are_not_taken_back(session, house, stocked):
    ids = session.execute(text("SELECT code, id FROM bins")).all()
    bins = {row.code: row.id for row in ids}
    lot_id = session.execute(text("SELECT id FROM lots WHERE code = 'L1'")).scalar_one()
    moved = Move(
        sku_id=house.skus["TEA-1"],
        site_id=house.sites["CMH1"],
        quantity=1,
        from_bin_id=bins["A-1"],
        to_bin_id=bins["B-1"],
        lot_id=lot_id,
        reason="move",
        reference=("test", 0),
    )
    move(session, [moved], actor=ACTOR)

    with pytest.raises(StaleState, match="TEA-1 at CMH1 have been promised, moved or have gone"):
        ask_for_undo(session, stocked.id)


def test_a_count_posts_the_differences_as_facts(session, stocked, tmp_path):
    content = count_of("TEA-1,CMH1,A-1,L1,11", "TEA-1,CMH1,B-1,L2,5", "TEA-2,RNO1,,,9", "TEA-1,CMH1,B-1,L9,2")

    row = taken_in(session, tmp_path, content, kind="counts")

    assert row.tally["run"] == {"new": 0, "changed": 3, "same": 1, "refused": 0, "more": 4, "fewer": 4}
    assert places(session) == {
        ("TEA-1", "CMH1", "A-1", "L1"): 11,
        ("TEA-1", "CMH1", "B-1", "L2"): 5,
        ("TEA-1", "CMH1", "B-1", "L9"): 2,
        ("TEA-2", "RNO1", "", ""): 9,
    }
    assert results(session, row)[0] == (2, "changed", "was 15, now 11: -4")
    posted = session.execute(text("SELECT on_hand FROM stock_movements WHERE reason = 'count' ORDER BY 1")).scalars()
    assert list(posted) == [-4, 2, 2]


def test_a_count_below_what_is_promised_displaces_it(session, house, tmp_path):
    taken_in(session, tmp_path, b"SKU,Site,Quantity\nTEA-2,CMH1,7\n", kind="stock")
    place_orders(session, [order_request(("TEA-2", 5))], actor=ACTOR)

    taken_in(session, tmp_path, count_of("TEA-2,CMH1,,,2"), kind="counts")

    line = session.execute(text("SELECT allocated, backordered FROM order_lines")).one()
    assert tuple(line) == (2, 3)


def test_the_same_count_again_is_known_and_undoes_no_later_sale(session, house, tmp_path):
    taken_in(session, tmp_path, b"SKU,Site,Quantity\nTEA-2,CMH1,7\n", kind="stock")
    taken_in(session, tmp_path, count_of("TEA-2,CMH1,,,9"), kind="counts")
    sold = Adjustment(sku_id=house.skus["TEA-2"], site_id=house.sites["CMH1"], on_hand=-4, reason="lost")
    adjust_stock(session, [sold], actor=ACTOR)

    again = taken_in(session, tmp_path, count_of("TEA-2,CMH1,,,9"), kind="counts")

    assert again.tally["run"]["same"] == 1
    assert places(session) == {("TEA-2", "CMH1", "", ""): 5}


def test_a_count_that_says_two_things_is_left_out(session, stocked, tmp_path):
    content = count_of("TEA-2,RNO1,,,1", "TEA-2,RNO1,,,2", "TEA-2,CMH1,,,1", "TEA-2,CMH1,A-1,,1", "TEA-2,DFW1,,,-1")

    row = checked(session, tmp_path, content, kind="counts")

    assert reasons(session, row) == [
        "this place was counted more than once, on lines 2 and 3: leave one of them",
        "this place was counted more than once, on lines 2 and 3: leave one of them",
        "Bin: other rows count single bins or lots of this SKU: count those, or the whole site, not both",
        "Counted: must be a whole number such as 3, in the digits 0 to 9",
    ]


def test_a_count_is_taken_back_whole(session, stocked, tmp_path):
    before = places(session)
    row = taken_in(session, tmp_path, count_of("TEA-1,CMH1,A-1,L1,11", "TEA-2,RNO1,,,9"), kind="counts")

    ask_for_undo(session, row.id)
    undo_import(session, row.id, actor=ACTOR)

    assert places(session) == before


def test_a_row_that_a_rule_forbids_is_left_out_alone(session, house, tmp_path, monkeypatch):
    taken_in(session, tmp_path, b"SKU,Site,Quantity\nTEA-1,CMH1,7\nTEA-2,CMH1,7\nTEA-3,CMH1,7\n", kind="stock")

    def refuse_the_second(session, adjustments, *, actor):
        if any(one.sku_id == house.skus["TEA-2"] for one in adjustments):
            raise StaleState("units of TEA-2 are already picked: put them back first")
        adjust_stock(session, adjustments, actor=actor)

    monkeypatch.setattr("app.workflows.import_counts.adjust_stock", refuse_the_second)
    row = taken_in(session, tmp_path, count_of("TEA-1,CMH1,,,1", "TEA-2,CMH1,,,1", "TEA-3,CMH1,,,1"), kind="counts")

    assert reasons(session, row) == ["units of TEA-2 are already picked: put them back first"]
    assert sorted(places(session).values()) == [1, 1, 7]
    assert (row.tally["run"]["changed"], row.tally["run"]["refused"]) == (2, 1)


@pytest.mark.parametrize(
    ("kind", "content"),
    [("products", b"SKU,Name\nA,One\n"), ("prices", b"Price list,SKU,Price\nstandard,TEA-1,1\n"), ("bins", BINS)],
)
def test_what_describes_is_not_taken_back(session, house, tmp_path, kind, content):
    done = taken_in(session, tmp_path, content, kind=kind)

    with pytest.raises(StaleState, match=f"{kind} are not taken back"):
        ask_for_undo(session, done.id)


PLACES = """
SELECT s.code AS sku, t.code AS site, b.code AS bin, l.code AS lot, p.quantity FROM bin_stock p
  JOIN skus s ON s.id = p.sku_id JOIN sites t ON t.id = p.site_id LEFT JOIN bins b ON b.id = p.bin_id
  LEFT JOIN lots l ON l.id = p.lot_id WHERE p.quantity > 0
"""
