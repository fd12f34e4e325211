"""Pickers are sent to what may leave, and may take it from another bin or lot: the rules hold all the same."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment.work import Work
from app.inventory.takes import Plan
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows import verify_lots, verify_stock
from app.workflows.pick_work import Pick, pick
from app.workflows.plan_picks import plan_picks
from app.workflows.print_pick_lists import load_pick_list
from app.workflows.ship_orders import ship_orders
from tests.days import BEGUN
from tests.factories.floor import dispatch, movements, pack_all, pick_all, placed, released, scan, works
from tests.factories.house import House, make_house
from tests.factories.shelves import lay, lying, make_bins, make_lot

TODAY = BEGUN.date()
pytestmark = pytest.mark.usefixtures("same_day")


@pytest.fixture
def house(session: Session) -> House:
    return make_house(session)


@pytest.fixture
def bins(session: Session, house: House) -> dict[str, int]:
    return make_bins(session, house, "CMH1", "A-1", "A-2", "A-3")


def plan(session: Session, one: Work) -> Plan:
    return plan_picks(session, [one.lines[0].id])[one.lines[0].id]


def stops(session: Session, one: Work) -> list[tuple[str, str, int]]:
    return [(take.bin, take.lot, take.quantity) for take in plan(session, one).all_takes]


def take(session: Session, one: Work, quantity: int = 1, **said: str) -> None:
    picks = [Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=quantity, client_scan_id=scan(), **said)]
    pick(session, picks, actor=SYSTEM)


def lots(session: Session, house: House, **days: int) -> dict[str, int]:
    return {
        code: make_lot(
            session,
            house,
            "TEA-1",
            code,
            expires_on=TODAY + timedelta(days=left),
            remove_on=TODAY + timedelta(days=left),
        )
        for code, left in days.items()
    }


def fefo(session: Session) -> None:
    session.execute(text("UPDATE skus SET removal = 'fefo', tracking = 'lot'"))


def agrees(session: Session) -> list[str]:
    return [said for check in (*verify_stock.CHECKS, *verify_lots.CHECKS) for said in check.find(session)]


def test_a_picker_is_sent_to_several_bins_where_one_has_too_few(
    session: Session, house: House, bins: dict[str, int]
) -> None:
    lay(session, house, "TEA-1", "CMH1", 2, bin_id=bins["A-1"])
    lay(session, house, "TEA-1", "CMH1", 9, bin_id=bins["A-2"])

    one = released(session, ("TEA-1", 5))

    assert stops(session, one) == [("A-1", "", 2), ("A-2", "", 3)]


def test_what_is_shown_is_what_is_taken(session: Session, house: House, bins: dict[str, int]) -> None:
    fefo(session)
    known = lots(session, house, LATE=300, SOON=30)
    lay(session, house, "TEA-1", "CMH1", 8, bin_id=bins["A-1"], lot_id=known["LATE"])
    lay(session, house, "TEA-1", "CMH1", 3, bin_id=bins["A-3"], lot_id=known["SOON"])
    one = released(session, ("TEA-1", 4))
    shown = stops(session, one)

    pick_all(session, one)

    assert shown == [("A-1", "LATE", 1), ("A-3", "SOON", 3)]
    taken = {(bin_, lot): units for (bin_, lot, _), units in lying(session, "TEA-1", "CMH1").items() if bin_}
    assert taken == {("A-1", "LATE"): 7}


def test_two_orders_of_a_list_are_not_sent_to_the_same_unit(
    session: Session, house: House, bins: dict[str, int]
) -> None:
    lay(session, house, "TEA-1", "CMH1", 2, bin_id=bins["A-1"])
    lay(session, house, "TEA-1", "CMH1", 9, bin_id=bins["A-2"])
    lines = [released(session, ("TEA-1", 2)).lines[0].id for _ in range(2)]

    plans = plan_picks(session, lines)

    assert [[(take.bin, take.quantity) for take in plans[id].takes] for id in lines] == [[("A-1", 2)], [("A-2", 2)]]


@pytest.mark.parametrize("kind", ["quarantine", "receiving", "stage", "pack"])
def test_a_pick_list_never_proposes_bins_that_nobody_picks_from_nor_another_site(
    session: Session, house: House, kind: str
) -> None:
    """frappe/erpnext#37581 and #39602."""
    aside = make_bins(session, house, "CMH1", "Q-1", kind=kind)
    elsewhere = make_bins(session, house, "RNO1", "A-0")
    shelf = make_bins(session, house, "CMH1", "Z-9")
    lay(session, house, "TEA-1", "CMH1", 4, bin_id=aside["Q-1"])
    lay(session, house, "TEA-1", "CMH1", 4, bin_id=shelf["Z-9"], condition="damaged")
    lay(session, house, "TEA-1", "CMH1", 4, bin_id=shelf["Z-9"])
    one = released(session, ("TEA-1", 3))
    lay(session, house, "TEA-1", "RNO1", 9, bin_id=elsewhere["A-0"])

    assert stops(session, one) == [("Z-9", "", 3)]
    [row] = load_pick_list(session, one.pick_list_id or 0).rows
    assert (row.bin, row.quantity) == ("Z-9", 3)


