"""Picking from shelves: the ledger follows each unit from its bin to the tote and out of the door."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment import work
from app.fulfilment.work import Work
from app.inventory import moves
from app.inventory.errors import OutOfStock, PlaceEmpty
from app.inventory.moves import Move
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, Invalid
from app.workflows import verify_stock, verify_work
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.pick_work import Pick, pick, put_back
from app.workflows.ship_orders import ship_orders
from tests.factories.floor import dispatch, level, movements, pack_all, pick_all, released, scan
from tests.factories.house import House, make_house
from tests.factories.shelves import lay, lying, make_bins, make_lot


@pytest.fixture
def house(session: Session) -> House:
    return make_house(session)


@pytest.fixture
def bins(session: Session, house: House) -> dict[str, int]:
    return make_bins(session, house, "CMH1", "A-1", "A-2")


def agrees(session: Session) -> list[str]:
    return [sentence for check in (*verify_stock.CHECKS, *verify_work.CHECKS) for sentence in check.find(session)]


def again(session: Session, one: Work) -> Work:
    return work.load(session, [one.id])[one.id]


def hand(session: Session, one: Work, quantity: int, *, back: bool = False) -> None:
    picks = [Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=quantity, client_scan_id=scan())]
    (put_back if back else pick)(session, picks, actor=SYSTEM)


def test_picked_units_leave_their_bin_and_lie_in_a_tote(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 3, bin_id=bins["A-1"])
    lay(session, house, "TEA-1", "CMH1", 9, bin_id=bins["A-2"])
    one = released(session, ("TEA-1", 5))

    pick_all(session, one)

    assert lying(session, "TEA-1", "CMH1") == {("", "", "good"): 5, ("A-2", "", "good"): 7}
    assert level(session, "TEA-1", "CMH1").on_hand == 12
    assert agrees(session) == []


def test_units_put_back_lie_where_they_came_from(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 3, bin_id=bins["A-1"])
    lay(session, house, "TEA-1", "CMH1", 9, bin_id=bins["A-2"])
    one = released(session, ("TEA-1", 5))
    before = lying(session, "TEA-1", "CMH1")

    pick_all(session, one)
    hand(session, one, 4, back=True)
    hand(session, one, 1, back=True)

    assert lying(session, "TEA-1", "CMH1") == before
    assert agrees(session) == []


def test_the_lots_that_were_picked_are_the_lots_that_leave(
    session: Session, house: House, bins: dict[str, int]
) -> None:
    session.execute(text("UPDATE skus SET removal = 'fefo', tracking = 'lot'"))
    late = make_lot(session, house, "TEA-1", "LATE", expires_on=date(2031, 1, 1), remove_on=date(2031, 1, 1))
    soon = make_lot(session, house, "TEA-1", "SOON", expires_on=date(2030, 1, 1), remove_on=date(2030, 1, 1))
    lay(session, house, "TEA-1", "CMH1", 8, bin_id=bins["A-1"], lot_id=late)
    lay(session, house, "TEA-1", "CMH1", 2, bin_id=bins["A-2"], lot_id=soon)
    one = pick_all(session, released(session, ("TEA-1", 5)))

    ship_orders(session, [dispatch(pack_all(session, one))], actor=SYSTEM)

    assert lying(session, "TEA-1", "CMH1") == {("A-1", "LATE", "good"): 5}
    assert sorted((row.lot_id, row.on_hand) for row in movements(session, "ship")) == sorted([(late, -3), (soon, -2)])
    assert agrees(session) == []


def test_two_people_are_not_sent_for_the_same_units(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 2)
    lay(session, house, "TEA-1", "CMH1", 4, bin_id=bins["A-1"])
    first, second = released(session, ("TEA-1", 3)), released(session, ("TEA-1", 3))

    pick_all(session, first)
    pick_all(session, second)

    assert lying(session, "TEA-1", "CMH1") == {("", "", "good"): 6}
    assert agrees(session) == []


def test_goods_of_a_frozen_lot_are_not_taken_and_the_picker_is_told_why(
    session: Session, house: House, bins: dict[str, int]
) -> None:
    frozen = make_lot(session, house, "TEA-1", "BAD-7")
    lay(session, house, "TEA-1", "CMH1", 5, bin_id=bins["A-1"], lot_id=frozen)
    one = released(session, ("TEA-1", 5))
    session.execute(text("UPDATE lots SET frozen_at = now()"))

    with pytest.raises(DomainError, match="TEA-1: 0 of 5 may be taken here .5 in A-1: lot BAD-7 is frozen."):
        pick_all(session, one)


def test_a_loss_is_taken_from_the_shelf_before_the_tote(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, bin_id=bins["A-1"])
    one = released(session, ("TEA-1", 4))
    pick_all(session, one)

    adjust(session, house, on_hand=-2, reason="lost")

    assert lying(session, "TEA-1", "CMH1") == {("", "", "good"): 4}
    assert agrees(session) == []


def test_damage_keeps_its_place_and_is_no_longer_sold(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 6, bin_id=bins["A-1"])

    adjust(session, house, unavailable=2, reason="damage")

    assert lying(session, "TEA-1", "CMH1") == {("A-1", "", "good"): 4, ("A-1", "", "damaged"): 2}
    assert level(session, "TEA-1", "CMH1").unavailable == 2
    adjust(session, house, unavailable=-2, reason="repair")
    assert lying(session, "TEA-1", "CMH1") == {("A-1", "", "good"): 6}
    assert agrees(session) == []


def test_a_count_below_what_is_sellable_takes_the_good_first(session: Session, house: House) -> None:
    lay(session, house, "TEA-1", "CMH1", 5)
    adjust(session, house, unavailable=2, reason="damage")

    adjust(session, house, on_hand=-4, reason="count")

    assert lying(session, "TEA-1", "CMH1") == {("", "", "damaged"): 1}
    assert agrees(session) == []


def test_more_than_lies_in_a_place_cannot_be_taken_off_it(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 6)

    with pytest.raises(Invalid, match="there are only 0 on hand in that place: 1 cannot be taken off"):
        adjust(session, house, on_hand=-1, reason="lost", bin_id=bins["A-1"])


def a_move(house: House, bins: dict[str, int], quantity: int, **changes: object) -> Move:
    values = {"from_bin_id": None, "to_bin_id": bins["A-1"], "reason": "move", "reference": ("test", 1), **changes}
    return Move(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], quantity=quantity, **values)  # type: ignore[arg-type]


def test_a_move_leaves_the_total_alone_and_is_in_the_chain(
    session: Session, house: House, bins: dict[str, int]
) -> None:
    lay(session, house, "TEA-1", "CMH1", 6)
    before = level(session, "TEA-1", "CMH1")

    moves.move(session, [a_move(house, bins, 4)], actor=SYSTEM)

    after = level(session, "TEA-1", "CMH1")
    assert (after.on_hand, after.sequence) == (before.on_hand, before.sequence + 2)
    assert lying(session, "TEA-1", "CMH1") == {("", "", "good"): 2, ("A-1", "", "good"): 4}
    assert agrees(session) == []


def test_a_place_gives_no_more_than_it_holds(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 6)

    with pytest.raises(PlaceEmpty, match="fewer units lie there"):
        moves.move(session, [a_move(house, bins, 7)], actor=SYSTEM)


def test_a_change_of_condition_does_not_break_a_promise(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 6)
    released(session, ("TEA-1", 4))

    with pytest.raises(OutOfStock):
        moves.move(session, [a_move(house, bins, 3, to_bin_id=None, to_condition="quarantine")], actor=SYSTEM)


def adjust(session: Session, house: House, *, reason: str, **changes: int) -> None:
    fact = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], reason=reason, **changes)  # type: ignore[arg-type]
    adjust_stock(session, [fact], actor=SYSTEM)
