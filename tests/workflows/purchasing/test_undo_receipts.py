"""A receipt is taken back by its opposite while its units lie where they were put."""

import pytest
from sqlalchemy import text

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel.actor import SYSTEM
from app.kernel.errors import StaleState
from app.workflows.change_purchase_orders import close_short
from app.workflows.spread_receipts import Item
from app.workflows.undo_receipts import undo_receipts
from tests.factories.buying import bought, buying, come, incoming, sent
from tests.factories.floor import level, line, movements, pick_all, placed, released


def add_bin(session, code: str, kind: str, site: str = "CMH1") -> None:
    session.execute(
        text("INSERT INTO bins (site_id, code, kind) SELECT id, :code, :kind FROM sites WHERE code = :site"),
        {"code": code, "kind": kind, "site": site},
    )


def test_a_receipt_is_taken_back_while_its_units_lie_there(session, house):
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, ("TEA-2", 4), Item(code="TEA-2", quantity=2, condition="damaged"))

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    bought_line = bought(session, number, "TEA-2")
    assert (bought_line.received, bought_line.rejected) == (0, 0)
    assert (buying(session, number).state, incoming(session)["TEA-2"][0]) == ("sent", 10)
    assert level(session, "TEA-2", "CMH1").on_hand == 0
    assert [each.on_hand for each in movements(session, "receipt_undone")] == [-4, -2]


def test_a_receipt_is_taken_back_once_and_an_undoing_never(session, house):
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, ("TEA-2", 4))
    undo_receipts(session, [got.receipt_id], actor=SYSTEM)
    undoing = session.execute(text("SELECT id FROM receipts WHERE undoes_id IS NOT NULL")).scalar_one()

    for id in (got.receipt_id, undoing):
        with pytest.raises(StaleState, match="taken back already"):
            undo_receipts(session, [id], actor=SYSTEM)


def test_a_receipt_stays_when_its_units_were_moved_on(session, house):
    add_bin(session, "A-01", "pick")
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, Item(code="TEA-2", quantity=4, bin="A-01"))
    pick_all(session, released(session, ("TEA-2", 2)))

    with pytest.raises(StaleState, match="moved on or sent"):
        undo_receipts(session, [got.receipt_id], actor=SYSTEM)


def test_taking_back_displaces_whoever_was_promised_the_units(session, house):
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, ("TEA-2", 4))
    promised = placed(session, ("TEA-2", 3))

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    one = line(session, promised, "TEA-2")
    assert (one.allocated, one.backordered) == (0, 3)


def test_taking_back_from_a_closed_order_opens_it(session, house):
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, ("TEA-2", 4))
    close_short(session, [number], actor=SYSTEM)

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    assert (buying(session, number).state, incoming(session)["TEA-2"][0]) == ("sent", 4)


def test_an_undoing_takes_no_name_that_a_scan_may_have(session, house):
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, ("TEA-2", 4))
    come(session, number, ("TEA-2", 1), client_scan_id=f"undo-{got.receipt_id}")
    undo_receipts(session, [got.receipt_id], actor=SYSTEM)
    last = come(session, number, ("TEA-2", 2))
    undo_receipts(session, [last.receipt_id], actor=SYSTEM)

    come(session, number, ("TEA-2", 3), client_scan_id=f"undo-{last.receipt_id}")

    assert bought(session, number, "TEA-2").received == 4


def test_of_numbered_units_those_that_came_last_are_taken_back(session, house):
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-2'"))
    number = sent(session, ("TEA-2", 10))
    for code in ("OLD", "NEW"):
        got = come(session, number, ("TEA-2", 1))
        one = Numbered(sku_id=house.skus["TEA-2"], code=code, site_id=house.sites["CMH1"])
        serials.register(session, [one], actor=SYSTEM)

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    assert {row.code: row.state for row in session.execute(text("SELECT code, state FROM serials"))} == {
        "OLD": "in_stock",
        "NEW": "lost",
    }


def test_units_without_a_number_are_taken_back_before_numbered_ones(session, house):
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-2'"))
    number = sent(session, ("TEA-2", 10))
    come(session, number, ("TEA-2", 1))
    one = Numbered(sku_id=house.skus["TEA-2"], code="OLD", site_id=house.sites["CMH1"])
    serials.register(session, [one], actor=SYSTEM)
    got = come(session, number, ("TEA-2", 2))

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    assert session.execute(text("SELECT state FROM serials")).scalars().all() == ["in_stock"]