def test_units_without_a_place_are_shown_with_the_reason(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 3, bin_id=make_bins(session, house, "CMH1", "R-1", kind="stage")["R-1"])

    one = released(session, ("TEA-1", 2))

    assert plan(session, one).missing == 2
    assert plan(session, one).why == "3 in R-1: nobody picks from a stage bin"


def test_a_delivery_of_several_lots_takes_from_each_of_them(
    session: Session, house: House, bins: dict[str, int]
) -> None:
    """frappe/erpnext PR 58613: only one batch was updated."""
    fefo(session)
    known = lots(session, house, B=60, A=30, C=90)
    for code in "ABC":
        lay(session, house, "TEA-1", "CMH1", 3, bin_id=bins["A-1"], lot_id=known[code])
    one = released(session, ("TEA-1", 8))

    ship_orders(session, [dispatch(pack_all(session, pick_all(session, one)))], actor=SYSTEM)

    left = {row.lot_id: row.on_hand for row in movements(session, "ship")}
    assert left == {known["A"]: -3, known["B"]: -3, known["C"]: -2}
    assert lying(session, "TEA-1", "CMH1") == {("A-1", "C", "good"): 1}
    assert agrees(session) == []


def test_units_are_taken_from_the_bin_that_was_scanned(session: Session, house: House, bins: dict[str, int]) -> None:
    lay(session, house, "TEA-1", "CMH1", 5, bin_id=bins["A-1"])
    lay(session, house, "TEA-1", "CMH1", 5, bin_id=bins["A-2"])
    one = released(session, ("TEA-1", 3))

    take(session, one, 3, bin="A-2")

    assert lying(session, "TEA-1", "CMH1") == {
        ("A-1", "", "good"): 5,
        ("A-2", "", "good"): 2,
        ("", "", "good"): 3,
    }


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"bin": "A-3"}, "0 of 1 may be taken from A-3"),
        ({"bin": "Q-1"}, "nobody picks from a quarantine bin"),
        ({"lot": "COLD"}, "lot COLD is frozen"),
        ({"lot": "OLD"}, "lot OLD was to be removed"),
        ({"lot": "NONE"}, "no more lie there"),
    ],
)
def test_what_may_not_leave_is_not_taken_though_it_is_scanned(
    session: Session, house: House, bins: dict[str, int], said: dict[str, str], why: str
) -> None:
    aside = make_bins(session, house, "CMH1", "Q-1", kind="quarantine")
    known = lots(session, house, OLD=-1, COLD=90, FINE=90)
    for code in ("FINE", "OLD", "COLD"):
        lay(session, house, "TEA-1", "CMH1", 4, bin_id=bins["A-1"], lot_id=known[code])
    lay(session, house, "TEA-1", "CMH1", 4, bin_id=aside["Q-1"])
    session.execute(text("UPDATE lots SET frozen_at = now(), frozen_reason = 'x' WHERE code = 'COLD'"))
    one = released(session, ("TEA-1", 2))

    with pytest.raises(DomainError, match=why):
        take(session, one, 1, **said)


def test_a_customer_who_needs_it_longer_gets_a_later_lot(session: Session, house: House, bins: dict[str, int]) -> None:
    fefo(session)
    known = lots(session, house, SOON=20, LATE=200)
    for code in ("SOON", "LATE"):
        lay(session, house, "TEA-1", "CMH1", 4, bin_id=bins["A-1"], lot_id=known[code])
    order_id = placed(session, ("TEA-1", 2))
    session.execute(text("UPDATE customers SET least_shelf_life_days = 90"))
    [one] = works(session, order_id)

    assert stops(session, one) == [("A-1", "LATE", 2)]
