"""Kits: sold as one, kept, promised, picked and shipped as their components."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.inventory import availability
from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, StaleState
from app.orders.values import RequestedLine
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.keep_kits import change_contents
from app.workflows.place_orders import place_orders
from tests.factories.carts import hold
from tests.factories.house import make_house, make_skus, order_request, put_stock, read_house
from tests.factories.kits import kit_lines, make_kit


def place(session, *lines, **changes):
    [placed] = place_orders(session, [order_request(*lines, **{"channel": "store", **changes})], actor=SYSTEM)
    return placed


def available(session, code: str) -> int:
    sku_id = read_house(session).skus[code]
    return session.execute(text(f"SELECT available FROM ({availability.of_sku(str(sku_id))}) a")).scalar_one()


def lines_of(session, order_id):
    return session.execute(
        text("SELECT * FROM order_lines WHERE order_id = :id ORDER BY position"), {"id": order_id}
    ).all()


def cancel(session, *asked):
    cancel_orders(
        session,
        [
            Cancellation(order_id=line.order_id, order_line_id=line.id, reason="customer", quantity=n)
            for line, n in asked
        ],
        actor=SYSTEM,
    )


def test_there_are_as_many_kits_as_the_scarcest_component_is_enough_for(session):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 3, ("TEA-2", "RNO1"): 2})
    make_kit(session)

    assert available(session, "SET-1") == 2
    assert available(session, "TEA-2") == 5


def test_a_component_sold_alone_is_a_kit_less_at_once(session):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 4})
    make_kit(session)

    place(session, ("TEA-2", 1))

    assert available(session, "SET-1") == 1
    assert [one.message for one in place(session, ("SET-1", 2)).failures] == ["SET-1: 1 left, 2 asked"]


def test_what_a_cart_holds_of_a_component_is_no_part_of_a_kit(session):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 4})
    make_kit(session)

    hold(session, "cart", ("TEA-2", 3))

    assert available(session, "SET-1") == 0


def test_a_kit_is_written_as_its_components_which_know_their_kit(session):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9})
    make_kit(session)

    placed = place(session, ("TEA-1", 1), ("SET-1", 3))

    lines = lines_of(session, placed.order_id)
    assert [(line.position, line.sku_code, line.ordered, line.allocated) for line in lines] == [
        (1, "TEA-1", 1, 1),
        (2, "TEA-1", 3, 3),
        (3, "TEA-2", 6, 6),
    ]
    assert [(line.kit_code, line.kit_name, line.kit_position, line.kit_quantity) for line in lines] == [
        (None, None, None, None),
        ("SET-1", "Tea SET-1", 2, 3),
        ("SET-1", "Tea SET-1", 2, 3),
    ]


@pytest.mark.parametrize(("total", "first", "second"), [(7_501, 2_500, 5_001), (0, 0, 0), (1, 0, 1)])
def test_the_money_of_a_kit_is_shared_to_the_cent_by_what_its_parts_cost_alone(session, total, first, second):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9})
    make_kit(session)

    [placed] = place_orders(
        session,
        [order_request(lines=(RequestedLine(sku="SET-1", quantity=3, total_minor=total),))],
        actor=SYSTEM,
    )

    lines = kit_lines(session, placed.order_id)
    assert [(code, units, minor) for code, units, minor, _ in lines] == [("TEA-1", 3, first), ("TEA-2", 6, second)]
    order = session.execute(text("SELECT goods_minor, tax_minor FROM orders")).one()
    assert order.goods_minor == total
    assert order.tax_minor == sum(tax for *_, tax in lines)


def test_where_no_part_has_a_price_units_share_the_money(session):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9})
    make_kit(session, minor=3000)
    session.execute(text("DELETE FROM prices p USING skus s WHERE s.id = p.sku_id AND s.code LIKE 'TEA-%'"))

    placed = place(session, ("SET-1", 1))

    assert [minor for *_, minor, _ in kit_lines(session, placed.order_id)] == [1000, 2000]


def test_shortages_name_the_line_that_was_asked_for(session):
    make_house(session, {("TEA-1", "CMH1"): 1, ("TEA-2", "CMH1"): 2, ("TEA-3", "CMH1"): 1})
    make_kit(session)

    refused = place(session, ("SET-1", 2), ("TEA-3", 2))

    assert [(one.field, one.message) for one in refused.failures] == [
        ("lines.0.quantity", "SET-1: 1 left, 2 asked"),
        ("lines.1.quantity", "TEA-3: 1 left, 2 asked"),
    ]


def test_an_order_without_a_kit_costs_no_statement_more(session, statements):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9})
    make_kit(session)
    counts = []

    for code in ("TEA-1", "SET-1"):
        with statements(session) as counted:
            place(session, (code, 1))
        counts.append(len(counted))

    assert counts[1] == counts[0] + 1


def test_a_kit_with_a_part_that_is_no_longer_sold_waits_for_somebody(session):
    make_house(session)
    make_kit(session)
    session.execute(text("UPDATE skus SET is_active = false WHERE code = 'TEA-2'"))

    placed = place(session, ("SET-1", 1))

    assert placed.exception_id
    assert "SET-1 needs TEA-2, no longer sold" in placed.failures[0].message


def test_a_kit_is_cancelled_whole_and_frees_all_its_parts(session):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9})
    make_kit(session)
    tea, cups = lines_of(session, place(session, ("SET-1", 3)).order_id)

    cancel(session, (tea, 1), (cups, 2))
    cancel(session, (tea, None), (cups, None))

    assert [(line.cancelled, line.allocated) for line in lines_of(session, tea.order_id)] == [(3, 0), (6, 0)]
    assert available(session, "SET-1") == 4


@pytest.mark.parametrize("asked", [(1, None), (1, 1), (2, 2), (None, 2)])
def test_part_of_a_kit_is_not_cancelled(session, asked):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9})
    make_kit(session)
    lines = lines_of(session, place(session, ("SET-1", 3)).order_id)
    chosen = [(line, n) for line, n in zip(lines, asked, strict=True) if asked == (None, 2) or n]

    with pytest.raises(Invalid, match="part of the kit SET-1: cancel whole kits"):
        cancel(session, *chosen)


def test_more_kits_than_are_left_are_not_cancelled(session):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9})
    make_kit(session)
    tea, cups = lines_of(session, place(session, ("SET-1", 1)).order_id)

    with pytest.raises(StaleState, match="can still be cancelled"):
        cancel(session, (tea, 2), (cups, 4))


def test_a_kit_has_no_stock_of_its_own(session):
    house = make_house(session)
    make_kit(session)
    put = Adjustment(sku_id=read_house(session).skus["SET-1"], site_id=house.sites["CMH1"], on_hand=1, reason="found")

    with pytest.raises(Invalid, match="a kit has no stock of its own"):
        adjust_stock(session, [put], actor=SYSTEM)


def test_the_database_itself_keeps_stock_out_of_kits(session):
    house = make_house(session)
    make_kit(session)

    with pytest.raises(IntegrityError, match="it has no stock of its own"), session.begin_nested():
        session.execute(
            text("INSERT INTO stock_levels (sku_id, site_id) VALUES (:sku, :site)"),
            {"sku": read_house(session).skus["SET-1"], "site": house.sites["CMH1"]},
        )


def test_what_has_lain_on_a_shelf_is_no_kit(session):
    make_house(session, {("TEA-3", "CMH1"): 1})

    with pytest.raises(Invalid, match="has lain on a shelf itself"):
        change_contents(session, "TEA-3", {"TEA-1": 1})


def test_what_orders_wait_for_is_no_kit(session):
    make_house(session)
    place(session, ("TEA-3", 1), channel="web")

    with pytest.raises(Invalid, match="orders wait for TEA-3"):
        change_contents(session, "TEA-3", {"TEA-1": 1})


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"NO-1": 1}, "there is no SKU “NO-1”"),
        ({"BOX-1": 1}, "BOX-1 cannot be part of itself"),
        ({"SET-1": 1}, "SET-1 is a kit: write its components"),
        ({"TEA-1": 0}, "between 1 and"),
    ],
)
def test_a_kit_is_made_of_other_skus_that_are_no_kits(session, wanted, why):
    make_house(session)
    make_kit(session)
    make_skus(session, ["BOX-1"])

    with pytest.raises(Invalid, match=why):
        change_contents(session, "BOX-1", wanted)


def test_what_goes_into_a_kit_does_not_become_one(session):
    make_house(session)
    make_kit(session)

    with pytest.raises(Invalid, match="TEA-1 is part of a kit itself"):
        change_contents(session, "TEA-1", {"TEA-3": 1})


def test_a_kit_of_nothing_is_a_plain_sku_again(session):
    house = make_house(session)
    make_kit(session)

    change_contents(session, "SET-1", {})

    put_stock(session, read_house(session), {("SET-1", "CMH1"): 2})
    assert available(session, "SET-1") == 2
    assert house.sites


def test_the_number_that_channels_go_by_grows_when_the_contents_change(session):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9})
    make_kit(session)
    sku_id = read_house(session).skus["SET-1"]
    asked = text(f"SELECT movements FROM ({availability.of_sku(str(sku_id))}) a")
    told = [session.execute(asked).scalar_one()]

    for contents in ({"TEA-2": 1}, {"TEA-5": 1}, {}, {"TEA-1": 1}):
        change_contents(session, "SET-1", contents)
        told.append(session.execute(asked).scalar_one())

    assert told == sorted(set(told))


def test_placed_orders_keep_the_contents_that_they_were_placed_with(session):
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9})
    make_kit(session)
    placed = place(session, ("SET-1", 1))

    change_contents(session, "SET-1", {"TEA-3": 1})

    assert [code for code, *_ in kit_lines(session, placed.order_id)] == ["TEA-1", "TEA-2"]
